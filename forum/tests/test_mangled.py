"""Every link and every form that a crawl finds, asked for wrongly: no error of the server, no traceback.

Each role sends as many as `--malformed` says, of which each is made by a seed and its number alone: a fault
that is told comes again.
"""

import io
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse

from config.requests import Utf8Request
from forum.logs import JsonFormatter
from forum.tests.crawling import Form, Page, walk
from forum.tests.mangling import Request, mangled
from forum.tests.test_headers import ON_EVERY_ANSWER
from forum.tests.town import Town, build_town, taken_back

pytestmark = pytest.mark.django_db

WHO = ["anonymous", "reader", "moderator", "editor", "administrator"]
SEED = 3


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def tracebacks() -> Iterator[Callable[[], list[str]]]:
    """What the log of a real site would hold beyond one line for each refusal; emptied by asking."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)

    def found() -> list[str]:
        lines = written.getvalue().splitlines()
        written.seek(0)
        written.truncate()
        return [line for line in lines if "frames" in json.loads(line)]

    yield found
    logging.getLogger().removeHandler(handler)


def walked(town: Town, role: str) -> dict[str, Page]:
    return walk(town.client(role), "/", "/admin/", "/moderation/", aside=multiplies)


def multiplies(link: str, page: Page) -> bool:
    """The filters of the admin go with each other, and with each page that a filtered list leads to."""
    return link.startswith("/admin/") and bool(urlsplit(link).query and urlsplit(page.address).query)


def what_is_asked(pages: dict[str, Page]) -> list[Form]:
    """Each link, and each form once: those of two rows of a list differ in what they hold alone."""
    forms = {
        (form.address, form.method, frozenset(name for name, _ in form.fields)): form
        for page in pages.values()
        for form in page.forms
    }
    return [*map(Form, pages), *forms.values()]


@pytest.mark.parametrize("role", WHO)
def test_nothing_malformed_is_an_error(town, role, tracebacks, pytestconfig):
    asked = what_is_asked(walked(town, role))
    Random(SEED).shuffle(asked)
    number_of_requests = pytestconfig.getoption("malformed")
    cookies = [f"sessionid={town.cookies[role]}"] if role in town.cookies else []
    faults, statuses = [], Counter()
    tracebacks()
    for number in range(number_of_requests):
        request = mangled(asked[number % len(asked)], cookies, Random(f"{SEED} {role} {number}"))
        with taken_back():
            response = send(request)
            fault = " ".join([what_is_wrong(request, response, body_of(response)), *tracebacks()]).strip()
        statuses[response.status_code] += 1
        if fault:
            faults.append(f"{role}, request {number}: {fault}\n{request!r:.3000}")
    print(f"{role}: {number_of_requests} requests over {len(asked)} links and forms:", sorted(statuses.items()))
    assert not faults, "\n\n".join([f"{len(faults)} faults", *faults[:20]])


def send(request: Request) -> HttpResponse:
    """As gunicorn would hand it on: Django's client takes none so broken."""
    content = request.content
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path.decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "CONTENT_TYPE": in_a_header(request.kind),
        "CONTENT_LENGTH": str(len(content)) if request.length is None else request.length,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": request.protocol,
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.input": io.BytesIO(content),
        "wsgi.url_scheme": "http",
    }
    if request.cookies:
        environ["HTTP_COOKIE"] = in_a_header("; ".join(request.cookies))
    for name, value in request.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = in_a_header(value)
    made = Utf8Request(environ)
    made._dont_enforce_csrf_checks = not request.needs_token
    return handler().get_response(made)


@cache
def handler() -> BaseHandler:
    made = BaseHandler()
    made.load_middleware()
    return made


def in_a_header(value: str) -> str:
    return value.encode("utf-8", "surrogatepass").decode("latin-1")


def body_of(response: HttpResponse) -> bytes:
    """Its files are closed, but not by `close`, as by a server: that would close the database's connection too."""
    body = response.getvalue()
    for close in response._resource_closers:
        close()
    return body


def what_is_wrong(request: Request, response: HttpResponse, body: bytes) -> str:
    if response.status_code >= 500:
        return f"answered {response.status_code}"
    missing = [name for name, value in ON_EVERY_ANSWER.items() if response.get(name) != value]
    if missing:
        return f"{response.status_code} without {missing}"
    if response.status_code >= 400 and not is_our_own(request, response, body.decode()):
        return f"{response.status_code} is not our page: {body[:200]!r}"
    return ""


def is_our_own(request: Request, response: HttpResponse, body: str) -> bool:
    """A page of ours; what htmx asked for may be a part of one, and a script's question is answered in JSON."""
    if request.method == "HEAD" or response.status_code == 416:  # of a file, of which such a part was asked for
        return True
    if response.get("Content-Type") == "application/json":
        asked = [request.kind, request.headers.get("accept", ""), request.headers.get("x-requested-with", "")]
        return "json" in " ".join(asked) or "XMLHttpRequest" in asked
    is_page = '<html lang="fr"' in body and f"{settings.SITE_NAME}</title>" in body
    return is_page or (request.headers.get("hx-request") == "true" and is_fragment(body))


def is_fragment(body: str) -> bool:
    return body.strip().startswith("<") and "<html" not in body
