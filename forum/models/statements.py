"""Queries composed once: for a page of a thread, composing one costs more than the database takes to answer."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from django.db import connection
from django.db.models import QuerySet


class Statement:
    """What a queryset asks, with some of its values left open.

    `compose` gets a mark for each value, an unlikely one of its kind, and gives the queryset; it runs once in
    each process. Rows come as the driver has them (see `in_utc`).
    """

    def __init__(self, compose: Callable[..., QuerySet], **kinds: type) -> None:
        self._compose = compose
        self._marks = {name: _mark(number, kind) for number, (name, kind) in enumerate(kinds.items())}

    @cached_property
    def composed(self) -> tuple[str, list[str]]:
        """The SQL, and the names of its parameters in their order.

        What is always the same is written into it: a database that keeps its plan for the next time must know
        that a partial index will do.
        """
        sql, parameters = self._compose(**self._marks).query.sql_with_params()
        names = {mark: name for name, mark in self._marks.items()}
        written = ["%s" if each in names else _literal(each) for each in parameters]
        return sql % tuple(written), [names[each] for each in parameters if each in names]

    def rows(self, **values) -> list[tuple]:
        sql, names = self.composed
        return ask(sql, [values[name] for name in names])

    def rows_and(self, other: "Statement", **values) -> list[tuple]:
        """The rows of both, in one question to the database; they have the same columns."""
        (mine, some), (theirs, more) = self.composed, other.composed
        both = f"SELECT * FROM ({mine}) AS mine UNION ALL SELECT * FROM ({theirs}) AS theirs"  # noqa: S608 - Django's
        return ask(both, [values[name] for name in some + more])


def _mark(number: int, kind: type) -> int | str:
    return -(2**40) - number if kind is int else f"<{number}>"


def _literal(value: int | str) -> str:
    """A constant of the code's own."""
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''").replace("%", "%%"))
    return str(int(value))


def ask(sql: str, parameters: Sequence[int | str]) -> list[tuple]:
    """In plain SQL, which `config.postgresql` plans once for each connection."""
    cursor_of = getattr(connection, "prepared_cursor", connection.cursor)
    with cursor_of() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def in_utc(moment: datetime) -> datetime:
    """SQLite gives moments without their time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
