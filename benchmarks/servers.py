"""Servers as a site runs them, and the processor time that they use."""

import compileall
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
SECONDS_TO_START = 30


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    database: int | None = None  # the pid of PostgreSQL's first process
    started_in: float = 0.0  # seconds to the first page

    def processor_seconds(self) -> float:
        """Used so far by the server's processes and the database's."""
        pids = [*family(self.pid), *(family(self.database) if self.database else [])]
        return sum(map(_seconds, pids))

    def memory(self) -> tuple[float, float]:
        """Megabytes of a worker, the largest: resident, and its share of what the processes hold together."""
        workers = [_memory(pid) for pid in family(self.pid) if pid != self.pid]
        return max(rss for rss, _ in workers), max(pss for _, pss in workers)


def ceiling() -> AbstractContextManager[Server]:
    """The bare project, on a database of its own in the same place, with the same settings."""
    environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.ceiling", "DATABASE_URL": os.environ["BARE_DATABASE_URL"]}
    make = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    subprocess.run(make, cwd=ROOT, env={**os.environ, **environment}, check=True)
    return _gunicorn(["django.core.wsgi:get_wsgi_application()"], environment, database_process())


def forum(url: str | None = None) -> AbstractContextManager[Server]:
    """With the configuration that its unit in `deploy/` names, which loads the forum before the workers part."""
    environment = {"DATABASE_URL": url} if url else {}
    return _gunicorn(["config.wsgi", "--config", "python:config.gunicorn"], environment, database_process())


@contextmanager
def _gunicorn(served: list[str], environment: dict[str, str], database: int | None = None) -> Iterator[Server]:
    _compile()
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *served, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket", "--log-level", "error"]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            wait_for(port)
            urlopen(f"http://127.0.0.1:{port}/", timeout=SECONDS_TO_START).close()
            yield Server(port, process.pid, database, time.perf_counter() - began)
        finally:
            process.terminate()


def _compile() -> None:
    """As an installation does: else a start would measure Python's compiler."""
    for folder in ("config", "forum", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=1)


def database_process() -> int | None:
    """The first process of the PostgreSQL that the forum is on, if it is one and on this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/status").read_text()
    return int(re.search(r"PPid:\s+(\d+)", backend)[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"Nothing listens on port {port}.")


def _memory(pid: int) -> tuple[float, float]:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)[1]) / 1024 for name in ("Rss", "Pss"))


def family(pid: int) -> list[int]:
    """A process and those that it has started."""
    family = [pid]
    for each in family:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            family += map(int, children.read_text().split())
    return family


def _seconds(pid: int) -> float:
    """In nanoseconds, where `stat` counts in hundredths of a second."""
    spent = [path.read_text().split()[0] for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(map(int, spent)) / 1e9
