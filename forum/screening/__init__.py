"""Screening: what a machine thinks of a revision. It holds, with reasons; it never refuses or deletes."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import DatabaseError

from forum.models import Answer, Finding, Member, Question, Revision

from .checks import CHECKS, RISK, first_answers, held_member, moderated_before

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    """Publish, or hold with every reason found (unsaved findings)."""

    findings: list[Finding]

    @property
    def publishes(self) -> bool:
        return not self.findings

    @property
    def risk(self) -> int:
        """How urgently a person should look; the queue can be sorted by it."""
        return _sum(self.findings)


def screen(revision: Revision) -> Verdict:
    """Run every check on a revision, saved or not; its answer, author and question must be loaded.

    A check that fails holds the text: not knowing is no reason to publish. Errors of the
    database pass through, since the transaction they happened in is lost.
    """
    return Verdict([finding for check in CHECKS if (finding := _tried(check, revision))])


def reads_first(author: Member, question: Question, published: int | None = None) -> bool:
    """Whether whatever the author wrote under the question would be held: what a page can promise.

    `published`: how many of his answers are, counted up to `FORUM_FIRST_ANSWERS_HELD`, where that is known.
    """
    anything = Revision(answer=Answer(question=question, author=author), number=1)
    return bool(moderated_before(anything) or held_member(anything) or first_answers(anything, published))


def risk_of(revision: Revision) -> int:
    """The risk that was found when the revision came in."""
    return _sum(revision.findings.all())


def _sum(findings: Iterable[Finding]) -> int:
    return sum(RISK[finding.check_name] for finding in findings)


def _tried(check, revision: Revision) -> Finding | None:
    try:
        return check(revision)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The check %s failed", check.__name__)
        return Finding(
            check_name=Finding.Check.FAILED_CHECK, detail=f"La vérification « {check.__name__} » a échoué."
        )
