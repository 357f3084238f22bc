"""Make a backup while the site runs."""

import sqlite3
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from forum.backups import BackupError, back_up


class Command(BaseCommand):
    help = "Write a verified backup of the database into a folder, in one file, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--portable", action="store_true", help="JSON Lines, to move between SQLite and PostgreSQL"
        )
        parser.add_argument(
            "--keep",
            metavar="N",
            type=int,
            help="then delete older ones of its kind: N stay, with the new one",
        )

    def handle(self, *, folder: Path, portable: bool, keep: int | None, **options) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 at least: the new backup stays.")
        try:
            backup = back_up(folder, portable=portable, keep=keep)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (OSError, DatabaseError, sqlite3.Error) as error:
            raise CommandError(f"The backup failed: {error}") from error
        rows, size = backup.manifest.total, backup.path.stat().st_size
        self.stdout.write(f"{backup.path}: {rows:,} rows, {size:,} bytes, verified.")
        for path in backup.deleted:
            self.stdout.write(f"Deleted {path.name}.")
