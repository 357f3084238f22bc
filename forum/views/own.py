"""What an author is told about his own texts: why they wait, and what was said of them."""

from collections import defaultdict
from collections.abc import Iterable

from forum.models import Answer, Case, Decision, Finding
from forum.text.durations import spoken


def why_held(answers: Iterable[Answer]) -> dict[int, str]:
    """Why each waiting text is read first, in words for its author, by revision."""
    waiting = [answer.latest_id for answer in answers if answer.waits]
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    if waiting:
        for finding in Finding.objects.filter(revision__in=waiting).order_by("pk"):
            reasons[finding.revision_id].append(finding.for_author)
    return {revision: " ; ".join(said) for revision, said in reasons.items()}


def last_words(answers: Iterable[Answer]) -> dict[int, Decision]:
    """What a moderator last said about the latest text of each answer, by revision."""
    said = Decision.objects.filter(revision__in=[answer.latest_id for answer in answers], undone_by=None)
    by_moderators = said.exclude(by=None).exclude(verb__in=[Decision.Verb.UNDO, Decision.Verb.DELETE])
    return {row.revision_id: row for row in by_moderators.select_related("reason").order_by("pk")}


def usual_wait() -> str:
    """ "environ 12 minutes": the median of the last decisions; empty while there is nothing to go by."""
    wait = Case.objects.usual_wait()
    return spoken(wait) if wait is not None else ""
