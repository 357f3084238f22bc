"""The append-only triggers of migration 0002, and the one way around them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SQLITE_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%is append-only%'"
POSTGRESQL_GUARDS = """
SELECT trigger.tgrelid::regclass::text, trigger.tgname
FROM pg_trigger AS trigger JOIN pg_proc AS function ON function.oid = trigger.tgfoid
WHERE function.proname = 'forum_refuse' ORDER BY 1, 2
"""


@contextmanager
def guards_lifted() -> Iterator[None]:
    """Let decisions, measures and texts be changed and deleted inside the block. WARNING: for demonstration alone.

    Decisions are the forum's memory: whoever uses this to mend or hide one breaks what readers and
    moderators rely on. Undo a decision by a new one instead.

    Lifting, the block and raising are one transaction: after an error, or a crash, the guards stand
    as before. On PostgreSQL other writers wait meanwhile, so take the threads' locks before, as every
    writer does, or two could wait for each other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_GUARDS)
            lift, raise_again = _postgresql_statements(cursor.fetchall())
        else:
            cursor.execute(SQLITE_GUARDS)
            lift, raise_again = _sqlite_statements(cursor.fetchall())
        _run(cursor, lift)
        yield
        _run(cursor, raise_again)


def _sqlite_statements(guards: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    quoted = connection.ops.quote_name
    return [f"DROP TRIGGER {quoted(name)}" for name, _ in guards], [sql for _, sql in guards]


def _postgresql_statements(guards: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Triggers are switched by name: switching all off would need a superuser."""
    quoted = connection.ops.quote_name

    def switch(to: str) -> list[str]:
        return [f"ALTER TABLE {table} {to} TRIGGER {quoted(name)}" for table, name in guards]

    return switch("DISABLE"), switch("ENABLE")


def _run(cursor, statements: list[str]) -> None:
    # PostgreSQL alters no table that still has foreign keys to check at the end of the transaction.
    connection.check_constraints()
    for statement in statements:
        cursor.execute(statement)
