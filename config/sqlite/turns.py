"""Turns at writing, for all threads and processes of a site.

SQLite lets a writer who finds another at work try again after a while, and again after a longer one: whoever comes
at the right moment goes first, and some wait twenty times as long as others. Here the writers of a process wait for
each other, and the first of them for those of other processes; of these one writes and one is next.
"""

import fcntl
import os
import time
from threading import Lock

from django.db import OperationalError

PAUSE = 0.0005  # seconds between two looks at what another process has
WRITES, NEXT = 0, 1  # the bytes of the file that a process holds


class Turns:
    """`file` is where processes see each other; without one, the threads of this one take turns."""

    def __init__(self, file: int | None) -> None:
        self._file = file
        self._lock = Lock()

    def take(self, seconds: float) -> None:
        """Wait for so long at most. Raises `OperationalError`, as for a database that another holds."""
        give_up_at = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise OperationalError("database is locked")
        try:
            self._hold(NEXT, give_up_at)
            try:
                self._hold(WRITES, give_up_at)
            finally:
                self._let_go(NEXT)
        except BaseException:
            self._lock.release()
            raise

    def end(self) -> None:
        self._let_go(WRITES)
        self._lock.release()

    def _hold(self, byte: int, give_up_at: float) -> None:
        while self._file is not None:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except BlockingIOError:
                if time.monotonic() > give_up_at:
                    raise OperationalError("database is locked") from None
                time.sleep(PAUSE)
            else:
                return

    def _let_go(self, byte: int) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)


_known: dict[str | None, Turns] = {}
_making = Lock()


def turns_at(database: str | None) -> Turns:
    """Those of a database, the same for all threads, and for as long as the process: to close the file would end
    the turn of whichever thread has one."""
    with _making:
        if database not in _known:
            _known[database] = Turns(_opened(database))
        return _known[database]


def _opened(database: str | None) -> int | None:
    if database is None:
        return None
    try:
        return os.open(f"{database}-turns", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # a folder that cannot be written in: whoever writes there is told so by SQLite
        return None


def _begin_anew() -> None:
    """In a child: what a thread of the parent has, nobody would ever end here."""
    global _making
    _making = Lock()
    _known.clear()


os.register_at_fork(after_in_child=_begin_anew)
