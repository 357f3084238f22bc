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
    def composed(self) -> tuple[str, list[tuple[str, object]]]:
        """The SQL, and for each of its parameters its name, or its value where that is always the same."""
        sql, parameters = self._compose(**self._marks).query.sql_with_params()
        names = {mark: name for name, mark in self._marks.items()}
        return sql, [(names.get(each, ""), each) for each in parameters]

    def rows(self, **values) -> list[tuple]:
        return _rows(*self.composed, values)

    def rows_and(self, other: "Statement", **values) -> list[tuple]:
        """The rows of both, in one question to the database; they have the same columns."""
        (mine, some), (theirs, more) = self.composed, other.composed
        both = f"SELECT * FROM ({mine}) AS mine UNION ALL SELECT * FROM ({theirs}) AS theirs"  # noqa: S608 - Django's
        return _rows(both, some + more, values)


def _mark(number: int, kind: type) -> int | str:
    return -(2**40) - number if kind is int else f"<{number}>"


def _rows(sql: str, parameters: Sequence[tuple[str, object]], values: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [values[name] if name else value for name, value in parameters])
        return cursor.fetchall()


def in_utc(moment: datetime) -> datetime:
    """SQLite gives moments without their time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
