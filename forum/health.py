"""How the forum is: what is looked at, and what is wrong. Writes nothing, and tells nothing secret.

Whoever asks may be anybody: no path, no name of a host, no words of an exception.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache as once
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from forum.models import Case, Notification

PATIENCE = 2  # seconds that a database gets to answer
LEAST_ROOM = 200  # MB on the disk of the SQLite file
MAIL_IS_LATE = timedelta(minutes=30)  # past its time; a worker looks every five seconds
SILENCE = "does not answer in time"


class Unwell(Exception):
    """What is wrong, in words that anybody may read."""


@dataclass(frozen=True)
class Sign:
    name: str
    is_well: bool
    says: str


Look = Callable[[], str]


def is_ready(signs: list[Sign]) -> bool:
    return all(sign.is_well for sign in signs)


def readiness() -> list[Sign]:
    """The signs of `READY`, within a few seconds whatever the database does.

    It is asked on a thread and a connection of its own, since nothing ends a call that hangs, and by one
    asker at a time, so that a silent database does not gather threads.
    """
    _migrations_of_the_code()  # read once, and not on the database's time
    if not _asking.acquire(timeout=PATIENCE):
        return [Sign("database", False, SILENCE)]
    answer: SimpleQueue[list[Sign]] = SimpleQueue()
    try:
        Thread(target=_ask, args=(answer,), name="health", daemon=True).start()
    except RuntimeError:  # no thread to be had: the next asker is to find the way free
        _asking.release()
        raise
    try:
        return answer.get(timeout=PATIENCE)
    except Empty:
        return [Sign("database", False, SILENCE)]


_asking = Lock()


def _ask(answer: SimpleQueue[list[Sign]]) -> None:
    try:
        answer.put(look_at(READY))
    finally:
        connection.close()
        _asking.release()


def look_at(looks: dict[str, Look]) -> list[Sign]:
    """One sign for each look; where the database does not answer, it is the last."""
    signs: list[Sign] = []
    for name, look in looks.items():
        signs.append(_sign(name, look))
        if name == "database" and not signs[-1].is_well:
            break
    return signs


def _sign(name: str, look: Look) -> Sign:
    try:
        return Sign(name, True, look())
    except Unwell as reason:
        return Sign(name, False, str(reason))
    except (DatabaseError, InterfaceError, OSError):
        return Sign(name, False, "cannot be looked at")


# --- Whether it can answer readers ------------------------------------------------------------------


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        raise Unwell("does not answer") from None
    return f"{connection.display_name} answers"


def _migrations() -> str:
    applied = set(MigrationRecorder(connection).applied_migrations())
    if missing := len(_migrations_of_the_code() - applied):
        raise Unwell(f"{missing} to apply: manage.py migrate")
    # Of libraries, those that a newer version has merged stay applied; the forum's own are a newer code's.
    unknown = [name for app, name in applied - _migrations_of_the_code() if app == "forum"]
    if unknown:
        raise Unwell(f"{len(unknown)} applied that this code does not know")
    return "those of the code"


@once
def _migrations_of_the_code() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def _cache() -> str:
    try:
        cache.get("health")
    except DatabaseError:
        raise Unwell("its table cannot be read: where it is missing, manage.py createcachetable") from None
    except InterfaceError:
        raise Unwell("does not answer: nobody can log in or sign up") from None
    return "answers"


def _disk() -> str:
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return "no file of the database here"
    room = shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free // 10**6
    if room < LEAST_ROOM:
        raise Unwell(f"less than {LEAST_ROOM} MB free")
    return f"at least {LEAST_ROOM} MB free"


READY: dict[str, Look] = {"database": _database, "migrations": _migrations, "cache": _cache, "disk": _disk}


# --- Whether its work gets done ---------------------------------------------------------------------


def _mails() -> str:
    due = Notification.objects.to_send().order_by("next_try_at").values_list("next_try_at", flat=True).first()
    late = max(timezone.now() - due, timedelta()) if due else timedelta()
    if settings.READ_ONLY:
        return "none is sent in read-only mode"
    if late > MAIL_IS_LATE:
        raise Unwell(f"the oldest has been due for {_length(late)}: does manage.py send_notifications run?")
    put_back = Notification.objects.filter(done_at=None, tries__gt=0).count()
    oldest = f"the oldest has been due for {_length(late)}" if due else "none due"
    return f"{oldest}, {put_back} put back after a failure"


def _cases() -> str:
    waiting = Case.objects.open()
    oldest = waiting.order_by("id").values_list("opened_at", flat=True).first()
    if oldest is None:
        return "none waiting"
    return f"{waiting.count()} waiting, the oldest for {_length(timezone.now() - oldest)}"


def _integrity() -> str:
    """SQLite before 3.51.3 may, very rarely, spoil its file: the operator is to hear of it first."""
    if connection.vendor != "sqlite":
        return f"looked after by {connection.display_name}"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        (found,) = cursor.fetchone()
    if found != "ok":
        raise Unwell("PRAGMA quick_check finds the file damaged: restore a backup")
    return "PRAGMA quick_check finds nothing"


def _last_migration() -> str:
    applied = MigrationRecorder(connection).migration_qs.filter(app="forum").order_by("-applied", "-id").first()
    return f"{applied.name}, {applied.applied:%Y-%m-%d %H:%M} UTC" if applied else "none"


WORK: dict[str, Look] = {
    "mails": _mails,
    "cases": _cases,
    "integrity": _integrity,
    "last migration": _last_migration,
}


def _length(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    for size, unit in ((60 * 24, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} minutes"
