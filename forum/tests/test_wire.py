"""A real server, and bytes that no browser sends: refused in words, by it or by us, and never an error of it."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from django.http import HttpResponse

from forum.tests.checkout import REAL_SITE, check_out, run_python
from forum.tests.crawling import walk
from forum.tests.mangling import mangled
from forum.tests.serving import (
    SECONDS,
    Answer,
    call,
    gunicorn,
    own_database,
    start_demonstration,
    until_it_serves,
)
from forum.tests.test_headers import ON_EVERY_ANSWER
from forum.tests.test_mangled import SEED, what_is_asked

HOST = "forum.example.org"
DEMONSTRATION = {
    "reader": "demo-lectrice",
    "moderator": "demo-moderation",
    "editor": "demo-redaction",
    "administrator": "demo-administration",
}
MANGLED = 60  # for each role
ASIDE = ("/admin/", "/static/")
PARTS = ("forum", "templates", "locale", "fixtures")


@dataclass
class Site:
    """A site as it is served in earnest, on a database of its own with the demonstration in it."""

    port: int
    passwords: dict[str, str]
    log: list[str] = field(default_factory=list)

    def get(self, address: str, *cookies: str) -> HttpResponse:
        """What Django's client would have got."""
        sent = f"Host: {HOST}\r\nCookie: {'; '.join(cookies)}\r\nConnection: close\r\n\r\n"
        head = f"GET {address} HTTP/1.1\r\n{sent}"
        answer = call(self.port, head.encode())
        return HttpResponse(answer.body, status=answer.status, headers=answer.headers)

    def session_of(self, role: str) -> str:
        """The cookie of somebody who has just logged in."""
        page = self.get("/compte/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        cookie = page["Set-Cookie"].partition(";")[0]
        name = DEMONSTRATION[role]
        body = f"csrfmiddlewaretoken={token}&login={name}&password={self.passwords[name]}"
        sent = (
            f"POST /compte/login/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        answer = call(self.port, sent.encode())
        assert answer.status == 302
        return answer.headers["set-cookie"].partition(";")[0]

    def complaints(self) -> list[str]:
        return [line for line in self.log if "frames" in json.loads(line) or "Traceback" in line]


@dataclass
class Visitor:
    """Walks through the site as a client of Django's would."""

    site: Site
    cookies: list[str]

    def get(self, address: str) -> HttpResponse:
        return self.site.get(address, *self.cookies)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = check_out(tmp_path_factory.mktemp("site"), *PARTS)
    with own_database(folder) as database:
        passwords = start_demonstration(folder, database)
        collected = run_python(folder, "manage.py", "collectstatic", "--noinput", **REAL_SITE)
        assert collected.returncode == 0, collected.stderr
        with gunicorn(folder, STAFF_NEEDS_SECOND_FACTOR="0", **database) as (port, process):
            found = Site(port, passwords, list(until_it_serves(process)))
            reader = threading.Thread(target=found.log.extend, args=(process.stdout,))
            reader.start()
            yield found
            process.terminate()
            reader.join(SECONDS)


# --- Requests that are none ----------------------------------------------------------------------------


def asked(first: str, *headers: str | bytes, body: bytes = b"") -> bytes:
    """A request with a proper host, and with these headers as they stand."""
    lines = [first.encode("latin-1"), f"Host: {HOST}".encode(), b"Connection: close"]
    lines += [each if isinstance(each, bytes) else each.encode("latin-1") for each in headers]
    return b"\r\n".join([*lines, b"", body])


GET = "GET / HTTP/1.1"
QUERY = "GET /?q=a HTTP/1.1"
POST = "POST /compte/login/ HTTP/1.1"
FORM = "Content-Type: application/x-www-form-urlencoded"
MULTIPART = "Content-Type: multipart/form-data; boundary=x"
CHUNKED = "Transfer-Encoding: chunked"

NO_REQUESTS = [
    *[b"", b"\r\n\r\n", b"\0" * 500, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\x7f" * 300, b"A" * 9000],
    *[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + asked(GET)],
    *[b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\n\n", b"GET\t/\tHTTP/1.1\r\n\r\n"],
]
FIRST_LINES = [
    *[
        f"GET / {version}"
        for version in ("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 x", "HTTP/", "http/1.1")
    ],
    *[
        f"{method} / HTTP/1.1"
        for method in ("get", "PUT", "TRACE", "OPTIONS", "BREW", "G\0T", "É", "G(T", "M" * 300)
    ],
    *[
        f"GET {target} HTTP/1.1"
        for target in ("", "*", "x", "//", "?", "/%", "/%zz", "/%00", "/\0", "/\xff", "/é", "/ x")
    ],
    *[
        f"GET {target} HTTP/1.1"
        for target in ("http://ailleurs.example/", "//ailleurs.example/x", "/?\xff=%ff", "/#a?b")
    ],
    *[f"GET /{'a' * length} HTTP/1.1" for length in (3000, 8200, 100_000)],
    *[f"GET /?{'q=1&' * number} HTTP/1.1" for number in (900, 30_000)],
    *[
        "OPTIONS * HTTP/1.1",
        "CONNECT ailleurs.example:443 HTTP/1.1",
        "  GET / HTTP/1.1",
        "GET /%ED%A0%80/ HTTP/1.1",
    ],
]
HOSTS = [
    *[b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", asked(GET, "Host: ailleurs.example")],
    *[
        f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        for host in (
            "",
            " ",
            "a b",
            "é",
            "[::1",
            "x" * 5000,
            "localhost:99999999",
            f"{HOST}:x",
            f"@{HOST}",
            f"{HOST}.",
        )
    ],
]
HEADERS = [
    *[
        "sans deux-points",
        ": x",
        "A B: x",
        "A : x",
        " folded",
        "X_Forwarded_For: 1.1.1.1",
        "X-\0: x",
        "X: \0",
        "X: a\rb",
    ],
    *[f"X: {'x' * length}" for length in (8000, 9000, 1_000_000)],
    *[b"X: \xff\xfe", b"X\xff: x", b"User-Agent: \xed\xa0\x80", b"Referer: \xff", b"X-Request-ID: a\r b"],
    *[
        "Expect: 100-continue",
        "Expect: x",
        "Upgrade: websocket",
        "Upgrade: h2c\r\nConnection: Upgrade",
        "TE: trailers",
    ],
    *["X-Forwarded-Proto: x", "X-Forwarded-For: ,,", "Forwarded: for=\xff", "Script-Name: /x", "SCRIPT_NAME: /x"],
    *[
        f"Cookie: {value}"
        for value in ("sessionid=" + "x" * 4096, "\x01\x1f=\x7f", "é=é; ; =;", "__Host-sessionid=\xff")
    ],
    *[f"Range: bytes={value}" for value in ("9-1", "-9" * 99, "9" * 5000)],
    'If-None-Match: "\r\nIf-Modified-Since: hier',
]
LENGTHS = [
    "-1",
    "+5",
    "1e3",
    "abc",
    "",
    " ",
    "5, 5",
    "5\r\nContent-Length: 6",
    "9" * 5000,
    "9" * 30,
    "\xb2",
    "0x5",
    "3",
    "900",
]
CHUNKS = [
    *[b"", b"x\r\n", b"-1\r\na\r\n", b"FFFFFFFFFFFFFFFFFFFF\r\na\r\n", b"3\r\nabc", b"3\r\nabcdef\r\n0\r\n\r\n"],
    *[
        b"3;a=b\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\r\n0\r\nX: y\r\n\r\n",
        b"3\r\nabc\r\n0\r\nbad\r\n\r\n",
        b"0\r\n\r\n",
    ],
    b"6\r\ntext=\xff\r\n" * 2000 + b"0\r\n\r\n",
]
CODINGS = [
    "gzip",
    "chunked, chunked",
    "chunked, gzip",
    "identity",
    "x",
    "\x0bchunked",
    "chunked\r\nContent-Length: 3",
]
# What Python decodes to no text, or not at all; and names that nobody can read.
CHARSETS = [
    *[
        f"charset={name}"
        for name in ("hex", "bz2", "rot13", "idna", "punycode", "undefined", "utf-7", "utf-16", "x", "")
    ],
    *[
        "charset*=nope''x",
        "charset*=idna''%ff",
        "charset*=undefined''x",
        "charset*=utf-8''hex",
        "charset*0=h; charset*1=ex",
    ],
    *['charset="', "charset=\xe9", "charset=" + "x" * 5000, "charset=..", "charset=utf-8; charset=hex"],
]
RAW = [
    *NO_REQUESTS,
    *map(asked, FIRST_LINES),
    *HOSTS,
    *[asked(GET, header) for header in HEADERS],
    *[asked(GET, *[f"X-{number}: y" for number in range(many)]) for many in (99, 150, 5000)],
    *[
        asked(POST, kind, f"Content-Length: {length}", body=b"text=abc")
        for kind in (FORM, MULTIPART)
        for length in LENGTHS
    ],
    *[asked(POST, kind, CHUNKED, body=body) for kind in (FORM, MULTIPART) for body in CHUNKS],
    *[asked(POST, FORM, f"Transfer-Encoding: {coding}", body=b"3\r\nabc\r\n0\r\n\r\n") for coding in CODINGS],
    asked("POST /compte/login/ HTTP/1.0", FORM, CHUNKED, body=CHUNKS[0]),
    *[asked(QUERY, f"Content-Type: text/plain; {name}") for name in CHARSETS],
    *[asked(POST, f"{FORM}; {name}", "Content-Length: 8", body=b"text=abc") for name in CHARSETS],
    asked(GET, FORM, "Content-Length: 3", body=b"a=b") + asked(GET),
]


def test_whatever_comes_over_the_wire_is_refused_in_words(site):
    faults = [f"{fault}: {sent[:200]!r}" for sent in RAW if (fault := what_is_wrong(call(site.port, sent)))]
    assert not faults, "\n".join([f"{len(faults)} of {len(RAW)}", *faults])
    assert not site.complaints()
    assert site.get("/").status_code == 200


def what_is_wrong(answer: Answer) -> str:
    """The server refuses by itself what is no request; whatever has come to us has a name in its answer."""
    if "x-request-id" not in answer.headers:
        return "" if answer.status in REFUSED_BY_THE_SERVER else f"answered {answer.status} by the server"
    if answer.status >= 500:
        return f"answered {answer.status}"
    missing = [name for name, value in ON_EVERY_ANSWER.items() if answer.headers.get(name.lower()) != value]
    if missing:
        return f"{answer.status} without {missing}"
    if answer.status >= 400 and answer.body and b'<html lang="fr"' not in answer.body:
        return f"{answer.status} is not our page"
    return ""


# Closed without a word where nothing, or half a request, has come; 501 is what the standard asks for in answer to a
# coding that the server does not know (RFC 9112, 6.1).
REFUSED_BY_THE_SERVER = (0, 400, 413, 414, 417, 431, 501)


# --- What pages ask for, mangled -----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["anonymous", *DEMONSTRATION])
def test_mangled_requests_of_every_role_are_no_error(site, role):
    cookies = [site.session_of(role)] if role in DEMONSTRATION else []
    pages = walk(Visitor(site, cookies), "/", "/moderation/", aside=lambda link, page: link.startswith(ASIDE))
    forms = what_is_asked(pages)
    faults = []
    for number in range(MANGLED):
        chance = Random(f"{SEED} wire {role} {number}")
        request = mangled(chance.choice(forms), cookies, chance)
        fault = what_is_wrong(call(site.port, request.written(HOST)))
        if fault:
            faults.append(f"{role}, request {number}: {fault}\n{request!r:.2000}")
    assert not faults, "\n\n".join(faults)
    assert not site.complaints()
