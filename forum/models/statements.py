"""Queries composed once in each process: composing one costs more than the database takes to answer it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery

Value = int | str | datetime | UUID | None
Composed = tuple[str, Sequence[Any]]
Rows = Callable[[], list[tuple]]  # what has been asked, and is read now


class _Marked(ABC):
    """SQL with some of its values left open.

    `compose` gets a mark for each of them, an unlikely value of its kind.
    """

    def __init__(self, compose: Callable[..., Any], **kinds: type) -> None:
        self._compose = compose
        self._marks = {name: _mark(number, kind) for number, (name, kind) in enumerate(kinds.items())}

    @cached_property
    def composed(self) -> tuple[str, list[str]]:
        """The SQL, and the names of its parameters in their order.

        What is always the same is written into it: a database that keeps its plan for the next time must know
        that a partial index will do.
        """
        sql, parameters = self._sql(self._compose(**self._marks))
        names = {_adapted(mark): name for name, mark in self._marks.items()}
        written = ["%s" if each in names else _literal(each) for each in parameters]
        return sql % tuple(written), [names[each] for each in parameters if each in names]

    @staticmethod
    @abstractmethod
    def _sql(composed: Any) -> Composed:
        """What Django makes of that which `compose` gives."""


class Statement(_Marked):
    """What a queryset asks. Rows come as the driver has them (see `in_utc`)."""

    @staticmethod
    def _sql(asked: QuerySet) -> Composed:
        return asked.query.sql_with_params()

    def rows(self, **values: Value) -> list[tuple]:
        return self.asked(**values)()

    def asked(self, **values: Value) -> Rows:
        """See `at_once`."""
        sql, names = self.composed
        return _asked(sql, [_adapted(values[name]) for name in names])

    def rows_and(self, other: "Statement", **values: Value) -> list[tuple]:
        """The rows of both, in one question to the database; they have the same columns."""
        (mine, some), (theirs, more) = self.composed, other.composed
        both = f"SELECT * FROM ({mine}) AS mine UNION ALL SELECT * FROM ({theirs}) AS theirs"  # noqa: S608 - Django's
        return _asked(both, [_adapted(values[name]) for name in some + more])()


class Change(_Marked):
    """What an UPDATE does: `compose` gives the rows, and the columns that are written."""

    @staticmethod
    def _sql(changed: tuple[QuerySet, dict[str, Any]]) -> Composed:
        rows, columns = changed
        query = rows.order_by().query.chain(UpdateQuery)
        query.add_update_values(columns)
        return query.get_compiler(DEFAULT_DB_ALIAS).as_sql()

    def run(self, **values: Value) -> int:
        """Returns the number of rows that are changed."""
        sql, names = self.composed
        with _cursor() as cursor:
            cursor.execute(sql, [_adapted(values[name]) for name in names])
            return cursor.rowcount


def put(row: Model) -> None:
    """Insert a new row, and give it a key unless it has one: `row.save(force_insert=True)`, but for the signals.

    With a key of its own, nothing is waited for: see `at_once`.
    """
    sql, fields = _insertion(type(row), row.pk is not None)
    database = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in fields]
    if row.pk is None:
        ((row.pk,),) = _asked(sql, values)()
    else:
        with _cursor() as cursor:
            cursor.execute(sql, values)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insertion(model: type[Model], has_key: bool) -> tuple[str, list[Field]]:
    fields = [field for field in model._meta.concrete_fields if has_key or not field.primary_key]
    query = InsertQuery(model)
    query.insert_values(fields, [model(pk=0)])
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.returning_fields = None if has_key else [model._meta.pk]
    ((sql, _),) = compiler.as_sql()
    return sql, fields


def _mark(number: int, kind: type) -> Value:
    marks = {int: -(2**40) - number, datetime: datetime(1900 + number, 1, 1, tzinfo=UTC), UUID: UUID(int=number)}
    return marks.get(kind, f"<{number}>")


def _adapted(value: Value) -> Any:
    """As Django would hand it to the driver."""
    if isinstance(value, UUID):
        return value if connections[DEFAULT_DB_ALIAS].features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)
    return value


def _literal(value: int | str | None) -> str:
    """A constant of the code's own."""
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''").replace("%", "%%"))
    return "NULL" if value is None else str(int(value))


def at_once() -> AbstractContextManager:
    """A block in which PostgreSQL is asked one thing after the other without a wait between them.

    Other writers wait for less long. What is `asked` must be read inside; of what is changed, the number of rows is
    not known. On SQLite, where nothing is far, each thing is done as it comes.
    """
    return getattr(connections[DEFAULT_DB_ALIAS], "pipelined", nullcontext)()


def _asked(sql: str, parameters: Sequence[Any]) -> Rows:
    cursor = _cursor()
    cursor.execute(sql, parameters)

    def rows() -> list[tuple]:
        with cursor:
            return cursor.fetchall()

    return rows


def _cursor():
    """For plain SQL, which `config.postgresql` plans once for each connection."""
    database = connections[DEFAULT_DB_ALIAS]
    return getattr(database, "prepared_cursor", database.cursor)()


def in_utc(moment: datetime) -> datetime:
    """SQLite gives moments without their time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def loaded(model: type[Model], names: Sequence[str], values: Sequence[Any]) -> Any:
    """A row of these columns as an instance, as a queryset would have made it."""
    row = dict(zip(names, values, strict=True))
    columns = [field.attname for field in model._meta.concrete_fields if field.attname in row]  # as `from_db` wants
    moments = [in_utc(value) if isinstance(value, datetime) else value for value in map(row.get, columns)]
    return model.from_db(DEFAULT_DB_ALIAS, columns, moments)
