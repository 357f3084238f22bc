"""A whole SQLite database, copied while others write to it, and put where there is none."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from .archive import written
from .errors import BackupError
from .folder import sync, workshop
from .manifest import Manifest, applied_migrations, count_rows, manifest_of, refuse_other_counts

SIDE_FILES = ("-wal", "-shm", "-journal")


def write(connection, unfinished: Path) -> None:
    """The counts come from the copy: the database itself has gone on meanwhile."""
    copy = unfinished.with_suffix(".sqlite3")
    _copy(connection, copy)
    with closing(sqlite3.connect(copy)) as database:
        _refuse_unsound(database, "quick_check", "The database itself is damaged: restore an earlier backup.")
        manifest = manifest_of("sqlite", applied_migrations(database.cursor()), _counts(database))
    with written(unfinished, manifest) as sink, copy.open("rb") as file:
        shutil.copyfileobj(file, sink)
    copy.unlink()


def _copy(connection, into: Path) -> None:
    """By SQLite's backup interface: one state of the database, and no writer waits for it."""
    connection.ensure_connection()
    with closing(sqlite3.connect(into)) as copy:
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")  # it is verified and brought to the disk with the archive
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # else its first reader would put a log beside it


def restore(connection, manifest: Manifest, content: BinaryIO) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    _refuse_occupied(target)
    with workshop(target.parent) as place:
        copy = place / target.name
        with copy.open("xb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        _verify(copy, manifest)
        _refuse_occupied(target)
        copy.rename(target)
        sync(target.parent)


def _verify(copy: Path, manifest: Manifest) -> None:
    with closing(sqlite3.connect(copy)) as database:
        _refuse_unsound(database, "integrity_check", "What the backup holds is no sound database.")
        if database.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupError("What the backup holds is no sound database: a row names another that is not there.")
        refuse_other_counts(manifest, _counts(database))


def _refuse_unsound(database: sqlite3.Connection, check: str, words: str) -> None:
    try:
        found = database.execute(f"PRAGMA {check}(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BackupError(f"{words} {check}: {found}")


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    return count_rows(database.cursor(), _tables(database))


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows]


def _refuse_occupied(target: Path) -> None:
    """A file without tables may be there, as Django makes one by looking at it; nothing else may."""
    if target.exists():
        _refuse_tables(target)
    for side in SIDE_FILES:
        if os.path.lexists(f"{target}{side}"):
            raise BackupError(
                f"{target}{side} is there: what is left of a database, or of one in use. "
                "Stop the site, move all files of that name away, and try again."
            )


def _refuse_tables(target: Path) -> None:
    try:
        with closing(sqlite3.connect(target, timeout=1)) as database:
            if _tables(database):
                raise BackupError(
                    f"{target} holds a forum, or another database: a backup is restored into an empty place. "
                    "Move that file away, or name another in DATABASE_URL."
                )
            database.execute("PRAGMA journal_mode=DELETE")  # refused while anybody has it open
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{target} is in the way ({error}): stop the site, or move that file away.") from None
