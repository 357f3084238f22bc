"""What the writers were told, in their own memory, and what the database has of it."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Texts by their marks. `counts` says what came back, by the fault that was under way."""

    fault: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    published: list[int] = field(default_factory=list)  # answers that one may reply to
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    clock_was_right_since: float = 0  # a session that began before may end at any moment
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, mark: str, text: str) -> None:
        with self._lock:
            self.sent[mark] = text

    def acknowledge(self, mark: str) -> None:
        with self._lock:
            self.acknowledged[mark] = self.sent[mark]
            self.counts[self.fault, "acknowledged"] += 1

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[self.fault, what] += 1

    def breach(self, what: str) -> None:
        with self._lock:
            self.breaches.append(f"{self.fault or 'without a fault'}: {what}")

    def total(self, what: str) -> int:
        return sum(number for (_, counted), number in self.counts.items() if counted == what)


@dataclass(frozen=True)
class Comparison:
    lost: list[str]  # acknowledged, and not there
    twice: list[str]  # there more than once, acknowledged or not
    altered: list[str]  # there with another text
    unacknowledged: int  # there, though the answer never came
    foreign: int  # there, and never sent


def compare(ledger: Ledger, rows: Iterable[tuple[str, str]]) -> Comparison:
    """`rows` are the mark and the text of each text that the database holds."""
    stored = list(rows)
    times = Counter(mark for mark, _ in stored)
    return Comparison(
        lost=[mark for mark in ledger.acknowledged if not times[mark]],
        twice=[mark for mark, number in times.items() if number > 1],
        altered=[mark for mark, text in stored if ledger.sent.get(mark, text) != text],
        unacknowledged=len([mark for mark in ledger.sent if times[mark] and mark not in ledger.acknowledged]),
        foreign=len([mark for mark in times if mark not in ledger.sent]),
    )
