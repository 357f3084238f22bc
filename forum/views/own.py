"""What an author is told about his own texts: why they wait, what was said of them, how to change them."""

from collections import defaultdict
from collections.abc import Iterable
from time import monotonic
from typing import NamedTuple

from forum.actions.notifications import SAID_TO_THE_AUTHOR
from forum.models import Answer, Case, Decision, Finding
from forum.models.answers import State
from forum.text.durations import spoken

from .kept import Kept

Verb = Decision.Verb
USUAL_WAIT = Kept(1)


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
    return {revision: "\u202f; ".join(said) for revision, said in reasons.items()}


def said_of_checks(names: list[str]) -> str:
    """The same from the names of the checks that hold one text."""
    in_order = sorted(names, key=Finding.Check.values.index)
    return "\u202f; ".join(Finding(check_name=name).for_author for name in in_order)


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
    """ "environ 12 minutes": the median of the last decisions; empty while there is nothing to go by.

    Looked up once a minute: every page of a member who is read first shows it.
    """
    return USUAL_WAIT.get(int(monotonic() // 60), _usual_wait)


def _usual_wait() -> str:
    wait = Case.objects.usual_wait()
    return spoken(wait) if wait is not None else ""
