"""Make a backup: written apart, read back, named, and only then older ones deleted."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from .archive import opened
from .errors import BackupError
from .folder import delete_older, put_in_place, workshop
from .kinds import KINDS, PORTABLE
from .manifest import Manifest


@dataclass(frozen=True)
class Backup:
    path: Path
    manifest: Manifest
    deleted: list[Path] = field(default_factory=list)


def back_up(folder: Path, *, portable: bool = False, keep: int | None = None) -> Backup:
    """Of the database that DATABASE_URL names. Raises BackupError, or an error of the disk or the database;
    the folder is then as it was."""
    _refuse_nothing()
    with workshop(folder) as place:
        unfinished = place / "archive"
        KINDS[PORTABLE if portable else connection.vendor].write(connection, unfinished)
        with opened(unfinished) as (manifest, _):
            finished = put_in_place(unfinished, folder, manifest)
        return Backup(finished, manifest, delete_older(finished, keep) if keep else [])


def _refuse_nothing() -> None:
    if "django_migrations" not in connection.introspection.table_names():
        raise BackupError("There is no forum in the database that DATABASE_URL names: nothing to back up.")
