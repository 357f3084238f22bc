"""A PostgreSQL for the tests alone: its own folder, its own socket, gone when they end."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SECONDS_TO_START = 30
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT  # PostgreSQL's shutdowns that wait for no client
# What a crash would lose does not matter here; what waits for the disk would.
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"]


class NoClusterError(Exception):
    """Why there can be no throw-away cluster on this machine, in one line."""


@contextmanager
def throwaway_cluster(settings: Sequence[str] = QUICK) -> Iterator[str]:
    """Start a cluster with these settings and give its DATABASE_URL; stop and delete it on leaving.

    Raises NoClusterError where PostgreSQL is not installed or may not run.
    """
    with running_cluster(settings) as cluster:
        yield cluster.url


@contextmanager
def running_cluster(settings: Sequence[str] = QUICK) -> Iterator["Cluster"]:
    """The same, for whoever means to stop it and to start it again."""
    programs = find_programs()
    identity = _identity()
    folder = Path(tempfile.mkdtemp(prefix="et-vous-"))  # short: a socket's path has at most 107 bytes
    cluster = Cluster(programs, folder, identity, settings)
    try:
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        _make(programs, folder, identity)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    def __init__(self, programs: Path, folder: Path, identity: dict, settings: Sequence[str]) -> None:
        self.programs, self.folder, self.identity, self.settings = programs, folder, identity, settings
        self.server: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgresql://forum@{quote(str(self.folder), safe='')}/forum"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        self.server = _start(self.programs, self.folder, self.identity, self.settings)

    def stop(self, how: signal.Signals = FAST) -> None:
        if self.server:
            _stop(self.server, how)
            self.server = None


def find_programs() -> Path:
    """The folder of initdb and postgres: that of the PATH, else Debian's newest."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise NoClusterError("no DATABASE_URL and no initdb (Debian: apt install postgresql)")
    return newest.parent


def _identity() -> dict[str, int]:
    """PostgreSQL refuses to run as root, so root runs it as the user that its package made."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise NoClusterError(
            "PostgreSQL does not run as root, and there is no user postgres to run it as"
        ) from None
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _make(programs: Path, folder: Path, identity: dict) -> None:
    options = ["--username=forum", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    version = subprocess.run([programs / "initdb", "--version"], capture_output=True, text=True, check=True)
    if int(re.search(r"\d+", version.stdout)[0]) >= 15:
        # A real site sorts by a language, not by bytes: what relies on byte order must show it here.
        options += ["--locale-provider=icu", "--icu-locale=fr"]
    made = subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        **identity,
    )
    if made.returncode:
        raise NoClusterError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def _start(programs: Path, folder: Path, identity: dict, settings: Sequence[str]) -> subprocess.Popen:
    options = [f"unix_socket_directories={folder}", "listen_addresses=", "max_connections=60", *settings]
    command = [programs / "postgres", "-D", folder / "data"]
    for option in options:
        command += ["-c", option]
    log = folder / "log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C must reach the tests first, the server when they are done.
        server = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity,
        )
    try:
        _wait_until_ready(programs, folder, server, log)
    except BaseException:
        _stop(server)
        raise
    return server


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen, log: Path) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at and server.poll() is None:
        ready = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise NoClusterError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()}")


def _stop(server: subprocess.Popen, how: signal.Signals = FAST) -> None:
    server.send_signal(how)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
