"""`python -m benchmarks [SIZES]`: what reading costs, on SQLite and on a PostgreSQL started for it.

SIZES are numbers of answers in a thread, with commas between them.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from forum.tests.cluster import NoClusterError, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent
SIZES = "1000,100000"
SITE = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": "https://127.0.0.1",
    "SECURE_SSL_REDIRECT": "0",
}
DURABLE = ["shared_buffers=256MB"]  # everything else as PostgreSQL has it: fsync and synchronous_commit are on


def main(sizes: str) -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="et-vous-") as folder:
        missed += measure(f"sqlite:///{folder}/forum.sqlite3", sizes)
    try:
        with throwaway_cluster(DURABLE) as url:
            with psycopg.connect(f"{url.removesuffix('/forum')}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE forum")
            missed += measure(url, sizes)
    except NoClusterError as reason:
        print(f"PostgreSQL: NOT RUN: {reason}")
    return missed


def measure(url: str, sizes: str) -> int:
    start = "import django; django.setup(); import sys, benchmarks.reading; sys.exit(benchmarks.reading.main({}))"
    command = [sys.executable, "-c", start.format([int(size) for size in sizes.split(",")])]
    environment = os.environ | SITE | {"DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(1 if main(*(sys.argv[1:2] or [SIZES])) else 0)
