"""Restore a backup: everything that can be refused is refused before anything is touched."""

from pathlib import Path

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from .archive import opened
from .errors import BackupError
from .kinds import KINDS, PORTABLE, WORDS
from .manifest import Manifest, refuse_unknown_migrations


def restore(path: Path, using: str = DEFAULT_DB_ALIAS) -> Manifest:
    """Into the database of that alias, which must be an empty place. Returns what was restored.

    Raises BackupError, or an error of the disk or the database; nothing stays then.
    """
    connection = connections[using]
    with opened(path) as (manifest, content):
        _refuse_other_kind(manifest, connection.vendor)
        refuse_unknown_migrations(manifest)
        KINDS[manifest.kind].restore(connection, manifest, content)
    call_command("createcachetable", database=using, verbosity=0)
    return manifest


def _refuse_other_kind(manifest: Manifest, vendor: str) -> None:
    if manifest.kind not in KINDS:
        raise BackupError(f"This code does not know backups of the kind {manifest.kind!r}. Update it first.")
    if manifest.kind not in (vendor, PORTABLE):
        raise BackupError(
            f"This is a backup of {WORDS[manifest.kind]}; DATABASE_URL names {WORDS[vendor]}. "
            "A portable backup (manage.py backup DIR --portable) moves between the two."
        )
