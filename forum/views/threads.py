"""One page of a thread: which answers stand on it, and the keys of the pages before and after.

A key is the path of an answer. No page is counted off from the start, so that the thousandth costs
what the first one does.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from forum.models import Answer
from forum.models.answers import State
from forum.models.asked import Asked
from forum.models.fields import DEEPEST, STEP
from forum.models.threads import ThreadAnswer, own_answers, paths_before, thread_answers

from .kept import Kept
from .rows import MadeRows, rows_of

ANSWERS_PER_PAGE = 50
STRETCHES = Kept(32)  # in each process, of some 25 KB, and as much for each kind of reader
LONGEST_KEPT = 100_000  # characters
KEY = re.compile(rf"(?:[0-9a-z]{{{STEP}}}){{1,{DEEPEST + 1}}}")


class Order(NamedTuple):
    name: str  # in the query string
    label: str
    by: str  # in `forum.models.threads`
    sort: Callable[[ThreadAnswer], tuple]


def _oldest_first(answer: ThreadAnswer) -> tuple:
    return (answer.path,)


def _newest_first(answer: ThreadAnswer) -> tuple:
    return (-int(answer.path[:STEP], 36), answer.path)


# Each answer has the replies under it in the order they were written, whatever the order of the conversations.
OLDEST_FIRST = Order("", "Les plus anciennes", "oldest", _oldest_first)
NEWEST_FIRST = Order("recentes", "Les plus récentes", "newest", _newest_first)
ORDERS = {order.name: order for order in (OLDEST_FIRST, NEWEST_FIRST)}


class Stretch(NamedTuple):
    """The answers of one page, with those that the reader alone sees, and whether there are others.

    Every place of the thread lies on exactly one page of a walk from page to page.
    """

    answers: list[ThreadAnswer]
    has_earlier: bool
    has_later: bool
    made: MadeRows


class Everyones(NamedTuple):
    """What everyone sees on one side of a key, one more than fits a page, and the rows that were made of it."""

    answers: list[ThreadAnswer]
    made: MadeRows


class ThreadPage(NamedTuple):
    rows: list[bytes]  # of HTML
    fresh_until: datetime  # when one of its times would be said in other words
    sorts: tuple[tuple[str, str, bool], ...]  # label, query string, is this one
    earlier: str  # query strings; empty where there is nothing
    later: str


def thread_page(asked: Asked, user, query: QueryDict) -> ThreadPage:
    """The page that the query string asks for: `tri`, and one of `apres`, `avant`, `depuis`.

    A key that is none, or beyond either end, gives the first page.
    """
    question, order = asked.question, ORDERS.get(query.get("tri", ""), OLDEST_FIRST)
    walk = _Walk(question.pk, question.version, user.pk, asked.has_own_apart, order)
    stretch = walk.asked_for(query)
    if stretch is None or not stretch.answers:
        stretch = walk.forwards("first", "", has_earlier=False)
    rows = rows_of(stretch.answers, question, user, stretch.made)
    return ThreadPage(
        rows.html,
        rows.fresh_until,
        sorts=tuple((each.label, _query(each), each is order) for each in ORDERS.values()),
        earlier=_query(order, avant=stretch.answers[0].path) if stretch.has_earlier else "",
        later=_query(order, apres=stretch.answers[-1].path) if stretch.has_later else "",
    )


def page_of(answer: Answer) -> str:
    """The query string of a page, oldest first, that holds the answer, in its conversation if that fits."""
    earlier = paths_before(answer, ANSWERS_PER_PAGE)
    if len(earlier) < ANSWERS_PER_PAGE:
        return ""
    farthest = earlier[ANSWERS_PER_PAGE - 2]
    starts = (answer.path[:length] for length in range(STEP, len(answer.path) + 1, STEP))
    return _query(OLDEST_FIRST, depuis=next(start for start in starts if start >= farthest))


class _Walk(NamedTuple):
    """From page to page of a thread, in one order, for one reader."""

    question: int
    version: int
    member: int | None
    has_own_apart: bool  # most have nothing there, and need not be asked for it
    order: Order

    def asked_for(self, query: QueryDict) -> Stretch | None:
        for name, bound in (("apres", "after"), ("depuis", "since"), ("avant", "before")):
            key = query.get(name, "")
            if KEY.fullmatch(key):
                return self.backwards(key) if bound == "before" else self.forwards(bound, key, has_earlier=True)
        return None

    def forwards(self, bound: str, key: str, *, has_earlier: bool) -> Stretch:
        everyones, hidden, made = self._found(bound, key)
        page, has_later = everyones[:ANSWERS_PER_PAGE], len(everyones) > ANSWERS_PER_PAGE
        if has_later:
            end = self.order.sort(page[-1])
            hidden = [answer for answer in hidden if self.order.sort(answer) < end]
        return Stretch(sorted([*page, *hidden], key=self.order.sort), has_earlier, has_later, made)

    def backwards(self, key: str) -> Stretch | None:
        """The page before a key; None where less than a page is left there, which is the first one."""
        everyones, hidden, made = self._found("before", key)
        if len(everyones) <= ANSWERS_PER_PAGE:
            return None
        page = everyones[:ANSWERS_PER_PAGE]
        start = self.order.sort(page[-1])
        hidden = [answer for answer in hidden if self.order.sort(answer) > start]
        return Stretch(sorted([*page, *hidden], key=self.order.sort), True, True, made)

    def _found(self, bound: str, key: str) -> tuple[list[ThreadAnswer], list[ThreadAnswer], MadeRows]:
        """What everyone sees on that side of the key, one more than fits a page, and what the reader alone sees."""
        everyones, own = self._stretch(bound, key)
        # His own that is gone but carries replies is both: he sees the text, others its place.
        answers = [own.get(answer.pk, answer) for answer in everyones.answers]
        on_the_way = {answer.pk for answer in answers}
        hidden = [answer for answer in own.values() if answer.is_hidden and answer.pk not in on_the_way]
        return answers, hidden, everyones.made

    def _stretch(self, bound: str, key: str) -> tuple[Everyones, dict[int, ThreadAnswer]]:
        """What everyone sees there is asked once for each version of the question."""
        where = {"question": self.question, "key": key, "most": ANSWERS_PER_PAGE + 1}
        place = (self.version, self.order.by, bound, key)
        author = self.member if self.has_own_apart else None
        everyones = STRETCHES.find(place)
        if everyones is not None and not any(map(self._may_differ, everyones.answers)):
            own = own_answers(self.order.by, bound, member=author, **where) if author else []
        else:
            found = thread_answers(self.order.by, bound, member=author, **where)
            everyones = Everyones([answer for answer in found if not answer.is_own], {})
            own = [answer for answer in found if answer.is_own]
            if sum(len(answer.html) for answer in everyones.answers) <= LONGEST_KEPT:
                STRETCHES.keep(place, everyones)
        return everyones, {answer.pk: answer for answer in own}

    def _may_differ(self, answer: ThreadAnswer) -> bool:
        """A reply to a text of the reader's that is hidden: what becomes of that one changes nothing for others."""
        is_to_own = answer.parent_author_id is not None and answer.parent_author_id == self.member
        return is_to_own and answer.parent_state != State.PUBLISHED


def _query(order: Order, **key: str) -> str:
    query = ({"tri": order.name} if order.name else {}) | key
    return "?" + urlencode(query) if query else ""
