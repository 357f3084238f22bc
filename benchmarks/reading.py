"""What a page of a thread costs."""

import gzip
from collections.abc import Iterator

from benchmarks.load import ask, cookies, request
from benchmarks.rows import Row, at_most, judged, of_another, of_the_ceiling
from benchmarks.seed import log_in
from benchmarks.servers import Server
from forum.models import Answer, Member, Question
from forum.views.threads import ANSWERS_PER_PAGE

COLD = 60  # requests in a round: each begins with a change of the thread


def rows_of(bare: Server, site: Server, threads: dict[int, Question], reader: Member) -> Iterator[Row]:
    ceiling = Row("constant page of 30 KB", bare, request("/", bare.port), counts_queries=False)
    yield ceiling
    small, large = min(threads), max(threads)
    address = threads[small].get_absolute_url()
    page = request(address, site.port)
    etag = ask(site.port, page, status=200, number=1, clients=1).body.split(b"ETag: ")[1].split(b"\r\n")[0]
    shown = {"ceiling": ceiling, "shown": min(small, ANSWERS_PER_PAGE)}
    yield Row("first page, anonymous, warm", site, page, goal=of_the_ceiling(0.6, 1.7, 1), **shown)
    seen = request(address, site.port, If_None_Match=etag.decode())
    yield Row("the same asked again, unchanged", site, seen, 304, goal=of_the_ceiling(0.9, 0, 1), ceiling=ceiling)
    cold = {size: _cold(f"first page of {size}, cold", site, thread) for size, thread in threads.items()}
    yield from cold.values()
    for_reader = request(address, site.port, Cookie=cookies(log_in(reader)))
    goal = of_the_ceiling(0.3, 0, 4)
    signed_in = Row("first page, signed in", site, for_reader, number=COLD, goal=goal, **shown)
    yield signed_in
    if large != small:
        of_large = request(threads[large].get_absolute_url(), site.port, Cookie=cookies(log_in(reader)))
        growth = of_another(signed_in, 1.1)
        yield Row(
            f"first page of {large}, signed in", site, of_large, number=COLD, goal=growth, shown=ANSWERS_PER_PAGE
        )
        cold[large].goal = of_another(cold[small], 1.1)
        answers = Answer.objects.filter(question=threads[large]).order_by("pk")
        last = answers.order_by("-pk").values_list("pk", flat=True)[0]
        for name, pk in (("middle", last - large // 2), ("last", last - 100)):
            key = answers.filter(pk__gte=pk).values_list("path", flat=True)[0]
            row = _cold(f"{name} page of {large}, cold", site, threads[large], f"?apres={key}")
            row.goal = of_another(cold[small], 1.1)
            yield row


def _cold(name: str, site: Server, thread: Question, query: str = "") -> Row:
    address = request(thread.get_absolute_url() + query, site.port)
    change = Question.objects.filter(pk=thread.pk).mark_changed
    goal = at_most(2, 3)
    return Row(name, site, address, before=change, number=COLD, goal=goal, shown=ANSWERS_PER_PAGE)


def weigh(page: Row, question: Question) -> int:
    published = Answer.objects.published().filter(question=question)
    shown = published.order_by("path").select_related("revision")[:ANSWERS_PER_PAGE]
    texts = sum(len(answer.revision.html.encode()) for answer in shown)
    body = page.last.body.partition(b"\r\n\r\n")[2]
    allowed, compressed = int(1.25 * texts + 350 * len(shown)), len(gzip.compress(body))
    print(f"page of {len(shown)} answers")
    said = f"{len(body)} bytes for texts of {texts} (at most {allowed}), {compressed} compressed (at most 12000)"
    return judged(said, len(body) <= allowed and compressed <= 12_000)
