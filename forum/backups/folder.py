"""The folder that a backup is made in: one at a time, unfinished files apart, names that do not collide."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from .archive import claimed_manifest
from .errors import BackupError
from .manifest import Manifest

PARTIAL = ".et-vous-unfinished-"
LOCK = ".et-vous-backups.lock"
NAME = re.compile(r"forum-(\d{8}T\d{6}Z)(?:-(\d+))?-[a-z]+\.backup")


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A place for what is not finished yet: on the same disk, for its owner alone, gone with the block.

    What a killed run left is cleared first: under the lock nobody can be working on it.
    """
    if not folder.is_dir():
        # Not made here: where a disk is not mounted, the backup would land on the one it should survive.
        raise BackupError(f"There is no folder {folder}. Make it, or mount its disk, and try again.")
    with _alone_in(folder):
        for leftover in folder.glob(f"{PARTIAL}*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as place:
            yield Path(place)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait for others. The lock is a file, since network disks lock no folders; it goes with its last owner."""
    path = folder / LOCK
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_still(path, lock):
                try:
                    yield
                finally:
                    path.unlink()
                return
        finally:
            os.close(lock)


def _is_still(path: Path, lock: int) -> bool:
    """Whoever had the lock before may have deleted the file that this one waited for."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(lock))
    return False


def put_in_place(unfinished: Path, folder: Path, manifest: Manifest) -> Path:
    """Give the file its name, which nothing has yet: the lock keeps others of ours away meanwhile."""
    stamp = manifest.moment.strftime("%Y%m%dT%H%M%SZ")
    names = (f"forum-{stamp}{number}-{manifest.kind}.backup" for number in _numbers())
    finished = next(path for path in map(folder.joinpath, names) if not os.path.lexists(path))
    unfinished.rename(finished)
    sync(folder)
    return finished


def _numbers() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def sync(folder: Path) -> None:
    """A new name is safe from a power cut once its folder is on the disk too."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def delete_older(newest: Path, keep: int) -> list[Path]:
    """Of this site's backups of the same kind, leave the newest `keep`, `newest` among them."""
    manifest = claimed_manifest(newest)
    found = [path for path in newest.parent.iterdir() if _age(path) < _age(newest) and _is_like(manifest, path)]
    too_old = sorted(found, key=_age, reverse=True)[keep - 1 :]
    for path in too_old:
        path.unlink()
    return too_old


def _age(path: Path) -> tuple[str, int]:
    """Sorts by time, and in one second by number; what has no name of ours is never older than another."""
    name = NAME.fullmatch(path.name)
    return (name[1], int(name[2] or 1)) if name else ("~", 0)


def _is_like(manifest: Manifest, path: Path) -> bool:
    """A name alone is not enough to delete a file: two sites may share the folder."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        other = claimed_manifest(path)
    except (BackupError, OSError):
        return False
    return (other.kind, other.site) == (manifest.kind, manifest.site)
