"""Databases that may forget what they have acknowledged: the checks and the server refuse them."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from django.db import connection

from forum.durability import weaknesses
from forum.tests.checkout import REAL_SITE, run_python
from forum.tests.cluster import NoClusterError, throwaway_cluster


def ids(errors: list) -> list[str]:
    return [error.id for error in errors]


def check(project: Path, url: str, **variables: str) -> CompletedProcess:
    return run_python(
        project, "manage.py", "check", "--database=default", **REAL_SITE | {"DATABASE_URL": url} | variables
    )


def start_server(project: Path, url: str, **variables: str) -> CompletedProcess:
    return run_python(project, "-c", "import config.wsgi", **REAL_SITE | {"DATABASE_URL": url} | variables)


def refused(result: CompletedProcess) -> str:
    assert result.returncode == 1
    return result.stderr


# --- SQLite ----------------------------------------------------------------------------------------


@pytest.fixture
def sqlite(db):
    """A connection of its own to the tests' database."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone")
    other = connection.copy()
    yield other
    other.close()


def test_sqlite_as_the_settings_open_it_is_strong_enough(sqlite):
    assert weaknesses(sqlite) == []


@pytest.mark.parametrize(
    ("told", "id"),
    [
        ("PRAGMA synchronous=OFF", "forum.E002"),
        ("PRAGMA synchronous=NORMAL", "forum.E002"),
        ("PRAGMA foreign_keys=OFF", "forum.E003"),
    ],
)
def test_sqlite_connection_that_was_told_to_be_weaker_is_found_out(sqlite, told, id):
    sqlite.cursor().execute(told)
    assert ids(weaknesses(sqlite)) == [id]


def test_sqlite_that_would_begin_as_a_reader_is_found_out(sqlite):
    sqlite.settings_dict = sqlite.settings_dict | {
        "OPTIONS": sqlite.settings_dict["OPTIONS"] | {"transaction_mode": "DEFERRED"}
    }
    assert ids(weaknesses(sqlite)) == ["forum.E004"]


@pytest.mark.parametrize("ask", [check, start_server])
def test_sqlite_in_memory_is_refused(project, ask):
    said = refused(ask(project, "sqlite://:memory:"))
    assert "forum.E001" in said
    assert "journal_mode is memory, not wal." in said
    assert "A database in memory cannot have it." in said


@pytest.mark.parametrize("ask", [check, start_server])
def test_sqlite_in_a_file_is_taken(project, ask):
    result = ask(project, "")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("ask", [check, start_server])
def test_development_may_be_weak(project, ask):
    result = ask(project, "sqlite://:memory:", DEBUG="1")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("url", ["sqlite:////nowhere/forum.sqlite3", "postgresql://forum@%2Fnowhere/forum"])
def test_server_starts_before_its_database_answers(project, url):
    result = start_server(project, url)
    assert result.returncode == 0, result.stderr
    assert "does not answer" in result.stderr


# --- PostgreSQL ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strong_postgresql() -> Iterator[str]:
    """The address of a PostgreSQL that is set up as a real one is."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL alone")
    try:
        with throwaway_cluster(settings=[]) as url:
            yield url.removesuffix("forum") + "postgres"
    except NoClusterError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(("ask", "commit"), [(check, "on"), (check, "remote_apply"), (start_server, "on")])
def test_postgresql_that_waits_for_the_disk_is_taken(project, strong_postgresql, ask, commit):
    result = ask(project, f"{strong_postgresql}?options=-c%20synchronous_commit%3D{commit}")
    assert result.returncode == 0, result.stderr
    assert "does not answer" not in result.stderr


@pytest.mark.parametrize(
    ("ask", "commit"), [(check, "off"), (check, "local"), (check, "remote_write"), (start_server, "off")]
)
def test_postgresql_that_does_not_wait_for_every_disk_is_refused(project, strong_postgresql, ask, commit):
    said = refused(ask(project, f"{strong_postgresql}?options=-c%20synchronous_commit%3D{commit}"))
    assert "forum.E007" in said
    assert f"synchronous_commit is {commit}, not on or remote_apply." in said


def test_postgresql_that_never_writes_for_good_is_refused(project):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL alone")
    try:
        with throwaway_cluster(settings=["fsync=off", "full_page_writes=off"]) as url:
            said = refused(check(project, url.removesuffix("forum") + "postgres"))
    except NoClusterError as reason:
        pytest.skip(str(reason))
    assert "forum.E005" in said
    assert "forum.E006" in said
    assert "forum.E007" not in said
