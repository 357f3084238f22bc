"""What the moderators' queue shows: open cases, each with all that is needed to decide."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from forum.casefiles import WITH_THE_ANSWER, CaseFile, case_files
from forum.forms.moderation import REPORTED, QueueFilter
from forum.models import Answer, Case, Decision, Member, Report
from forum.text.numbers import whole_number

PER_PAGE = 20
LAST_DECISIONS = 10
LAST_DECISIONS_AGE = timedelta(hours=12)
Verb = Decision.Verb


@dataclass(frozen=True)
class QueuePage:
    files: list[CaseFile]
    next_key: str


def queue_page(member: Member, wanted: dict, after: str | None) -> QueuePage:
    """One page of open cases for the filter's values; `after` is the key of the last case before it."""
    cases = in_order(open_cases(member, wanted), wanted)
    key = _key(after)
    if key:
        risk, pk = key
        beyond = Q(risk__lt=risk) | Q(risk=risk, pk__gt=pk) if _by_risk(wanted) else Q(pk__gt=pk)
        cases = cases.filter(beyond)
    related = [f"answer__{name}" for name in WITH_THE_ANSWER]
    found = list(cases.select_related("taken_by", *related)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    next_key = f"{shown[-1].risk}-{shown[-1].pk}" if len(found) > PER_PAGE else ""
    files = case_files([case.answer for case in shown], {case.answer_id: case for case in shown})
    return QueuePage(files, next_key)


def _key(value: str | None) -> tuple[int, int] | None:
    risk, _, pk = (value or "").partition("-")
    last = whole_number(pk)
    return (whole_number(risk) or 0, last) if last else None


def _by_risk(wanted: dict) -> bool:
    return wanted.get("tri") == "risque"


def in_order(cases: QuerySet[Case], wanted: dict) -> QuerySet[Case]:
    return cases.order_by("-risk", "pk") if _by_risk(wanted) else cases.order_by("pk")


def open_cases(member: Member, wanted: dict) -> QuerySet[Case]:
    """The open cases that the filter's values ask for."""
    cases = Case.objects.open()
    if wanted.get("article"):
        cases = cases.filter(_answer(question__article=wanted["article"]))
    if wanted.get("question"):
        cases = cases.filter(_answer(question=wanted["question"]))
    if wanted.get("motif") == REPORTED:
        unsettled = Report.objects.filter(settled_by=None)  # few, whatever waits beside them
        cases = cases.filter(answer__in=unsettled.values("answer"))
    elif wanted.get("motif"):
        cases = cases.filter(_answer(latest__findings__check_name=wanted["motif"]))
    if wanted.get("qui") == "moi":
        return cases.taken().filter(taken_by=member)
    return cases if wanted.get("qui") == "tous" else cases.free_for(member)


def _answer(**fields) -> Exists:
    """What a case's answer is like, asked case by case: a question may have a million answers that do not wait."""
    return Exists(Answer.objects.filter(pk=OuterRef("answer"), **fields))


def filter_values(form: QueueFilter) -> dict:
    """What was understood of the filter; what was not is as if it had not been asked."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


def last_decisions(member: Member) -> list[Decision]:
    """What the moderator may want to take back: of each go its last decision, with the `number` of them."""
    since = timezone.now() - LAST_DECISIONS_AGE
    newer = Decision.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk"))
    own = member.decisions.filter(~Exists(newer), created_at__gte=since).exclude(verb__in=[Verb.UNDO, Verb.DELETE])
    goes = own.values("created_at").annotate(last=Max("pk"), number=Count("pk")).order_by("-created_at")
    numbers = dict(goes.values_list("last", "number")[:LAST_DECISIONS])
    decisions = Decision.objects.filter(pk__in=numbers).select_related("answer__author").order_by("-pk")
    for decision in decisions:
        decision.number = numbers[decision.pk]
    return list(decisions)
