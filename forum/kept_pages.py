"""Pages of threads, kept in memory for the readers who have no session: they all get the same one.

A page is kept under the version of its question, which changes in the transaction that changes anything
readers see there: whatever is taken off the page is off it with the next request. Each process keeps its own.
"""

import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from forum.models import Question

# What a page of a thread depends on, as the links of the thread write it.
ADDRESS = re.compile(r"/questions/([1-9][0-9]{0,17})/")
QUERY = re.compile(r"(?:tri=recentes)?(?:&?(?:apres|avant|depuis)=[0-9a-z]{7,35})?")
# What a page of one's own depends on.
PERSONAL = (settings.SESSION_COOKIE_NAME, settings.MESSAGES_COOKIE_NAME)
ROOM = 8_000_000  # bytes, in each process: 200 full pages


@dataclass(frozen=True)
class KeptPage:
    version: int
    made_at: datetime
    fresh_until: datetime  # when it would say another time, or another state of its question
    body: bytes
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(self.body, headers=self.headers)
        return get_conditional_response(request, etag=self.headers["ETag"], response=response)


class KeptPages:
    """The pages asked for last, as many as there is room for; each is made by one thread at a time."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()
        self._makers: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def find(self, address: str, version: int) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(address)
            # One from before a clock was set back would be fresh for as long as the clock had been ahead.
            if page is None or page.version != version or not page.made_at <= timezone.now() < page.fresh_until:
                return None
            self._pages.move_to_end(address)
            return page

    def keep(self, address: str, page: KeptPage) -> None:
        with self._lock:
            self._forget(address)
            self._pages[address] = page
            self.room -= len(page.body)
            while self.room < 0:
                self._forget(next(iter(self._pages)))

    def _forget(self, address: str) -> None:
        page = self._pages.pop(address, None)
        if page is not None:
            self.room += len(page.body)

    def clear(self) -> None:
        with self._lock:
            for address in list(self._pages):
                self._forget(address)

    @contextmanager
    def maker(self, address: str) -> Iterator[None]:
        """Whoever comes second waits, and finds the page made."""
        with self._lock:
            lock = self._makers[address]
        try:
            with lock:
                yield
        finally:
            with self._lock:
                self._makers.pop(address, None)


PAGES = KeptPages()


class KeptPagesMiddleware:
    """Answer from memory before anything of a session or an account is looked at.

    The view says until when its page may be kept, by `response.fresh_until`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        question = None if settings.DEBUG else _question_asked_for(request)
        version = question and Question.objects.version_of(question)
        if version is None:
            return self.get_response(request)
        address = request.get_full_path()
        page = PAGES.find(address, version)
        if page is not None:
            return page.answer(request)
        with PAGES.maker(address):
            page = PAGES.find(address, version)
            return page.answer(request) if page is not None else self._make(request, address, version)

    def _make(self, request: HttpRequest, address: str, version: int) -> HttpResponse:
        response = self.get_response(request)
        fresh_until = getattr(response, "fresh_until", None)
        if response.status_code != 200 or response.cookies or fresh_until is None:
            return response
        etag = f'"{blake2b(response.content, digest_size=16).hexdigest()}"'
        # Asked again each time: what a moderator takes off the page is not shown from a cache.
        headers = {**response.headers, "ETag": etag, "Cache-Control": "no-cache"}
        page = KeptPage(version, timezone.now(), fresh_until, response.content, headers)
        PAGES.keep(address, page)
        return page.answer(request)


def _question_asked_for(request: HttpRequest) -> int | None:
    """The question whose page an anonymous reader asks for; None for any other request."""
    if request.method not in ("GET", "HEAD") or request.META.get("CONTENT_TYPE"):
        return None
    address = ADDRESS.fullmatch(request.path_info)
    if address is None or not QUERY.fullmatch(request.META.get("QUERY_STRING", "")):
        return None
    if any(name in request.COOKIES for name in PERSONAL):
        return None
    request.get_host()  # refused here as everywhere, before anything is answered
    return int(address[1])
