"""What a page of a thread costs, on an empty database."""

import gzip
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from django.core.management import call_command
from django.db import connection

from benchmarks.load import Run, ask, request
from benchmarks.seed import log_in, seed_members, seed_moderator, seed_thread
from benchmarks.servers import Server, ceiling, forum
from forum.models import Answer, Member, Question
from forum.views.threads import ANSWERS_PER_PAGE

ROUNDS = 5


@dataclass
class Row:
    """One kind of request, what it came to in each round, and what it is to reach."""

    name: str
    server: Server
    sent: bytes
    status: int = 200
    before: Callable[[], None] | None = None
    number: int = 200
    goal: Callable[["Row", "Row"], tuple[str, bool]] | None = None
    alone: Run | None = None  # the last runs
    eight: Run | None = None

    def __post_init__(self) -> None:
        self.rates: list[float] = []
        self.costs: list[float] = []  # milliseconds of processor time for a request

    def measure(self) -> None:
        spent = self.server.processor_seconds()
        self.alone = ask(
            self.server.port, self.sent, status=self.status, number=self.number, clients=1, before=self.before
        )
        self.costs.append((self.server.processor_seconds() - spent) / self.number * 1000)
        if self.before is None:
            self.eight = ask(self.server.port, self.sent, status=self.status, number=self.number, clients=8)
            self.rates.append(self.eight.per_second)

    @property
    def cost(self) -> float:
        return median(self.costs)

    @property
    def rate(self) -> float:
        return median(self.rates) if self.rates else 0.0


def of_the_ceiling(rate: float, cost: float) -> Callable:
    def judge(row: Row, ceiling: Row) -> tuple[str, bool]:
        speed, price = row.rate / ceiling.rate, row.cost / ceiling.cost
        said = f"{speed:.0%} of the ceiling's rate (at least {rate:.0%}), {price:.2f} times its cost"
        return said + (f" (at most {cost})" if cost else ""), speed >= rate and (not cost or price <= cost)

    return judge


def at_most(milliseconds: float) -> Callable:
    return lambda row, ceiling: (f"{row.cost:.2f} ms (at most {milliseconds})", row.cost <= milliseconds)


def of_another(other: Row, times: float) -> Callable:
    def judge(row: Row, ceiling: Row) -> tuple[str, bool]:
        growth = row.cost / other.cost
        return f"{growth:.2f} times “{other.name}” (at most {times})", growth <= times

    return judge


def main(sizes: list[int]) -> int:
    """Print the table; returns how many rows do not reach what they should."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    chance = random.Random(1)  # the same threads each time
    authors = seed_members()
    moderator = seed_moderator()
    threads = {size: seed_thread(size, authors, moderator, chance) for size in sizes}
    print(f"\n{connection.display_name}: threads of {', '.join(map(str, sizes))} answers", flush=True)
    with ExitStack() as running:
        bare, site = running.enter_context(ceiling()), running.enter_context(forum())
        rows = list(rows_of(bare, site, threads, authors))
        for number in range(ROUNDS + 1):
            for row in rows:
                row.measure()
                if not number:  # the first time everything is met for the first time
                    row.costs.clear()
                    row.rates.clear()
    return report(rows, threads)


def rows_of(bare: Server, site: Server, threads: dict[int, Question], authors: list[Member]) -> Iterator[Row]:
    yield Row("constant page of 30 KB", bare, request("/", bare.port))
    small, large = min(threads), max(threads)
    address = threads[small].get_absolute_url()
    page = request(address, site.port)
    etag = ask(site.port, page, status=200, number=1, clients=1).body.split(b"ETag: ")[1].split(b"\r\n")[0]
    yield Row("first page, anonymous, warm", site, page, goal=of_the_ceiling(0.6, 1.7))
    seen = request(address, site.port, If_None_Match=etag.decode())
    yield Row("the same asked again, unchanged", site, seen, 304, goal=of_the_ceiling(0.9, 0))
    cold = {
        size: Row(
            f"first page of {size}, cold",
            site,
            request(threads[size].get_absolute_url(), site.port),
            before=Question.objects.filter(pk=threads[size].pk).mark_changed,
            number=60,
            goal=at_most(2),
        )
        for size in threads
    }
    yield from cold.values()
    cookie = f"__Host-sessionid={log_in(authors[0])}"
    yield Row(
        "first page, signed in",
        site,
        request(address, site.port, Cookie=cookie),
        number=60,
        goal=of_the_ceiling(0.3, 0),
    )
    if large != small:
        cold[large].goal = of_another(cold[small], 1.1)
        answers = Answer.objects.filter(question=threads[large]).order_by("pk")
        last = answers.order_by("-pk").values_list("pk", flat=True)[0]
        for name, pk in (("middle", last - large // 2), ("last", last - 100)):
            key = answers.filter(pk__gte=pk).values_list("path", flat=True)[0]
            yield Row(
                f"{name} page of {large}, cold",
                site,
                request(f"{threads[large].get_absolute_url()}?apres={key}", site.port),
                before=cold[large].before,
                number=60,
                goal=of_another(cold[small], 1.1),
            )


def report(rows: list[Row], threads: dict[int, Question]) -> int:
    ceiling, *_ = rows
    missed = 0
    print(f"{'':38}{'req/s at 8':>11}{'median':>9}{'p99':>9}{'ms of processor':>17}")
    for row in rows:
        run = row.eight or row.alone
        waits = f"{run.percentile(0.5) * 1000:6.1f} ms{run.percentile(0.99) * 1000:6.1f} ms"
        rate = f"{row.rate:.0f}" if row.rates else "–"
        print(f"{row.name:38}{rate:>11}{waits}{row.cost:>17.2f}")
        if row.goal:
            said, reached = row.goal(row, ceiling)
            missed += not reached
            print(f"    {'reached' if reached else 'NOT REACHED'}: {said}")
    weigh(rows, threads)
    return missed


def weigh(rows: list[Row], threads: dict[int, Question]) -> None:
    question = threads[min(threads)]
    shown = Answer.objects.filter(question=question).order_by("path").select_related("revision")[:ANSWERS_PER_PAGE]
    texts = sum(len(answer.revision.html.encode()) for answer in shown)
    body = rows[1].alone.body.partition(b"\r\n\r\n")[2]
    allowed = int(1.25 * texts + 350 * len(shown))
    print(
        f"page: {len(body)} bytes for texts of {texts} (at most {allowed}), {len(gzip.compress(body))} compressed"
    )
