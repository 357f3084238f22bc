"""Cases: opened when a text needs a look, taken by a moderator for a while, closed by a decision."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case as OneOf
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.models import Answer, Case, Member, Report
from forum.models.moderation import CaseQuerySet
from forum.models.statements import put
from forum.permissions import may_moderate

from .errors import NotAllowed

LEASE = timedelta(minutes=10)
REPORT_RISK = 3  # what each unsettled report adds to the risk that screening found


def new_case(answer: Answer, risk: int) -> Case:
    """Open the case of an answer that is new: there is no other, and nobody has reported it."""
    case = Case(answer=answer, risk=risk)
    put(case)
    return case


def open_case(answer: Answer, risk: int) -> Case:
    """Open the answer's case, or bring its open one up to date; `risk` is what screening found.

    Runs inside a transaction that holds the answer's thread.
    """
    risk += REPORT_RISK * answer.reports.filter(settled_by=None).count()
    case, is_new = Case.objects.get_or_create(answer=answer, closed_at=None, defaults={"risk": risk})
    if not is_new:
        Case.objects.filter(pk=case.pk).update(risk=risk)
    return case


def reopen_cases(risks: dict[int, int], closed_at: datetime) -> None:
    """Put back the cases that the decisions of this time had closed, in their old places in the queue.

    `risks` is what screening had found, by answer. Where another case is open since, that one takes
    what has come back. Runs inside a transaction that holds the answers' threads.
    """
    open_ones = Case.objects.open().filter(answer__in=list(risks))
    closed = Case.objects.filter(answer__in=list(risks), closed_at=closed_at)
    closed.exclude(answer__in=open_ones.values("answer")).update(closed_at=None, taken_by=None, taken_until=None)
    open_ones.update(risk=_found(risks) + REPORT_RISK * Coalesce(Subquery(_unsettled()), 0))


def _found(risks: dict[int, int]) -> OneOf:
    answers = defaultdict(list)
    for answer, risk in risks.items():
        answers[risk].append(answer)
    whens = (When(answer__in=some, then=Value(risk)) for risk, some in answers.items())
    return OneOf(*whens, output_field=IntegerField())


def _unsettled() -> QuerySet:
    """How many reports of a case's answer are to be settled."""
    reports = Report.objects.filter(answer=OuterRef("answer"), settled_by=None).order_by()
    return reports.values("answer").annotate(number=Count("pk")).values("number")


def close_cases(answer_ids: Collection[int], now: datetime) -> None:
    """Close the open cases of answers that were just decided, but for those with reports to settle."""
    reported = Report.objects.filter(answer__in=answer_ids, settled_by=None).values("answer")
    Case.objects.open().filter(answer__in=answer_ids).exclude(answer__in=reported).update(closed_at=now)


def take_cases(by: Member, case_ids: Collection[int]) -> int:
    """Keep open cases for one moderator for `LEASE`, or for as long again; returns how many he has.

    A case in another moderator's hands stays there. Raises `NotAllowed`.
    """
    if not may_moderate(by):
        raise NotAllowed("Seule la modération peut prendre un dossier.")
    free = Case.objects.open().free_for(by).filter(pk__in=case_ids)
    return _hand(free, taken_by=by, taken_until=timezone.now() + LEASE)


def release_cases(by: Member) -> int:
    """Give back whatever the moderator had taken; returns how many cases that were."""
    return _hand(Case.objects.open().filter(taken_by=by), taken_by=None, taken_until=None)


@transaction.atomic
def _hand(cases: CaseQuerySet, **change) -> int:
    """Cases change hands without a wait: one that is being decided or taken at this moment is left out.

    Waiting for it could end in a deadlock: this holds cases and no thread, a decision the reverse.
    """
    mine = cases.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return Case.objects.filter(pk__in=list(mine)).update(**change)


def in_other_hands(answer_ids: Collection[int], by: Member) -> set[int]:
    """Which of the answers another moderator has taken. Nobody keeps an administrator waiting."""
    if by.is_superuser:
        return set()
    taken = Case.objects.open().taken().exclude(taken_by=by).filter(answer__in=answer_ids)
    return set(taken.values_list("answer_id", flat=True))


def unsettled_reports(answer: Answer) -> "list[Report]":
    """The reports that the next decision about the answer will settle, first come first."""
    return list(answer.reports.filter(settled_by=None).select_related("by", "reason").order_by("pk"))
