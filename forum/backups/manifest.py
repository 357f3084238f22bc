"""What a backup says of itself: its kind, when and where it was made, with which migrations, how many rows."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from .errors import BackupError


@dataclass(frozen=True)
class Manifest:
    kind: str
    created: str  # UTC, to the second
    site: str
    migrations: list[str]  # "forum.0001_initial", in the order in which they were applied
    rows: dict[str, int]  # by table; in a portable backup by model

    def line(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.created)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def manifest_of(kind: str, migrations: list[str], rows: dict[str, int]) -> Manifest:
    """The manifest of a backup that is being made now, here."""
    return Manifest(kind, datetime.now(UTC).isoformat(timespec="seconds"), settings.SITE_URL, migrations, rows)


def read_manifest(line: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(line))
    except (ValueError, TypeError):
        manifest = None
    if not manifest or {type(manifest.kind), type(manifest.migrations), type(manifest.rows)} != {str, list, dict}:
        raise BackupError("The backup's manifest cannot be read: another program wrote it.")
    return manifest


def applied_migrations(cursor) -> list[str]:
    """Raises BackupError where there is no forum yet. Takes a cursor of Django's or of sqlite3."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return [f"{app}.{name}" for app, name in cursor.fetchall()]


def count_rows(cursor, tables: Iterable[str]) -> dict[str, int]:
    """Takes a cursor of Django's or of sqlite3: both databases quote a name in the same way."""
    return {table: _count(cursor, '"' + table.replace('"', '""') + '"') for table in sorted(tables)}


def _count(cursor, quoted: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608
    return cursor.fetchone()[0]


def refuse_other_counts(manifest: Manifest, found: dict[str, int]) -> None:
    differ = sorted(name for name in manifest.rows | found if manifest.rows.get(name) != found.get(name))
    if differ:
        said = ", ".join(f"{name} {found.get(name)} instead of {manifest.rows.get(name)}" for name in differ)
        raise BackupError(f"What came out of the backup is not what its manifest says: {said}.")


def refuse_unknown_migrations(manifest: Manifest) -> None:
    """A newer forum may keep what this code would ignore, or write differently."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupError(
            f"The backup comes from a newer forum, or from another: this code does not know {', '.join(unknown)}. "
            "Update the code first."
        )
