"""Answers made ready for the page: what a row says is settled here, once, in Python.

The templates hold no rule. A row is made once for all readers who see the same in it, and kept by all that it is
made of.
"""

import re
import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from forum.models import Answer, Member, Question, Revision, Role
from forum.models.answers import State
from forum.models.fields import STEP
from forum.models.statements import in_utc
from forum.models.threads import ThreadAnswer
from forum.permissions import kind_of_reader, may_delete, may_edit, may_moderate, may_reply, may_report
from forum.text.render import plain, stored
from forum.text.times import exact, next_midnight, relative, relative_until

from .kept import Kept
from .own import edit_words, is_seen, replied_to, said_of_checks, usual_wait

TINTS = 12  # as many as `answer.css` has
EXCERPT = 220  # characters
# In each process: 40 full pages, 4 MB of rows as people write them. Longer ones are made each time, or it could
# be 25 MB.
ROWS = Kept(2048)
LONGEST_KEPT = 4000
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
WAITS = {True: "Votre modification attend", False: "Vous seul voyez ce texte"}
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
    is_for_member: bool = False
    note: str = ""
    actions: tuple[Link, ...] = ()


class Excerpt(NamedTuple):
    author: str
    words: str
    url: str
    moment: Moment


class MadeRow(NamedTuple):
    html: bytes
    made_at: datetime
    fresh_until: datetime  # when its time would be said in other words

    def is_fresh(self, now: datetime) -> bool:
        """One from before a clock was set back would be fresh for as long as the clock had been ahead."""
        return self.made_at <= now < self.fresh_until


# By the kind of reader, and the answer: rows of one page, which reads the same for all of that kind.
MadeRows = dict[tuple[Hashable, int], MadeRow]


class Rows(NamedTuple):
    html: list[bytes]
    fresh_until: datetime  # when one of its times would be said in other words


def rows_of(answers: list[ThreadAnswer], question: Question, user, made: MadeRows) -> Rows:
    """The rows of one page of a thread, in the order of `answers`.

    What is `made` for others there is taken from it, and what may be taken by others put into it.
    """
    now = timezone.now()
    fresh_until = next_midnight(now)
    kind, me = kind_of_reader(user, question), user.pk
    waits = any(answer.author_id == me and answer.waits for answer in answers)
    usually = usual_wait() if waits else ""
    rows, on_page = [], set()
    for answer in answers:
        own = (answer.author_id == me, me is not None and answer.parent_author_id == me)
        row = None if any(own) else made.get((kind, answer.pk))
        if row is None or not row.is_fresh(now):
            place, wait = _place_of_parent(answer, on_page), usually if own[0] else ""
            make = partial(_made, answer, question, user, now, place, wait)
            if len(answer.html) <= LONGEST_KEPT:
                # The same for whom the same rules hold.
                made_of = (answer, kind, own, place, wait)
                row = ROWS.get(made_of, make)
                if not row.is_fresh(now):
                    row = ROWS.keep(made_of, make())
                if not any(own):
                    made[kind, answer.pk] = row
            else:
                row = make()
        rows.append(row.html)
        fresh_until = min(fresh_until, row.fresh_until)
        on_page.add(answer.pk)
    return Rows(rows, fresh_until)


def _place_of_parent(answer: ThreadAnswer, on_page: set[int]) -> str:
    """Where the answer stands that this one replies to: right above it, on this page, or elsewhere."""
    if answer.parent_pk not in on_page:
        return ""
    return "above" if answer.parent_path == answer.path[:-STEP] else "here"


def _made(answer: ThreadAnswer, question: Question, user, now: datetime, place: str, usually: str) -> MadeRow:
    waits = answer.author_id == user.pk and answer.waits
    why = _why_it_waits(answer.held, usually) if waits else ""
    row = _row(_with_all(answer, question), user, now, place, why)
    html = render_to_string("forum/answers/_answer.html", {"row": row}).encode()
    return MadeRow(html, now, relative_until(in_utc(answer.created_at), now, next_midnight(now)))


def _why_it_waits(held: str, usually: str) -> str:
    why = said_of_checks(held.split(",")) if held else "il attend d’être relu"
    return f"{why}. Délai habituel\u202f: {usually}." if usually else f"{why}."


def _with_all(answer: ThreadAnswer, question: Question) -> Answer:
    """As the rules of `permissions` know it."""
    known = Answer(
        pk=answer.pk,
        path=answer.path,
        state=answer.state,
        edit_state=answer.edit_state,
        created_at=in_utc(answer.created_at),
        author=Member(pk=answer.author_id, username=answer.author, role=answer.role),
        question=question,
        revision=Revision(html=answer.html),
    )
    if answer.parent_pk:
        known.reply_to = Answer(pk=answer.parent_pk, path=answer.parent_path, state=answer.parent_state)
        known.reply_to.author = Member(pk=answer.parent_author_id, username=answer.parent_author)
    return known


def excerpt_of(answer: Answer) -> Excerpt:
    return Excerpt(
        answer.author.username,
        plain(answer.revision.text, EXCERPT),
        answer.get_absolute_url(),
        moment(answer.created_at, timezone.now()),
    )


def moment(when: datetime, now: datetime) -> Moment:
    return Moment(
        f"{when.astimezone(UTC):%Y-%m-%dT%H:%MZ}", exact(when).replace("\u00a0", " "), relative(when, now)
    )


def initials(name: str) -> str:
    """One letter, or two where the name has parts: "camille" is C, "jean-paul" is JP."""
    parts = [part for part in re.split(r"[\W_]+", name) if part]
    return "".join(part[0] for part in parts[:2]).upper()


def tint(name: str) -> int:
    """The same colour for the same name everywhere; Python's own hash changes from process to process."""
    return zlib.crc32(name.encode()) % TINTS


def _row(answer: Answer, user, now: datetime, place: str, why: str) -> ThreadRow:
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
        parent=_parent(answer, user, place),
        text=stored(answer.revision.html),
        state=state,
        state_word=state_word,
        is_private=not answer.is_published,
        is_for_member=user.is_authenticated,
        note=f"{WAITS[answer.is_published]}\u202f: {why}" if why else note,
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


def _parent(answer: Answer, user, place: str) -> Parent | None:
    parent = answer.reply_to
    if parent is None:
        return None
    name = replied_to(answer, user)
    if place == "above" or not is_seen(parent, user):
        return Parent(name, "", place == "above")
    return Parent(name, f"#reponse-{parent.pk}" if place else parent.get_absolute_url(), is_above=False)


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
