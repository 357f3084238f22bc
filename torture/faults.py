"""The faults, each as often as the plan says, while the writers go on."""

import time

from .machine import clock_set, disk_full
from .run import Run

SECONDS_FOR_A_MAIL = 60
MAIL_TIMEOUT = 20  # seconds, as in the settings
LONGEST_LOCK = 45  # seconds; the forum waits for twenty, from when a writer meets it


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
                give_up_at = time.monotonic() + LONGEST_LOCK - 26
                while run.ledger.total("refused") == before and time.monotonic() < give_up_at:
                    time.sleep(0.1)
            run.may_repeat += 1
            if run.ledger.total("refused") == before:
                run.ledger.breach("nobody was refused during a long lock")
            run.recover(row)


FAULTS = [workers_killed, mailers_killed, locks_held, database_restarted, clock_set, disk_full, servers_killed]
