"""Measures about members: always read first, suspended, banned; and their end."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from forum.models import Member, Question, Role, Sanction
from forum.permissions import may_sanction

from .errors import NotAllowed
from .notifications import tell_member
from .sessions import end_sessions
from .threads import lock_threads

Kind = Sanction.Kind

# What each measure writes on the member; the row in `Sanction` says who, when and why.
EFFECTS = {
    Kind.HOLD: lambda until: {"is_held": True},
    Kind.UNHOLD: lambda until: {"is_held": False},
    Kind.SUSPEND: lambda until: {"suspended_until": until},
    Kind.UNSUSPEND: lambda until: {"suspended_until": None},
    Kind.BAN: lambda until: {"is_active": False},
    Kind.UNBAN: lambda until: {"is_active": True},
}


def sanction(*, by: Member, member: Member, kind: str, reason: str, until: datetime | None = None) -> Sanction:
    """Take a measure, or end one, and tell the member. A ban ends his sessions at once.

    `until` is for a suspension alone, and lies ahead. Raises `NotAllowed` (not a moderator, a
    colleague, oneself) and `ValueError` (no reason, no date where one is needed).
    """
    if not may_sanction(by, member):
        raise NotAllowed("Vous ne pouvez pas prendre de mesure à l’égard de ce membre.")
    if not reason.strip():
        raise ValueError("A measure needs a reason.")
    if (kind == Kind.SUSPEND) != (until is not None) or (until is not None and until <= timezone.now()):
        raise ValueError("A suspension, and nothing else, has an end that lies ahead.")
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(**EFFECTS[kind](until))
        row = Sanction.objects.create(member=member, kind=kind, reason=reason.strip(), until=until, by=by)
        tell_member(row)
        if kind == Kind.BAN:
            end_sessions(member)
    return row


def give_role(member: Member, role: Role) -> None:
    """Give the member another role. It begins with a new log-in, which asks for the second factor it may need."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(role=role)
        threads = lock_threads(member.answers.published().values_list("question", flat=True))
        Question.objects.filter(pk__in=threads).mark_changed()  # the role stands beside his name
        end_sessions(member)
