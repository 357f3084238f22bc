"""What moderators' pages cost, and a thousand decisions at once."""

import html
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.load import TOKEN, Run, ask, cookies, request
from benchmarks.rows import Row, judged
from benchmarks.servers import Server
from forum.models import Answer, Question

ROOM = {
    "queue": "/moderation/",
    "queue by risk": "/moderation/?tri=risque",
    "journal": "/moderation/journal/",
    "admin list": "/admin/forum/answer/",
    "admin list, what waits": "/admin/forum/answer/?dossier=ouvert",
}
AT_ONCE = 1000
# The class of each form, what the moderator chooses in it, and the answer: a page to confirm, then the queue again.
TO_APPROVE = [("bulk", {"whole": 1, "verb": "publish"}, 200), ("form", {}, 302)]


def rows_of(site: Server, moderator: str, permalink: Answer) -> Iterator[Row]:
    """`moderator` is a session."""
    for name, address in ROOM.items():
        yield Row(name, site, request(address, site.port, Cookie=cookies(moderator)), number=20)
    yield Row("any permalink", site, request(permalink.get_absolute_url(), site.port), 302, number=60)


def approve(site: Server, moderator: str, question: Question) -> int:
    """A thousand waiting texts of one question published from the queue, as its pages lead."""
    cookie = cookies(moderator)
    address = request(f"/moderation/?question={question.pk}", site.port, Cookie=cookie)
    page = ask(site.port, address, status=200, number=1, clients=1)
    spent, began = site.processor_seconds(), time.perf_counter()
    for name, chosen, status in TO_APPROVE:
        form = sent(site, filled(page, name, **chosen), cookie)
        page = ask(site.port, form, status=status, number=1, clients=1)
    took, cost = time.perf_counter() - began, site.processor_seconds() - spent
    published = Answer.objects.published().filter(question=question).count()
    print(
        f"approving {AT_ONCE} from the queue: {len(TO_APPROVE)} requests, {took:.2f} s, {cost:.2f} s of processor"
    )
    return judged(f"{took:.2f} s (at most 1), {published} published", took <= 1 and published == AT_ONCE)


@dataclass
class Form:
    address: str
    fields: dict[str, list[str]]


def filled(page: Run, name: str, **more) -> Form:
    """The form of that class as a browser would send it, its boxes left unticked."""
    form = re.search(rf'<form[^>]*class="{name}".*?</form>', page.body.decode(), re.DOTALL)[0]
    fields = defaultdict(list)
    for field, value in re.findall(r'type="hidden" name="(\w+)" value="(\w*)"', form):
        fields[field].append(value)
    action = html.unescape(re.search(r'action="(.*?)"', form)[1])
    return Form(action, {**fields, **more})


def sent(site: Server, form: Form, cookie: str) -> bytes:
    return request(form.address, site.port, form.fields | {"csrfmiddlewaretoken": TOKEN}, Cookie=cookie)
