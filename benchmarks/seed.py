"""Threads of any length, put straight into the tables: what is measured is not how they were written."""

import random
import secrets
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from forum.actions.answers import post_answer
from forum.models import Answer, Article, Case, Decision, Finding, Member, Question, Revision, Role
from forum.models.answers import State
from forum.models.fields import DEEPEST, STEP, path_step
from forum.text.matching import fingerprint
from forum.text.render import RENDERER, render

from .bulk import fill, settle_tables

AUTHORS = 200
TEXTS = 500  # different ones; each is used again and again
DECIDED_BY_PEOPLE = 0.1  # of the answers; screening has let the others out
TALK = (
    "la question du retour se pose autrement quand un réseau revient sans ses anciens messages et que chacun "
    "doit décider s’il y reste ou s’il en part avec ce qu’il y avait écrit depuis des années sans jamais penser "
    "que tout cela pouvait disparaître en une seule nuit"
)
WORDS = TALK.split()


@dataclass
class Planted:
    """An answer before it is a row."""

    pk: int
    parent: "Planted | None"
    path: str
    below: int = 0

    @property
    def place(self) -> str:
        """The path under which replies to it stand."""
        return self.path if len(self.path) <= STEP * DEEPEST else self.path[:-STEP]


def seed_members(number: int = AUTHORS, name: str = "auteur") -> list[Member]:
    return _members(f"{name}{each:05}" for each in range(number))


def seed_moderator(name: str = "mona") -> Member:
    return _members([name], role=Role.MODERATOR)[0]


def _members(names, **fields) -> list[Member]:
    members = [Member(username=name, look=name, email=f"{name}@example.org", **fields) for name in names]
    for member in members:
        member.set_unusable_password()
    return Member.objects.bulk_create(members)


def seed_question(name: str, **fields) -> Question:
    article = Article.objects.create(slug=name, title=f"Un fil\u202f: {name}", body="Un texte.")
    return Question.objects.create(article=article, text="Et vous\u202f?", **fields)


def seed_thread(
    size: int, authors: list[Member], moderator: Member, chance: random.Random, name: str = "fil"
) -> Question:
    """A question with `size` published answers: a third of them direct, the others replies down to `DEEPEST`."""
    question = seed_question(f"{name}-{size}", published_count=size)
    first, began = _next_pk(), timezone.now() - timedelta(days=400)
    planted = list(_tree(first, size, chance))
    for each in reversed(planted):  # a reply comes after what it hangs on
        above = each.path[:-STEP]
        if above:
            planted[int(above[-STEP:], 36) - first].below += each.below + 1
    who = [author.pk for author in authors]
    times = {each.pk: began + timedelta(seconds=30 * (each.pk - first)) for each in planted}
    authors_of = {each.pk: chance.choice(who) for each in planted}
    fill(Answer, (_answer(each, question, authors_of[each.pk], times[each.pk]) for each in planted))
    fill(Revision, _revisions(times, authors_of, chance))
    fill(Decision, _decisions(times, moderator, chance))
    settle_tables()
    return question


def seed_waiting(size: int, authors: list[Member], chance: random.Random, name: str = "attente") -> Question:
    """A question under which `size` first texts wait, each with its open case."""
    question = seed_question(f"{name}-{size}")
    first, began = _next_pk(), timezone.now() - timedelta(days=2)
    times = {pk: began + timedelta(seconds=pk - first) for pk in range(first, first + size)}
    who = [author.pk for author in authors]
    authors_of = {pk: chance.choice(who) for pk in times}
    waiting = (Planted(pk, None, path_step(pk)) for pk in times)
    fill(Answer, (_answer(each, question, authors_of[each.pk], times[each.pk], State.PENDING) for each in waiting))
    fill(Revision, _revisions(times, authors_of, chance))
    fill(Case, ({"answer": pk, "opened_at": times[pk], "risk": chance.randrange(6)} for pk in times))
    held = Finding.Check.FIRST_ANSWERS
    fill(Finding, ({"revision": pk, "check_name": held, "detail": "", "passages": "[]"} for pk in times))
    settle_tables()
    return question


def seed_own_waiting(author: Member, question: Question) -> None:
    """Two replies that wait under the first answers of a thread: their author sees them on its first page."""
    Question.objects.filter(pk=question.pk).update(moderation="before")
    question.refresh_from_db()
    for number, parent in enumerate(question.answers.order_by("path")[:2]):
        text = f"Ce qui attend d’être relu, numéro {number}, sous « {question.text} »."
        post_answer(author=author, question=question, text=text, key=uuid.uuid4(), reply_to=parent)


def _next_pk() -> int:
    return (Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def _tree(first: int, size: int, chance: random.Random) -> Iterator[Planted]:
    recent: list[Planted] = []
    for pk in range(first, first + size):
        parent = None if not recent or chance.random() < 1 / 3 else chance.choice(recent)
        each = Planted(pk, parent, (parent.place if parent else "") + path_step(pk))
        recent.append(each)
        if len(recent) > 80:
            del recent[:40]
        yield each


def _answer(each: Planted, question: Question, author: int, when: datetime, state=State.PUBLISHED) -> dict:
    is_out = state == State.PUBLISHED
    return {
        "id": each.pk,
        "question": question.pk,
        "author": author,
        "reply_to": each.parent and each.parent.pk,
        "path": each.path,
        "root": each.path[:STEP],
        "state": str(state),
        "edit_state": "",
        "revision": each.pk if is_out else None,
        "latest": each.pk,
        "published_at": when if is_out else None,
        "published_below": each.below,
        "created_at": when,
        "key": uuid.UUID(int=each.pk),
    }


def _revisions(times: dict[int, datetime], authors: dict[int, int], chance: random.Random) -> Iterator[dict]:
    texts = [_text(chance) for _ in range(TEXTS)]
    for pk, when in times.items():
        # Nobody has sent the same words before: of a text that everybody sends, screening would think its part.
        own = {"fingerprint": f"{pk:064x}", "key": uuid.UUID(int=pk), "created_at": when}
        yield (
            {"id": pk, "answer": pk, "author": authors[pk], "number": 1, "renderer": RENDERER}
            | chance.choice(texts)
            | own
        )


def _decisions(times: dict[int, datetime], moderator: Member, chance: random.Random) -> Iterator[dict]:
    for pk, when in times.items():
        by = moderator.pk if chance.random() < DECIDED_BY_PEOPLE else None
        states = {"verb": "publish", "from_state": "pending", "to_state": "published", "is_edit": False}
        yield {"answer": pk, "revision": pk, "by": by, "note": "", "created_at": when} | states


def _text(chance: random.Random) -> dict[str, str]:
    """About 265 characters of Markdown, as it is written here."""
    source = text(chance)
    return {"text": source, "html": render(source), "fingerprint": fingerprint(source)}


def text(chance: random.Random) -> str:
    words = " ".join(chance.choices(WORDS, k=52)).capitalize()
    source = f"{words[:110]} **{chance.choice(WORDS)}**,\n\n{words[110:231]} *{chance.choice(WORDS)}* "
    return source + "".join(chance.choices(string.ascii_lowercase, k=12)) + "."


def log_in(member: Member) -> str:
    """A session of the member's, as the browser would send it."""
    return log_in_many([member])[0]


def log_in_many(members: list[Member]) -> list[str]:
    store, ends = SessionStore(), timezone.now() + timedelta(days=1)
    sessions = [
        Session(session_key=f"{secrets.token_hex(16)}", session_data=store.encode(_session(each)), expire_date=ends)
        for each in members
    ]
    return [session.session_key for session in Session.objects.bulk_create(sessions)]


def _session(member: Member) -> dict[str, str]:
    return {
        "_auth_user_id": str(member.pk),
        "_auth_user_backend": "forum.permissions.RoleBackend",
        "_auth_user_hash": member.get_session_auth_hash(),
    }
