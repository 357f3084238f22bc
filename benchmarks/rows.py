"""The rows of the table: one kind of request each, what it came to in each round, and what it is to reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import truediv
from statistics import median

from benchmarks.inside import queries_of
from benchmarks.load import Run, ask
from benchmarks.servers import Server

Goal = Callable[["Row", "Row"], tuple[str, bool]]


@dataclass
class Row:
    """One kind of request; `ceiling` is the row that it is measured beside."""

    name: str
    server: Server
    sent: bytes | Iterator[bytes]
    status: int = 200
    before: Callable[[], None] | None = None
    number: int = 200
    clients: int = 8
    shown: int = 0  # answers on the page
    goal: Goal | None = None
    ceiling: "Row | None" = None
    counts_queries: bool = True
    rates: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)  # requests per second of one client
    costs: list[float] = field(default_factory=list)  # milliseconds of processor time for a request
    medians: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)  # 99th percentiles
    last: Run | None = None
    _spent_before: float = 0.0
    queries: int | None = None

    def measure(self) -> None:
        """One round: alone for the processor's time, then so many at once."""
        self._spent_before = 0.0
        spent = self.server.processor_seconds()
        run = self._ask(1, before=self.before and self._watched_before)
        spent = self.server.processor_seconds() - spent - self._spent_before
        self.costs.append(spent / self.number * 1000)
        self.alone.append(run.per_second)
        if self.before is None:
            run = self._ask(self.clients)
            self.rates.append(run.per_second)
        self.medians.append(run.percentile(0.5))
        self.slowest.append(run.percentile(0.99))
        self.last = run

    def _watched_before(self) -> None:
        """PostgreSQL's work for it is not the page's."""
        spent = self.server.processor_seconds()
        self.before()
        self._spent_before += self.server.processor_seconds() - spent

    def _ask(self, clients: int, **options) -> Run:
        return ask(self.server.port, self.sent, status=self.status, number=self.number, clients=clients, **options)

    def count_queries(self) -> int:
        if isinstance(self.sent, bytes):
            return queries_of(self.sent, self.before)
        return queries_of(next(self.sent), before=lambda: None)  # sent twice, a form is answered from what is there

    def forget(self) -> None:
        """The first round, when everything is met for the first time, does not count."""
        for figures in (self.rates, self.alone, self.costs, self.medians, self.slowest):
            figures.clear()

    @property
    def cost(self) -> float:
        return median(self.costs)

    @property
    def rate(self) -> float:
        return median(self.rates) if self.rates else 0.0

    @property
    def bytes(self) -> int:
        return len(self.last.body.partition(b"\r\n\r\n")[2])


def of_the_ceiling(rate: float, cost: float, queries: int) -> Goal:
    def judge(row: Row, ceiling: Row) -> tuple[str, bool]:
        speed, price = times(row.rates, ceiling.rates), times(row.costs, ceiling.costs)
        said = f"{speed:.0%} of the ceiling's rate (at least {rate:.0%}), {price:.2f} times its cost"
        said += (f" (at most {cost})" if cost else "") + f", {row.queries} queries (at most {queries})"
        return said, speed >= rate and (not cost or price <= cost) and (row.queries or 0) <= queries

    return judge


def at_most(milliseconds: float, queries: int) -> Goal:
    return lambda row, ceiling: (
        f"{row.cost:.2f} ms of processor (at most {milliseconds}), {row.queries} queries (at most {queries})",
        row.cost <= milliseconds and (row.queries or 0) <= queries,
    )


def of_another(other: Row, most: float) -> Goal:
    def judge(row: Row, ceiling: Row) -> tuple[str, bool]:
        growth = times(row.costs, other.costs)
        return f"{growth:.2f} times “{other.name}” (at most {most})", growth <= most

    return judge


def times(mine: list[float], others: list[float]) -> float:
    """How many times the other's figure, in the middle of the rounds.

    Within a round the machine is about as fast for both: from one to the next it may lose a third.
    """
    return median(map(truediv, mine, others))


def measure(rows: list[Row], rounds: int) -> None:
    """Round by round, each row after the other, so that a busy moment of the machine meets all."""
    for number in range(rounds + 1):
        for row in rows:
            row.measure()
            if not number:
                row.forget()
    for row in rows:
        if row.counts_queries:
            row.queries = row.count_queries()


def report(rows: list[Row]) -> int:
    """Print the rows; returns how many do not reach what they should."""
    missed = 0
    columns = (
        f"{'1':>7}{'many':>7}{'median':>10}{'p99':>10}{'ms cpu':>9}{'answers/s cpu':>15}{'queries':>9}{'bytes':>8}"
    )
    print(f"{'req/s at':40}{columns}")
    for row in rows:
        rate = f"{row.rate:.0f}" if row.rates else "–"
        shown = f"{row.shown / row.cost * 1000:.0f}" if row.shown else ""
        queries = "" if row.queries is None else row.queries
        print(
            f"{row.name:40}{median(row.alone):>7.0f}{rate:>7}{median(row.medians) * 1000:>7.1f} ms"
            f"{median(row.slowest) * 1000:>7.1f} ms{row.cost:>9.2f}{shown:>15}{queries:>9}{row.bytes:>8}"
        )
        if row.goal:
            missed += judged(*row.goal(row, row.ceiling))
    return missed


def judged(said: str, reached: bool) -> int:
    print(f"    {'reached' if reached else 'NOT REACHED'}: {said}", flush=True)
    return not reached
