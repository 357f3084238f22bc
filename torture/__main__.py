"""`python -m torture`: every fault, on SQLite and on a PostgreSQL started for it; `--help` says what else.

Ends with 1 where anything acknowledged is not there exactly once, where a refusal did not give the text back,
or where the forum did not recover by itself.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
from pathlib import Path

from forum.tests.cluster import NoClusterError

from .databases import DATABASES
from .faults import FAULTS
from .plan import FULL, SHORT, Plan
from .report import report
from .run import Run


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few of each: half a minute")
    parser.add_argument("--only", choices=DATABASES, help="one database")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the moments and the texts")
    parser.add_argument("--faults", nargs="+", choices=[fault.__name__ for fault in FAULTS], help="these alone")
    said = parser.parse_args(arguments)
    print(f"seed {said.seed}")
    breaches = 0
    for name in [said.only] if said.only else DATABASES:
        try:
            breaches += torture(name, SHORT if said.short else FULL, said.seed, said.faults)
        except NoClusterError as reason:
            print(f"PostgreSQL: NOT RUN: {reason}")
    return 1 if breaches else 0


def torture(name: str, plan: Plan, seed: int, only: list[str] | None) -> int:
    with tempfile.TemporaryDirectory(prefix="et-vous-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - PostgreSQL, which is another user, must find the small disk in it
        with DATABASES[name](Path(folder)) as database, Run(plan, database, Path(folder), seed) as run:
            for fault in FAULTS:
                if only is None or fault.__name__ in only:
                    fault(run)
            run.post_the_rest()
            mails = run.send_the_rest()
            found = run.compare()
            return report(run, found, *mails, run.wrong_in_itself())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
