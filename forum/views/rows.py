"""Answers made ready for the page: what a row says is settled here, once, in Python.

The templates hold no rule, and their date filters would be most of the time that a long thread takes.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from forum.models import Answer, Role
from forum.models.answers import State
from forum.models.fields import STEP
from forum.permissions import may_delete, may_edit, may_moderate, may_reply, may_report
from forum.text.render import plain, stored
from forum.text.times import exact, relative

from .own import edit_words, is_seen, replied_to, usual_wait, why_held

TINTS = 12  # as many as `answer.css` has
EXCERPT = 220  # characters
# In the memory of each process: 10 MB of rows as people write them, 40 MB if all were as long as may be.
ROWS_KEPT, LONGEST_KEPT = 4096, 4000
ROLE_WORDS = {
    Role.MODERATOR: "modération",
    Role.EDITOR: "rédaction",
    Role.ADMINISTRATOR: "administration",
}
STATE_WORDS = {
    State.PENDING: "en attente",
    State.RETURNED: "rendue",
    State.REFUSED: "refusée",
    State.WITHDRAWN: "retirée",
}
STATE_NOTES = {
    State.RETURNED: "Vous seul voyez ce texte\u202f: vous pouvez le corriger et le renvoyer.",
    State.REFUSED: "Vous seul voyez ce texte. «\u202fMes réponses\u202f» en donne le motif.",
    State.WITHDRAWN: "Vous seul voyez encore ce texte. «\u202fMes réponses\u202f» en donne le motif.",
}
EDIT_WORDS = {
    State.PENDING: "modification en attente",
    State.RETURNED: "modification rendue",
    State.REFUSED: "modification refusée",
}


class Moment(NamedTuple):
    iso: str
    exact: str
    relative: str


class Link(NamedTuple):
    label: str
    url: str
    in_place: bool = False  # htmx opens it under the answer instead of leaving the page


class Parent(NamedTuple):
    """Whom a reply answers; no address where there is nothing to see or nothing to look for."""

    name: str
    url: str
    is_above: bool  # the reply hangs right under it on this page: said to those who cannot see the tree


@dataclass(frozen=True)
class ThreadRow:
    """One answer as one reader sees it, or the place of one that is gone."""

    depth: int
    gone: str = ""  # what stands in the place of an answer that is gone
    pk: int | None = None
    author: str = ""
    initials: str = ""
    tint: int = 0
    role: str = ""
    url: str = ""
    moment: Moment | None = None
    parent: Parent | None = None
    text: SafeString | str = ""
    state: str = ""
    state_word: str = ""
    is_private: bool = False  # its author alone sees it
    note: str = ""
    actions: tuple[Link, ...] = ()

    @property
    def html(self) -> SafeString:
        is_kept = len(self.text) <= LONGEST_KEPT and not settings.DEBUG
        return _kept(self) if is_kept else _made(self)


def _made(row: ThreadRow) -> SafeString:
    return render_to_string("forum/answers/_answer.html", {"row": row})


# All that the template says is in the row: the same row, whoever reads it, is the same HTML.
_kept = lru_cache(maxsize=ROWS_KEPT)(_made)


class Excerpt(NamedTuple):
    author: str
    words: str
    url: str
    moment: Moment


def rows_of(answers: list[Answer], user) -> list[ThreadRow]:
    """The rows of one page of a thread, in the order of `answers` (see `AnswerQuerySet.with_byline`)."""
    now = timezone.now()
    rows, on_page = [], set()
    notes = _waiting_notes([answer for answer in answers if answer.author_id == user.pk])
    for answer in answers:
        rows.append(_row(answer, user, now, on_page, notes.get(answer.pk, "")))
        on_page.add(answer.pk)
    return rows


def _waiting_notes(own: list[Answer]) -> dict[int, str]:
    """Why each of the reader's own waiting texts waits, and how long that usually takes."""
    waiting = [answer for answer in own if answer.waits]
    if not waiting:
        return {}
    held, wait = why_held(waiting), usual_wait()
    usually = f" Délai habituel\u202f: {wait}." if wait else ""
    why = {answer.pk: held.get(answer.latest_id, "il attend d’être relu") for answer in waiting}
    said = {True: "Votre modification attend", False: "Vous seul voyez ce texte"}
    return {answer.pk: f"{said[answer.is_published]}\u202f: {why[answer.pk]}.{usually}" for answer in waiting}


def excerpt_of(answer: Answer) -> Excerpt:
    return Excerpt(
        answer.author.username,
        plain(answer.revision.text, EXCERPT),
        answer.get_absolute_url(),
        moment(answer.created_at, timezone.now()),
    )


def moment(when: datetime, now: datetime) -> Moment:
    return Moment(when.isoformat(), exact(when), relative(when, now))


def initials(name: str) -> str:
    """One letter, or two where the name has parts: "camille" is C, "jean-paul" is JP."""
    parts = [part for part in re.split(r"[\W_]+", name) if part]
    return "".join(part[0] for part in parts[:2]).upper()


def tint(name: str) -> int:
    """The same colour for the same name everywhere; Python's own hash changes from process to process."""
    return zlib.crc32(name.encode()) % TINTS


def _row(answer: Answer, user, now: datetime, on_page: set[int], waiting_note: str) -> ThreadRow:
    is_own = user.is_authenticated and answer.author_id == user.pk
    if not answer.is_published and not (is_own and answer.state != State.DELETED):
        return _gone(answer, user)
    name = answer.author.username
    state, state_word, note = _standing(answer) if is_own else ("", "", "")
    return ThreadRow(
        depth=answer.depth,
        pk=answer.pk,
        author=name,
        initials=initials(name),
        tint=tint(name),
        role=ROLE_WORDS.get(answer.author.role, ""),
        url=answer.get_absolute_url(),
        moment=moment(answer.created_at, now),
        parent=_parent(answer, user, on_page),
        text=stored((answer.revision if answer.is_published else answer.latest).html),
        state=state,
        state_word=state_word,
        is_private=not answer.is_published,
        note=waiting_note or note,
        actions=tuple(_actions(answer, user)),
    )


def _gone(answer: Answer, user) -> ThreadRow:
    """The place of an answer on which others hang: neither whose it was nor what it said."""
    return ThreadRow(
        depth=answer.depth,
        # One sentence whoever took it off: what becomes of a hidden text shows nowhere.
        gone="Cette réponse n’est plus là.",
        actions=(_moderate(answer),) if may_moderate(user) else (),
    )


def _standing(answer: Answer) -> tuple[str, str, str]:
    """State, its word, and what it means, as the author is told."""
    if answer.is_published:
        return answer.edit_state, EDIT_WORDS.get(answer.edit_state, ""), ""
    return answer.state, STATE_WORDS[answer.state], STATE_NOTES.get(answer.state, "")


def _parent(answer: Answer, user, on_page: set[int]) -> Parent | None:
    parent = answer.reply_to
    if parent is None:
        return None
    is_above = parent.pk in on_page and parent.path == answer.path[:-STEP]
    name = replied_to(answer, user)
    if is_above or not is_seen(parent, user):
        return Parent(name, "", is_above)
    url = f"#reponse-{parent.pk}" if parent.pk in on_page else parent.get_absolute_url()
    return Parent(name, url, is_above)


def _actions(answer: Answer, user) -> list[Link]:
    links = []
    if may_reply(user, answer) or (user.is_anonymous and answer.is_published and answer.question.is_open):
        links.append(Link("Répondre", reverse("reply_create", args=[answer.pk]), in_place=user.is_authenticated))
    if user.is_authenticated and answer.author_id == user.pk and answer.is_published and answer.edit_state:
        among_his_own = f"{reverse('my_answers')}?avant={answer.pk + 1}#reponse-{answer.pk}"
        links.append(Link("Lire la modification", among_his_own))
    if may_edit(user, answer):
        links.append(Link(edit_words(answer).link, reverse("answer_edit", args=[answer.pk])))
    if may_delete(user, answer):
        links.append(Link("Supprimer", reverse("answer_delete", args=[answer.pk])))
    if may_report(user, answer):
        links.append(Link("Signaler", reverse("answer_report", args=[answer.pk])))
    if may_moderate(user):
        links.append(_moderate(answer))
    return links


def _moderate(answer: Answer) -> Link:
    return Link("Modérer", reverse("moderation_answer", args=[answer.pk]))
