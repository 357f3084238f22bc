"""A Redis for the tests alone: its own folder, its own socket, gone when they end."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SECONDS_TO_START = 10


def what_is_missing() -> str:
    """Why there can be no Redis here; empty where there can."""
    if shutil.which("redis-server") is None:
        return "NOT RUN: there is no redis-server (Debian: apt install redis-server)"
    if find_spec("redis") is None:
        return "NOT RUN: no package redis (pip install --require-hashes -r requirements-redis.txt)"
    return ""


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.log = folder / "log"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", "/"]
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        give_up_at = time.monotonic() + SECONDS_TO_START
        while b"ready to accept" not in self.log.read_bytes().lower():
            if time.monotonic() > give_up_at or self._process.poll() is not None:
                raise AssertionError(self.log.read_text(errors="replace"))
            time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Take calls from now on, and never say a word."""
        self._process.send_signal(signal.SIGSTOP)


@contextmanager
def throwaway_redis() -> Iterator[RedisServer]:
    folder = Path(tempfile.mkdtemp(prefix="et-vous-"))  # short: a socket's path has at most 107 bytes
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)
