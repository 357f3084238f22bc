"""Requests as no browser sends them: what a page asks for, broken in one place or two, by a seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qsl, quote, quote_from_bytes, unquote_to_bytes, urlencode

from forum.tests.crawling import Form
from forum.tests.test_malformed import BODIES, HEADERS, PARAMETERS, VALUES

URLENCODED = Form.kind
BOUNDARY = "frontiere"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
PARAMETER_NAMES = sorted({name for names in PARAMETERS.values() for name in names})


@dataclass
class Request:
    """One request before it is written down, for a client in this process or for a socket."""

    method: str
    path: bytes
    query: bytes
    fields: list[tuple[str, str]]
    kind: str = ""
    body: bytes | None = None  # the fields, unless it says otherwise
    length: str | None = None  # the body's, unless it says otherwise
    cookies: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    protocol: str = "HTTP/1.1"
    needs_token: bool = False

    @classmethod
    def of(cls, form: Form, cookies: list[str]) -> "Request":
        path, _, query = form.address.partition("?")
        sent = form.method == "POST"
        if not sent and form.fields:
            query = raw(form.fields)
        return cls(
            form.method,
            unquote_to_bytes(path),
            query.encode(),
            list(form.fields) if sent else [],
            form.kind if sent else "",
            cookies=list(cookies),
        )

    @property
    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        return multipart(self.fields) if self.kind == MULTIPART else raw(self.fields).encode()

    def written(self, host: str) -> bytes:
        """As it goes over the wire."""
        query = b"?" + self.query if self.query else b""
        target = quote_from_bytes(self.path, "/").encode() + query
        headers = {"Host": host, **{name.title(): value for name, value in self.headers.items()}}
        if self.kind:
            headers["Content-Type"] = self.kind
        if self.content or self.length is not None:
            headers["Content-Length"] = self.length if self.length is not None else str(len(self.content))
        if self.cookies:
            headers["Cookie"] = "; ".join(self.cookies)
        lines = [f"{name}: {value}".encode("utf-8", "surrogatepass") for name, value in headers.items()]
        first = self.method.encode() + b" " + target + b" " + self.protocol.encode()
        return b"\r\n".join([first, *lines, b"Connection: close", b"", self.content])


def raw(fields: list[tuple[str, str]] | tuple) -> str:
    return urlencode(fields, errors="surrogatepass")


def multipart(fields: list[tuple[str, str]]) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = (f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields)
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode("utf-8", "surrogatepass")


def mangled(form: Form, cookies: list[str], chance: Random) -> Request:
    request = Request.of(form, cookies)
    for mangle in chance.sample(MANGLES, chance.choice([1, 1, 2])):
        mangle(request, chance)
    return request


# --- Fields and parameters -----------------------------------------------------------------------------


def odd_value(request: Request, chance: Random) -> None:
    fields = request.fields or parse_qsl(request.query.decode("latin-1")) or [("q", "")]
    place = chance.randrange(len(fields))
    fields[place] = (fields[place][0], chance.choice(VALUES))
    _put(request, fields)


def odd_values_everywhere(request: Request, chance: Random) -> None:
    value = chance.choice(VALUES)
    _put(request, [(name, value) for name, _ in request.fields] or [(name, value) for name in PARAMETER_NAMES])


def odd_parameter(request: Request, chance: Random) -> None:
    name, value = chance.choice(PARAMETER_NAMES), chance.choice(VALUES)
    request.query += b"&" * bool(request.query) + raw([(name, value)]).encode()


def odd_names(request: Request, chance: Random) -> None:
    shapes = ["{}[]", "{}[0][x]", "{}.x", "{}\0", "{}__gt", "{}\ud800", " {}", "{{}}", "", "__proto__[{}]"]
    fields = request.fields or [("q", "1"), ("avant", "2")]
    _put(request, [(chance.choice(shapes).format(name), value) for name, value in fields])


def fields_sent_again(request: Request, chance: Random) -> None:
    fields = request.fields or [(chance.choice(PARAMETER_NAMES), "1")]
    again = [(name, chance.choice(VALUES)) for name, _ in fields for _ in range(chance.choice([1, 2, 20]))]
    _put(request, [*fields, *again[:200]])


def fields_left_out(request: Request, chance: Random) -> None:
    _put(request, [each for each in request.fields if chance.random() < 0.5])


def a_thousand_fields(request: Request, chance: Random) -> None:
    name = chance.choice([name for name, _ in request.fields] or ["seen", "q"])
    number = chance.choice([1000, 2501])
    each = chance.choice([lambda n: (name, str(n)), lambda n: (f"{name}{n}", "1")])
    request.method = chance.choice([request.method, "POST"])
    _put(request, [*request.fields, *(each(n) for n in range(number))])


def _put(request: Request, fields: list[tuple[str, str]]) -> None:
    if request.method == "POST":
        request.fields = fields
        request.kind = request.kind or URLENCODED
    else:
        request.query = raw(fields).encode()


# --- The address ---------------------------------------------------------------------------------------

QUERIES = [
    b"%ff=%fe",
    b"q=%ED%A0%80",
    b"avant=%",
    b"&&=&;&==",
    b"tri",
    b"next=" + quote("//ailleurs.example").encode(),
    b"\xff\xfe=\xe9",
    b"a=" + b"9" * 6000,
    b"&".join(b"article=%d" % number for number in range(1500)),
    b"q=%00&o=%00&p=%00",
    b"?" * 300,
    b"csrfmiddlewaretoken=x&_method=DELETE",
]
TAILS = [
    *[b"\xff", b"\0", b"../../etc/passwd", b"%2e%2e/", b"/" * 50, b"\xed\xa0\x80"],
    *[b"a" * 3000, b";x=1", b"\r\nX: y", "é".encode()],
]
DIGITS = ["0", "-1", "²", "٣", "9" * 18, "9" * 19, "9" * 4000, "1e3", "0x1", "1\0", "", "%s"]


def odd_query(request: Request, chance: Random) -> None:
    request.query = chance.choice(QUERIES)


def odd_path(request: Request, chance: Random) -> None:
    parts = request.path.split(b"/")
    numbers = [place for place, part in enumerate(parts) if part.isdigit()]
    if numbers and chance.random() < 0.6:
        parts[chance.choice(numbers)] = chance.choice(DIGITS).encode()
    elif chance.random() < 0.6:
        parts.insert(chance.randint(1, len(parts)), chance.choice(TAILS))
    else:
        parts[chance.randrange(len(parts))] = b""
    request.path = b"/" + b"/".join(parts).removeprefix(b"/")


def odd_method(request: Request, chance: Random) -> None:
    request.method = chance.choice(
        ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD", "POST", "GET", "BREW", "PROPFIND", "post"]
    )


# --- The body ------------------------------------------------------------------------------------------

KINDS = [
    *["application/json", "application/xml", "text/plain", "image/png", "multipart/mixed", "/", ";;;", "é", "\0"],
    *["multipart/form-data", f"{MULTIPART}; charset=utf-16", "a/b; c=" + "d" * 4000],
    *[f"multipart/form-data; boundary={mark}" for mark in ("x", '"', "é", "x" * 300)],
    *[f"{URLENCODED}; charset={name}" for name in ("utf-16", "utf-7", "utf-8", "inconnu", "hex", "idna")],
    *["a/b; charset*=nope''x", "a/b; charset*=idna''%ff", "a/b; charset=undefined"],
]
PARTS = [
    b'Content-Disposition: form-data; name="text"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc',
    b'Content-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!',
    b'Content-Disposition: form-data; name="text"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-',
    b"Content-Disposition: form-data; name*=utf-8''%ff%00\r\n\r\nabc",
    b"Content-Disposition: form-data; name*=x\r\n\r\nabc",
    b"Content-Disposition: attachment\r\n\r\nabc",
    b"Content-Disposition: form-data; name=\xff\xfe\r\n\r\n\xff\xfe",
    b'Content-Disposition: form-data; name="a"; filename="../../\0"\r\n\r\nabc',
    b"X: " + b"y" * 3000 + b"\r\n\r\nabc",
    b"\r\n\r\n",
    b"",
    b"\0" * 50,
]


def odd_kind(request: Request, chance: Random) -> None:
    request.method, request.kind = "POST", chance.choice(KINDS)


def odd_body(request: Request, chance: Random) -> None:
    request.method = "POST"
    request.kind, request.body = chance.choice(BODIES)


def broken_multipart(request: Request, chance: Random) -> None:
    request.method, request.kind = "POST", MULTIPART
    parts = chance.choices(PARTS, k=chance.randint(1, 5))
    request.body = b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), part) for part in parts)
    request.body += multipart(request.fields)


def cut_multipart(request: Request, chance: Random) -> None:
    request.method, request.kind = "POST", MULTIPART
    whole = multipart([*request.fields, ("text", "Un texte.")])
    request.body = whole[: chance.randrange(len(whole))]


def damaged_body(request: Request, chance: Random) -> None:
    request.method = "POST"
    request.kind = request.kind or URLENCODED
    damaged = bytearray(request.content or b"text=abc")
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] = chance.choice(b"%\0\xff\xed&=\r\n;+")
    request.body = bytes(damaged)


def wrong_length(request: Request, chance: Random) -> None:
    request.method = "POST"
    request.kind = request.kind or URLENCODED
    short, long = str(len(request.content) // 2), str(len(request.content) + 7)
    request.length = chance.choice(["-1", "0", "", "9" * 15, short, long])


# --- The headers ---------------------------------------------------------------------------------------

COOKIES = [
    *[f"sessionid={value}" for value in ("", "é", "x" * 4096, "\0", "../../etc", '"', "a;b=c;;=;", "\x01\x1f")],
    *[f"csrftoken={value}" for value in ("", "é", "x" * 4096, "\0", "x" * 32, "x" * 64, "\x7f")],
    *[f"messages={value}" for value in ("", "é", "x" * 4096, "a:b:c", '"\\073"', "W10:x", "eyJhIjox:1:x")],
    *["é=; ; =;" * 100, "; ".join(f"c{number}=1" for number in range(300))],
    *["$Version=1; $Path=/", "sessionid", "=", '"'],
]
TOKENS = ["", "x", "x" * 32, "x" * 64, "é" * 32, "\0" * 32, "x" * 5000, "\ud800"]
MORE_HEADERS = [
    {"hx-request": "true", "hx-boosted": "true", "hx-current-url": "x" * 4000, "hx-trigger": "\xff"},
    {"hx-request": "true", "hx-history-restore-request": "true", "hx-triggering-event": "{"},
    {"hx-request": "true", "hx-triggering-event": '{"a": NaN}', "triggering-event-uri-autoencoded": "true"},
    {"if-none-match": 'W/"' + "a" * 3000 + '", *, "', "if-modified-since": "Thu, 99 Foo 0000 00:00:00 GMT"},
    {"if-unmodified-since": "hier", "if-match": '"x"', "if-range": "x"},
    *[{"range": f"bytes={value}"} for value in ("0-0", "-99999999999999999999", "9" * 5000 + "-", "5-2", "a-b")],
    {"accept": "application/json"},
    {"accept": "*/*;q=" + "9" * 500 + ", é/é, /", "accept-encoding": "gzip;q=é, br;q=x, ,"},
    {"x-requested-with": "XMLHttpRequest"},
    {"x-http-method-override": "DELETE", "content-encoding": "gzip"},
    {"x-forwarded-for": "::ffff:999.1.1.1", "forwarded": "for=é", "x-real-ip": "\0"},
    {"authorization": "Basic é", "user-agent": "\xff" * 600},
    {"user-agent": ""},
    {"sec-fetch-site": "cross-site", "origin": "http://[", "referer": "x" * 5000},
    {"x-request-id": "\r\nX: y", "accept-language": "fr;q=" + "1" * 400 + ",\0,*-*"},
    {"content-type": "text/plain; charset=utf-7"},
]


def odd_header(request: Request, chance: Random) -> None:
    for name, value in chance.choice([*HEADERS, *MORE_HEADERS]).items():
        if name == "cookie":
            request.cookies = [value]
        elif name == "content-length":
            request.length = value
        elif name == "content-type":
            request.kind = value
        else:
            request.headers[name] = value


def odd_cookie(request: Request, chance: Random) -> None:
    cookie = chance.choice(COOKIES)
    request.cookies = chance.choice([[cookie], [*request.cookies, cookie], [cookie, *request.cookies]])


def odd_token(request: Request, chance: Random) -> None:
    request.method, request.needs_token = "POST", True
    token = chance.choice(TOKENS)
    request.cookies.append(f"csrftoken={chance.choice([token, 'x' * 32])}")
    if chance.random() < 0.5:
        request.headers["x-csrftoken"] = token
    others = [each for each in request.fields if each[0] != "csrfmiddlewaretoken"]
    _put(request, [*others, ("csrfmiddlewaretoken", token)])


def by_htmx(request: Request, chance: Random) -> None:
    """A fragment is asked for, with something odd in what it is about."""
    request.headers["hx-request"] = "true"
    odd_value(request, chance)


def old_protocol(request: Request, chance: Random) -> None:
    request.protocol = chance.choice(["HTTP/1.0", "HTTP/0.9", "HTTP/9.9"])
    odd_value(request, chance)


MANGLES: list[Callable[[Request, Random], None]] = [
    *[odd_value, odd_values_everywhere, odd_parameter, odd_names, fields_sent_again, fields_left_out],
    *[a_thousand_fields, odd_query, odd_path, odd_method, odd_kind, odd_body, broken_multipart, cut_multipart],
    *[damaged_body, wrong_length, odd_header, odd_cookie, odd_token, by_htmx, old_protocol],
]
