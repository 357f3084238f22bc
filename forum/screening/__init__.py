"""Screening: what a machine thinks of a revision. It holds, with reasons; it never refuses or deletes."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from forum.models import Finding, Member, Question, Revision

from .checks import CHECKS, READINGS, RISK, SAME_FROM_ANYONE, STANDING

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


def read(text: str) -> list[Finding]:
    """What stands in the words of a text, whoever sends them: looked for before anything is locked.

    A check that fails holds the text: not knowing is no reason to publish. Errors of the
    database pass through, since the transaction they happened in is lost.
    """
    return [finding for check in READINGS if (finding := _tried(check, text))]


def is_compared_with_all(text: str) -> bool:
    """Whether the same words from anybody would hold it, and not those of its author alone."""
    return len(text) >= SAME_FROM_ANYONE


def screen(revision: Revision, read_in_it: Iterable[Finding]) -> Verdict:
    """Run the other checks on a revision, saved or not: those of its author, its place and its past.

    All three must be loaded, and the question. As in `read`, a check that fails holds the text.
    """
    standing = revision.answer.author, revision.answer.question, revision.past.published
    found = [*(_tried(check, *standing) for check in STANDING), *(_tried(check, revision) for check in CHECKS)]
    return Verdict([*filter(None, found), *read_in_it])


def reads_first(author: Member, question: Question, published: int | None = None) -> bool:
    """Whether whatever the author wrote under the question would be held: what a page can promise.

    `published`: how many of his answers are, counted up to `FORUM_FIRST_ANSWERS_HELD`, where that is known.
    """
    if published is None:
        published = len(author.answers.published().values_list("pk")[: settings.FORUM_FIRST_ANSWERS_HELD])
    return any(check(author, question, published) for check in STANDING)


def risk_of(revision: Revision) -> int:
    """The risk that was found when the revision came in."""
    return _sum(revision.findings.all())


def _sum(findings: Iterable[Finding]) -> int:
    return sum(RISK[finding.check_name] for finding in findings)


def _tried(check: Callable[..., Finding | None], *what) -> Finding | None:
    try:
        return check(*what)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The check %s failed", check.__name__)
        return Finding(
            check_name=Finding.Check.FAILED_CHECK, detail=f"La vérification « {check.__name__} » a échoué."
        )
