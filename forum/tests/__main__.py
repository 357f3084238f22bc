"""`python -m forum.tests`: every test on SQLite, then on PostgreSQL; says at the end what ran.

Arguments go to pytest as they are. PostgreSQL is the one that DATABASE_URL names (tests make
and drop a database of their own there), else a throw-away cluster where initdb is installed.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config import env

from .cluster import NoClusterError, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is taken down
    env.load_dotenv(ROOT / ".env")
    named = env.text("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="et-vous-") as folder:
        summary = Path(folder) / "summary"
        codes = [run("SQLite", "", summary, arguments)]
        try:
            if named.startswith("postgres"):
                codes.append(run("PostgreSQL", named, summary, arguments))
            else:
                with throwaway_cluster() as url:
                    codes.append(run("PostgreSQL", url, summary, arguments))
        except NoClusterError as reason:
            note(summary, f"PostgreSQL: NOT RUN: {reason}")
        print("", *summary.read_text(encoding="utf-8").splitlines(), sep="\n", flush=True)
    return next((code for code in codes if code), 0)


def run(name: str, url: str, summary: Path, arguments: list[str]) -> int:
    print(f"\nTests on {name}", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", f"--summary-to={summary}", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        check=False,
    ).returncode
    if code:
        note(summary, f"{name}: pytest ended with {code}")
    return code


def note(summary: Path, line: str) -> None:
    with summary.open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
