"""Writers on SQLite come in turn: the threads of a process, and processes; nobody keeps a turn for good."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from config.sqlite.base import DatabaseWrapper
from config.sqlite.turns import NEXT, Turns, turns_at

MOMENT = 0.2  # seconds: long for what should be at once, short for a test
LONG = 20
HAS_IT = "has it\n"
LOCKS = Path("/proc/locks")
HOLD = """
import sys, time
from config.sqlite.turns import turns_at
turns = turns_at(sys.argv[1])
turns.take(20)
print("has it", flush=True)
if len(sys.argv) > 2:
    time.sleep(float(sys.argv[2]))
    turns.end()
time.sleep(60)
"""


@pytest.fixture
def file(tmp_path) -> str:
    return str(tmp_path / "forum.sqlite3")


@pytest.fixture
def open_(file, django_db_blocker) -> Iterator[Callable[[], DatabaseWrapper]]:
    """Connections of the forum's kind to a database of their own, with one table."""
    opened = []
    settings = connections.settings["default"] | {"NAME": file, "ENGINE": "config.sqlite", "CONN_MAX_AGE": None}
    settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": MOMENT}

    def _open() -> DatabaseWrapper:
        opened.append(DatabaseWrapper(settings, "elsewhere"))
        opened[-1].inc_thread_sharing()
        return opened[-1]

    with django_db_blocker.unblock():
        _open().cursor().execute("CREATE TABLE note (text text NOT NULL)")
        yield _open
        for each in opened:
            each.close()


def begin(connection: DatabaseWrapper) -> None:
    """As `atomic` does."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def in_another_process(file: str, *seconds: str) -> subprocess.Popen:
    command = [sys.executable, "-c", HOLD, file, *seconds]
    root = Path(__file__).parents[2]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def elsewhere(file) -> Iterator[Callable[..., subprocess.Popen]]:
    """`elsewhere()` takes the turn in another process; with seconds, ends it after these."""
    started = []

    def start(*seconds: str, at_once: bool = True) -> subprocess.Popen:
        started.append(in_another_process(file, *seconds))
        if at_once:
            assert started[-1].stdout.readline() == HAS_IT
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_threads_wait_for_each_other_and_no_longer_than_they_may(file):
    turns = turns_at(file)
    turns.take(MOMENT)
    with pytest.raises(OperationalError):
        turns.take(MOMENT)
    threading.Timer(MOMENT, turns.end).start()
    turns.take(LONG)
    turns.end()


def test_every_thread_has_its_turn(file):
    """As many writers as a server has threads, each many times: none at once with another, and none left out."""
    turns, at_work, had = turns_at(file), [], []

    def write() -> None:
        for _ in range(50):
            turns.take(LONG)
            at_work.append(1)
            had.append((len(at_work), threading.get_ident()))
            at_work.pop()
            turns.end()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len(had) == 400
    assert {number for number, _ in had} == {1}


def test_threads_that_begin_at_once_share_the_same_turns(tmp_path):
    """The first requests of a server: were there two sets of turns, one thread would end what another has."""
    for number in range(50):
        start, found = threading.Barrier(8), []

        def begin(file: str, start=start, found=found) -> None:
            start.wait(LONG)
            found.append(turns_at(file))

        threads = [threading.Thread(target=begin, args=[f"{tmp_path}/{number}"]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert len(found) == 8
        assert len(set(found)) == 1


def test_processes_wait_for_each_other_and_no_longer_than_they_may(file, elsewhere):
    elsewhere()
    with pytest.raises(OperationalError):
        turns_at(file).take(MOMENT)
    with pytest.raises(OperationalError):  # whoever gave up keeps nobody waiting: this one's turn has come again
        turns_at(file).take(MOMENT)


def test_turn_that_ends_in_another_process_is_the_next_ones(file, elsewhere):
    elsewhere("0.3")
    turns_at(file).take(LONG)
    turns_at(file).end()


def test_process_that_dies_ends_its_turn(file, elsewhere):
    process = elsewhere()
    process.send_signal(signal.SIGKILL)
    process.wait()
    turns_at(file).take(MOMENT)
    turns_at(file).end()


def test_who_is_next_goes_before_who_comes_again(file, elsewhere):
    """The others of a process that had its turn let one of another process go first."""
    mine, order = turns_at(file), []
    mine.take(LONG)
    waits = elsewhere("0.3", at_once=False)
    listener = threading.Thread(target=lambda: order.append(waits.stdout.readline()))
    listener.start()
    while not is_next(file, waits):
        time.sleep(0.01)
    mine.end()
    mine.take(LONG)
    order.append("I again")
    mine.end()
    listener.join(LONG)
    assert order == [HAS_IT, "I again"]


def is_next(file: str, process: subprocess.Popen) -> bool:
    """Whether the process holds the file's second byte; to look into the file would end one's own turn."""
    inode = Path(f"{file}-turns").stat().st_ino
    return bool(re.search(rf"POSIX .* {process.pid} \S+:{inode} {NEXT} {NEXT}$", LOCKS.read_text(), re.MULTILINE))


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_transaction_ends_its_turn_however_it_ends(open_, end):
    first, second = open_(), open_()
    begin(first)
    first.cursor().execute("INSERT INTO note VALUES ('un')")
    with pytest.raises(OperationalError):
        begin(second)
    getattr(first, end)()
    begin(second)
    second.rollback()


def test_transaction_that_cannot_begin_keeps_no_turn(open_, file):
    """The database is held by a tool that knows nothing of turns."""
    tool = sqlite3.connect(file, isolation_level=None)
    tool.execute("BEGIN IMMEDIATE")
    first, second = open_(), open_()
    with pytest.raises(OperationalError):
        begin(first)
    tool.execute("ROLLBACK")
    tool.close()
    begin(second)
    second.rollback()


def test_commit_that_fails_ends_its_turn_with_the_rollback(open_):
    first, second = open_(), open_()
    with pytest.raises(Exception, match="FOREIGN KEY"):
        _commit_what_may_not_be(first)
    begin(second)
    second.rollback()


def _commit_what_may_not_be(connection: DatabaseWrapper) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("CREATE TABLE above (id integer PRIMARY KEY)")
    cursor.execute("CREATE TABLE below (above integer REFERENCES above DEFERRABLE INITIALLY DEFERRED)")
    begin(connection)
    try:
        cursor.execute("INSERT INTO below VALUES (1)")
        connection.commit()
    except Exception:
        connection.rollback()
        raise


def test_child_has_no_turn_and_can_take_one(file):
    turns_at(file).take(MOMENT)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            turns_at(file).take(LONG)
            status = 0
        finally:
            os._exit(status)
    turns_at(file).end()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_folder_that_cannot_be_written_in_is_left_to_sqlite(tmp_path):
    turns = turns_at(str(tmp_path / "nowhere" / "forum.sqlite3"))
    turns.take(MOMENT)
    turns.end()


def test_database_in_memory_has_turns_of_its_own():
    assert isinstance(turns_at(None), Turns)
