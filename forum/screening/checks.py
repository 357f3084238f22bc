"""The checks, each a small function that finds something or nothing: in a text, in whose it is and where, or in a
revision with its past."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from forum.models import BlockedPhrase, Finding, Member, ModerationMode, Question, Revision
from forum.models.answers import State
from forum.text.matching import count_links, find_passages

Check = Finding.Check

# What each finding adds to a case's risk.
RISK = {
    Check.MODE: 0,
    Check.FIRST_ANSWERS: 1,
    Check.RESENT: 1,
    Check.HELD_MEMBER: 2,
    Check.TOO_FAST: 2,
    Check.FAILED_CHECK: 2,
    Check.LINKS: 3,
    Check.SAME_TEXT: 3,
    Check.BLOCKED_PHRASE: 5,
}
TOO_MANY = 5  # texts…
TOO_SHORT_A_TIME = timedelta(minutes=10)  # …in this time
# Two people may well write "Oui." or "Tout à fait d’accord."; nobody writes three lines alike.
SAME_FROM_ANYONE = 80  # characters


def moderated_before(author: Member, question: Question, published: int) -> Finding | None:
    """The question's mode asks for a look at every text of a reader."""
    if question.mode == ModerationMode.BEFORE and not author.is_staff:
        return Finding(check_name=Check.MODE)
    return None


def first_answers(author: Member, question: Question, published: int) -> Finding | None:
    """The author has not yet had enough answers published to be known."""
    if question.mode != ModerationMode.FIRST_ANSWERS or author.is_staff:
        return None
    needed = settings.FORUM_FIRST_ANSWERS_HELD
    if published >= needed:
        return None
    return Finding(check_name=Check.FIRST_ANSWERS, detail=f"à l’envoi, {published} sur {needed} publiées.")


def held_member(author: Member, question: Question, published: int) -> Finding | None:
    """Moderators asked to see everything from this author."""
    return Finding(check_name=Check.HELD_MEMBER) if author.is_held else None


def resent(revision: Revision) -> Finding | None:
    """A text that a moderator has had, or has still to see, is not published by a machine."""
    if revision.number > 1 and revision.answer.text_state != State.PUBLISHED:
        return Finding(check_name=Check.RESENT)
    return None


def blocked_phrases(text: str) -> Finding | None:
    """A phrase of the moderators' list stands in the text, whatever its dress."""
    found = find_passages(BlockedPhrase.objects.normalised(), text)
    if not found:
        return None
    passages = list(dict.fromkeys(hit.passage for hit in found))
    detail = ", ".join(f"« {passage} »" for passage in passages[:5])
    return Finding(check_name=Check.BLOCKED_PHRASE, detail=detail[:300], passages=passages[:50])


def many_links(text: str) -> Finding | None:
    """More links than `FORUM_LINKS_ALLOWED`."""
    links = count_links(text)
    if links <= settings.FORUM_LINKS_ALLOWED:
        return None
    return Finding(check_name=Check.LINKS, detail=f"{links} liens.")


def same_text(revision: Revision) -> Finding | None:
    """The same words were sent before: by this author, or by anybody when they are many."""
    earlier = revision.past.same_words
    if earlier is None:
        return None
    return Finding(check_name=Check.SAME_TEXT, detail=f"Le même texte que la réponse {earlier}.")


def too_fast(revision: Revision) -> Finding | None:
    """The author has sent many texts in a short time."""
    since = timezone.now() - TOO_SHORT_A_TIME
    sent = sum(time >= since for time in revision.past.sent[:TOO_MANY])
    if sent < TOO_MANY:
        return None
    minutes = int(TOO_SHORT_A_TIME.total_seconds() // 60)
    return Finding(check_name=Check.TOO_FAST, detail=f"{sent} textes au moins en {minutes} minutes.")


READINGS = [blocked_phrases, many_links]
# By who wrote it and where, whatever it says: a page can tell before there is a text.
STANDING = [moderated_before, first_answers, held_member]
CHECKS = [resent, same_text, too_fast]
