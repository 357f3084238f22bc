"""What migrations do to the rows of a forum that has begun."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from forum.models import Reason
from forum.models.guards import POSTGRESQL_GUARDS, SQLITE_GUARDS
from forum.tests.checkout import run_python

pytestmark = pytest.mark.django_db
in_favour = import_module("forum.migrations.0003_reasons_in_favour")


def test_forum_that_has_begun_gets_a_reason_in_favour_once(reason):
    for _ in range(2):
        in_favour.add_the_first(apps, None)
    assert Reason.objects.get(in_favour=True).code == "rules_kept"


def test_new_forum_waits_for_its_fixture(db):
    in_favour.add_the_first(apps, None)
    assert not Reason.objects.exists()


@pytest.mark.parametrize("model", list(apps.get_app_config("forum").get_models()), ids=lambda model: model.__name__)
def test_each_row_is_written_into_no_index_that_another_contains(model, db):
    declared = [*model._meta.indexes, *model._meta.constraints]
    partial = {each.name for each in declared if getattr(each, "condition", None)}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    whole = {name: index["columns"] for name, index in found.items() if index["index"] and name not in partial}
    whole |= {name: key["columns"] for name, key in found.items() if key["unique"] and name not in partial}
    for name, columns in whole.items():
        containing = [other for other in whole if other != name and whole[other][: len(columns)] == columns]
        is_needed = found[name]["unique"] or name.endswith("_like")  # which PostgreSQL has for unique texts
        assert not containing or is_needed, f"{name} is contained in {containing}"


def test_forum_goes_back_to_the_indexes_of_before_and_forward_again(transactional_db):
    before = _indexes_and_guards()
    call_command("migrate", "forum", "0011", verbosity=0)
    indexes, guards = _indexes_and_guards()
    assert indexes != before[0]
    assert guards == before[1]  # a table that SQLite makes anew has none
    call_command("migrate", verbosity=0)
    assert _indexes_and_guards() == before


def _indexes_and_guards() -> tuple[dict, list]:
    tables = [model._meta.db_table for model in apps.get_app_config("forum").get_models()]
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL_GUARDS if connection.vendor == "postgresql" else SQLITE_GUARDS)
        guards = sorted(cursor.fetchall())
        return {table: connection.introspection.get_constraints(cursor, table) for table in tables}, guards


def test_tables_that_sqlite_makes_anew_keep_their_guards(project):
    migrate(project)
    guards = guards_of(project)
    assert "forum_revision_no_rewrite" in guards
    for target in (["forum", "0006"], ["forum", "0002"], []):
        migrate(project, *target)
        assert guards_of(project) == guards


def migrate(project: Path, *target: str) -> None:
    done = run_python(project, "manage.py", "migrate", *target)
    assert done.returncode == 0, done.stderr


def guards_of(project: Path) -> set[str]:
    with closing(sqlite3.connect(project / "data/forum.sqlite3")) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
