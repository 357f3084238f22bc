"""What a question's page shows, asked of the database in two statements: the question, and the answers on it."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Aggregate, Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from .answers import Answer, State
from .fields import STEP
from .members import Member, Role
from .moderation import Finding
from .statements import Statement, loaded

# What each order goes by, forwards and backwards.
ORDERINGS = {"oldest": (["path"], ["-path"]), "newest": (["-root", "path"], ["root", "-path"])}
EMPTY = Value("", output_field=TextField())


class ThreadAnswer(NamedTuple):
    """One answer as a page of its thread needs it, with the one it replies to."""

    pk: int
    path: str
    state: str
    edit_state: str
    created_at: datetime  # UTC; SQLite gives it without a time zone
    author_id: int
    author: str
    role: str
    html: str  # what stands there for the reader; of a text that its author alone sees, its last version
    parent_pk: int | None
    parent_path: str | None
    parent_state: str | None
    parent_author_id: int | None
    parent_author: str | None
    held: str  # the checks that hold it, where it is the reader's own and waits
    is_own: int  # 1: as its author sees it, and nobody else

    @property
    def is_hidden(self) -> bool:
        """Its author alone finds it in the thread."""
        return bool(self.is_own) and self.state != State.PUBLISHED

    @property
    def waits(self) -> bool:
        """As `Answer.waits`."""
        return State.PENDING in (self.state, self.edit_state if self.state == State.PUBLISHED else "")


COLUMNS = [
    *["pk", "path", "state", "shown_edit_state", "created_at"],
    *["author_id", "author__username", "author__role", "html"],
    *["reply_to_id", "reply_to__path", "reply_to__state", "reply_to__author_id", "reply_to__author__username"],
    *["held", "is_own"],
]
PLACE = ["id", "question_id", "author_id", "state", "path"]


class CheckNames(Aggregate):
    """The names of checks, with commas between them."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def thread_answers(
    order: str, bound: str, *, question: int, member: int | None, key: str, most: int
) -> list[ThreadAnswer]:
    """The answers on one side of a key as everyone sees them, the nearest first, at most so many.

    `bound` is "after", "since" (the key among them), "before", or "first": all, and the key says nothing. With a
    member, his own follow, as `own_answers` has them.
    """
    values = {"question": question, "key": key, "root": key[:STEP], "member": member}
    everyones = _everyones(order, bound, most)
    rows = everyones.rows_and(_own(order, bound, most), **values) if member else everyones.rows(**values)
    return list(map(ThreadAnswer._make, rows))


def own_answers(order: str, bound: str, *, question: int, member: int, key: str, most: int) -> list[ThreadAnswer]:
    """The member's answers there that he sees otherwise than everyone, at most twice so many."""
    values = {"question": question, "key": key, "root": key[:STEP], "member": member}
    return list(map(ThreadAnswer._make, _own(order, bound, most).rows(**values)))


@cache
def _everyones(order: str, bound: str, most: int) -> Statement:
    def compose(question: int, key: str, root: str, member: int) -> QuerySet:
        # What is gone leaves its place alone: its text stays in the database.
        html = Case(When(state=State.PUBLISHED, then="revision__html"), default=EMPTY)
        return Answer.objects.in_thread(question).annotate(
            html=html, shown_edit_state=EMPTY, held=EMPTY, is_own=Value(0)
        )

    return _cut(compose, order, bound, most)


@cache
def _own(order: str, bound: str, most: int) -> Statement:
    def compose(question: int, key: str, root: str, member: int) -> QuerySet:
        found = Finding.objects.filter(revision=OuterRef("latest")).order_by().values("revision")
        return Answer.objects.own_apart(question, member).annotate(
            html=Case(When(state=State.PUBLISHED, then="revision__html"), default="latest__html"),
            shown_edit_state=F("edit_state"),
            held=Coalesce(Subquery(found.values(names=CheckNames("check_name"))), EMPTY),
            is_own=Value(1),
        )

    return _cut(compose, order, bound, 2 * most)


def _cut(compose: Callable[..., QuerySet], order: str, bound: str, most: int) -> Statement:
    forwards, backwards = ORDERINGS[order]
    ordering = backwards if bound == "before" else forwards

    def composed(**marks) -> QuerySet:
        answers = compose(**marks)
        if bound != "first":
            answers = answers.filter(_bounds(order, bound, marks["key"], marks["root"]))
        return answers.order_by(*ordering).values_list(*COLUMNS)[:most]

    return Statement(composed, question=int, key=str, root=str, member=int)


def find_place(pk: int, user) -> Answer | None:
    """An answer that the reader may see, with no more of it than where it stands and whose it is."""
    kind = "anyone" if user.is_anonymous else "moderator" if user.is_moderator else "member"
    for row in _place(kind).rows(answer=pk, member=user.pk):
        return loaded(Answer, PLACE, row)
    return None


@cache
def _place(kind: str) -> Statement:
    def compose(answer: int, member: int) -> QuerySet:
        readers = {
            "anyone": AnonymousUser(),
            "member": Member(pk=member),
            "moderator": Member(pk=member, role=Role.MODERATOR),
        }
        return Answer.objects.visible_to(readers[kind]).filter(pk=answer).values_list(*PLACE)

    return Statement(compose, answer=int, member=int)


def paths_before(answer: Answer, most: int) -> list[str]:
    """The paths of so many answers, at most, that stand in the thread before this one, nearest first."""
    return [path for (path,) in _paths(most).rows(question=answer.question_id, path=answer.path)]


@cache
def _paths(most: int) -> Statement:
    def compose(question: int, path: str) -> QuerySet:
        return Answer.objects.in_thread(question).filter(path__lt=path).order_by("-path").values_list("path")[:most]

    return Statement(compose, question=int, path=str)


def _bounds(order: str, bound: str, key: str, root: str) -> Q:
    how = {"after": "gt", "since": "gte", "before": "lt"}[bound]
    if order == "oldest":
        return Q(**{f"path__{how}": key})
    # The first term gives the index a range to start from. The second leaves out what lies on the other side within
    # the key's own conversation, and lets PostgreSQL guess that little is left out.
    if bound == "before":
        return Q(root__gte=root) & ~Q(root=root, path__gte=key)
    return Q(root__lte=root) & ~Q(root=root, **{"path__lte" if bound == "after" else "path__lt": key})
