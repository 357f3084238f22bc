"""The end of the demonstration: what its members wrote and did goes, what real members wrote stays."""

from collections.abc import Collection
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from forum.models import (
    Answer,
    Case,
    Decision,
    Draft,
    Finding,
    Member,
    Notification,
    Question,
    Report,
    Revision,
    Sanction,
)
from forum.models.answers import State
from forum.models.guards import guards_lifted

from .answers import delete_answer
from .sessions import end_sessions
from .threads import lock_threads


@dataclass(frozen=True)
class Removal:
    """How many rows went, and how many had to stay."""

    answers: int
    members: int
    placeholders: int  # answers that stay as deleted ones, because real members replied to them
    closed: int  # accounts that stay, closed, because a placeholder, a decision or a measure names them


def remove_demonstration() -> Removal:
    """Remove whatever the demonstration members made, in one transaction, whatever DEBUG says.

    An answer that a real member replied to, or keeps a draft for, is deleted as its author would
    delete it, and stays as a placeholder. Decisions and measures that a demonstration moderator
    took about real members stay in the journal, and with them the account, which nobody can use.
    """
    with transaction.atomic():
        lock_threads(Question.objects.values_list("pk", flat=True))
        own = Answer.objects.filter(author__is_demonstration=True)
        # First as authors do it: the counts of threads follow by the usual way.
        for answer in own.exclude(state=State.DELETED).select_related("author"):
            delete_answer(author=answer.author, answer=answer)
        held = _held_by_others()
        going = list(own.exclude(pk__in=held).values_list("pk", flat=True))
        with guards_lifted():
            _remove_reports(going)
            _remove_answers(going)
            Sanction.objects.filter(member__is_demonstration=True).delete()
            closed, gone = _remove_members()
        Question.objects.all().mark_changed()
    return Removal(answers=len(going), members=gone, placeholders=len(held), closed=closed)


def _held_by_others() -> set[int]:
    """Answers under which real members wrote, and those that these reply to in their turn."""
    own = Answer.objects.filter(author__is_demonstration=True)
    replied = Answer.objects.filter(author__is_demonstration=False, reply_to__in=own)
    drafted = Draft.objects.filter(author__is_demonstration=False, reply_to__in=own)
    found = {*replied.values_list("reply_to", flat=True), *drafted.values_list("reply_to", flat=True)}
    held: set[int] = set()
    while found:
        held |= found
        found = set(own.filter(replies__in=found).values_list("pk", flat=True)) - held
    return held


def _remove_reports(going: Collection[int]) -> None:
    """The reports, and the cases of real members' answers for which no other reason is left."""
    reports = Report.objects.filter(by__is_demonstration=True)
    reported = list(reports.filter(settled_by=None).values_list("answer", flat=True))
    Report.objects.filter(Q(by__is_demonstration=True) | Q(answer__in=going)).delete()
    unsettled = Report.objects.filter(answer=OuterRef("answer"), settled_by=None)
    groundless = Case.objects.open().filter(~Exists(unsettled), answer__in=reported, answer__state=State.PUBLISHED)
    groundless.exclude(answer__edit_state=State.PENDING).delete()


def _remove_answers(going: Collection[int]) -> None:
    Notification.objects.filter(Q(recipient__is_demonstration=True) | Q(answer__in=going)).delete()
    Draft.objects.filter(author__is_demonstration=True).delete()
    Finding.objects.filter(revision__answer__in=going).delete()
    decisions = Decision.objects.filter(answer__in=going)
    decisions.update(undoes=None)
    decisions.delete()
    Case.objects.filter(answer__in=going).delete()
    # Answers and revisions name each other: let go before either can be dropped.
    answers = Answer.objects.filter(pk__in=going)
    answers.update(revision=None, latest=None, reply_to=None)
    Revision.objects.filter(answer__in=going).delete()
    answers.delete()


def _remove_members() -> tuple[int, int]:
    """Close the accounts that something still names, and delete the others; returns how many of each."""
    members = Member.objects.filter(is_demonstration=True)
    for member in members:
        end_sessions(member)
    Case.objects.filter(taken_by__in=members).update(taken_by=None, taken_until=None)
    EmailAddress.objects.filter(user__in=members).delete()
    Authenticator.objects.filter(user__in=members).delete()
    named = [
        Answer.objects.filter(author=OuterRef("pk")),
        Decision.objects.filter(by=OuterRef("pk")),
        Sanction.objects.filter(by=OuterRef("pk")),
    ]
    still_named = Exists(named[0]) | Exists(named[1]) | Exists(named[2])
    closed = members.filter(still_named).update(is_active=False, email="", password=make_password(None))
    _, rows = members.exclude(still_named).delete()
    return closed, rows.get(Member._meta.label, 0)
