"""What the moderators' queue shows: open cases, each with all that is needed to decide."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from forum.actions.moderation import moves_from
from forum.forms.moderation import REPORTED, QueueFilter
from forum.models import Answer, Case, Decision, Finding, Member, Report
from forum.models.answers import State
from forum.text.diff import diff
from forum.text.render import render, stored

from .keys import whole_number

PER_PAGE = 20
Verb = Decision.Verb

WITH_THE_ANSWER = (
    "author",
    "question__article",
    "latest",
    "revision",
    "reply_to__author",
    "reply_to__revision",
)


# The letter that presses each verb's button. Keeping is to a report what publishing is to a text.
KEYS = {Verb.PUBLISH: "p", Verb.KEEP: "p", Verb.RETURN: "c", Verb.REFUSE: "r", Verb.WITHDRAW: "r"}


@dataclass(frozen=True)
class Button:
    value: str
    label: str
    key: str


@dataclass
class CaseRow:
    """One case as a moderator sees it."""

    answer: Answer
    case: Case | None = None
    findings: list[Finding] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    record: "Record | None" = None
    what_happened: str = ""  # instead of the decision that somebody else was quicker with

    @property
    def is_edit(self) -> bool:
        return self.answer.is_published and bool(self.answer.edit_state)

    @property
    def text(self) -> SafeString:
        """The last text as readers would see it, with what was found marked in it."""
        passages = [passage for finding in self.findings for passage in finding.passages]
        return render(self.answer.latest.text, passages) if passages else stored(self.answer.latest.html)

    @property
    def changes(self) -> SafeString | str:
        """What an edit changes in the published text."""
        return diff(self.answer.revision.text, self.answer.latest.text) if self.is_edit else ""

    @property
    def parent_text(self) -> SafeString | str:
        parent = self.answer.reply_to
        return stored(parent.revision.html) if parent and parent.revision else ""

    @property
    def verbs(self) -> list["Button"]:
        """The verbs on offer, in the order of the buttons; without a report there is nothing to keep."""
        offered = [verb for verb in moves_from(self.answer) if verb != Verb.KEEP or self.reports]
        return [Button(verb, Verb(verb).label, KEYS.get(verb, "")) for verb in offered]

    @property
    def waits(self) -> timedelta:
        return timezone.now() - self.case.opened_at

    @property
    def is_elsewhere(self) -> bool:
        return self.case is not None and self.case.is_taken


@dataclass(frozen=True)
class Record:
    """What became of an author's texts so far."""

    published: int = 0
    returned: int = 0
    refused: int = 0
    withdrawn: int = 0


@dataclass(frozen=True)
class QueuePage:
    rows: list[CaseRow]
    next_key: str


def queue_page(member: Member, wanted: dict, after: str | None) -> QueuePage:
    """One page of open cases for the filter's values; `after` is the key of the last case before it."""
    by_risk = wanted.get("tri") == "risque"
    cases = open_cases(member, wanted)
    key = _key(after)
    if by_risk:
        cases = cases.order_by("-risk", "pk")
        if key:
            risk, pk = key
            cases = cases.filter(Q(risk__lt=risk) | Q(risk=risk, pk__gt=pk))
    else:
        cases = cases.order_by("pk")
        if key:
            cases = cases.filter(pk__gt=key[1])
    related = [f"answer__{name}" for name in WITH_THE_ANSWER]
    found = list(cases.select_related("taken_by", *related)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    next_key = f"{shown[-1].risk}-{shown[-1].pk}" if len(found) > PER_PAGE else ""
    return QueuePage(case_rows([case.answer for case in shown], {case.answer_id: case for case in shown}), next_key)


def _key(value: str | None) -> tuple[int, int] | None:
    risk, _, pk = (value or "").partition("-")
    last = whole_number(pk)
    return (whole_number(risk) or 0, last) if last else None


def open_cases(member: Member, wanted: dict) -> QuerySet[Case]:
    """The open cases that the filter's values ask for."""
    cases = Case.objects.open()
    if wanted.get("article"):
        cases = cases.filter(answer__question__article=wanted["article"])
    if wanted.get("question"):
        cases = cases.filter(answer__question=wanted["question"])
    if wanted.get("motif") == REPORTED:
        unsettled = Report.objects.filter(settled_by=None)
        cases = cases.filter(answer__in=unsettled.values("answer"))
    elif wanted.get("motif"):
        held = Finding.objects.filter(check_name=wanted["motif"])
        cases = cases.filter(answer__latest__in=held.values("revision"))
    if wanted.get("qui") == "moi":
        return cases.taken().filter(taken_by=member)
    return cases if wanted.get("qui") == "tous" else cases.free_for(member)


def case_rows(answers: list[Answer], cases: dict[int, Case]) -> list[CaseRow]:
    """Rows for answers loaded `WITH_THE_ANSWER`, in three queries whatever their number."""
    findings, reports = defaultdict(list), defaultdict(list)
    for finding in Finding.objects.filter(revision__in=[answer.latest_id for answer in answers]).order_by("pk"):
        findings[finding.revision_id].append(finding)
    unsettled = Report.objects.filter(answer__in=answers, settled_by=None).select_related("by", "reason")
    for report in unsettled.order_by("pk"):
        reports[report.answer_id].append(report)
    records = records_of({answer.author_id for answer in answers})
    return [
        CaseRow(
            answer,
            cases.get(answer.pk),
            findings[answer.latest_id],
            reports[answer.pk],
            records.get(answer.author_id, Record()),
        )
        for answer in answers
    ]


def records_of(author_ids: set[int]) -> dict[int, Record]:
    """How many answers of each author are published, returned, refused and withdrawn."""
    told = [State.PUBLISHED, State.RETURNED, State.REFUSED, State.WITHDRAWN]
    counts = Answer.objects.filter(author__in=author_ids, state__in=told).values_list("author", "state")
    records: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for author, state, number in counts.annotate(number=Count("pk")).order_by():
        records[author][state] = number
    return {author: Record(**numbers) for author, numbers in records.items()}


def filter_values(form: QueueFilter) -> dict:
    """What was understood of the filter; what was not is as if it had not been asked."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
