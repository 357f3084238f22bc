"""Say how the forum is, one line for each thing looked at."""

import sys

from django.core.management.base import BaseCommand

from forum.health import WORK, Sign, is_ready, look_at, readiness


class Command(BaseCommand):
    help = "Look at database, migrations, cache, disk, mails and cases. Exit code 1 where anything is wrong."
    requires_system_checks = []  # they are no reason to say nothing

    def handle(self, **options) -> None:
        signs = readiness()
        self._report(signs)
        if is_ready(signs):  # else the tables may not be there to be looked at
            work = look_at(WORK)
            self._report(work)
            signs += work
        if not is_ready(signs):
            sys.exit(1)

    def _report(self, signs: list[Sign]) -> None:
        for sign in signs:
            self.stdout.write(f"{'ok    ' if sign.is_well else 'WRONG '} {sign.name}: {sign.says}")
