"""Make a database ready: tables, cache, what a forum begins with, and in development the demonstration.

Run at each start: what is there already is left alone.
"""

import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection, transaction

from forum.actions.housekeeping import tidy
from forum.models import Reason


class Command(BaseCommand):
    help = "Bring the database up to date and, the first time, load what a forum begins with."

    def handle(self, *args, **options) -> None:
        self.reach_the_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not was_begun():
            # Whole or not at all: a start cut short begins again.
            with transaction.atomic():
                self.load_fixtures()
                if settings.DEBUG:
                    call_command("demonstration", "load", stdout=self.stdout)
        tidy()
        self.stdout.write(f"The forum is ready: {settings.SITE_URL}/")

    def reach_the_database(self) -> None:
        """It is the first command that anybody runs: a wrong address is one line, not a traceback."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error} Is DATABASE_URL right?") from None

    def load_fixtures(self) -> None:
        for fixture in fixtures():
            if is_wanted(fixture):
                call_command("loaddata", str(fixture), verbosity=0)
                self.stdout.write(f"Loaded {fixture.name}.")


def was_begun() -> bool:
    """Whether this database has had its first start: moderators can change the reasons, not delete them.

    Without this, a list of blocked phrases that moderators emptied would fill up again.
    """
    return Reason.objects.exists()


def fixtures() -> list[Path]:
    return sorted(fixture for folder in settings.FIXTURE_DIRS for fixture in Path(folder).glob("*.json"))


def is_wanted(fixture: Path) -> bool:
    """Only into empty tables: rows that are there may have been loaded by hand and changed since."""
    labels = {row["model"] for row in json.loads(fixture.read_text(encoding="utf-8"))}
    return not any(apps.get_model(label)._default_manager.exists() for label in labels)
