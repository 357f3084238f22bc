"""The two databases, as their operator and their other users can trouble them."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

import psycopg

from forum.tests.cluster import FAST, IMMEDIATE, Cluster, running_cluster

TEXTS = (
    "SELECT forum_revision.text FROM forum_answer JOIN forum_revision ON forum_revision.answer_id = forum_answer.id"
)
INDEXES = (
    "SELECT bt_index_check(pg_class.oid, true) FROM pg_class JOIN pg_am ON pg_am.oid = relam "
    "WHERE amname = 'btree' AND relkind = 'i' AND relpersistence = 'p'"
)
MAILS = "SELECT message_id, done_at, was_sent FROM forum_notification"
UNSENT = "SELECT id, kind, created_at, next_try_at, tries FROM forum_notification WHERE done_at IS NULL"
# Everything as PostgreSQL has it, so fsync and synchronous_commit are on; little WAL, for the small disk.
DURABLE = ["shared_buffers=128MB", "max_wal_size=64MB", "min_wal_size=32MB"]


class SQLite:
    name = "SQLite"
    stops: tuple[Signals, ...] = ()  # no process of its own: nothing to stop

    def __init__(self, folder: Path) -> None:
        self.home = folder / "database"
        self.home.mkdir()
        self.file = self.home / "forum.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.file, timeout=60) as database:
            rows = database.execute(query).fetchall()
        database.close()
        return rows

    def change(self, statement: str) -> None:
        with sqlite3.connect(self.file, timeout=60) as database:
            database.execute(statement)
        database.close()

    @contextmanager
    def locked(self, number: int) -> Iterator[None]:
        database = sqlite3.connect(self.file, timeout=60, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            database.execute("ROLLBACK")
            database.close()

    def move(self, folder: Path) -> None:
        """To another disk and back, while nobody is at work; its address stays."""
        _move(self.home, folder)

    def bytes(self) -> int:
        return _size(self.home)

    def is_whole(self) -> bool:
        return self.rows("PRAGMA integrity_check") == [("ok",)]

    def died(self) -> bool:
        return False


class PostgreSQL:
    name = "PostgreSQL"
    stops = (IMMEDIATE, FAST)

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.url = cluster.url
        with psycopg.connect(self.url.removesuffix("/forum") + "/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE forum")

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)

    def restart(self, how: Signals) -> None:
        self.cluster.stop(how)
        self.cluster.start()

    @contextmanager
    def locked(self, number: int) -> Iterator[None]:
        """A table, or the rows of the questions that everybody writes under, by turns."""
        held = ["LOCK TABLE forum_answer", "SELECT id FROM forum_question FOR UPDATE"][number % 2]
        with psycopg.connect(self.url) as connection:
            connection.execute(held)
            yield
            connection.rollback()

    def move(self, folder: Path) -> None:
        self.cluster.stop()
        _move(self.cluster.data, folder)
        self.cluster.start()

    def bytes(self) -> int:
        return _size(self.cluster.data)

    def is_whole(self) -> bool:
        """Every index, and that no row is missing from one."""
        self.change("CREATE EXTENSION IF NOT EXISTS amcheck")
        try:
            self.rows(INDEXES)
        except psycopg.Error:
            return False
        return True

    def died(self) -> bool:
        """PostgreSQL ends itself where it cannot even recover; whoever runs it starts it again."""
        return self.cluster.server.poll() is not None


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _move(home: Path, folder: Path) -> None:
    """What stands at `home` stands in `folder` from now on, and is found where it was."""
    if home.is_symlink():
        there = home.resolve()
        home.unlink()
        _copy(there, home)
        shutil.rmtree(there)
    else:
        _copy(home, folder / home.name)
        shutil.rmtree(home)
        home.symlink_to(folder / home.name)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "--archive", source, target], check=True)  # noqa: S607 - owners and modes too


@contextmanager
def sqlite(folder: Path) -> Iterator[SQLite]:
    yield SQLite(folder)


@contextmanager
def postgresql(folder: Path) -> Iterator[PostgreSQL]:
    with running_cluster(DURABLE) as cluster:
        yield PostgreSQL(cluster)


DATABASES: dict[str, Callable] = {"sqlite": sqlite, "postgresql": postgresql}
