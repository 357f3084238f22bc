"""What it costs to send a text: the POST alone, beside a bare insert, and the whole way there and back."""

import random
import re
import uuid
from collections.abc import Iterator
from statistics import median
from urllib.request import urlopen

from benchmarks.load import TOKEN, ask, cookies, request
from benchmarks.rows import Goal, Row, judged, times
from benchmarks.seed import text
from benchmarks.servers import Server
from forum.models import Answer, Question

NUMBER = 100  # requests in a round
ROUND_TRIPS = 25  # for each client and round


def rows_of(bare: Server, site: Server, question: Question, who: Iterator[str], chance) -> Iterator[Row]:
    """`who` are sessions, one after the other: who sends many texts at once is held by screening."""
    inserts = _inserts(bare, chance)
    ceiling = Row("bare insert", bare, inserts, 302, number=NUMBER, counts_queries=False)
    yield ceiling
    posts = texts(question.pk, site, who, chance)
    yield Row("POST alone", site, posts, 302, number=NUMBER, goal=_half_of_the_insert, ceiling=ceiling)
    yield Row("bare insert, 32 writers", bare, inserts, 302, number=NUMBER, clients=32, counts_queries=False)
    yield Row("POST alone, 32 writers", site, posts, 302, number=NUMBER, clients=32, goal=_fair(), ceiling=ceiling)


def texts(question: int, site: Server, who: Iterator[str], chance, address: str = "") -> Iterator[bytes]:
    address = address or f"/questions/{question}/repondre/"
    while True:
        fields = {"text": text(chance), "key": uuid.UUID(int=chance.getrandbits(128)), "csrfmiddlewaretoken": TOKEN}
        yield request(address, site.port, fields, Cookie=cookies(next(who)))


def _inserts(bare: Server, chance: random.Random) -> Iterator[bytes]:
    with urlopen(f"http://127.0.0.1:{bare.port}/debut/") as begun:
        session = re.search(r"sessionid=(\w+)", str(begun.headers))[1]
    while True:
        fields = {"text": text(chance), "csrfmiddlewaretoken": TOKEN}
        yield request("/ecrire/", bare.port, fields, Cookie=f"sessionid={session}; csrftoken={TOKEN}")


def _half_of_the_insert(row: Row, ceiling: Row) -> tuple[str, bool]:
    share, price = times(row.rates, ceiling.rates), times(row.costs, ceiling.costs)
    said, is_fair = _fair()(row, ceiling)
    said = f"{share:.0%} of the bare insert's rate (at least 50%), {price:.2f} times its cost, {said}"
    return f"{said}, {row.queries} queries (at most 12)", share >= 0.5 and is_fair and row.queries <= 12


def _fair() -> Goal:
    def judge(row: Row, ceiling: Row) -> tuple[str, bool]:
        spread = median(row.slowest) / median(row.medians)
        return f"99th percentile {spread:.1f} times the median (at most 5)", spread <= 5

    return judge


def round_trips(site: Server, question: Question, writers: Iterator[str], chance, rounds: int) -> int:
    """Form page, POST, page that it leads to, by eight readers; everything acknowledged must be stored."""
    address = f"/questions/{question.pk}/repondre/"
    rates, before = [], Answer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for _ in range(rounds):
        rates.append(_round_trips(site, address, question, writers, chance))
    sent = rounds * 8 * ROUND_TRIPS
    stored = Answer.objects.filter(pk__gt=before, question=question).count()
    print(f"whole round trip, 8 clients: {median(rates):.0f} per second, {sent} sent, {stored} stored")
    said = f"{median(rates):.0f} per second (at least 120), {sent - stored} lost"
    return judged(said, median(rates) >= 120 and stored == sent)


def _round_trips(site: Server, address: str, question: Question, writers: Iterator[str], chance) -> float:
    number = 8 * ROUND_TRIPS
    sessions = [next(writers) for _ in range(number)]
    pages = (request(address, site.port, Cookie=cookies(session)) for session in sessions)
    form = ask(site.port, pages, status=200, number=number, clients=8)
    sent = ask(site.port, texts(question.pk, site, iter(sessions), chance), status=302, number=number, clients=8)
    # As the browser does: from the lasting address of the answer to its place in the thread.
    lasting = _follow(site, sent.locations, sessions)
    led = ask(site.port, lasting, status=302, number=number, clients=8)
    placed = ask(site.port, _follow(site, led.locations, sessions), status=200, number=number, clients=8)
    return number / (form.took + sent.took + led.took + placed.took)


def _follow(site: Server, locations: list[str], sessions: list[str]) -> Iterator[bytes]:
    """Whoever comes to an answer has a session; which one, makes no difference to what it costs."""
    for location, session in zip(locations, sessions, strict=True):
        yield request(location.partition("#")[0], site.port, Cookie=cookies(session))
