"""An empty place on another database, commands that run there, and every row that a database holds."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
from django.apps import apps
from django.conf import settings as project
from django.db import connection, models

from forum.tests.workers import database_url

SECONDS = 120  # after which a command has failed
SAY_EVERYTHING = "from forum.tests.elsewhere import everything; print(everything())"


@contextmanager
def empty_place(folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/elsewhere.sqlite3"
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE elsewhere")
    try:
        yield database_url().rpartition("/")[0] + "/elsewhere"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE elsewhere WITH (FORCE)")


@contextmanager
def moved_to(url: str) -> Iterator[None]:
    """Let this process work there instead, inside the block."""
    here = connection.settings_dict["NAME"]
    _reopen(dj_database_url.parse(url)["NAME"])
    try:
        yield
    finally:
        _reopen(here)


def _reopen(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def manage(url: str, *arguments: object, **options) -> subprocess.CompletedProcess:
    """`manage.py` in a process of its own, as on a real site, on the database of that address."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=project.BASE_DIR,
        env=environment(url),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        **options,
    )


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1"}


def done(run: subprocess.CompletedProcess) -> str:
    """What a command said that must not fail."""
    assert run.returncode == 0, run.stderr
    return run.stdout


def everything_at(url: str) -> dict[str, list[dict]]:
    return json.loads(done(manage(url, "shell", "--no-imports", "-c", SAY_EVERYTHING)))


def everything_here() -> dict[str, list[dict]]:
    return json.loads(everything())


def everything() -> str:
    """Every field of every row of every model, by its key; a content type by its name."""
    models = apps.get_models(include_auto_created=True)
    return json.dumps({model._meta.label_lower: _rows(model) for model in models}, default=repr)


def _rows(model: type[models.Model]) -> list[dict]:
    columns = [field.attname for field in model._meta.concrete_fields]
    if model._meta.label_lower == "admin.logentry":
        columns.remove("content_type_id")
        columns += ["content_type__app_label", "content_type__model"]
    return list(model._base_manager.order_by("pk").values(*columns))
