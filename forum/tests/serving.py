"""The server of a real site, in a process of its own, and what a socket can send it that no client would."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from forum.tests.checkout import REAL_SITE, run_python
from forum.tests.cluster import NoClusterError, throwaway_cluster

SECONDS = 30
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


@contextmanager
def own_database(folder: Path) -> Iterator[dict[str, str]]:
    """The variables that name an empty database: of the kind that the tests run on, as durable as a real site’s."""
    if connection.vendor != "postgresql":
        yield {"DATABASE_URL": f"sqlite:///{folder}/forum.sqlite3"}
        return
    try:
        with throwaway_cluster(settings=[]) as url:
            yield {"DATABASE_URL": url.removesuffix("forum") + "postgres"}
    except NoClusterError as reason:
        pytest.skip(str(reason))


def start_demonstration(project: Path, database: dict[str, str]) -> dict[str, str]:
    """Fill the database as a first start of development does. Returns the members' passwords by their names."""
    started = run_python(project, "manage.py", "first_start", **database, DEBUG="1")
    assert started.returncode == 0, started.stderr
    return dict(re.findall(r"(demo-[a-z]+)\W+(\S+)", started.stdout))


@contextmanager
def gunicorn(project: Path, workers: int = 2, **variables: str) -> Iterator[tuple[int, subprocess.Popen]]:
    """The server, and its port; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        **REAL_SITE,
        "SECURE_SSL_REDIRECT": "0",
        **variables,
    }
    command = ["-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [sys.executable, *command, "--workers", str(workers)],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield port, process
        finally:
            process.terminate()


def until_it_serves(process: subprocess.Popen) -> Iterator[str]:
    """The lines that it logs until its first worker is there."""
    for line in process.stdout:
        yield line
        if "Booting worker" in line:
            return


@dataclass(frozen=True)
class Answer:
    status: int  # 0: the line was closed without a word
    headers: dict[str, str]  # by their names in small letters
    body: bytes


def call(port: int, sent: bytes) -> Answer:
    """Send the bytes as they are, say no more, and take what comes first until the server closes the line."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as line:
        with suppress(OSError):  # refused before all of it had arrived
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while part := line.recv(65536):
                received += part
    return parsed(received)


def parsed(received: bytes) -> Answer:
    head, _, body = received.removeprefix(GO_ON).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]) if first else 0, headers, body)
