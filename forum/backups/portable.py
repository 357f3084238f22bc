"""A backup in JSON Lines, which moves a forum between SQLite and PostgreSQL.

The first line holds the digest, the second the manifest; then each row has a line, and the last line
says how many there were. Sessions stay behind, and what Django makes anew: content types, permissions,
the cache.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, models, reset_queries, transaction
from django.db.migrations.executor import MigrationExecutor

from .archive import LONGEST_LINE, written
from .emptying import empty_again_after_an_error
from .errors import BackupError
from .manifest import Manifest, applied_migrations, manifest_of, refuse_other_counts
from .postgresql import snapshot
from .rows import Record, in_batches, line, lines_of, reader_of

APPS = ["forum", "account", "mfa", "admin"]
Models = list[type[models.Model]]
Nodes = list[tuple[str, str]]


def portable_models() -> Models:
    return [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


# --- There ---------------------------------------------------------------------------------------


def write(connection, unfinished: Path) -> None:
    _refuse_waiting_migrations(connection)
    kept = portable_models()
    with _one_moment(connection) as cursor:
        manifest = manifest_of("portable", applied_migrations(cursor), _counts(kept, connection.alias))
        with written(unfinished, manifest) as sink, closing(_lines(kept, connection.alias)) as rows:
            for row in rows:
                sink.write(row)
            sink.write(line({"rows": manifest.total}))


def _refuse_waiting_migrations(connection) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database is older than this code: run manage.py migrate first.")


@contextmanager
def _one_moment(connection) -> Iterator:
    """All that is read in the block is read as it was at the first look."""
    if connection.vendor == "postgresql":
        with snapshot(connection) as cursor:
            yield cursor
        return
    with connection.cursor() as cursor:
        # Not `atomic`: by the settings its BEGIN is IMMEDIATE, and readers could not post meanwhile.
        cursor.execute("BEGIN DEFERRED")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")


def _lines(kept: Models, using: str) -> Iterator[bytes]:
    for model in kept:
        yield from lines_of(model, using)


def _counts(kept: Models, using: str) -> dict[str, int]:
    return {model._meta.label_lower: model._base_manager.using(using).count() for model in kept}


# --- And back ------------------------------------------------------------------------------------


def restore(connection, manifest: Manifest, content: BinaryIO) -> None:
    """With the models as the backup's own migrations have them; newer migrations change the rows afterwards.

    Killed on the way, it leaves tables at most, and never a row: the next one goes on from there.
    """
    executor = MigrationExecutor(connection)
    nodes = [tuple(name.split(".", 1)) for name in manifest.migrations]
    kept = _models_then(executor, nodes, manifest)
    tables = connection.introspection.table_names()
    if tables:
        _refuse_occupied(connection, manifest, kept, tables)
    with nullcontext() if tables else empty_again_after_an_error(connection):
        executor.migrate(_last_of(nodes, executor))
        _fill(connection, manifest, kept, content)
    call_command("migrate", database=connection.alias, interactive=False, verbosity=0)


def _models_then(executor: MigrationExecutor, nodes: Nodes, manifest: Manifest) -> Models:
    """As they were at the backup's migrations, in the order of its rows."""
    models_then = executor.loader.project_state(nodes).apps.get_models(include_auto_created=True)
    then = {model._meta.label_lower: model for model in models_then if model._meta.app_label in APPS}
    if then.keys() != manifest.rows.keys():
        missing = ", ".join(sorted(then.keys() ^ manifest.rows.keys()))
        raise BackupError(f"The backup's models are not those of its migrations: {missing}.")
    return [then[label] for label in manifest.rows]


def _refuse_occupied(connection, manifest: Manifest, kept: Models, tables: list[str]) -> None:
    """Tables may be there, of no newer migrations than the backup, but no row in them."""
    if "django_migrations" not in tables:
        raise BackupError("The database holds tables of something else: name an empty one in DATABASE_URL.")
    with connection.cursor() as cursor:
        newer = set(applied_migrations(cursor)) - set(manifest.migrations)
    if newer:
        raise BackupError(
            f"The tables that are there are newer than the backup ({', '.join(sorted(newer))}). Name a database "
            "without tables in DATABASE_URL: they are made as the backup needs them, and brought up to date after."
        )
    filled = [model for model in kept if model._meta.db_table in tables and _has_rows(model, connection.alias)]
    if filled:
        raise BackupError(
            f"There are rows already ({', '.join(model._meta.label_lower for model in filled)}): "
            "a backup is restored into an empty place. Name a new database in DATABASE_URL."
        )


def _has_rows(model: type[models.Model], using: str) -> bool:
    return model._base_manager.using(using).exists()


def _last_of(nodes: Nodes, executor: MigrationExecutor) -> Nodes:
    """Those that no other of their app builds upon: to name one that is applied would take back what does."""
    graph = executor.loader.graph.node_map
    built_upon = {
        node for node in nodes for child in graph[node].children if child.key in nodes and child.key[0] == node[0]
    }
    return [node for node in nodes if node not in built_upon]


def _fill(connection, manifest: Manifest, kept: Models, content: BinaryIO) -> None:
    """All rows, or none."""
    try:
        with transaction.atomic(using=connection.alias, durable=True):
            _load(connection, manifest, kept, content)
    except DatabaseError as error:
        raise BackupError(f"The database refused the rows, and none were kept: {error}") from error


def _load(connection, manifest: Manifest, kept: Models, content: BinaryIO) -> None:
    begin = content.tell()
    _insert(kept, connection.alias, _records(content, manifest.total))
    refuse_other_counts(manifest, _counts(kept, connection.alias))
    connection.check_constraints()  # now, and not at COMMIT, where nobody could say what it was
    content.seek(begin)
    _read_back(kept, connection.alias, content)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)


def _records(content: BinaryIO, total: int) -> Iterator[Record]:
    for _ in range(total):
        record = _record(content)
        if record.keys() != {"model", "row"} or not isinstance(record["row"], dict):
            raise BackupError("A line of the backup is no row: another program wrote it.")
        yield record
    if _record(content) != {"rows": total} or content.read(1):
        raise BackupError("The backup does not end where its manifest says.")


def _record(content: BinaryIO) -> Record:
    try:
        record = json.loads(content.readline(LONGEST_LINE))
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise BackupError("A line of the backup is no JSON object: another program wrote it.")
    return record


def _insert(kept: Models, using: str, records: Iterator[Record]) -> None:
    """Past `save`, which would set again what must come back as it was."""
    by_label = {model._meta.label_lower: model for model in kept}
    readers = {label: reader_of(model, using) for label, model in by_label.items()}
    for label, batch in in_batches(records):
        if label not in by_label:
            raise BackupError(f"The backup has rows of {label!r}, which its manifest does not name.")
        by_label[label]._base_manager.using(using).bulk_create(map(readers[label], batch))
        reset_queries()  # with DEBUG Django keeps the text of each, and so the whole backup


def _read_back(kept: Models, using: str, content: BinaryIO) -> None:
    """Each row as the database has it now must be the very line that it came from."""
    with closing(_lines(kept, using)) as there:
        for number, (kept_line, given) in enumerate(zip_longest(there, content), start=3):
            if kept_line != given and kept_line is not None:
                raise BackupError(f"The database keeps line {number} of the backup differently: {given[:200]!r}")
