"""The table, for the database that the environment names: seeded small, measured, seeded large, measured again."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from statistics import median

from django.core.management import call_command
from django.db import connection

from benchmarks import reading, room, writing
from benchmarks.copies import copy_database
from benchmarks.rows import Row, judged, measure, of_another, report, times
from benchmarks.seed import (
    log_in,
    log_in_many,
    seed_members,
    seed_moderator,
    seed_own_waiting,
    seed_thread,
    seed_waiting,
)
from benchmarks.servers import Server, ceiling, forum
from benchmarks.together import live
from forum.models import Answer, Member, Question

WRITERS = 3000
FINER = 3  # times as many rounds, where two databases are compared


def main(asked: dict) -> int:
    """Print the table; returns how many rows do not reach what they should."""
    for command in ("migrate", "createcachetable"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    chance = random.Random(1)  # the same threads each time
    authors, moderator = seed_members(), seed_moderator()
    who = cycle(log_in_many(seed_members(WRITERS, "lecteur")))
    small, large = asked["sizes"][0], asked["sizes"][-1]
    threads = {small: seed_thread(small, authors, moderator, chance)}
    # Read pages are those of threads where nobody writes: what is young says another time every minute.
    lively = seed_thread(small, authors, moderator, chance, "vif")
    waiting = seed_waiting(room.AT_ONCE, authors, chance)
    Question.objects.update(moderation="after")
    desk = log_in(moderator)
    print(f"\n{connection.display_name}: {', '.join(map(str, asked['sizes']))} answers, {asked['waiting']} waiting")
    with forum() as site:
        missed = room.approve(site, desk, waiting)
    seed_waiting(room.AT_ONCE, authors, chance, "peu")
    Question.objects.update(moderation="after")
    few = copy_database()
    for size in asked["sizes"][1:]:
        threads[size] = seed_thread(size, authors, moderator, chance)
    waiting = seed_waiting(asked["waiting"], authors, chance)
    for thread in threads.values():
        seed_own_waiting(authors[0], thread)
    Question.objects.update(moderation="after")
    missed += _start(asked["rounds"])
    with ExitStack() as running:
        bare, site = running.enter_context(ceiling()), running.enter_context(forum())
        missed += _read(bare, site, threads, authors[0], asked["rounds"])
        missed += _memory(site)
        missed += _write(bare, site, threads[large], who, chance, asked["rounds"])
        with forum(few) as small_site:
            few_rows = _growing(small_site, lively, desk, who, chance)
            missed += _grow(few_rows, _growing(site, threads[large], desk, who, chance), asked)
        posts = writing.texts(threads[large].pk, site, who, chance)
        missed += live(site, list(threads.values()), posts, waiting, desk, asked["minutes"])
    print(f"{connection.display_name}: {missed} rows not reached")
    return missed


def _read(bare: Server, site: Server, threads: dict[int, Question], reader: Member, rounds: int) -> int:
    rows = list(reading.rows_of(bare, site, threads, reader))
    measure(rows, rounds)
    return report(rows) + reading.weigh(rows[1], threads[min(threads)])


def _memory(site: Server) -> int:
    resident, share = site.memory()
    print("a worker's memory after reading")
    return judged(f"{resident:.0f} MB resident (under 80), {share:.0f} MB its share", resident < 80)


def _start(rounds: int) -> int:
    """Once each that nobody counts: the first start finds less of its files in memory."""
    bares, sites = [], []
    for _ in range(rounds + 1):
        for start, waits in ((ceiling, bares), (forum, sites)):
            with start() as server:
                waits.append(server.started_in)
    sites, bares = sites[1:], bares[1:]
    slower = times(sites, bares)
    print("start to the first page")
    said = f"{median(sites):.2f} s, {slower:.2f} times the bare project's {median(bares):.2f} s (at most 1.5)"
    return judged(said, slower <= 1.5)


def _write(bare: Server, site: Server, question: Question, who: Iterator[str], chance, rounds: int) -> int:
    rows = list(writing.rows_of(bare, site, question, who, chance))
    measure(rows, rounds)
    return report(rows) + writing.round_trips(site, question, who, chance, rounds)


def _growing(site: Server, question: Question, desk: str, who: Iterator[str], chance) -> list[Row]:
    """What is to cost the same however many answers there are; reading has rows of its own."""
    posts = writing.texts(question.pk, site, who, chance)
    oldest = Answer.objects.filter(question=question).order_by("pk")[0]
    replies = writing.texts(question.pk, site, who, chance, f"/reponses/{oldest.pk}/repondre/")
    published = Answer.objects.published().filter(question=question).order_by("pk")
    middle = published.filter(pk__gte=oldest.pk + question.published_count // 2)[0]
    return [
        *room.rows_of(site, desk, middle),
        Row("posting", site, posts, 302, number=30),
        Row("replying to the oldest", site, replies, 302, number=30),
    ]


def _grow(few: list[Row], many: list[Row], asked: dict) -> int:
    """Row by row of both in turn, a little at a time: a tenth more is less than what the machine does by itself."""
    print(f"growth: on a copy with {asked['sizes'][0]} answers and {room.AT_ONCE} waiting, and with all")
    for row, fewer in zip(many, few, strict=True):
        fewer.name += f", {asked['sizes'][0]}"
        fewer.counts_queries = False  # which the other row has
        row.goal = of_another(fewer, 1.1)
    measure([row for pair in zip(few, many, strict=True) for row in pair], FINER * asked["rounds"])
    report(few)
    return report(many)
