"""What a moderator reads of one answer before deciding, and what is said when somebody was first."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString

from forum.actions.cases import in_other_hands
from forum.actions.moderation import moves_from
from forum.models import Answer, Case, Decision, Finding, Member, Report, Revision
from forum.models.answers import State
from forum.text.diff import diff
from forum.text.render import render, stored
from forum.text.times import relative

Verb = Decision.Verb

WITH_THE_ANSWER = (
    "author",
    "question__article",
    "latest",
    "revision",
    "reply_to__author",
    "reply_to__revision",
)
RECORDED = [State.PUBLISHED, State.RETURNED, State.REFUSED, State.WITHDRAWN]


@dataclass(frozen=True)
class AnswerFile:
    """One answer with all that speaks for and against it."""

    answer: Answer
    case: Case | None
    findings: list[Finding]
    reports: list[Report]
    revisions: list[Revision]
    decisions: list[Decision]
    record: dict[str, int]  # the author's answers by state, in words

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
    def verbs(self) -> list[Verb]:
        """The verbs on offer; without a report to settle there is nothing to keep."""
        is_reported = any(report.settled_by_id is None for report in self.reports)
        return [Verb(verb) for verb in moves_from(self.answer) if verb != Verb.KEEP or is_reported]

    @property
    def undoable(self) -> Decision | None:
        """The last word on the answer, if a moderator said it and it can be taken back."""
        last = self.decisions[0] if self.decisions else None
        return last if last is not None and last.by_id and last.can_be_undone else None


def answer_file(pk: int) -> AnswerFile:
    """Everything about one answer, in a fixed number of queries. Raises `Answer.DoesNotExist`."""
    answer = Answer.objects.select_related(*WITH_THE_ANSWER).get(pk=pk)
    return AnswerFile(
        answer,
        answer.cases.open().select_related("taken_by").first(),
        list(answer.latest.findings.order_by("pk")),
        list(answer.reports.select_related("by", "reason", "settled_by").order_by("-pk")),
        list(answer.revisions.order_by("-pk")),
        list(answer.decisions.select_related("by", "reason").order_by("-pk")),
        record_of(answer.author),
    )


def record_of(member: Member) -> dict[str, int]:
    """How many of the member's answers are published, returned, refused and withdrawn, in words."""
    rows = member.answers.filter(state__in=RECORDED).values("state").annotate(number=Count("pk")).order_by()
    numbers = {row["state"]: row["number"] for row in rows}
    words = ["publiées", "rendues", "refusées", "retirées"]
    return {word: numbers.get(state, 0) for state, word in zip(RECORDED, words, strict=True)}


def what_happened(conflicts: list[Answer], *, seen: list[int], verb: str, by: Member) -> list[tuple[Answer, str]]:
    """Each answer that was left as it is, as it is now, with a sentence on why."""
    pks = [answer.pk for answer in conflicts]
    answers = Answer.objects.filter(pk__in=pks).select_related("author", "latest").order_by("pk")
    kept = in_other_hands(pks, by)
    cases = Case.objects.open().filter(answer__in=kept).select_related("taken_by")
    taken = {case.answer_id: case for case in cases}
    decisions = Decision.objects.filter(answer__in=pks).select_related("by").order_by("pk")
    last = {decision.answer_id: decision for decision in decisions}
    return [
        (answer, _what_happened(answer, taken.get(answer.pk), last.get(answer.pk), seen, verb))
        for answer in answers
    ]


def _what_happened(answer: Answer, case: Case | None, last: Decision | None, seen: list[int], verb: str) -> str:
    if answer.latest_id not in seen:
        return "L’auteur a modifié son texte depuis. Rien n’a été décidé\u202f: lisez sa nouvelle version."
    if case is not None:
        until = timezone.localtime(case.taken_until)
        return f"{case.taken_by} a pris ce dossier jusqu’à {until:%H h %M}. Rien n’a été décidé."
    label = f"«\u202f{Verb(verb).label}\u202f» ne s’y applique pas\u202f: rien n’a été décidé."
    if last is None:
        return f"Cette réponse est {answer.get_state_display()}. {label}"
    who = last.by or "Le contrôle automatique"
    done = f"remise en l’état ({last.get_to_state_display()})" if last.verb == Verb.UNDO else last.done
    return f"{who} l’a {done}, {relative(last.created_at)}. {label}"
