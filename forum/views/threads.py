"""One page of a thread: which answers stand on it, and the keys of the pages before and after.

A key is the path of an answer. No page is counted off from the start, so that the thousandth costs
what the first one does.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from forum.models import Answer, Question
from forum.models.fields import DEEPEST, STEP
from forum.text.times import next_midnight, relative_until

from .rows import ThreadRow, rows_of

ANSWERS_PER_PAGE = 50
KEY = re.compile(rf"(?:[0-9a-z]{{{STEP}}}){{1,{DEEPEST + 1}}}")


class OldestFirst:
    """Each answer with the replies under it, in the order they were written."""

    name = ""
    label = "Les plus anciennes"
    forwards = ["path"]
    backwards = ["-path"]

    @staticmethod
    def after(path: str) -> Q:
        return Q(path__gt=path)

    @staticmethod
    def since(path: str) -> Q:
        return Q(path__gte=path)

    @staticmethod
    def before(path: str) -> Q:
        return Q(path__lt=path)

    @staticmethod
    def sort(answers: list[Answer]) -> None:
        answers.sort(key=lambda answer: answer.path)


class NewestFirst:
    """The newest answers first, each with the replies under it in the order they were written."""

    name = "recentes"
    label = "Les plus récentes"
    forwards = ["-root", "path"]
    backwards = ["root", "-path"]

    @staticmethod
    def after(path: str) -> Q:
        # The first term is implied by the second: it gives the index a range to start from.
        root = path[:STEP]
        return Q(root__lte=root) & (Q(root__lt=root) | Q(path__gt=path))

    @staticmethod
    def since(path: str) -> Q:
        root = path[:STEP]
        return Q(root__lte=root) & (Q(root__lt=root) | Q(path__gte=path))

    @staticmethod
    def before(path: str) -> Q:
        root = path[:STEP]
        return Q(root__gte=root) & (Q(root__gt=root) | Q(path__lt=path))

    @staticmethod
    def sort(answers: list[Answer]) -> None:
        answers.sort(key=lambda answer: answer.path)
        answers.sort(key=lambda answer: answer.root, reverse=True)


ORDERS = {order.name: order for order in (OldestFirst, NewestFirst)}
Order = type[OldestFirst] | type[NewestFirst]


@dataclass(frozen=True)
class Stretch:
    """The answers of one page for everyone, and the bounds between which this page speaks.

    What its author alone sees is looked for between the bounds: every place of the thread lies
    on exactly one page of a walk from page to page.
    """

    answers: list[Answer]
    bounds: Q
    has_earlier: bool
    has_later: bool


@dataclass(frozen=True)
class ThreadPage:
    rows: list[ThreadRow]
    fresh_until: datetime  # when one of its times would be said in other words
    sorts: list[tuple[str, str, bool]]  # label, query string, is this one
    earlier: str  # query strings; empty where there is nothing
    later: str


def thread_page(question: Question, user, asked: QueryDict) -> ThreadPage:
    """The page that the query string asks for: `tri`, and one of `apres`, `avant`, `depuis`.

    A key that is none, or beyond either end, gives the first page.
    """
    order = ORDERS.get(asked.get("tri", ""), OldestFirst)
    stretch = _asked_stretch(question, order, asked)
    answers = _with_own(stretch, question, user, order) if stretch else []
    if not answers:
        stretch = _forwards(question, order, Q(), has_earlier=False)
        answers = _with_own(stretch, question, user, order)
    now = timezone.now()
    for answer in answers:
        answer.question = question  # known here: `permissions` would ask the database for it
    return ThreadPage(
        rows=rows_of(answers, user),
        fresh_until=min((relative_until(each.created_at, now) for each in answers), default=next_midnight(now)),
        sorts=[(each.label, _query(each), each is order) for each in ORDERS.values()],
        earlier=_query(order, avant=answers[0].path) if stretch.has_earlier else "",
        later=_query(order, apres=answers[-1].path) if stretch.has_later else "",
    )


def page_of(answer: Answer) -> str:
    """The query string of a page, oldest first, that holds the answer, in its conversation if that fits."""
    earlier = list(
        Answer.objects.in_thread(answer.question)
        .filter(path__lt=answer.path)
        .order_by("-path")
        .values_list("path", flat=True)[:ANSWERS_PER_PAGE]
    )
    if len(earlier) < ANSWERS_PER_PAGE:
        return ""
    farthest = earlier[ANSWERS_PER_PAGE - 2]
    starts = (answer.path[:length] for length in range(STEP, len(answer.path) + 1, STEP))
    return _query(OldestFirst, depuis=next(start for start in starts if start >= farthest))


def _asked_stretch(question: Question, order: Order, asked: QueryDict) -> Stretch | None:
    stretches = {"apres": _stretch_after, "depuis": _stretch_since, "avant": _stretch_before}
    for name, stretch in stretches.items():
        key = asked.get(name, "")
        if KEY.fullmatch(key):
            return stretch(question, order, key)
    return None


def _stretch_after(question: Question, order: Order, key: str) -> Stretch:
    return _forwards(question, order, order.after(key), has_earlier=True)


def _stretch_since(question: Question, order: Order, key: str) -> Stretch:
    return _forwards(question, order, order.since(key), has_earlier=True)


def _forwards(question: Question, order: Order, bounds: Q, has_earlier: bool) -> Stretch:
    found = list(_thread(question).filter(bounds).order_by(*order.forwards)[: ANSWERS_PER_PAGE + 1])
    answers, has_later = found[:ANSWERS_PER_PAGE], len(found) > ANSWERS_PER_PAGE
    if has_later:
        last = answers[-1].path
        bounds &= order.before(last) | Q(path=last)
    return Stretch(answers, bounds, has_earlier, has_later)


def _stretch_before(question: Question, order: Order, key: str) -> Stretch | None:
    """The page before a key; the first page where less than a page is left there."""
    bounds = order.before(key)
    found = list(_thread(question).filter(bounds).order_by(*order.backwards)[: ANSWERS_PER_PAGE + 1])
    if len(found) <= ANSWERS_PER_PAGE:
        return None
    answers = found[:ANSWERS_PER_PAGE][::-1]
    first = answers[0].path
    return Stretch(answers, bounds & order.since(first), has_earlier=True, has_later=True)


def _thread(question: Question):
    return Answer.objects.in_thread(question).with_byline()


def _with_own(stretch: Stretch, question: Question, user, order: Order) -> list[Answer]:
    """The page's answers with the reader's own unpublished ones in their places."""
    if not user.is_authenticated:
        return stretch.answers
    own = Answer.objects.own_unpublished(question, user).filter(stretch.bounds).with_byline().with_latest()
    own = {answer.pk: answer for answer in own.order_by(*order.forwards)[:ANSWERS_PER_PAGE]}
    answers = [answer for answer in stretch.answers if answer.pk not in own] + list(own.values())
    order.sort(answers)
    return answers


def _query(order: Order, **key: str) -> str:
    query = ({"tri": order.name} if order.name else {}) | key
    return "?" + urlencode(query) if query else ""
