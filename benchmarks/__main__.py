"""`python -m benchmarks`: what the forum costs, on SQLite and on a PostgreSQL started for it (`--help`)."""

import os
import secrets
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import psycopg

from forum.tests.cluster import NoClusterError, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent
SITE = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": "https://127.0.0.1",
    "SECURE_SSL_REDIRECT": "0",
    "STAFF_NEEDS_SECOND_FACTOR": "0",  # the desk’s pages are measured, not its log-in
}
DURABLE = ["shared_buffers=256MB"]  # everything else as PostgreSQL has it: fsync and synchronous_commit are on


def main(asked: Namespace) -> int:
    """How many rows do not reach what they should, on both databases together."""
    missed = 0
    if asked.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="et-vous-") as folder:
            missed += measure("sqlite:///{}/{}.sqlite3", folder, asked)
    if asked.only != "sqlite":
        missed += on_postgresql(asked)
    return missed


def on_postgresql(asked: Namespace) -> int:
    try:
        with throwaway_cluster(DURABLE) as url:
            server = url.removesuffix("/forum")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                for name in ("forum", "bare"):
                    connection.execute(f"CREATE DATABASE {name}")
            return measure("{}/{}", server, asked)
    except NoClusterError as reason:
        print(f"PostgreSQL: NOT RUN: {reason}")
        return 0


def measure(address: str, place: str, asked: Namespace) -> int:
    """`address` is that of a database, with a gap for its place and one for its name."""
    start = "import django; django.setup(); import sys, benchmarks.table; sys.exit(benchmarks.table.main({!r}))"
    command = [sys.executable, "-c", start.format(vars(asked))]
    names = {"DATABASE_URL": "forum", "BARE_DATABASE_URL": "bare", "FEW_DATABASE_URL": "few"}
    environment = os.environ | SITE | {variable: address.format(place, name) for variable, name in names.items()}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def arguments() -> Namespace:
    parser = ArgumentParser(prog="make bench", description="What the forum costs, beside a bare Django.")
    parser.add_argument("sizes", nargs="?", default="1000,100000,1000000", help="answers in a thread, with commas")
    parser.add_argument("--waiting", type=int, default=100_000, help="texts in the queue beside the largest thread")
    parser.add_argument("--minutes", type=float, default=10.0, help="of reading, writing and moderating at once")
    parser.add_argument("--rounds", type=int, default=5, help="of which the medians are taken")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="measure on one database alone")
    asked = parser.parse_args()
    asked.sizes = sorted(map(int, asked.sizes.split(",")))
    return asked


if __name__ == "__main__":
    sys.exit(1 if main(arguments()) else 0)
