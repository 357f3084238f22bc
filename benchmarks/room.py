"""What moderators' pages cost, and a thousand decisions at once."""

import time
from collections.abc import Iterator

from benchmarks.load import ask, request
from benchmarks.rows import Row, judged
from benchmarks.servers import Server
from benchmarks.writing import TOKEN
from forum.models import Answer, Question
from forum.models.answers import State

ROOM = {
    "queue": "/moderation/",
    "queue by risk": "/moderation/?tri=risque",
    "journal": "/moderation/journal/",
    "admin list": "/admin/forum/answer/",
    "admin list, what waits": "/admin/forum/answer/?dossier=ouvert",
}
AT_ONCE = 1000


def rows_of(site: Server, moderator: str, permalink: Answer) -> Iterator[Row]:
    """`moderator` is a session."""
    for name, address in ROOM.items():
        yield Row(name, site, request(address, site.port, Cookie=f"__Host-sessionid={moderator}"), number=20)
    yield Row("any permalink", site, request(permalink.get_absolute_url(), site.port), 302, number=60)


def approve(site: Server, moderator: str, question: Question) -> int:
    """A thousand waiting texts published by one form."""
    waiting = Answer.objects.filter(question=question, state=State.PENDING).order_by("pk")
    seen = list(waiting.values_list("latest", flat=True)[:AT_ONCE])
    fields = {"verb": "publish", "seen": seen, "csrfmiddlewaretoken": TOKEN}
    cookie = f"__Host-sessionid={moderator}; __Host-csrftoken={TOKEN}"
    sent = request("/moderation/decider/", site.port, fields, Cookie=cookie)
    spent, began = site.processor_seconds(), time.perf_counter()
    ask(site.port, sent, status=302, number=1, clients=1)
    took, cost = time.perf_counter() - began, site.processor_seconds() - spent
    published = Answer.objects.published().filter(latest__in=seen).count()
    print(f"approving {len(seen)} waiting answers by one form: {took:.2f} s, {cost:.2f} s of processor")
    return judged(f"{took:.2f} s (at most 1), {published} published", took <= 1 and published == len(seen))
