"""Who may do what. Decides and writes nothing; views, admin and actions ask here."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings

from forum.models import Answer, Member, Question, Role
from forum.models.answers import State

# What each role may do in the Django admin; administrators may do everything.
MODERATOR_PERMISSIONS = frozenset(
    {
        "forum.view_answer",
        "forum.view_decision",
        "forum.view_member",
        "forum.view_question",
        "forum.view_article",
        "forum.view_blockedphrase",
        "forum.add_blockedphrase",
        "forum.change_blockedphrase",
        "forum.delete_blockedphrase",
        "forum.view_reason",
        "forum.add_reason",
        "forum.change_reason",
        "forum.delete_reason",
    }
)
EDITOR_PERMISSIONS = frozenset(
    {
        "forum.view_article",
        "forum.add_article",
        "forum.change_article",
        "forum.delete_article",
        "forum.view_question",
        "forum.add_question",
        "forum.change_question",
        "forum.delete_question",
    }
)
ADMIN_PERMISSIONS = {
    Role.READER: frozenset(),
    Role.MODERATOR: MODERATOR_PERMISSIONS,
    Role.EDITOR: EDITOR_PERMISSIONS,
}


class RoleBackend(AuthenticationBackend):
    """Log-in by name or address, and Django's permissions read from the role instead of from rows.

    The only backend: a second one would be asked too, and would look for the rows.
    """

    def get_user(self, user_id: int) -> Member | None:
        member = Member.objects.find(user_id)
        return member if member and self.user_can_authenticate(member) else None

    def get_all_permissions(self, user_obj, obj=None) -> frozenset[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return frozenset()
        return ADMIN_PERMISSIONS.get(user_obj.role, frozenset())

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))


def may_write(user) -> bool:
    """Whether the member may post at all: logged in, account open, not suspended."""
    return user.is_authenticated and user.is_active and not user.is_suspended


def may_answer(user, question: Question) -> bool:
    return may_write(user) and question.is_open


def may_reply(user, answer: Answer) -> bool:
    """Replies go to published answers alone: a reply must not reveal what it hangs on."""
    return answer.is_published and may_answer(user, answer.question)


def may_edit(user, answer: Answer) -> bool:
    """The author, until moderators have had the last word on it (refused or withdrawn)."""
    return (
        may_write(user)
        and answer.author_id == user.pk
        and answer.state in (State.PENDING, State.PUBLISHED, State.RETURNED)
        # What was returned can be sent again: nobody is asked to mend a text in vain.
        and (answer.question.is_open or answer.text_state == State.RETURNED)
    )


def may_delete(user, answer: Answer) -> bool:
    """The author at any time, also when suspended: a text is his to take back."""
    return user.is_authenticated and answer.author_id == user.pk and answer.state != State.DELETED


def may_report(user, answer: Answer) -> bool:
    return may_write(user) and answer.is_published and answer.author_id != user.pk


def may_moderate(user) -> bool:
    return user.is_authenticated and user.is_moderator and not user.is_suspended


def kind_of_reader(user, question: Question) -> tuple[bool, ...]:
    """All that the rules about answers go by, but for whose an answer is and how it stands.

    Readers of one kind may do the same with the answers of others under the question, and each with his own.
    """
    return (user.is_authenticated, may_write(user), may_moderate(user), question.is_open)


def may_sanction(user, member: Member) -> bool:
    """Moderators may measure readers; only administrators may measure colleagues; nobody himself."""
    if not may_moderate(user) or user.pk == member.pk:
        return False
    return user.is_superuser or member.role == Role.READER


def second_factor_missing(user) -> bool:
    """Whether the role asks for a second factor that the account has not: then no room of the staff opens."""
    if not settings.STAFF_NEEDS_SECOND_FACTOR or not user.is_authenticated or user.role == Role.READER:
        return False
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return not Authenticator.objects.filter(user=user, type__in=factors).exists()
