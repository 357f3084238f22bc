"""Members: who reads with an account, who moderates, who edits, and the measures taken about them."""

from collections.abc import Callable
from functools import cache

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from forum.text.names import look_key
from forum.text.times import day_and_hour

from .statements import Statement, loaded


class Role(models.TextChoices):
    READER = "reader", "lecteur"
    MODERATOR = "moderator", "modérateur"
    EDITOR = "editor", "rédaction"
    ADMINISTRATOR = "administrator", "administrateur"


# What colleagues decide about a member, each by an UPDATE of its own.
GIVEN_BY_OTHERS = {"role", "is_active", "is_held", "suspended_until"}


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, username: str, email: str = "", password: str | None = None, **fields) -> "Member":
        member = self.model(username=username, email=self.normalize_email(email), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields) -> "Member":
        """An account made on the server: whoever can make it need not prove by a mail that the address is his."""
        with transaction.atomic(using=self._db):
            member = self.create_user(username, email, password, role=Role.ADMINISTRATOR, **fields)
            if member.email:
                member.emailaddress_set.create(email=member.email.lower(), verified=True, primary=True)
        return member

    def find(self, pk: int) -> "Member | None":
        for row in _found(is_held=False).rows(member=pk):
            return loaded(Member, _columns(), row)
        return None

    def holding(self, pk: int) -> Callable[[], "Member"]:
        """The member as he is now, his row held for the rest of the transaction.

        Asked for now and read when it is called (see `statements.at_once`), which raises `Member.DoesNotExist`.
        """
        rows = _found(is_held=True).asked(member=pk)

        def held() -> Member:
            for row in rows():
                return loaded(Member, _columns(), row)
            raise Member.DoesNotExist

        return held

    def get_by_natural_key(self, username: str) -> "Member":
        return self.get(username__iexact=username)


class Member(AbstractBaseUser, PermissionsMixin):
    """An account. Its role is one word; what a role may do is written in `forum.permissions`."""

    # Roles replace Django's groups and row-by-row permissions.
    groups = None
    user_permissions = None

    username = models.CharField("nom d’utilisateur", max_length=30, unique=True)
    # What the name looks like, not how it is spelled: two names that a reader could
    # take for one another have the same key.
    look = models.CharField(max_length=120, unique=True, editable=False)
    email = models.EmailField("adresse électronique", blank=True)
    role = models.CharField("rôle", max_length=13, choices=Role, default=Role.READER)
    is_active = models.BooleanField("compte ouvert", default=True)
    is_demonstration = models.BooleanField("compte de démonstration", default=False, editable=False)
    joined_at = models.DateTimeField("inscrit le", default=timezone.now, editable=False)
    # The measure in force, kept by `actions.members` beside its row in `Sanction`.
    is_held = models.BooleanField("toujours relu", default=False, editable=False)
    suspended_until = models.DateTimeField("suspendu jusqu’au", null=True, editable=False)

    objects = MemberManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = "membre"
        constraints = [
            models.UniqueConstraint(Lower("username"), name="member_username_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="member_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args, **kwargs) -> None:
        """Leave the role and the measures to who names them: whoever changes his password while
        he is banned would put back the account that the page was opened with."""
        self.look = look_key(self.username)
        if not self._state.adding:
            columns = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            kwargs.setdefault("update_fields", columns - GIVEN_BY_OTHERS)
        super().save(*args, **kwargs)

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_staff(self) -> bool:
        return self.role != Role.READER

    @property
    def is_moderator(self) -> bool:
        return self.is_active and self.role in (Role.MODERATOR, Role.ADMINISTRATOR)

    @property
    def is_editor(self) -> bool:
        return self.is_active and self.role in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > timezone.now()


@cache
def _found(*, is_held: bool) -> Statement:
    def compose(member: int) -> models.QuerySet[Member]:
        rows = Member.objects.filter(pk=member)
        rows = rows.select_for_update(no_key=True) if is_held else rows
        return rows.values_list(*_columns())

    return Statement(compose, member=int)


@cache
def _columns() -> list[str]:
    return [field.attname for field in Member._meta.concrete_fields]


class Sanction(models.Model):
    """A measure taken about a member, or lifted: append-only, the last row is in force."""

    class Kind(models.TextChoices):
        HOLD = "hold", "relecture systématique"
        UNHOLD = "unhold", "fin de la relecture systématique"
        SUSPEND = "suspend", "suspension"
        UNSUSPEND = "unsuspend", "fin de la suspension"
        BAN = "ban", "exclusion"
        UNBAN = "unban", "fin de l’exclusion"

    member = models.ForeignKey(Member, models.CASCADE, related_name="sanctions", verbose_name="membre")
    kind = models.CharField("mesure", max_length=9, choices=Kind)
    until = models.DateTimeField("jusqu’au", null=True)
    reason = models.TextField("motif")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="par")
    created_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "mesure"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.member})"

    @property
    def restricts(self) -> bool:
        return self.kind in ENDS

    @property
    def is_last_word(self) -> bool:
        """Nothing has ended, renewed or replaced it since."""
        same_matter = next(pair for pair in ENDS.items() if self.kind in pair)
        later = Sanction.objects.filter(member=self.member_id, kind__in=same_matter, pk__gt=self.pk)
        return not later.exists()

    @property
    def end(self) -> str:
        """Reads well after "jusqu’au"."""
        return day_and_hour(self.until) if self.until else ""

    @property
    def for_member(self) -> str:
        """What was done, in a few words for the member."""
        words = SAID_TO_THE_MEMBER[self.kind]
        return f"{words} jusqu’au {self.end}" if self.until else words


# What restricts, and what ends it.
ENDS = {
    Sanction.Kind.HOLD: Sanction.Kind.UNHOLD,
    Sanction.Kind.SUSPEND: Sanction.Kind.UNSUSPEND,
    Sanction.Kind.BAN: Sanction.Kind.UNBAN,
}
# Being read first is not among them: each text that waits says so itself.
SAID_TO_THE_MEMBER = {
    Sanction.Kind.SUSPEND: "Votre compte a été suspendu",
    Sanction.Kind.UNSUSPEND: "La suspension de votre compte a été levée",
    Sanction.Kind.BAN: "Votre compte a été fermé par la modération",
    Sanction.Kind.UNBAN: "Votre compte a été rouvert",
}
