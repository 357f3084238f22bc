"""Rows by the million, put into their tables as fast as each database takes them."""

from collections.abc import Callable, Iterable
from itertools import chain, islice

from django.db import connection, models, transaction

BATCH = 20_000
TABLES = ["forum_answer", "forum_revision", "forum_decision", "forum_case", "forum_finding"]
SQLITE_WRITERS = {
    "DateTimeField": lambda when: when.replace(tzinfo=None).isoformat(" "),  # all are in UTC
    "UUIDField": lambda key: key.hex,
}


def fill(model: type[models.Model], rows: Iterable[dict]) -> None:
    """Insert rows that name the same fields. What refers to what is the caller's: the database does not look."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [model._meta.get_field(name) for name in first]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    names, writers = list(first), _writers(fields)
    values = (_written(names, writers, row) for row in chain([first], rows))
    copy = _copy if connection.vendor == "postgresql" else _insert
    with connection.constraint_checks_disabled(), transaction.atomic():
        copy(f"{table} ({columns})", len(fields), values)


def _writers(fields: list[models.Field]) -> list[Callable | None]:
    """What SQLite has no type for, written as Django writes it; asked for each value, Django would take minutes."""
    if connection.vendor == "postgresql":
        return [None] * len(fields)
    return [SQLITE_WRITERS.get(field.get_internal_type()) for field in fields]


def _written(names: list[str], writers: list[Callable | None], row: dict) -> list:
    return [
        row[name] if write is None or row[name] is None else write(row[name])
        for name, write in zip(names, writers, strict=True)
    ]


def _insert(table: str, width: int, values: Iterable[list]) -> None:
    statement = f"INSERT INTO {table} VALUES ({', '.join(['?'] * width)})"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        raw = cursor.connection  # Django’s cursor would look for its own marks in each statement
        while batch := list(islice(values, BATCH)):
            raw.executemany(statement, batch)


def _copy(table: str, width: int, values: Iterable[list]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a throw-away cluster's owner may
        with cursor.cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for each in values:
                copy.write_row(each)


def settle_tables() -> None:
    """What the database's planner and its sequences would know of rows that had come one by one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
            # As its own housekeeping does before long, and would while something is measured.
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
