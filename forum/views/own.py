"""What an author is told about his own texts: why they wait, what was said of them, how to change them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from forum.actions.notifications import SAID_TO_THE_AUTHOR
from forum.models import Answer, Case, Decision, Finding
from forum.models.answers import State
from forum.text.durations import spoken

Verb = Decision.Verb


class EditWords(NamedTuple):
    """What editing is called: on the link to it, above the box and on its button."""

    link: str
    heading: str
    button: str


CHANGE = EditWords("Modifier", "Modifier votre réponse", "Enregistrer")
MEND = EditWords("Corriger et renvoyer", "Corriger et renvoyer", "Renvoyer")


def edit_words(answer: Answer) -> EditWords:
    """A text that was returned is mended and sent again; any other is changed."""
    return MEND if answer.text_state == State.RETURNED else CHANGE


def replied_to(answer: Answer, user) -> str:
    """Whom a reply answers, as far as the reader may know; empty where it is none."""
    parent = answer.reply_to
    if parent is None:
        return ""
    return parent.author.username if is_seen(parent, user) else "une réponse qui n’est plus là"


def is_seen(answer: Answer, user) -> bool:
    """Whether the reader finds the answer in its thread."""
    is_own = user.is_authenticated and answer.author_id == user.pk
    return answer.is_published or (is_own and answer.state != State.DELETED)


def why_held(answers: Iterable[Answer]) -> dict[int, str]:
    """Why each waiting text is read first, in words for its author, by revision."""
    waiting = [answer.latest_id for answer in answers if answer.waits]
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    if waiting:
        for finding in Finding.objects.filter(revision__in=waiting).order_by("pk"):
            reasons[finding.revision_id].append(finding.for_author)
    return {revision: " ; ".join(said) for revision, said in reasons.items()}


def last_words(answers: Iterable[Answer]) -> dict[int, Decision]:
    """What a moderator last said to its author about each answer, if it is about the text as it stands."""
    said = Decision.objects.filter(answer__in=[answer.pk for answer in answers], undone_by=None)
    to_the_author = said.exclude(by=None).filter(verb__in=SAID_TO_THE_AUTHOR)
    rows = to_the_author.select_related("reason", "answer").order_by("pk")
    last = {row.answer_id: row for row in rows}
    return {
        pk: row
        for pk, row in last.items()
        if row.revision_id == row.answer.latest_id or row.verb in (Verb.WITHDRAW, Verb.RESTORE)
    }


def usual_wait() -> str:
    """ "environ 12 minutes": the median of the last decisions; empty while there is nothing to go by."""
    wait = Case.objects.usual_wait()
    return spoken(wait) if wait is not None else ""
