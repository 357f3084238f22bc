"""Compare the counters of threads with what is published in them."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from forum.actions.threads import recount


class Command(BaseCommand):
    help = "Count published answers anew. Exit code 1 where counters are off and --repair is not given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set right the counters that are off")

    def handle(self, *, repair: bool, **options) -> None:
        differences = recount(repair)
        for difference in differences:
            row = difference.row
            self.stdout.write(f"{row._meta.model_name} {row.pk}: {difference.kept}, counted {difference.counted}")
        if not differences:
            self.stdout.write("Every counter is right.")
        elif repair:
            self.stdout.write(f"{len(differences)} counters set right.")
        else:
            self.stderr.write(f"{len(differences)} counters are off: manage.py recount --repair sets them right.")
            sys.exit(1)
