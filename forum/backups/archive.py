"""The file around a backup: a first line with the digest of all that follows, the manifest, the content."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import BackupError
from .manifest import Manifest, read_manifest

FORMAT = 1
HEADER = re.compile(rb'\{"et_vous_backup":(\d),"sha256":"([0-9a-f]{64})"\}\n')
LONGEST_LINE = 32 * 2**20  # bytes; no article is as long


def _header(digest: str) -> bytes:
    return b'{"et_vous_backup":%d,"sha256":"%s"}\n' % (FORMAT, digest.encode())


SIZE_OF_HEADER = len(_header("0" * 64))


class Sink:
    """Where the content is written, and summed up on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)

    def close(self) -> None:
        """Put the digest into the first line, which was left empty for it, and bring all to the disk."""
        self._file.seek(0)
        self._file.write(_header(self._digest.hexdigest()))
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def written(path: Path, manifest: Manifest) -> Iterator[Sink]:
    """A new file that nobody else may read; it is a backup once the block has ended without an error."""
    with open(path, "xb", opener=_private) as file:
        file.write(bytes(SIZE_OF_HEADER))
        sink = Sink(file)
        sink.write(manifest.line())
        yield sink
        sink.close()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, BinaryIO]]:
    """The manifest, and the file where its content begins.

    Reads the whole file before it gives anything. Raises BackupError for a damaged or a foreign one.
    """
    with path.open("rb") as file:
        digest = _promised_digest(file, path)
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise BackupError(f"{path} is damaged: its digest is not the one in its first line. Nothing was done.")
        file.seek(SIZE_OF_HEADER)
        yield read_manifest(file.readline(LONGEST_LINE)), file


def claimed_manifest(path: Path) -> Manifest:
    """What the file says of itself, whether or not the rest of it is whole."""
    with path.open("rb") as file:
        _promised_digest(file, path)
        return read_manifest(file.readline(LONGEST_LINE))


def _promised_digest(file: BinaryIO, path: Path) -> str:
    header = HEADER.fullmatch(file.read(SIZE_OF_HEADER))
    if not header:
        raise BackupError(f"{path} is not a backup of this forum, or its first line is damaged. Nothing was done.")
    if int(header[1]) != FORMAT:
        raise BackupError(
            f"{path} is a backup of format {int(header[1])}, and this code reads format {FORMAT}: "
            "its first line is damaged, or newer code made it. Nothing was done."
        )
    return header[2].decode()
