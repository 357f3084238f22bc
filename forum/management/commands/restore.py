"""Restore a backup into an empty place."""

import sqlite3
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from forum.backups import BackupError, restore


class Command(BaseCommand):
    help = "Restore a backup into the database that DATABASE_URL names, which must be empty, and verify it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file: Path, **options) -> None:
        try:
            manifest = restore(file)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (OSError, DatabaseError, sqlite3.Error) as error:
            raise CommandError(f"The restore failed: {error}") from error
        self.stdout.write(f"Restored {manifest.total:,} rows as they were at {manifest.created}, and verified.")
        self.stdout.write("Run manage.py first_start before the site starts: newer code may have migrations.")
