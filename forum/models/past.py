"""What has come before a text that comes in: from its author, by the same form, in the same words. And the keys
that come next."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, Exists, FilteredRelation, Func, Model, Q, QuerySet, Subquery, Value
from django.utils import timezone

from .answers import Answer, Draft, Revision
from .asked import published_by
from .members import Member
from .moderation import Decision
from .statements import Statement, in_utc

HOUR = timedelta(hours=1)
NO_KEY = Value(None, output_field=BigIntegerField())
MOST_PER_HOUR = 30  # texts that one member may send, edits included


class Past(NamedTuple):
    """Of the answer that is edited, nothing counts among the same words."""

    sent: Sequence[datetime] = ()  # when the author sent his texts of the last hour, newest first
    published: int = 0  # his answers; counted up to `FORUM_FIRST_ANSWERS_HELD`
    own_words: int | None = None  # the answer in which he has sent the same words last
    same_words: int | None = None  # the one in which anybody has, if `of_anyone`
    form_has_served: bool = False
    has_draft: bool = False
    next_answer: int | None = None  # the keys (pk) under which the text is to be written, if its answer is new
    next_revision: int | None = None
    next_decision: int | None = None


class NextKey(Func):
    """The key that the next row of a table has; on PostgreSQL no other row will have it then.

    On SQLite it is true as long as nobody else writes, that is in a transaction.
    """

    output_field = BigIntegerField()

    def __init__(self, model: type[Model]) -> None:
        super().__init__()
        self.table = model._meta.db_table

    def as_sqlite(self, compiler, connection, **extra):
        return f"(SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = '{self.table}')", []  # noqa: S608

    def as_postgresql(self, compiler, connection, **extra):
        # Asked in a SELECT of its own, and so once: there is a row for each text of the last hour.
        return f"(SELECT nextval(pg_get_serial_sequence('{self.table}', 'id')))", []


def looking_back(answer: Answer, key: UUID, fingerprint: str, *, of_anyone: bool) -> Callable[[], Past]:
    """The past of a text by the answer's author, in its place; the answer may be one that is not saved.

    Asked for now and read when it is called: see `statements.at_once`. One query, after that of the author's lock
    and not with it: PostgreSQL would wait for the lock and then tell what there was before.
    """
    now = timezone.now()
    is_reply = answer.reply_to_id is not None
    rows = _statement(answer.pk is None, is_reply, of_anyone, settings.FORUM_FIRST_ANSWERS_HELD).asked(
        member=answer.author_id,
        # Up to now: what a clock that was ahead has dated must not shut him out until that day.
        since=now - HOUR,
        now=now,
        key=key,
        fingerprint=fingerprint,
        question=answer.question_id,
        parent=answer.reply_to_id,
        edited=answer.pk or 0,
    )

    def past() -> Past:
        found = rows()
        return Past([in_utc(time) for time, *_ in found if time], *found[0][1:])

    return past


@cache
def _statement(is_new: bool, is_reply: bool, of_anyone: bool, answers_counted: int) -> Statement:
    def compose(member, since, now, key, fingerprint, question, parent, edited) -> QuerySet:
        recent = FilteredRelation("revisions", condition=Q(revisions__created_at__range=(since, now)))
        words = Revision.objects.filter(fingerprint=fingerprint).exclude(answer=edited)
        own = words.filter(author=member)
        drafts = Draft.objects.filter(author=member, question=question, reply_to=parent if is_reply else None)
        found = {
            "published": published_by(member, answers_counted),
            "own_words": _last_answer(own),
            "same_words": _last_answer(words if of_anyone else own),
            "form_has_served": Exists(Answer.objects.filter(author=member, key=key)),
            "has_draft": Exists(drafts),
            "next_answer": NextKey(Answer) if is_new else NO_KEY,
            "next_revision": NextKey(Revision) if is_new else NO_KEY,
            "next_decision": NextKey(Decision) if is_new else NO_KEY,
        }
        rows = Member.objects.filter(pk=member).annotate(recent=recent, **found).order_by("-recent__created_at")
        return rows.values_list("recent__created_at", *found)[:MOST_PER_HOUR]

    times = {"since": datetime, "now": datetime}
    return Statement(compose, **times, member=int, key=UUID, fingerprint=str, question=int, parent=int, edited=int)


def _last_answer(revisions: QuerySet[Revision]) -> Subquery:
    return Subquery(revisions.order_by("-id").values("answer")[:1])
