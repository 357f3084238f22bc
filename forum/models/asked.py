"""A question as its page needs it, with its article and what the reader has there, in one statement."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, IntegerField, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left

from .answers import Answer, Draft
from .articles import Article, Question
from .notifications import Notification
from .statements import Statement, in_utc

BEGINNING = 2000  # characters of an article without a lead: enough to find its opening in
QUESTION = ["id", "article_id", "position", "text", "moderation", "opens_at", "closes_at", "published_count"]
ARTICLE = ["id", "slug", "title", "lead", "language", "moderation"]


class Asked(NamedTuple):
    question: Question
    beginning: str  # of its article's text
    draft: str = ""  # what the member has begun to write under it
    unread: int = 0  # his notices
    published: int = 0  # his answers, under any question; counted up to `FORUM_FIRST_ANSWERS_HELD`


def find_asked(pk: int, member: int | None) -> Asked | None:
    """The question, None where there is none; with a member, what he has there."""
    statement = _statement(member is not None, settings.FORUM_FIRST_ANSWERS_HELD)
    for row in statement.rows(question=pk, member=member):
        values = [in_utc(value) if isinstance(value, datetime) else value for value in row]
        question = Question.from_db(DEFAULT_DB_ALIAS, QUESTION, values[: len(QUESTION)])
        rest = values[len(QUESTION) :]
        question.article = Article.from_db(DEFAULT_DB_ALIAS, ARTICLE, rest[: len(ARTICLE)])
        return Asked(question, *rest[len(ARTICLE) :])
    return None


@cache
def _statement(is_for_member: bool, answers_counted: int) -> Statement:
    def compose(question: int, member: int) -> QuerySet:
        asked = Question.objects.filter(pk=question).order_by().annotate(beginning=Left("article__body", BEGINNING))
        columns = [*QUESTION, *(f"article__{name}" for name in ARTICLE), "beginning"]
        if not is_for_member:
            return asked.values_list(*columns)
        drafts = Draft.objects.filter(author=member, question=question, reply_to=None)
        known = Answer.objects.published().filter(author=member)[:answers_counted]
        of_member = {
            "draft": Coalesce(Subquery(drafts.values("text")), Value("", output_field=TextField())),
            "unread": _number(Notification.objects.shown_to(member).unread(), "recipient"),
            "published": _number(Answer.objects.filter(pk__in=known.values("pk")), "author"),
        }
        return asked.annotate(**of_member).values_list(*columns, *of_member)

    return Statement(compose, question=int, member=int)


def _number(rows: QuerySet, of: str) -> Coalesce:
    """How many there are; all are of the same one."""
    counted = rows.order_by().values(of).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
