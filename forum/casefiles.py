"""What a moderator reads before deciding.

Both doors show the same: the queue's pages and the Django admin.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import IntegerField, OuterRef, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString

from forum.actions.moderation import IN_FAVOUR, NEEDS_REASON
from forum.actions.moves import moves_from
from forum.models import Answer, Case, Decision, Finding, Member, Reason, Report, Revision
from forum.models.answers import COUNTED_TO, State
from forum.text.diff import diff
from forum.text.render import render, stored

Verb = Decision.Verb

# What has to be loaded with an answer for its file to be shown without another query.
WITH_THE_ANSWER = (
    "author",
    "question__article",
    "latest",
    "revision",
    "reply_to__author",
    "reply_to__revision",
)


@dataclass(frozen=True)
class Record:
    """What became of an author's texts so far: numbers of answers, none above `COUNTED_TO` + 1."""

    published: int = 0
    returned: int = 0
    refused: int = 0
    withdrawn: int = 0


@dataclass(frozen=True)
class ReasonGroup:
    """The reasons that some of the verbs on offer ask for."""

    verbs: list[Verb]
    reasons: list[Reason]

    @property
    def label(self) -> str:
        """ "Pour rendre à l’auteur, refuser ou retirer"."""
        *others, last = [verb.label for verb in self.verbs]
        return f"Pour {', '.join(others)} ou {last}" if others else f"Pour {last}"


def reason_groups(verbs: Iterable[str], reasons: Collection[Reason]) -> list[ReasonGroup]:
    """The menu of reasons for these verbs: those against the text, then those for it."""
    asking = [Verb(verb) for verb in verbs if verb in NEEDS_REASON]
    groups = [
        ReasonGroup(
            [verb for verb in asking if (verb in IN_FAVOUR) == in_favour],
            [reason for reason in reasons if reason.in_favour == in_favour],
        )
        for in_favour in (False, True)
    ]
    return [group for group in groups if group.verbs]


@dataclass
class CaseFile:
    """One answer with all that speaks for and against it."""

    answer: Answer
    case: Case | None = None
    findings: list[Finding] = field(default_factory=list)  # none once a person has let the text out
    reports: list[Report] = field(default_factory=list)  # to be settled
    record: Record = Record()
    offered_reasons: list[Reason] = field(default_factory=list)
    what_happened: str = ""  # why a decision was not made

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
    def verbs(self) -> list[Verb]:
        """The verbs on offer, in the order of the buttons; without a report there is nothing to keep."""
        return [Verb(verb) for verb in moves_from(self.answer) if verb != Verb.KEEP or self.reports]

    @property
    def verbs_with_reason(self) -> list[Verb]:
        return [verb for verb in self.verbs if verb in NEEDS_REASON]

    @property
    def reason_groups(self) -> list[ReasonGroup]:
        return reason_groups(self.verbs, self.offered_reasons)

    @property
    def waits(self) -> timedelta:
        return timezone.now() - self.case.opened_at

    @property
    def is_taken(self) -> bool:
        return self.case is not None and self.case.is_taken


def case_files(answers: list[Answer], cases: dict[int, Case]) -> list[CaseFile]:
    """Files of answers loaded `WITH_THE_ANSWER`, in four queries whatever their number.

    `cases` are their open cases, with `taken_by`, by answer.
    """
    findings, reports = defaultdict(list), defaultdict(list)
    held = [answer.latest_id for answer in answers if answer.text_state != State.PUBLISHED]
    for finding in Finding.objects.filter(revision__in=held).order_by("pk"):
        findings[finding.revision_id].append(finding)
    unsettled = Report.objects.filter(answer__in=answers, settled_by=None).select_related("by", "reason")
    for report in unsettled.order_by("pk"):
        reports[report.answer_id].append(report)
    records = records_of({answer.author_id for answer in answers})
    offered = list(Reason.objects.offered())
    return [
        CaseFile(
            answer,
            cases.get(answer.pk),
            findings[answer.latest_id],
            reports[answer.pk],
            records.get(answer.author_id, Record()),
            offered,
        )
        for answer in answers
    ]


def case_files_of(answer_ids: Collection[int]) -> list[CaseFile]:
    """The files of these answers as they are now, in the order of their ids."""
    answers = list(Answer.objects.filter(pk__in=answer_ids).select_related(*WITH_THE_ANSWER).order_by("pk"))
    cases = Case.objects.open().filter(answer__in=answers).select_related("taken_by")
    return case_files(answers, {case.answer_id: case for case in cases})


class _Bounded(Subquery):
    """How many rows there are, as far as the subquery's LIMIT lets it look."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS few)"
    output_field = IntegerField()


def records_of(author_ids: Collection[int]) -> dict[int, Record]:
    """What became of the texts of each author, each number up to one more than `COUNTED_TO`."""
    own = Answer.objects.filter(author=OuterRef("pk")).order_by().values("pk")
    numbers = {state: _Bounded(own.filter(state=state)[: COUNTED_TO + 1]) for state in Record.__annotations__}
    rows = Member.objects.filter(pk__in=author_ids).values_list("pk", *numbers.values())
    return {pk: Record(*counts) for pk, *counts in rows}


@dataclass(frozen=True)
class AnswerFile:
    """The whole file of one answer: what a moderator reads before deciding, and its history, newest first."""

    now: CaseFile
    reports: list[Report]  # settled ones too
    revisions: list[Revision]
    decisions: list[Decision]

    @property
    def undoable(self) -> Decision | None:
        """The last word on the answer, if a moderator said it and it can be taken back."""
        last = self.decisions[0] if self.decisions else None
        return last if last is not None and last.can_be_undone else None


def answer_file(answer_id: int) -> AnswerFile | None:
    """Everything about one answer, in a fixed number of queries; None where there is no such answer."""
    for now in case_files_of([answer_id]):
        answer = now.answer
        return AnswerFile(
            now,
            list(answer.reports.select_related("by", "reason", "settled_by").order_by("-pk")),
            list(answer.revisions.order_by("-pk")),
            list(answer.decisions.select_related("by", "reason").order_by("-pk")),
        )
    return None
