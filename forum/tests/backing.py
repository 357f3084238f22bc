"""What the tests of backups share: a folder, a place to restore to, and files that are ours or nearly so."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from forum.backups.archive import opened, written
from forum.backups.folder import PARTIAL
from forum.backups.manifest import Manifest
from forum.tests.elsewhere import empty_place

KINDS = pytest.mark.parametrize("portable", [False, True], ids=["whole", "portable"])


@pytest.fixture
def backups(tmp_path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[str]:
    (tmp_path / "elsewhere").mkdir()
    with empty_place(tmp_path / "elsewhere") as url:
        yield url


def restore(path: Path) -> str:
    shown = io.StringIO()
    call_command("restore", str(path), stdout=shown)
    return shown.getvalue()


def refused(words: str):
    return pytest.raises(CommandError, match=words)


def assert_empty(tmp_path: Path) -> None:
    """Nothing was left in the place elsewhere: no table, and no file that was not finished."""
    assert connection.introspection.table_names() == []
    assert not list((tmp_path / "elsewhere").glob(f"{PARTIAL}*"))


def signed(path: Path, manifest: Manifest, content: bytes) -> Path:
    """A backup of ours whose digest is right, whatever stands in it."""
    path.unlink(missing_ok=True)
    with written(path, manifest) as sink:
        sink.write(content)
    return path


def parts(path: Path) -> tuple[Manifest, bytes]:
    with opened(path) as (manifest, content):
        return manifest, content.read()


def back_up(folder: Path, **options) -> Path:
    """Returns the new file; fails where there is more than one."""
    before = set(folder.iterdir())
    call_command("backup", str(folder), stdout=io.StringIO(), **options)
    (new,) = set(folder.iterdir()) - before
    return new
