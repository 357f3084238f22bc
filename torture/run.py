"""One run on one database: writers at work, one fault after the other, and what is left at the end."""

import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from .databases import MAILS, TEXTS, UNSENT, PostgreSQL, SQLite
from .ledger import Comparison, Ledger, compare
from .mails import Post, missing
from .plan import SECONDS_TO_RECOVER, Plan
from .site import Site
from .visitors import Broken, Visitor
from .writers import MARK, Writer

GIVE_UP_AFTER = 180  # seconds without a post that arrives
LONGEST_LEASE = 7 * 60  # seconds; the forum's own is five minutes
LONGEST_RUN = 40 * 60  # seconds


@dataclass
class Row:
    """A kind of fault: how often it came, and how many seconds after each the forum was itself again."""

    name: str
    seconds: list[float] = field(default_factory=list)
    skipped: str = ""


class Run:
    def __init__(self, plan: Plan, database: SQLite | PostgreSQL, folder: Path, seed: int) -> None:
        self.plan, self.database, self.folder = plan, database, folder
        self.chance = Random(seed)
        self.ledger = Ledger()
        self.post = Post()
        self.site = Site(folder, database.url, self.post.server.port)
        self.rows: list[Row] = []
        self.may_repeat = 0  # mails that were in a worker's hands when something happened to it
        self.began = time.monotonic()
        self.writers: list[Writer] = []

    def __enter__(self) -> "Run":
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self) -> None:
        questions = json.loads(self.site.command("-m", "torture.seed", str(self.plan.members)))
        members = Shared(itertools.cycle(range(self.plan.members)))
        self.writers = [
            Writer(self.site.port, members, questions, self.ledger, Random(self.chance.random()))
            for _ in range(self.plan.writers + 1)
        ]
        self.witness = self.writers.pop()
        self.witness.wait = 0.1
        self.site.start()
        self.recover()
        for writer in self.writers:
            writer.start()

    def __exit__(self, *_) -> None:
        for writer in self.writers:
            writer.stopped.set()
        self.site.end()
        self.post.server.stop()

    # --- While it lasts -----------------------------------------------------------------------------

    @contextmanager
    def fault(self, name: str) -> Iterator[Row]:
        row = next((row for row in self.rows if row.name == name), None)
        if row is None:
            row = Row(name)
            self.rows.append(row)
            self.say(name)
        self.ledger.fault = name
        try:
            yield row
        finally:
            self.ledger.fault = ""
        if self.site.mailer_is_gone():
            self.ledger.breach(f"the process that sends the mails ended by itself, after: {name}")
            self.site.start_mailer()

    def wait(self, shortest: float, longest: float) -> None:
        time.sleep(self.chance.uniform(shortest, longest))

    def recover(self, row: Row | None = None) -> None:
        """Until the server says that it is ready and a new text arrives, with nobody's help."""
        began = time.monotonic()
        given_up = threading.Timer(GIVE_UP_AFTER, self.witness.stopped.set)
        given_up.start()
        while not self.witness.stopped.is_set() and not (self._is_ready() and self.witness.write()):
            time.sleep(0.05)
        given_up.cancel()
        took = time.monotonic() - began
        if self.witness.stopped.is_set():
            raise RuntimeError(f"not recovered in {GIVE_UP_AFTER} s\n{self.site.last_words()}")
        if row is not None:
            row.seconds.append(took)
        if took > SECONDS_TO_RECOVER:
            self.ledger.breach(f"recovered after {took:.0f} s only")

    def _is_ready(self) -> bool:
        try:
            return self.visitor().get("/sante/").status == 200
        except Broken:
            return False

    def visitor(self) -> Visitor:
        return Visitor(self.site.port, "127.0.0.1")

    def say(self, line: str) -> None:
        passed, arrived = time.monotonic() - self.began, len(self.ledger.acknowledged)
        print(f"{self.database.name}, {passed:.0f} s, {arrived} posts: {line}", file=sys.stderr, flush=True)

    # --- At the end ---------------------------------------------------------------------------------

    def post_the_rest(self) -> None:
        while len(self.ledger.acknowledged) < self.plan.acknowledged:
            if time.monotonic() - self.began > LONGEST_RUN:
                self.ledger.breach(f"fewer than {self.plan.acknowledged} posts were acknowledged in time")
                break
            time.sleep(0.2)
        for writer in self.writers:
            writer.stopped.set()
        for writer in self.writers:
            writer.join(60)

    def send_the_rest(self) -> tuple[int, int]:
        """Returns how many mails never came although it is said, and how many nobody sends."""
        self.say("waiting for the last mails")
        self.post.take()
        if self.site.mailer is None:
            self.site.start_mailer()
        give_up_at = time.monotonic() + LONGEST_LEASE
        while time.monotonic() < give_up_at:
            if not self.plan.waits_for_leases:
                self.database.change(
                    "UPDATE forum_notification SET next_try_at = '2000-01-01 00:00:00' WHERE done_at IS NULL"
                )
            never_came, to_send = missing(self.post, self.database.rows(MAILS))
            if not to_send:
                break
            time.sleep(1)
        if to_send:
            self.say(f"unsent, now {datetime.now(UTC)}: {self.database.rows(UNSENT)}")
        return never_came, to_send

    def compare(self) -> Comparison:
        self.site.stop()
        found = [(MARK.search(text), text) for (text,) in self.database.rows(TEXTS)]
        return compare(self.ledger, [(mark[0] if mark else text, text) for mark, text in found])

    def wrong_in_itself(self) -> list[str]:
        """What the forum and the database find: counts that are off, a damaged file."""
        found = [] if self.database.is_whole() else ["the database is damaged"]
        try:
            self.site.command("manage.py", "recount")
        except RuntimeError as error:
            found.append(str(error))
        return found


class Shared:
    """One thing after another, for several threads: a plain generator may be run by one at a time."""

    def __init__(self, things: Iterator[int]) -> None:
        self.things, self.lock = things, threading.Lock()

    def __iter__(self) -> "Shared":
        return self

    def __next__(self) -> int:
        with self.lock:
            return next(self.things)
