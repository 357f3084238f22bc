"""The whole file of one answer: what a moderator reads before deciding, and its history."""

from dataclasses import dataclass

from forum.casefiles import CaseFile, case_files_of
from forum.models import Answer, Decision, Report, Revision


@dataclass(frozen=True)
class AnswerFile:
    now: CaseFile
    reports: list[Report]  # settled ones too
    revisions: list[Revision]
    decisions: list[Decision]

    @property
    def undoable(self) -> Decision | None:
        """The last word on the answer, if a moderator said it and it can be taken back."""
        last = self.decisions[0] if self.decisions else None
        return last if last is not None and last.by_id and last.can_be_undone else None


def answer_file(answer: Answer) -> AnswerFile:
    """Everything about one answer, in a fixed number of queries."""
    (now,) = case_files_of([answer.pk])
    return AnswerFile(
        now,
        list(answer.reports.select_related("by", "reason", "settled_by").order_by("-pk")),
        list(answer.revisions.order_by("-pk")),
        list(answer.decisions.select_related("by", "reason").order_by("-pk")),
    )
