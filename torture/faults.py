"""The faults, each as often as the plan says, while the writers go on."""

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
SECONDS_FOR_A_MAIL = 60
SECONDS_FOR_A_REFUSAL = 40  # longer than any wait of the forum's
MAIL_TIMEOUT = 20  # seconds, as in the settings
ROOM = 400 * 2**20  # bytes beside the database; with less than 200 MB the forum says that it is not well


def servers_killed(run: Run) -> None:
    with run.fault("server killed") as row:
        for _ in range(run.plan.kills):
            run.wait(0, 3)
            run.site.kill()
            run.site.start()
            run.recover(row)


def workers_killed(run: Run) -> None:
    with run.fault("worker killed") as row:
        for _ in range(run.plan.workers):
            run.wait(0.2, 2)
            run.site.kill_worker(run.chance)
            run.recover(row)
            _wait_for_workers(run)


def _wait_for_workers(run: Run) -> None:
    give_up_at = time.monotonic() + 30
    while not run.site.has_all_workers():
        if time.monotonic() > give_up_at:
            run.ledger.breach("a killed worker was not replaced")
            return
        time.sleep(0.05)


# --- Mails ------------------------------------------------------------------------------------------


def mailers_killed(run: Run) -> None:
    """In the middle of a conversation that went well, was refused, hung or was cut, or at any moment."""
    moods = {
        "mailer killed, server hangs": run.post.hang,
        "mailer killed, server refuses": run.post.refuse,
        "mailer killed, server dies in a mail": run.post.die_in_mail,
        "mailer killed at any moment": run.post.take,
    }
    for number in range(run.plan.mailers):
        name, prepare = list(moods.items())[number % len(moods)]
        with run.fault(name) as row:
            prepare()
            run.site.start_mailer()
            if not run.post.met.wait(SECONDS_FOR_A_MAIL):
                run.ledger.breach("no mail came")
            if prepare != run.post.hang:
                run.wait(0, 0.5)
            run.site.kill_mailer()
            run.may_repeat += 1
            run.recover(row)
    run.post.take()
    run.site.start_mailer()
    if run.plan.waits_for_leases:
        _mail_server_hangs(run)


def _mail_server_hangs(run: Run) -> None:
    """The worker lives, gives up waiting and goes on."""
    with run.fault("mail server hangs, mailer lives") as row:
        run.post.hang()
        run.post.met.wait(SECONDS_FOR_A_MAIL)
        run.may_repeat += 1
        time.sleep(MAIL_TIMEOUT + 5)
        run.post.take()
        before = len(run.post.delivered)
        began = time.monotonic()
        while len(run.post.delivered) == before and time.monotonic() - began < SECONDS_FOR_A_MAIL:
            time.sleep(0.1)
        row.seconds.append(time.monotonic() - began)
        if len(run.post.delivered) == before:
            run.ledger.breach("no mail came after a mail server that hung")


# --- The database -----------------------------------------------------------------------------------


def database_restarted(run: Run) -> None:
    if not run.database.stops:
        with run.fault("database restarted") as row:
            row.skipped = f"{run.database.name} is no server: there is nothing to restart"
        return
    for number in range(run.plan.restarts):
        how = run.database.stops[number % len(run.database.stops)]
        with run.fault(f"database restarted ({'immediate' if how.name == 'SIGQUIT' else 'fast'})") as row:
            run.wait(0.3, 3)
            run.database.restart(how)
            run.may_repeat += 1
            run.recover(row)


def locks_held(run: Run) -> None:
    with run.fault("lock held, shorter than the wait") as row:
        for number in range(run.plan.short_locks):
            with run.database.locked(number):
                run.wait(0.5, 5)
            run.recover(row)
            run.wait(0.2, 1)
    if not run.plan.long_locks:
        return
    with run.fault("lock held, longer than the wait") as row:
        for number in range(run.plan.long_locks):
            before = run.ledger.total("refused")
            with run.database.locked(number):
                run.wait(23, 26)
            run.may_repeat += 1
            if run.ledger.total("refused") == before:
                run.ledger.breach("nobody was refused during a long lock")
            run.recover(row)


# --- The disk ---------------------------------------------------------------------------------------


def disk_full(run: Run) -> None:
    if not run.plan.full_disks:
        return
    with run.fault("disk full") as row:
        if os.geteuid() != 0:
            row.skipped = "NOT RUN: only root may mount a small disk"
            return
        with _small_disk(run) as folder:
            for _ in range(run.plan.full_disks):
                run.wait(0.5, 2)
                _fill_until_refused(run, folder)
                run.may_repeat += 1
                if run.database.died():
                    run.say("PostgreSQL had ended itself: started again")
                    run.database.cluster.start()
                run.recover(row)


@contextmanager
def _small_disk(run: Run) -> Iterator[Path]:
    folder = run.folder / "disk"
    folder.mkdir()
    size = ROOM + 2 * run.database.bytes()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)  # noqa: S607
    try:
        with _closed(run):
            run.database.move(folder)
        run.recover()
        yield folder
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


FAULTS = [workers_killed, mailers_killed, locks_held, database_restarted, clock_set, disk_full, servers_killed]
