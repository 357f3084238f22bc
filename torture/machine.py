"""What befalls the whole machine: a disk that is full, a clock that is set."""

import math
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

from .run import Run

CLOCK = Path(__file__).with_name("clock.c")
SECONDS_FOR_A_REFUSAL = 40  # longer than any wait of the forum's
ROOM = 400 * 2**20  # bytes beside the database; with less than 200 MB the forum says that it is not well


# --- The disk ---------------------------------------------------------------------------------------


def disk_full(run: Run) -> None:
    if not run.plan.full_disks:
        return
    with run.fault("disk full") as row:
        folder = run.folder / "disk"
        refusal = _mount(folder, ROOM + 2 * run.database.bytes())
        if refusal:
            row.skipped = f"NOT RUN: it takes root, to mount a small disk ({refusal})"
            return
        with _moved_to(folder, run):
            for _ in range(run.plan.full_disks):
                run.wait(0.5, 2)
                _fill_until_refused(run, folder)
                run.may_repeat += 1
                if run.database.died():
                    run.say("PostgreSQL had ended itself: started again")
                    run.database.cluster.start()
                run.recover(row)


def _mount(folder: Path, size: int) -> str:
    """A disk in memory, of so many bytes; returns why it may not be, or nothing."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return mounted.stderr.strip() if mounted.returncode else ""


@contextmanager
def _moved_to(folder: Path, run: Run) -> Iterator[None]:
    """The database stands on the small disk inside the block."""
    try:
        with _closed(run):
            run.database.move(folder)
        run.recover()
        yield
        with _closed(run):
            run.database.move(folder)
        run.recover()
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607


@contextmanager
def _closed(run: Run) -> Iterator[None]:
    run.site.stop()
    run.site.stop_mailer()
    yield
    run.site.start()
    run.site.start_mailer()


def _fill_until_refused(run: Run, folder: Path) -> None:
    """Keep every byte that becomes free, until a writer has been refused and a little longer."""
    before = run.ledger.total("refused")
    began = time.monotonic()
    goes_on_until = began + SECONDS_FOR_A_REFUSAL
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        while time.monotonic() < goes_on_until:
            _take_all(file.fileno())
            if goes_on_until == began + SECONDS_FOR_A_REFUSAL and run.ledger.total("refused") > before:
                goes_on_until = time.monotonic() + run.chance.uniform(0.5, 2.5)
            time.sleep(0.02)
    if run.ledger.total("refused") == before:
        run.ledger.breach("nobody was refused by a full disk")
    filler.unlink()


def _take_all(file: int) -> None:
    size = 2**24
    while size >= 2**12:
        try:
            os.posix_fallocate(file, os.fstat(file).st_size, size)
        except OSError:
            size //= 2


# --- The clock --------------------------------------------------------------------------------------


def clock_set(run: Run) -> None:
    """Of the server and of the mailer, who believe it; intervals go on as they do when a clock is set."""
    if not run.plan.clocks:
        return
    with run.fault("clock set") as row:
        compiler = shutil.which("cc")
        if compiler is None:
            row.skipped = "NOT RUN: there is no C compiler here (Debian: apt install gcc libc6-dev)"
            return
        library, shift = run.folder / "clock.so", run.folder / "clock"
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, CLOCK], check=True)
        _set_clock(shift, 0)
        run.ledger.clock_was_right_since = math.inf
        with _started_again_with(run, {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}):
            for seconds in run.plan.clocks:
                run.wait(1, 3)
                _set_clock(shift, seconds)
                run.recover(row)
                _check_clock(run, seconds)
            run.wait(1, 3)
            _set_clock(shift, 0)
            run.recover(row)
            run.ledger.clock_was_right_since = time.monotonic()


def _set_clock(shift: Path, seconds: int) -> None:
    with shift.open("r+b" if shift.exists() else "wb") as file:
        file.write(struct.pack("q", seconds))


def _check_clock(run: Run, seconds: int) -> None:
    """That the server believes it: it dates its answers."""
    dated = parsedate_to_datetime(run.visitor().get("/sante/vivant/").headers["Date"]).timestamp()
    if abs(dated - time.time() - seconds) > 30:
        raise RuntimeError(f"the server's clock is {dated - time.time():.0f} s off, not {seconds}")


@contextmanager
def _started_again_with(run: Run, variables: dict[str, str]) -> Iterator[None]:
    plain = run.site.environment
    with _closed(run):
        run.site.environment = plain | variables
    run.recover()
    yield
    with _closed(run):
        run.site.environment = plain
    run.recover()
