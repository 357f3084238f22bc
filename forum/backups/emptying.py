"""A place that was empty before a backup failed to get into it is empty again after."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def empty_again_after_an_error(connection) -> Iterator[None]:
    """For a database that had no tables: whatever the block has made there goes when it fails."""
    try:
        yield
    except BaseException:
        _drop_everything(connection)
        raise


def _drop_everything(connection) -> None:
    drop = connection.schema_editor().sql_delete_table
    with (
        connection.constraint_checks_disabled(),  # SQLite would look for the rows that named those of a table
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        for table in connection.introspection.table_names(cursor):
            cursor.execute(drop % {"table": connection.ops.quote_name(table)})
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS forum_refuse()")
