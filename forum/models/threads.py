"""What a question's page shows, asked of the database in two statements: the question, and the answers on it."""

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

# What each order goes by, forwards and backwards, and the key of its beginning.
ORDERINGS = {"oldest": (["path"], ["-path"]), "newest": (["-root", "path"], ["root", "-path"])}
BEGINNINGS = {"oldest": "", "newest": "~"}
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
    html: str  # what stands there for everyone; of a text that its author alone sees, its last version
    parent_pk: int | None
    parent_path: str | None
    parent_state: str | None
    parent_author_id: int | None
    parent_author: str | None
    held: str  # the checks that hold it, where it is the reader's own and waits
    is_hidden: int  # its author alone finds it in the thread

    @property
    def waits(self) -> bool:
        """As `Answer.waits`."""
        return State.PENDING in (self.state, self.edit_state if self.state == State.PUBLISHED else "")


COLUMNS = [
    *["pk", "path", "state", "edit_state", "created_at", "author_id", "author__username", "author__role", "html"],
    *["reply_to_id", "reply_to__path", "reply_to__state", "reply_to__author_id", "reply_to__author__username"],
    *["held", "is_hidden"],
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
    """The answers on one side of a key, the nearest first, at most so many.

    `bound` is "after", "since" (the key among them) or "before". With a member, his hidden texts follow, as many
    again at most.
    """
    everyones, own = _statements(order, bound, most, member is not None)
    values = {"question": question, "key": key, "root": key[:STEP], "member": member}
    rows = everyones.rows_and(own, **values) if own else everyones.rows(**values)
    return list(map(ThreadAnswer._make, rows))


@cache
def _statements(order: str, bound: str, most: int, is_for_member: bool) -> tuple[Statement, Statement | None]:
    forwards, backwards = ORDERINGS[order]
    ordering = backwards if bound == "before" else forwards
    kinds = {"question": int, "key": str, "root": str, "member": int}

    def everyones(question: int, key: str, root: str, member: int) -> QuerySet:
        # What is gone leaves its place alone: its text stays in the database.
        html = Case(When(state=State.PUBLISHED, then="revision__html"), default=EMPTY)
        waits = Q(author=member, edit_state=State.PENDING)
        held = Case(When(waits, then=_checks()), default=EMPTY) if is_for_member else EMPTY
        return _columns(Answer.objects.in_thread(question), html, held).annotate(is_hidden=Value(0))

    def own(question: int, key: str, root: str, member: int) -> QuerySet:
        hidden = Answer.objects.own_unpublished(question, member)
        return _columns(hidden, F("latest__html"), _checks()).annotate(is_hidden=Value(1))

    def cut(compose):
        def composed(**marks) -> QuerySet:
            answers = compose(**marks).filter(_bounds(order, bound, marks["key"], marks["root"]))
            return answers.order_by(*ordering).values_list(*COLUMNS)[:most]

        return Statement(composed, **kinds)

    return cut(everyones), cut(own) if is_for_member else None


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


def _columns(answers: QuerySet, html, held) -> QuerySet:
    return answers.annotate(html=html, held=Coalesce(held, EMPTY))


def _checks() -> Subquery:
    found = Finding.objects.filter(revision=OuterRef("latest")).order_by().values("revision")
    return Subquery(found.values(names=CheckNames("check_name")))


def _bounds(order: str, bound: str, key: str, root: str) -> Q:
    how = {"after": "gt", "since": "gte", "before": "lt"}[bound]
    beyond = Q(**{f"path__{how}": key})
    if order == "oldest":
        return beyond
    # The first term is implied by the second: it gives the index a range to start from.
    if bound == "before":
        return Q(root__gte=root) & (Q(root__gt=root) | beyond)
    return Q(root__lte=root) & (Q(root__lt=root) | beyond)
