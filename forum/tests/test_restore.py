"""What was backed up comes back as it was, into an empty place; whatever is damaged or foreign is refused."""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

import config.settings
from forum.actions.answers import post_answer
from forum.backups.archive import SIZE_OF_HEADER
from forum.backups.folder import PARTIAL
from forum.models import Answer, Decision, Member, Question, Revision
from forum.tests.backing import KINDS, assert_empty, back_up, parts, refused, restore, signed
from forum.tests.elsewhere import done, everything_at, everything_here, manage, moved_to

pytestmark = pytest.mark.django_db(transaction=True)


# --- As it was ---------------------------------------------------------------------------------------


def test_whole_forum_comes_back_field_by_field(settled, backups, elsewhere):
    path, before = back_up(backups), everything_here()
    assert "and verified" in done(manage(elsewhere, "restore", path))
    assert everything_at(elsewhere) == before
    assert before["sessions.session"]
    assert before["contenttypes.contenttype"]


@KINDS
def test_restored_forum_lives(settled, backups, elsewhere, portable, settings):
    """Numbers go on after those that were given, decisions are guarded, the cache has its table."""
    path = back_up(backups, portable=portable)
    last = Answer.objects.latest("pk").pk
    with moved_to(elsewhere):
        settings.CACHES = config.settings.CACHES
        restore(path)
        cache.set("kept", "in the database")
        assert cache.get("kept") == "in the database"
        author, question = Member.objects.get(username="eddy"), Question.objects.latest("pk")
        answer = post_answer(author=author, question=question, text="Et la suite.", key=uuid.uuid4())
        assert answer.pk > last
        for rows, change in ((Decision.objects, {"note": "x"}), (Revision.objects, {"text": "x"})):
            with pytest.raises(DatabaseError, match="append-only"):
                rows.update(**change)


def test_restored_forum_takes_its_next_migrations_and_starts(settled, backups, elsewhere):
    done(manage(elsewhere, "restore", back_up(backups)))
    assert "The forum is ready" in done(manage(elsewhere, "first_start"))


# --- Damaged ---------------------------------------------------------------------------------------------


def flipped_and_cut(whole: bytes) -> Iterator[bytes]:
    """A hundred: bits of the first line, the manifest and the content, the last bit, and cuts at all of these."""
    manifest, end = SIZE_OF_HEADER, whole.index(b"\n", SIZE_OF_HEADER)
    last = len(whole) - 1
    flips = [*range(0, manifest, 5), manifest - 1, *spread(manifest, end, 16), end]
    flips += [*spread(end + 1, last, 24), last]
    cuts = [0, 1, *range(7, manifest, 12), *spread(manifest, end, 10), *spread(end, last, 16), last]
    for number, at in enumerate(flips):
        yield whole[:at] + bytes([whole[at] ^ 1 << number % 8]) + whole[at + 1 :]
    for at in cuts:
        yield whole[:at]


def spread(first: int, last: int, number: int) -> list[int]:
    return [first + (last - first) * step // number for step in range(number)]


@KINDS
def test_a_hundred_flipped_or_cut_files_are_refused_and_change_nothing(
    settled, backups, elsewhere, tmp_path, portable
):
    path = back_up(backups, portable=portable)
    whole = path.read_bytes()
    damaged = list(flipped_and_cut(whole))
    assert len(set(damaged) - {whole}) >= 100
    with moved_to(elsewhere):
        for content in damaged:
            path.write_bytes(content)
            with refused("damaged"):
                restore(path)
            assert not list((tmp_path / "elsewhere").iterdir())
        assert_empty(tmp_path)
        path.write_bytes(whole)
        restore(path)
        assert Answer.objects.exists()


def test_backup_with_more_at_its_end_is_refused(settled, backups):
    path = back_up(backups)
    with path.open("ab") as file:
        file.write(b"\n")
    with refused("damaged"):
        restore(path)


@KINDS
def test_right_digest_around_half_of_the_content_leaves_nothing(settled, backups, elsewhere, tmp_path, portable):
    path = back_up(backups, portable=portable)
    manifest, content = parts(path)
    signed(path, manifest, content[: len(content) // 2])
    with moved_to(elsewhere):
        with refused("."):
            restore(path)
        assert_empty(tmp_path)


@KINDS
def test_other_counts_than_the_manifest_says_leave_nothing(settled, backups, elsewhere, tmp_path, portable):
    path = back_up(backups, portable=portable)
    manifest, content = parts(path)
    fewer, more = ("forum.case", "forum.member") if portable else ("forum_case", "forum_member")
    wrong = {fewer: manifest.rows[fewer] - 1, more: manifest.rows[more] + 1}
    signed(path, replace(manifest, rows=manifest.rows | wrong), content)
    with moved_to(elsewhere):
        with refused(f"not what its manifest says: {fewer} .* instead of .*, {more}"):
            restore(path)
        assert_empty(tmp_path)


# --- Foreign --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" * 100, b"{}\n", "« Bonjour »".encode() * 20])
def test_any_other_file_is_no_backup(backups, content):
    (backups / "other").write_bytes(content)
    with refused("is not a backup of this forum"):
        restore(backups / "other")


def test_what_is_no_file_is_said(backups):
    for path in (backups, backups / "nothing"):
        with refused("directory"):
            restore(path)


def test_format_to_come_is_said(question, backups):
    path = back_up(backups)
    path.write_bytes(path.read_bytes().replace(b'backup":1', b'backup":2', 1))
    with refused("of format 2, and this code reads format 1"):
        restore(path)


def test_manifest_of_another_program_is_said(backups):
    for line in (b"[]\n", b"{}\n", b"\xff\n", b"", json.dumps({"kind": 1, "rows": []}).encode()):
        body = hashlib.sha256(line).hexdigest()
        (backups / "other").write_bytes(b'{"et_vous_backup":1,"sha256":"%s"}\n' % body.encode() + line)
        with refused("manifest cannot be read"):
            restore(backups / "other")


def test_backup_of_the_other_database_names_the_way(question, backups):
    path = back_up(backups)
    manifest, content = parts(path)
    other, here = {"sqlite": ("PostgreSQL", "SQLite"), "postgresql": ("SQLite", "PostgreSQL")}[connection.vendor]
    signed(path, replace(manifest, kind=other.lower()), content)
    with refused(f"This is a backup of {other}; DATABASE_URL names {here}. A portable backup"):
        restore(path)
    signed(path, replace(manifest, kind="papyrus"), content)
    with refused("does not know backups of the kind 'papyrus'"):
        restore(path)


@KINDS
def test_backup_of_newer_code_is_refused(settled, backups, elsewhere, tmp_path, portable):
    path = back_up(backups, portable=portable)
    manifest, content = parts(path)
    signed(path, replace(manifest, migrations=[*manifest.migrations, "forum.9999_wonders"]), content)
    with moved_to(elsewhere):
        with refused(r"does not know forum\.9999_wonders"):
            restore(path)
        assert_empty(tmp_path)


# --- Not empty ------------------------------------------------------------------------------------------


@KINDS
def test_forum_is_never_overwritten(settled, backups, portable):
    path, before = back_up(backups, portable=portable), everything_here()
    with refused("empty place"):
        restore(path)
    assert everything_here() == before


@KINDS
def test_place_that_somebody_has_only_looked_at_is_empty(settled, backups, elsewhere, portable):
    path = back_up(backups, portable=portable)
    with moved_to(elsewhere):
        connection.ensure_connection()
        restore(path)
        assert Member.objects.filter(username="alice").exists()


def test_tables_of_something_else_are_left_alone(settled, backups, elsewhere):
    whole, portable = back_up(backups), back_up(backups, portable=True)
    with moved_to(elsewhere):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE wine (year integer)")
        for path in (whole, portable):
            with refused("empty"):
                restore(path)
        assert connection.introspection.table_names() == ["wine"]


@pytest.fixture
def sqlite_place(tmp_path, elsewhere) -> Path:
    if connection.vendor != "sqlite":
        pytest.skip("Of files: SQLite alone")
    return tmp_path / "elsewhere" / "elsewhere.sqlite3"


def test_log_of_a_lost_database_is_not_read_into_the_new_one(question, backups, elsewhere, sqlite_place):
    path = back_up(backups)
    sqlite_place.with_name("elsewhere.sqlite3-wal").write_bytes(b"rows of somebody")
    with moved_to(elsewhere), refused("elsewhere.sqlite3-wal is there"):
        restore(path)
    assert [file.name for file in sqlite_place.parent.iterdir()] == ["elsewhere.sqlite3-wal"]


def test_file_that_is_no_database_is_left_alone(question, backups, elsewhere, sqlite_place):
    path = back_up(backups)
    sqlite_place.write_text("Une liste de courses, pour demain." * 100)
    with moved_to(elsewhere), refused("is in the way"):
        restore(path)
    assert sqlite_place.read_text().startswith("Une liste")


def test_empty_database_in_use_is_not_taken_away(question, backups, elsewhere, sqlite_place):
    path = back_up(backups)
    with closing(sqlite3.connect(sqlite_place, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("PRAGMA user_version=1")
        with moved_to(elsewhere), refused("stop the site"):
            restore(path)
        assert other.execute("PRAGMA user_version").fetchone() == (1,)


def test_what_a_killed_restore_leaves_goes_with_the_next(question, backups, elsewhere, sqlite_place):
    path = back_up(backups)
    (sqlite_place.parent / f"{PARTIAL}killed").mkdir()
    with moved_to(elsewhere):
        restore(path)
        connection.close()
    assert [file.name for file in sqlite_place.parent.iterdir()] == [sqlite_place.name]
