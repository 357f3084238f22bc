"""A portable backup: JSON Lines that move a forum between SQLite and PostgreSQL, with all that makes it one."""

import json
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from forum.backups.manifest import applied_migrations
from forum.backups.portable import portable_models
from forum.backups.rows import line
from forum.models import Answer, Member, Reason
from forum.tests.backing import assert_empty, back_up, parts, refused, restore, signed
from forum.tests.cluster import NoClusterError, throwaway_cluster
from forum.tests.elsewhere import done, everything_at, everything_here, manage, moved_to

pytestmark = pytest.mark.django_db(transaction=True)
# Made anew, or of one browser alone.
LEFT_BEHIND = {
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    "contenttypes.contenttype",
    "sessions.session",
    "usersessions.usersession",
}


@pytest.fixture
def on_the_other(tmp_path):
    """The address of an empty database of the other kind."""
    if connection.vendor == "postgresql":
        yield f"sqlite:///{tmp_path}/other.sqlite3"
        return
    try:
        with throwaway_cluster() as url:
            yield url.removesuffix("/forum") + "/postgres"  # which is there from the beginning
    except NoClusterError as reason:
        pytest.skip(f"NOTHING WAS MOVED BETWEEN SQLITE AND POSTGRESQL: {reason}")


def forum_of(everything: dict) -> dict:
    return {label: rows for label, rows in everything.items() if label not in LEFT_BEHIND}


def records(path: Path) -> list[dict]:
    return [json.loads(row) for row in parts(path)[1].split(b"\n")[:-1]]


def test_every_model_is_carried_or_left_behind_on_purpose():
    carried = {model._meta.label_lower for model in portable_models()}
    every = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert carried | LEFT_BEHIND == every
    assert not carried & LEFT_BEHIND


def test_forum_moves_to_the_other_database_and_back(settled, backups, elsewhere, on_the_other):
    """Every field of every row is the same, and so is every byte after the manifest."""
    before = forum_of(everything_here())
    assert all(before.values()), "The forum of the tests has no row of some model."
    path = back_up(backups, portable=True)
    done(manage(on_the_other, "restore", path))
    assert forum_of(everything_at(on_the_other)) == before
    there = backups / "there"
    there.mkdir()
    done(manage(on_the_other, "backup", there, "--portable"))
    (back,) = there.iterdir()
    done(manage(elsewhere, "restore", back))
    assert forum_of(everything_at(elsewhere)) == before
    assert parts(back)[1] == parts(path)[1]
    assert parts(back)[0].rows == parts(path)[0].rows


def test_forum_lives_on_the_other_database(settled, backups, on_the_other):
    """Numbers go on after those that were given, decisions are guarded, members log in, the cache has its table."""
    done(manage(on_the_other, "restore", back_up(backups, portable=True)))
    alive = manage(on_the_other, "shell", "--no-imports", "-c", LIVE.format(last=Answer.objects.latest("pk").pk))
    assert alive.stdout == "alive\n", alive.stderr


LIVE = """
import uuid
from django.core.cache import cache
from django.db import DatabaseError
from forum.actions.answers import post_answer
from forum.models import Decision, Member, Question
eddy = Member.objects.get(username="eddy")
question = Question.objects.latest("pk")
answer = post_answer(author=eddy, question=question, text="Et la suite.", key=uuid.uuid4())
assert answer.pk > {last}, answer.pk
cache.set("kept", "in the database")
assert cache.get("kept") == "in the database"
try:
    Decision.objects.update(note="x")
except DatabaseError as error:
    assert "append-only" in str(error)
    print("alive")
"""


def test_file_reads_line_by_line(settled, backups):
    path = back_up(backups, portable=True)
    first, manifest, *rows, last = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
    assert first.keys() == {"et_vous_backup", "sha256"}
    assert manifest.keys() == {"kind", "created", "site", "migrations", "rows"}
    assert last == {"rows": len(rows)} == {"rows": sum(manifest["rows"].values())}
    alice = next(row["row"] for row in rows if row["model"] == "forum.member" and row["row"]["username"] == "alice")
    assert (alice["look"], alice["joined_at"]) == ("an older key", "2021-02-16T07:00:00.000001+00:00")
    models = [label for label, _ in groupby(row["model"] for row in rows)]
    assert models == list(manifest["rows"])
    logged = [row["row"]["content_type_id"] for row in rows if row["model"] == "admin.logentry"]
    assert logged == ["forum.answer", None]


# --- Older and newer ------------------------------------------------------------------------------------


# The last migrations, and the columns that they added.
ADDED = {
    "0005_reason_remedy": ("forum.reason", "remedy"),
    "0006_question_version": ("forum.question", "version"),
    "0007_revision_author": ("forum.revision", "author_id"),
    "0008_authors_of_revisions": None,
    "0009_decision_by_people": None,
    "0010_own_alone": None,
    "0011_decision_of_go": None,
    "0012_fewer_indexes": None,
    "0013_place_in_thread": None,
    "0014_own_apart": None,
}


@pytest.fixture
def older(settled, backups) -> Path:
    """A backup as the code before the last migrations wrote it."""
    path = back_up(backups, portable=True)
    manifest, _ = parts(path)
    rows = records(path)
    for record in rows[:-1]:
        for model, column in filter(None, ADDED.values()):
            if record["model"] == model:
                del record["row"][column]
    migrations = [name for name in manifest.migrations if name.removeprefix("forum.") not in ADDED]
    assert len(migrations) == len(manifest.migrations) - len(ADDED)
    content = b"".join(map(line, rows))
    return signed(path, replace(manifest, migrations=migrations), content)


def test_backup_of_older_code_is_brought_up_to_date(older, elsewhere):
    before = everything_here()["forum.answer"]
    with moved_to(elsewhere):
        restore(older)
        assert set(Reason.objects.values_list("remedy", flat=True)) == {""}
        assert everything_here()["forum.answer"] == before


def test_tables_of_newer_code_do_not_take_older_rows(older, elsewhere):
    done(manage(elsewhere, "migrate"))
    with moved_to(elsewhere):
        with refused("are newer than the backup"):
            restore(older)
        assert not Member.objects.exists()


def test_database_older_than_the_code_is_migrated_before_it_is_written(elsewhere, backups):
    done(manage(elsewhere, "migrate", "forum", "0004"))
    run = manage(elsewhere, "backup", backups, "--portable")
    assert (run.returncode, "run manage.py migrate first" in run.stderr) == (1, True)
    assert not list(backups.iterdir())


def test_empty_tables_are_filled(settled, backups, elsewhere):
    before = forum_of(everything_here())
    done(manage(elsewhere, "migrate"))
    done(manage(elsewhere, "restore", back_up(backups, portable=True)))
    assert forum_of(everything_at(elsewhere)) == before


def test_tables_that_a_killed_restore_left_are_completed_and_filled(settled, backups, elsewhere):
    before = forum_of(everything_here())
    done(manage(elsewhere, "migrate", "forum", "0002"))
    done(manage(elsewhere, "restore", back_up(backups, portable=True)))
    assert forum_of(everything_at(elsewhere)) == before


def test_older_forum_is_not_brought_up_to_date_for_another(settled, backups, elsewhere):
    path = back_up(backups, portable=True)
    done(manage(elsewhere, "migrate", "forum", "0004"))
    with moved_to(elsewhere):
        reason = {"code": "spam", "label": "Publicité", "explanation": "Vante un produit.", "position": 1}
        reason |= {"in_favour": False, "is_offered": True}
        with connection.cursor() as cursor:
            columns, places = ", ".join(reason), ", ".join(["%s"] * len(reason))
            cursor.execute(f"INSERT INTO forum_reason ({columns}) VALUES ({places})", list(reason.values()))  # noqa: S608
        with refused(r"rows already \(forum\.reason\)"):
            restore(path)
        with connection.cursor() as cursor:
            assert "forum.0005_reason_remedy" not in applied_migrations(cursor)


def test_forum_that_has_begun_takes_no_other(settled, backups, elsewhere):
    done(manage(elsewhere, "migrate"))
    done(manage(elsewhere, "loaddata", "reasons"))
    before = everything_at(elsewhere)
    run = manage(elsewhere, "restore", back_up(backups, portable=True))
    assert (run.returncode, "There are rows already" in run.stderr) == (1, True)
    assert everything_at(elsewhere) == before


# --- What another program might write -------------------------------------------------------------------


def changed(path: Path, model: str, **columns) -> Path:
    """The same backup with other values in the first row of that model."""
    manifest, content = parts(path)
    lines = content.split(b"\n")
    at = next(number for number, row in enumerate(lines) if f'{{"model":"{model}"'.encode() in row)
    record = json.loads(lines[at])
    record["row"] |= columns
    lines[at] = json.dumps(record, ensure_ascii=False).encode()
    return signed(path.with_name("changed"), manifest, b"\n".join(lines))


def test_row_that_does_not_fit_keeps_all_others_out(settled, backups, elsewhere):
    whole = back_up(backups, portable=True)
    with moved_to(elsewhere):
        call_command("migrate", verbosity=0)
        for model, columns, words in [
            ("forum.answer", {"author_id": 999_999}, "database refused"),
            ("forum.member", {"username": "mona"}, "database refused"),
            ("forum.answer", {"created_at": "hier"}, "cannot be read"),
            ("forum.answer", {"colour": "red"}, "columns of forum.answer"),
            ("forum.question", {"position": True}, "keeps line"),
        ]:
            with refused(words):
                restore(changed(whole, model, **columns))
            assert not Member.objects.exists()


def test_line_that_is_no_row_keeps_all_others_out(settled, backups, elsewhere):
    manifest, content = parts(back_up(backups, portable=True))
    with moved_to(elsewhere):
        call_command("migrate", verbosity=0)
        for first, words in [
            (b"\n", "no JSON object"),
            (b"[]\n", "no JSON object"),
            (b'{"rows":1}\n', "is no row"),
            (b'{"model":"forum.member","row":[]}\n', "is no row"),
            (b'{"model":"auth.permission","row":{}}\n', "which its manifest does not name"),
        ]:
            with refused(words):
                restore(signed(backups / "changed", manifest, first + content))
            assert not Member.objects.exists()


def test_models_that_the_migrations_do_not_have_are_refused(settled, backups, elsewhere, tmp_path):
    path = back_up(backups, portable=True)
    manifest, content = parts(path)
    signed(path, replace(manifest, rows=manifest.rows | {"auth.permission": 0}), content)
    with moved_to(elsewhere):
        with refused("models are not those of its migrations: auth.permission"):
            restore(path)
        assert_empty(tmp_path)
