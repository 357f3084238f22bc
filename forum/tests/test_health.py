"""What watches over the forum: alive, ready or why not, and nothing that a stranger should not read."""

import socket
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import config.settings
from forum import health
from forum.models import Notification
from forum.tests.checkout import REAL_SITE, run_python

WELL = {"database": "ok", "migrations": "ok", "cache": "ok", "disk": "ok"}


def said(look: str, looks: dict = health.READY) -> health.Sign:
    return next(sign for sign in health.look_at(looks) if sign.name == look)


def report() -> tuple[str, int]:
    """What `manage.py health` writes, and its exit code."""
    lines = StringIO()
    try:
        call_command("health", stdout=lines)
    except SystemExit as end:
        return lines.getvalue(), end.code
    return lines.getvalue(), 0


# --- Whether it can answer readers ------------------------------------------------------------------


def test_process_is_alive_without_the_database(client):
    response = client.get("/sante/vivant/")
    assert (response.status_code, response.json()) == (200, {"live": True})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_forum_is_ready_and_leaves_no_trace_of_the_question(client):
    response = client.get("/sante/")
    assert (response.status_code, response.json()) == (200, {"ready": True, "checks": WELL})
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_readiness_asks_three_things_of_the_database(django_assert_num_queries, published, alice):
    with django_assert_num_queries(3):
        health.look_at(health.READY)
    published(alice)
    with django_assert_num_queries(3):
        health.look_at(health.READY)


def test_migration_that_is_missing_makes_it_unready(client, transactional_db):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("forum", "0005_reason_remedy")
    try:
        response = client.get("/sante/")
    finally:
        recorder.record_applied("forum", "0005_reason_remedy")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "no-store" in response["Cache-Control"]
    assert response.json() == {
        "ready": False,
        "checks": WELL | {"migrations": "1 to apply: manage.py migrate"},
    }


@pytest.mark.django_db
def test_migration_of_a_newer_code_makes_it_unready():
    MigrationRecorder(connection).record_applied("forum", "0999_of_tomorrow")
    assert said("migrations") == health.Sign("migrations", False, "1 applied that this code does not know")


@pytest.mark.django_db
def test_migration_that_a_library_has_merged_does_no_harm():
    MigrationRecorder(connection).record_applied("account", "0999_merged_since")
    assert said("migrations").is_well


@pytest.mark.django_db
def test_missing_table_of_the_cache_makes_it_unready(client, settings):
    settings.CACHES = config.settings.CACHES
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.json()["checks"] == WELL | {
        "cache": "its table cannot be read: where it is missing, manage.py createcachetable"
    }


@pytest.mark.django_db
def test_full_disk_makes_it_unready(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone has a file of its own")
    monkeypatch.setattr(health, "LEAST_ROOM", 10**9)
    assert said("disk") == health.Sign("disk", False, "less than 1000000000 MB free")


# --- A database that hangs, and a real site's settings ----------------------------------------------

ASK = """
import sys, threading, django
django.setup()
from django.test import Client
client = Client(headers={"host": "forum.example.org"}, raise_request_exception=False)
for address in sys.argv[1:]:
    response = client.get(address)
    print(address, response.status_code, response.get("Retry-After"), response.content.decode())
print(sum(thread.name == "health" for thread in threading.enumerate()))
"""
SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture
def silent_database() -> Iterator[str]:
    """The address of a server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield f"postgresql://forum:geheim@127.0.0.1:{port}/forum"


def test_silent_database_is_told_of_in_time_and_gathers_no_threads(project, silent_database):
    variables = REAL_SITE | SETTINGS | {"DATABASE_URL": silent_database}
    result = run_python(project, "-c", ASK, "/sante/", "/sante/", "/sante/vivant/", **variables)
    silent = '/sante/ 503 10 {"ready": false, "checks": {"database": "does not answer in time"}}'
    assert result.stdout.splitlines() == [silent, silent, '/sante/vivant/ 200 None {"live": true}', "1"]


def test_command_tells_of_a_silent_database_and_ends(project, silent_database):
    result = run_python(project, "manage.py", "health", **REAL_SITE | {"DATABASE_URL": silent_database})
    assert (result.returncode, result.stdout) == (1, "WRONG  database: does not answer in time\n")


def test_unreachable_database_is_named_by_nothing(project):
    variables = REAL_SITE | SETTINGS | {"DATABASE_URL": f"sqlite:///{project}/nowhere/forum.sqlite3"}
    result = run_python(project, "-c", ASK, "/sante/", **variables)
    asked = '/sante/ 503 10 {"ready": false, "checks": {"database": "does not answer"}}'
    assert result.stdout.splitlines() == [asked, "0"]


def test_probe_is_not_sent_to_https(project):
    result = run_python(project, "-c", ASK, "/regles/", "/sante/", "/sante/vivant/", **REAL_SITE | SETTINGS)
    lines = result.stdout.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["301", "503", "200"]  # nothing is migrated there
    assert "to apply: manage.py migrate" in lines[1]


# --- What the operator reads ------------------------------------------------------------------------


@pytest.mark.django_db
def test_command_says_all_of_it(published, alice):
    published(alice)
    lines, code = report()
    assert code == 0
    assert [line[7:].partition(":")[0] for line in lines.splitlines()] == [*health.READY, *health.WORK]
    assert f"ok     database: {connection.display_name} answers\n" in lines
    assert "ok     mails: the oldest has been due for 0 minutes, 0 put back after a failure\n" in lines
    assert "ok     cases: none waiting\n" in lines
    assert "ok     last migration: 0" in lines


@pytest.mark.django_db
def test_mail_that_nobody_sends_is_wrong(published, alice):
    published(alice)
    Notification.objects.update(next_try_at=timezone.now() - timedelta(hours=3, minutes=5))
    lines, code = report()
    assert code == 1
    assert "WRONG  mails: the oldest has been due for 3 hours: does manage.py send_notifications run?" in lines


@pytest.mark.django_db
def test_mail_that_is_tried_again_later_is_counted(published, alice):
    published(alice)
    Notification.objects.update(next_try_at=timezone.now() + timedelta(hours=3), tries=4)
    assert said("mails", health.WORK).says == "none due, 1 put back after a failure"


@pytest.mark.django_db
def test_waiting_cases_are_counted_and_are_no_fault(post, alice):
    answer = post(alice)
    answer.cases.update(opened_at=timezone.now() - timedelta(days=4))
    assert said("cases", health.WORK) == health.Sign("cases", True, "1 waiting, the oldest for 4 days")


def test_damaged_file_is_found(project, tmp_path):
    file = tmp_path / "whole.sqlite3"
    variables = REAL_SITE | {"DATABASE_URL": f"sqlite:///{file}"}
    assert run_python(project, "manage.py", "first_start", **variables).returncode == 0
    whole = run_python(project, "manage.py", "health", **variables)
    assert "ok     integrity: PRAGMA quick_check finds nothing\n" in whole.stdout
    assert whole.returncode == 0
    damage(file)
    damaged = run_python(project, "manage.py", "health", **variables)
    assert "WRONG  integrity: " in damaged.stdout
    assert str(tmp_path) not in damaged.stdout
    assert damaged.returncode == 1


def damage(file: Path) -> None:
    """Overwrite the table of sessions, which nothing else of the report looks at."""
    with sqlite3.connect(file) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'django_session'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xff" * size)
