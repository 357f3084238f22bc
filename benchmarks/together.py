"""Readers, writers and a moderator at once, as fast as they come: 50 pages and 5 texts a second."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from benchmarks.load import TOKEN, ask, cookies, request
from benchmarks.rows import judged
from benchmarks.servers import Server
from forum.models import Answer, Question
from forum.models.answers import State

READS, WRITES, DECISIONS = 50, 5, 0.5  # a second
SETTLED = 0.2  # of the time: the memory is compared with what it was then


def live(
    site: Server, threads: list[Question], posts: Iterator[bytes], waiting: Question, moderator: str, minutes: float
) -> int:
    """No error, short waits, and a memory that does not grow."""
    seconds = minutes * 60
    pages = cycle([request(thread.get_absolute_url(), site.port) for thread in threads])
    cookie = cookies(moderator)
    decisions = _decisions(site, waiting, cookie)
    queue = cycle([request("/moderation/", site.port, Cookie=cookie)])
    waits: dict[str, list[float]] = {"read": [], "write": [], "moderate": []}
    errors: list[Exception] = []
    memory: list[float] = []
    kinds = [
        ("read", READS, pages, 200),
        ("write", WRITES, posts, 302),
        ("moderate", DECISIONS, queue, 200),
        ("moderate", DECISIONS, decisions, 302),
    ]
    with ThreadPoolExecutor(24) as callers, ThreadPoolExecutor(len(kinds) + 1) as drivers:
        for name, rate, sent, status in kinds:
            call = _caller(site, sent, status, waits[name], errors)
            drivers.submit(_drive, callers, call, rate, seconds)
        time.sleep(seconds * SETTLED)
        memory.append(site.memory()[0])
    memory.append(site.memory()[0])
    reads, writes = _percentile(waits["read"], 0.95), _percentile(waits["write"], 0.95)
    growth = memory[1] / memory[0] - 1
    print(f"together for {minutes} min: {', '.join(f'{len(found)} {name}s' for name, found in waits.items())}")
    said = f"{len(errors)} errors, 95% of reads within {reads * 1000:.0f} ms (at most 100), "
    said += f"of writes within {writes * 1000:.0f} ms (at most 200), memory {growth:+.1%} (at most +5%)"
    for error in errors[:3]:
        print(f"    {error}"[:300])
    return judged(said, not errors and reads <= 0.1 and writes <= 0.2 and growth <= 0.05)


def _drive(callers: ThreadPoolExecutor, call: Callable[[float], None], rate: float, seconds: float) -> None:
    """Requests at their time, however long the earlier ones take: a wait for a caller counts too."""
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        callers.submit(call, due)


def _caller(site: Server, sent: Iterator[bytes], status: int, waits: list, errors: list) -> Callable[[float], None]:
    lock = threading.Lock()

    def call(due: float) -> None:
        with lock:
            request = next(sent)
        try:
            ask(site.port, request, status=status, number=1, clients=1)
            waits.append(time.perf_counter() - due)
        except Exception as error:
            errors.append(error)

    return call


def _decisions(site: Server, waiting: Question, cookie: str) -> Iterator[bytes]:
    rows = Answer.objects.filter(question=waiting, state=State.PENDING).order_by("pk")
    for seen in list(rows.values_list("latest", flat=True)[:5000]):
        fields = {"verb": "publish", "seen": seen, "csrfmiddlewaretoken": TOKEN}
        yield request("/moderation/decider/", site.port, fields, Cookie=cookie)


def _percentile(waits: list[float], part: float) -> float:
    return sorted(waits)[int(part * (len(waits) - 1))] if waits else float("inf")
