"""A question as its page needs it, with its article and what the reader has there, in one statement; and the answer
that a reply hangs on."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left

from .answers import Answer, Draft, Revision
from .articles import Article, Question
from .members import Member
from .notifications import Notification
from .statements import Statement, loaded

BEGINNING = 2000  # characters of an article without a lead: enough to find its opening in
QUESTION = [
    *["id", "article_id", "position", "text", "moderation", "opens_at", "closes_at"],
    *["published_count", "version"],
]
ARTICLE = ["id", "slug", "title", "lead", "language", "moderation"]
PARENT = ["id", "question_id", "author_id", "state", "path"]


class Asked(NamedTuple):
    question: Question
    beginning: str  # of its article's text
    draft: str = ""  # what the member has begun to write under it, or in reply to one of its answers
    unread: int = 0  # his notices
    published: int = 0  # his answers, under any question; counted up to `FORUM_FIRST_ANSWERS_HELD`
    has_own_apart: bool = False  # whether he sees any of his answers there otherwise than everyone


def find_asked(pk: int, member: int | None, reply_to: int | None = None) -> Asked | None:
    """The question, None where there is none; with a member, what he has there."""
    statement = _statement(member is not None, reply_to is not None, settings.FORUM_FIRST_ANSWERS_HELD)
    for row in statement.rows(question=pk, member=member, parent=reply_to):
        question = loaded(Question, QUESTION, row[: len(QUESTION)])
        rest = row[len(QUESTION) :]
        question.article = loaded(Article, ARTICLE, rest[: len(ARTICLE)])
        return Asked(question, *rest[len(ARTICLE) :])
    return None


def hold_asked(pk: int) -> Question:
    """The question with its modes, its row held for the rest of the transaction. Raises `Question.DoesNotExist`."""
    return holding(pk)()


def holding(pk: int) -> Callable[[], Question]:
    """The same, asked for now and read when it is called: see `statements.at_once`."""
    rows = _held().asked(question=pk)

    def held() -> Question:
        for row in rows():
            question = loaded(Question, QUESTION, row[:-1])
            question.article = loaded(Article, ["id", "moderation"], [question.article_id, row[-1]])
            return question
        raise Question.DoesNotExist

    return held


@cache
def _held() -> Statement:
    def compose(question: int) -> QuerySet:
        rows = Question.objects.filter(pk=question).order_by().select_for_update(no_key=True)
        article = Article.objects.filter(pk=OuterRef("article"))  # not joined: it would be held as well
        return rows.values_list(*QUESTION, Subquery(article.values("moderation")))

    return Statement(compose, question=int)


@cache
def _statement(is_for_member: bool, is_for_reply: bool, answers_counted: int) -> Statement:
    def compose(question: int, member: int, parent: int) -> QuerySet:
        asked = Question.objects.filter(pk=question).order_by().annotate(beginning=Left("article__body", BEGINNING))
        columns = [*QUESTION, *(f"article__{name}" for name in ARTICLE), "beginning"]
        if not is_for_member:
            return asked.values_list(*columns)
        above = parent if is_for_reply else None
        drafts = Draft.objects.filter(author=member, question=question, reply_to=above)
        of_member = {
            "draft": Coalesce(Subquery(drafts.values("text")), Value("", output_field=TextField())),
            "unread": _number(Notification.objects.shown_to(member).unread(), "recipient"),
            "published": published_by(member, answers_counted),
            "has_own_apart": Exists(Answer.objects.own_apart(question, member)),
        }
        return asked.annotate(**of_member).values_list(*columns, *of_member)

    return Statement(compose, question=int, member=int, parent=int)


def find_parent(pk: int) -> Answer | None:
    """A published answer as one replies to it: its place, its author's name, and what it says."""
    for row in _parent().rows(answer=pk):
        answer = loaded(Answer, PARENT, row[: len(PARENT)])
        username, html = row[len(PARENT) :]
        answer.author = loaded(Member, ["id", "username"], [answer.author_id, username])
        answer.revision = Revision(html=html)
        return answer
    return None


@cache
def _parent() -> Statement:
    def compose(answer: int) -> QuerySet:
        published = Answer.objects.published().filter(pk=answer)
        return published.values_list(*PARENT, "author__username", "revision__html")

    return Statement(compose, answer=int)


def published_by(member: int, at_most: int) -> Coalesce:
    """How many answers the member has published, as a column; counted no further than asked."""
    known = Answer.objects.published().filter(author=member)[:at_most]
    return _number(Answer.objects.filter(pk__in=known.values("pk")), "author")


def _number(rows: QuerySet, of: str) -> Coalesce:
    """How many there are; all are of the same one."""
    counted = rows.order_by().values(of).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
