"""A mail server that takes, refuses, hangs or dies, and whether each mail came, and under one name."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from forum.tests.smtp import TAKEN, Mail, MailServer

from .writers import MARK

LATER = "451 4.3.0 Try later"
SECONDS_FOR_A_MAIL = 60


@dataclass
class Post:
    """What stands behind the mail server: `delivered` is all that it took, or may have taken."""

    server: MailServer = field(default_factory=MailServer)
    delivered: list[Mail] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.met = threading.Event()  # a mail has met what was prepared for it
        self.go_on = threading.Event()
        self.take()

    def take(self) -> None:
        self._prepare(self._deliver)

    def refuse(self) -> None:
        self._prepare(self._say_later)

    def hang(self) -> None:
        """After the mail has come in whole: who hangs there may have delivered it."""
        self._prepare(self._hang)

    def die_in_mail(self) -> None:
        self._prepare(self._deliver)
        self.server.cuts = self.met
        self.server.dies_in_mail = True

    def _prepare(self, reply) -> None:
        self.server.dies_in_mail = False
        self.go_on.set()  # whoever still hangs
        self.met, self.go_on = threading.Event(), threading.Event()
        self.server.reply = reply

    def _deliver(self, mail: Mail) -> str:
        self.delivered.append(mail)
        self.met.set()
        return TAKEN

    def _say_later(self, mail: Mail) -> str:
        self.refused += 1
        self.met.set()
        return LATER

    def _hang(self, mail: Mail) -> str:
        self.delivered.append(mail)
        go_on = self.go_on
        self.met.set()
        go_on.wait(SECONDS_FOR_A_MAIL)
        return TAKEN

    def repeats(self) -> int:
        return len(self.delivered) - len({mail.message_id for mail in self.delivered})

    def renamed(self) -> int:
        """Notices that came under two names: the same text to the same reader."""
        names = defaultdict(set)
        for mail in self.delivered:
            names[mail.to, MARK.search(mail.text)[0]].add(mail.message_id)
        return sum(len(found) > 1 for found in names.values())

    def most_of_one(self) -> int:
        return max(Counter(mail.message_id for mail in self.delivered).values(), default=0)


def missing(post: Post, rows: list[tuple]) -> tuple[int, int]:
    """How many notices say that they were sent and never came, and how many are still to be sent."""
    came = {UUID(mail.message_id.strip("<>").partition("@")[0]) for mail in post.delivered}
    never_came = sum(bool(was_sent) and UUID(str(name)) not in came for name, _, was_sent in rows)
    return never_came, sum(done is None for _, done, _ in rows)
