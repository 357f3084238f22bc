"""Threads of any length, put straight into the tables: what is measured is not how they were written."""

import random
import string
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import F
from django.utils import timezone

from forum.actions.threads import recount
from forum.models import Answer, Article, Member, Question, Revision
from forum.models.answers import State
from forum.models.fields import DEEPEST, STEP, path_step
from forum.text.matching import fingerprint
from forum.text.render import RENDERER, render

AUTHORS = 200
TEXTS = 500  # different ones; each is used again and again
BATCH = 5000
TALK = (
    "la question du retour se pose autrement quand un réseau revient sans ses anciens messages et que chacun "
    "doit décider s’il y reste ou s’il en part avec ce qu’il y avait écrit depuis des années sans jamais penser "
    "que tout cela pouvait disparaître en une seule nuit"
)
WORDS = TALK.split()


def seed_members(number: int = AUTHORS) -> list[Member]:
    members = [Member(username=name, look=name, email=f"{name}@example.org") for name in map(_name, range(number))]
    for member in members:
        member.set_unusable_password()
    return Member.objects.bulk_create(members)


def _name(number: int) -> str:
    return f"auteur{number:03}"


def seed_thread(size: int, authors: list[Member], chance: random.Random) -> Question:
    """A question with `size` published answers: a third of them direct, the others replies down to `DEEPEST`."""
    article = Article.objects.create(slug=f"fil-{size}", title=f"Un fil de {size} réponses", body="Un texte.")
    question = Question.objects.create(article=article, text="Et vous\u202f?", published_count=size)
    texts = [_text(chance) for _ in range(TEXTS)]
    first = (Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    began = timezone.now() - timedelta(days=365)
    rows = _answers(question, authors, size, first, began, chance)
    while batch := list(islice(rows, BATCH)):
        Answer.objects.bulk_create(batch)
        Revision.objects.bulk_create(
            Revision(
                pk=answer.pk,
                answer=answer,
                number=1,
                renderer=RENDERER,
                created_at=answer.created_at,
                **chance.choice(texts),
            )
            for answer in batch
        )
        ids = [answer.pk for answer in batch]
        Answer.objects.filter(pk__in=ids).update(revision_id=F("pk"), latest_id=F("pk"), state=State.PUBLISHED)
    recount(repair=True)
    _settle_tables()
    return question


def _answers(
    question: Question, authors: list[Member], size: int, first: int, began: datetime, chance: random.Random
) -> Iterator[Answer]:
    recent: list[Answer] = []
    for pk in range(first, first + size):
        parent = None if not recent or chance.random() < 1 / 3 else chance.choice(recent)
        above = "" if parent is None else parent.path if parent.depth < DEEPEST else parent.path[:-STEP]
        path = above + path_step(pk)
        written = began + timedelta(seconds=30 * (pk - first))
        answer = Answer(
            pk=pk,
            question=question,
            author=chance.choice(authors),
            reply_to=parent,
            path=path,
            root=path[:STEP],
            created_at=written,
            published_at=written,
            key=uuid.UUID(int=pk),
        )
        recent = [*recent[-40:], answer]
        yield answer


def _settle_tables() -> None:
    """What the database's planner and its sequences would know of rows that had come one by one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("forum_answer", "forum_revision"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        cursor.execute("ANALYZE")


def _text(chance: random.Random) -> dict[str, str]:
    """About 265 characters of Markdown, as it is written here."""
    words = " ".join(chance.choices(WORDS, k=42)).capitalize()
    source = f"{words[:110]} **{chance.choice(WORDS)}**,\n\n{words[110:215]} *{chance.choice(WORDS)}* "
    source += "".join(chance.choices(string.ascii_lowercase, k=12)) + "."
    return {"text": source, "html": render(source), "fingerprint": fingerprint(source)}


def log_in(member: Member) -> str:
    """A session of the member's, as the browser would send it."""
    session = SessionStore()
    session["_auth_user_id"] = str(member.pk)
    session["_auth_user_backend"] = "forum.permissions.RoleBackend"
    session["_auth_user_hash"] = member.get_session_auth_hash()
    session.create()
    return session.session_key
