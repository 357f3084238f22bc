"""What moderators work with: cases, findings, decisions, reports."""

from datetime import timedelta
from statistics import median

from django.conf import settings
from django.db import models
from django.utils import timezone

from .answers import Answer, Revision, State
from .lists import Reason


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)

    def free(self) -> "CaseQuerySet":
        """In nobody's hands at this moment."""
        return self.exclude(taken_until__gt=timezone.now())

    def taken(self) -> "CaseQuerySet":
        return self.filter(taken_until__gt=timezone.now())

    def usual_wait(self) -> timedelta | None:
        """The median time from opening to closing of the last 50 cases; None where there were none."""
        decided = self.filter(closed_at__isnull=False).exclude(answer__state=State.DELETED)
        last = decided.order_by("-closed_at")[:50]
        waits = [closed - opened for opened, closed in last.values_list("opened_at", "closed_at")]
        return median(waits) if waits else None

    def free_for(self, member) -> "CaseQuerySet":
        """Not in another moderator's hands at this moment."""
        return self.exclude(~models.Q(taken_by=member), taken_until__gt=timezone.now())


class Case(models.Model):
    """The moderators' work item about one answer: why it needs a look, since when, who has taken it."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="cases", verbose_name="réponse")
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    closed_at = models.DateTimeField("clos le", null=True)
    # The sum of what was found and reported; higher is looked at first when sorted by risk.
    risk = models.PositiveSmallIntegerField("risque", default=0)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="pris par"
    )
    taken_until = models.DateTimeField("pris jusqu’à", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=models.Q(closed_at=None), name="case_one_open_per_answer"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(closed_at=None), name="case_by_age"),
            models.Index(fields=["-risk", "id"], condition=models.Q(closed_at=None), name="case_by_risk"),
            models.Index(fields=["-closed_at"], name="case_last_closed"),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.pk}"

    @property
    def is_taken(self) -> bool:
        return self.taken_until is not None and self.taken_until > timezone.now()


# What the author is told of a check: why, but not where, or the list could be tried out.
SAID_TO_THE_AUTHOR = {
    "mode": "les réponses à cette question sont relues avant publication",
    "first_answers": "les premières réponses d’un membre sont relues avant publication",
    "resent": "votre texte corrigé est relu",
    "held_member": "vos textes sont relus avant publication",
    "blocked_phrase": "votre texte contient une expression à vérifier",
    "links": "votre texte contient plusieurs liens",
    "same_text": "un texte semblable a déjà été envoyé",
    "too_fast": "plusieurs textes sont arrivés en peu de temps",
    "failed_check": "un contrôle n’a pas pu être fait",
}


class Finding(models.Model):
    """One reason why screening held a revision."""

    class Check(models.TextChoices):
        MODE = "mode", "modération avant publication"
        FIRST_ANSWERS = "first_answers", "premières réponses"
        RESENT = "resent", "corrigée et renvoyée"
        HELD_MEMBER = "held_member", "auteur toujours relu"
        BLOCKED_PHRASE = "blocked_phrase", "expression bloquée"
        LINKS = "links", "liens nombreux"
        SAME_TEXT = "same_text", "texte déjà envoyé"
        TOO_FAST = "too_fast", "envois rapprochés"
        FAILED_CHECK = "failed_check", "vérification en panne"

    revision = models.ForeignKey(
        Revision, models.PROTECT, db_index=False, related_name="findings", verbose_name="version"
    )
    check_name = models.CharField("vérification", max_length=14, choices=Check)
    # A sentence for the moderator: what was found and where.
    detail = models.CharField("détail", max_length=300, blank=True)
    # The passages themselves, as they stand in the text, to be marked in it.
    passages = models.JSONField("passages", default=list)

    class Meta:
        verbose_name = "motif de relecture"
        verbose_name_plural = "motifs de relecture"
        constraints = [models.UniqueConstraint(fields=["revision", "check_name"], name="finding_once")]
        indexes = [models.Index(fields=["check_name", "revision"], name="finding_by_check")]

    def __str__(self) -> str:
        return self.get_check_name_display()

    @property
    def for_author(self) -> str:
        return SAID_TO_THE_AUTHOR[self.check_name]


# A decision told afterwards: "Mona l’a publiée".
DONE = {
    "publish": "publiée",
    "return": "rendue à son auteur",
    "refuse": "refusée",
    "withdraw": "retirée",
    "restore": "rétablie",
    "keep": "maintenue",
    "overturn": "finalement publiée",
    "undo": "remise en l’état",
    "delete": "supprimée",
}


DONE_TO_MANY = {
    "publish": "publiées",
    "return": "rendues à leurs auteurs",
    "refuse": "refusées",
    "withdraw": "retirées",
    "restore": "rétablies",
    "keep": "maintenues",
    "overturn": "finalement publiées",
    "undo": "remises en l’état",
    "delete": "supprimées",
}


class Decision(models.Model):
    """Append-only, guarded by triggers: what was decided about which revision, by whom and why."""

    class Verb(models.TextChoices):
        PUBLISH = "publish", "publier"
        RETURN = "return", "rendre à l’auteur"
        REFUSE = "refuse", "refuser"
        WITHDRAW = "withdraw", "retirer"
        RESTORE = "restore", "rétablir"
        KEEP = "keep", "maintenir"
        OVERTURN = "overturn", "publier finalement"
        UNDO = "undo", "annuler"
        DELETE = "delete", "supprimer"

    answer = models.ForeignKey(
        Answer, models.PROTECT, db_index=False, related_name="decisions", verbose_name="réponse"
    )
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="decisions", verbose_name="version")
    verb = models.CharField("décision", max_length=8, choices=Verb)
    from_state = models.CharField("de", max_length=9, choices=State, blank=True)
    to_state = models.CharField("vers", max_length=9, choices=State)
    # Whether the revision was an edit of a published answer rather than the answer itself.
    is_edit = models.BooleanField("modification", default=False)
    by = models.ForeignKey(  # null: screening
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="decisions",
        verbose_name="par",
    )
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="motif"
    )
    note = models.TextField("mot à l’auteur", blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name="annule"
    )
    created_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "décision"
        indexes = [
            models.Index(fields=["answer", "-id"], name="decision_of_answer"),
            # By people: most decisions are screening's, and give no reason.
            models.Index(fields=["reason"], condition=models.Q(reason__isnull=False), name="decision_reason"),
            models.Index(fields=["by", "-id"], condition=models.Q(by__isnull=False), name="decision_of_moderator"),
            models.Index(fields=["-id"], condition=models.Q(by__isnull=False), name="decision_by_people"),
            # A moderator's last goes, and all of one, whatever he has decided before.
            models.Index(fields=["by", "created_at"], condition=models.Q(by__isnull=False), name="decision_of_go"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} : {self.answer}"

    @property
    def done(self) -> str:
        return DONE[self.verb]

    def made_together(self) -> "models.QuerySet[Decision]":
        """What the same moderator decided in the same go: one verdict about all that he had ticked."""
        return Decision.objects.filter(by=self.by_id, verb=self.verb, created_at=self.created_at)

    @property
    def can_be_undone(self) -> bool:
        """A moderator's decision can; what screening or the author did cannot."""
        return self.by_id is not None and self.verb not in (self.Verb.UNDO, self.Verb.DELETE)

    @property
    def done_to_many(self) -> str:
        return DONE_TO_MANY[self.verb]

    @property
    def is_overtaken(self) -> bool:
        """Another decision about the same text, or about the same edit, has been taken since and stands."""
        later = Decision.objects.filter(answer=self.answer_id, is_edit=self.is_edit, pk__gt=self.pk)
        stands = later.filter(undone_by=None, by__isnull=False).exclude(verb__in=[self.Verb.UNDO, self.Verb.KEEP])
        return stands.exists()

    @property
    def explanation(self) -> str:
        """What the reason says to the author; how to mend it, only where he can send it again."""
        if self.reason is None:
            return ""
        may_mend = self.verb == self.Verb.RETURN
        return f"{self.reason.explanation} {self.reason.remedy}".strip() if may_mend else self.reason.explanation

    @property
    def for_author(self) -> str:
        """What was decided, in a few words for the author."""
        if self.verb == self.Verb.UNDO:
            return f"Décision annulée : réponse de nouveau {self.state_for_author}"
        what = "Votre modification" if self.is_edit else "Votre réponse"
        return f"{what} vous a été rendue" if self.verb == self.Verb.RETURN else f"{what} a été {self.done}"

    @property
    def state_for_author(self) -> str:
        """Where the text stands after it, as its author is told: to him, what was returned is work to do."""
        return "à corriger" if self.to_state == State.RETURNED else self.get_to_state_display()


class Report(models.Model):
    """A reader says that a published text breaks a rule. Once per version and reader."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="reports", verbose_name="réponse")
    revision = models.ForeignKey(Revision, models.PROTECT, db_index=False, related_name="+", verbose_name="version")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports", verbose_name="par")
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+", verbose_name="motif")
    remark = models.TextField("remarque", max_length=1000, blank=True)
    created_at = models.DateTimeField("le", default=timezone.now)
    settled_by = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="settles", verbose_name="réglé par"
    )

    class Meta:
        verbose_name = "signalement"
        constraints = [models.UniqueConstraint(fields=["revision", "by"], name="report_once")]
        indexes = [models.Index(fields=["answer"], condition=models.Q(settled_by=None), name="report_unsettled")]

    def __str__(self) -> str:
        return f"Signalement {self.pk}"
