"""Backups made while the site runs: whole or not there, for their owner alone, older ones deleted on request."""

import io
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
import uuid
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection

from forum.actions.answers import post_answer
from forum.backups import BackupError
from forum.backups.archive import opened, written
from forum.backups.folder import PARTIAL, delete_older, put_in_place
from forum.backups.manifest import Manifest
from forum.backups.postgresql import find_program
from forum.models import Answer
from forum.tests.backing import KINDS, back_up
from forum.tests.elsewhere import SECONDS, done, empty_place, environment, everything_at, manage
from forum.tests.workers import database_url

pytestmark = pytest.mark.django_db(transaction=True)
BYTES_LEFT = 20_000  # on a disk that is full soon


def kind(portable: bool) -> str:
    return "portable" if portable else connection.vendor


@KINDS
def test_backup_is_one_file_for_its_owner_that_says_what_it_holds(settled, tmp_path, portable):
    shown = io.StringIO()
    call_command("backup", str(tmp_path), portable=portable, stdout=shown)
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(rf"forum-\d{{8}}T\d{{6}}Z-{kind(portable)}\.backup", path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with opened(path) as (manifest, _):
        counted = manifest.rows["forum.answer" if portable else "forum_answer"]
        assert counted == Answer.objects.count()
        assert (manifest.kind, manifest.site) == (kind(portable), project.SITE_URL)
    assert f"{path}: {manifest.total:,} rows" in shown.getvalue()


@KINDS
def test_backup_taken_while_readers_post_is_one_moment(
    concurrent, tmp_path, question, alice, bob, eddy, ada, portable
):
    """Every text that was there before is in it, and none by half: no answer without its version and fate."""
    before = {post(eddy, question).pk for _ in range(3)}
    writers = [partial(post_many, author, question) for author in (alice, bob, eddy, ada)]
    *answers, path = concurrent(*writers, partial(back_up, tmp_path, portable=portable))
    assert [len(posted) for posted in answers] == [4] * 4
    with empty_place(tmp_path) as url:
        done(manage(url, "restore", path))
        assert done(manage(url, "recount")) == "Every counter is right.\n"
        there = everything_at(url)
    kept = {answer["id"] for answer in there["forum.answer"]}
    assert before <= kept
    assert kept == {revision["answer_id"] for revision in there["forum.revision"]}
    assert kept == {row["answer_id"] for row in there["forum.case"] + there["forum.decision"]}


def post(author, question) -> Answer:
    text = f"Un texte de {author}, {uuid.uuid4().hex}."
    return post_answer(author=author, question=question, text=text, key=uuid.uuid4())


def post_many(author, question) -> list[Answer]:
    return [post(author, question) for _ in range(4)]


@KINDS
def test_readers_post_while_a_backup_stands_still(question, eddy, tmp_path, portable):
    """Stopped with its file half written; should it be done before it is stopped, the test is weaker, not wrong."""
    before = {post(eddy, question).pk}
    with started(tmp_path, portable) as process:
        wait_for(process, tmp_path, f"{PARTIAL}*/archive*")
        process.send_signal(signal.SIGSTOP)
        after = {answer.pk for answer in post_many(eddy, question)}
        process.send_signal(signal.SIGCONT)
        assert process.wait(SECONDS) == 0
    (path,) = tmp_path.iterdir()
    with opened(path) as (manifest, _):
        kept = manifest.rows["forum.answer" if portable else "forum_answer"]
    assert kept in ([len(before)] if portable else [len(before), len(before | after)])


def started(folder: Path, portable: bool) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "backup", str(folder), *["--portable"] * portable],
        cwd=project.BASE_DIR,
        env=environment(database_url()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(process: subprocess.Popen, folder: Path, pattern: str) -> None:
    while process.poll() is None and not list(folder.glob(pattern)):
        time.sleep(0.005)


def test_two_backups_at_once_are_both_there(concurrent, question, tmp_path):
    def run() -> None:
        call_command("backup", str(tmp_path), stdout=io.StringIO())

    assert concurrent(run, run) == [None, None]
    assert len([path for path in tmp_path.iterdir() if path.suffix == ".backup"]) == 2
    assert len(list(tmp_path.iterdir())) == 2


# --- What there is not ---------------------------------------------------------------------------


def test_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(tmp_path / "disk"))
    assert not (tmp_path / "disk").exists()


@KINDS
def test_database_without_a_forum_is_refused(tmp_path, portable):
    with empty_place(tmp_path) as url:
        (tmp_path / "backups").mkdir()
        run = manage(url, "backup", tmp_path / "backups", *["--portable"] * portable)
    assert (run.returncode, "There is no forum in the database" in run.stderr) == (1, True)
    assert not list((tmp_path / "backups").iterdir())


def test_missing_program_is_named_with_its_package():
    with pytest.raises(BackupError, match=r"pg_nothing is missing \(Debian: apt install postgresql-client\)"):
        find_program("pg_nothing")


@KINDS
def test_full_disk_leaves_the_folder_as_it_was(settled, tmp_path, portable):
    older = back_up(tmp_path, portable=portable)
    content = older.read_bytes()
    assert len(content) > BYTES_LEFT
    run = manage(
        database_url(),
        *["backup", tmp_path, "--keep", 1, *["--portable"] * portable],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (BYTES_LEFT, BYTES_LEFT)),
    )
    assert run.returncode == 1
    assert "CommandError: The backup failed:" in run.stderr
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]


@KINDS
def test_what_a_killed_backup_leaves_has_no_name_of_a_backup_and_goes_with_the_next(settled, tmp_path, portable):
    with started(tmp_path, portable) as process:
        wait_for(process, tmp_path, f"{PARTIAL}*")
        process.kill()
    for path in tmp_path.glob("*.backup"):
        with opened(path):
            pass  # it was done before it could be killed
    leave_partial(tmp_path)
    call_command("backup", str(tmp_path), portable=portable, stdout=io.StringIO())
    assert {path.suffix for path in tmp_path.iterdir()} == {".backup"}


def leave_partial(folder: Path) -> None:
    (folder / f"{PARTIAL}killed").mkdir()
    (folder / f"{PARTIAL}killed" / "archive").write_bytes(b"half of it")


def test_password_is_in_no_argument(settled, tmp_path, backups, monkeypatch):
    """A program of that name, which notes how it was called before it does what it should."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no password")
    real, programs = find_program("pg_dump"), tmp_path / "bin"
    programs.mkdir()
    (programs / "pg_dump").write_text(
        f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\necho "$PGPASSWORD" >{tmp_path}/password\nexec {real} "$@"\n'
    )
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "un secret")
    assert back_up(backups).exists()
    assert (tmp_path / "password").read_text() == "un secret\n"
    assert "secret" not in (tmp_path / "arguments").read_text()


# --- Names, and what goes --------------------------------------------------------------------------


def plant(folder: Path, created: str, **said) -> Path:
    """A backup of ours, made at that time."""
    fields = {"kind": connection.vendor, "site": project.SITE_URL, "migrations": [], "rows": {}} | said
    manifest = Manifest(created=created, **fields)
    with written(folder / "unfinished", manifest):
        pass
    return put_in_place(folder / "unfinished", folder, manifest)


def test_two_of_one_second_have_two_names(tmp_path):
    names = [plant(tmp_path, "2026-11-24T17:45:00+00:00").name for _ in range(11)]
    assert names[0] == f"forum-20261124T174500Z-{connection.vendor}.backup"
    assert names[1] == f"forum-20261124T174500Z-2-{connection.vendor}.backup"
    assert len(set(names)) == 11
    newest = plant(tmp_path, "2026-11-24T17:45:00+00:00")
    assert [path.name for path in delete_older(newest, keep=2)] == names[-2::-1]


def test_keep_deletes_the_oldest_of_its_kind_and_nothing_else(question, tmp_path):
    linked = plant(tmp_path, "2021-01-05T00:00:00+00:00")
    tmp_path /= "backups"
    tmp_path.mkdir()
    oldest, older, old = (plant(tmp_path, f"2021-02-{day}T07:00:00+00:00") for day in (14, 15, 16))
    spared = [
        plant(tmp_path, "2021-01-01T00:00:00+00:00", kind="portable"),
        plant(tmp_path, "2021-01-02T00:00:00+00:00", site="https://another.example.org"),
        plant(tmp_path, "2999-01-01T00:00:00+00:00"),
        tmp_path / f"forum-20210103T000000Z-{connection.vendor}.backup",
        tmp_path / f"forum-20210104T000000Z-{connection.vendor}.backup",
        tmp_path / f"forum-20210105T000000Z-{connection.vendor}.backup",
        tmp_path / "copie de forum-20210216T070000Z.backup",
    ]
    spared[3].write_text("Not a backup.")
    spared[4].mkdir()
    spared[5].symlink_to(linked)
    shutil.copy(oldest, spared[6])
    shown = io.StringIO()
    call_command("backup", str(tmp_path), keep=2, stdout=shown)
    assert {path for path in (oldest, older, old) if path.exists()} == {old}
    assert all(path.exists() for path in spared)
    assert f"Deleted {oldest.name}." in shown.getvalue()
    assert len(list(tmp_path.iterdir())) == len(spared) + 2


@pytest.mark.parametrize("keep", [0, -1])
def test_keeping_none_is_refused(question, tmp_path, keep):
    with pytest.raises(CommandError, match="1 at least"):
        call_command("backup", str(tmp_path), keep=keep)
    assert not list(tmp_path.iterdir())
