"""A whole PostgreSQL database, by pg_dump and pg_restore."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from psycopg import pq

from .archive import written
from .emptying import empty_again_after_an_error
from .errors import BackupError
from .manifest import Manifest, applied_migrations, count_rows, manifest_of, refuse_other_counts

DEBIAN = Path("/usr/lib/postgresql")
INTO_AN_EMPTY_PLACE = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
# Whatever the schema; what an extension brought along is no row of anybody's.
RELATIONS = """
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
)
"""


def write(connection, unfinished: Path) -> None:
    """Counts and dump see the database at the same moment; who writes does not wait."""
    program = find_program("pg_dump")
    with snapshot(connection) as cursor:
        manifest = manifest_of("postgresql", applied_migrations(cursor), _counts(connection, cursor))
        cursor.execute("SELECT pg_export_snapshot()")
        command = [program, "--format=custom", f"--snapshot={cursor.fetchone()[0]}"]
        with written(unfinished, manifest) as sink, _running(connection, command, stdout=subprocess.PIPE) as dump:
            shutil.copyfileobj(dump.stdout, sink)


@contextmanager
def snapshot(connection) -> Iterator:
    """A cursor that sees one moment, however long it takes."""
    with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield cursor


def restore(connection, manifest: Manifest, content: BinaryIO) -> None:
    program = find_program("pg_restore")
    _refuse_occupied(connection)
    command = [program, *INTO_AN_EMPTY_PLACE, f"--dbname={connection.settings_dict['NAME']}"]
    with _running(connection, command, stdin=subprocess.PIPE) as restoring:
        # A program that has given up reads no more; what it says about it comes with its exit code.
        with suppress(BrokenPipeError):
            shutil.copyfileobj(content, restoring.stdin)
        with suppress(BrokenPipeError):
            restoring.stdin.close()
    with empty_again_after_an_error(connection), connection.cursor() as cursor:
        refuse_other_counts(manifest, _counts(connection, cursor))


def _refuse_occupied(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        if cursor.fetchone()[0]:
            raise BackupError(
                "The database that DATABASE_URL names holds a forum, or something else: a backup is restored into "
                "an empty place. Create a new database (createdb) and name it in DATABASE_URL."
            )


def _counts(connection, cursor) -> dict[str, int]:
    return count_rows(cursor, connection.introspection.table_names(cursor))


def find_program(name: str) -> str:
    """On the PATH, else Debian's newest."""
    on_path = shutil.which(name)
    if on_path:
        return on_path
    newest = max(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise BackupError(
            f"{name} is missing (Debian: apt install postgresql-client). A portable backup does without it."
        )
    return str(newest)


@contextmanager
def _running(connection, command: list[str], **pipes) -> Iterator[subprocess.Popen]:
    """The program while the block feeds or reads it. Raises BackupError with its own words where it fails."""
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, env=_environment(connection), stderr=complaints, **pipes) as process:  # noqa: S603
            try:
                yield process
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            complaints.seek(0)
            words = complaints.read(2000).decode(errors="replace").strip()
            raise BackupError(f"{Path(command[0]).name} failed: {words or process.returncode}")


def _environment(connection) -> dict[str, str]:
    """How to reach the database, password and all: arguments would show it to whoever lists processes."""
    names = {option.keyword.decode(): option.envvar for option in pq.Conninfo.get_defaults() if option.envvar}
    reached_by = connection.get_connection_params()
    return os.environ | {names[key].decode(): str(value) for key, value in reached_by.items() if key in names}
