"""A visitor's browser: cookies, forms as pages render them, no redirect followed."""

import http.client
import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from .plan import PATIENCE


class Broken(Exception):
    """No answer came, or not a whole one."""


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # of all that can be filled in


@dataclass(frozen=True)
class Page:
    status: int
    headers: http.client.HTTPMessage
    body: str

    @cached_property
    def forms(self) -> list[Form]:
        reader = _FormReader()
        reader.feed(self.body)
        return reader.forms

    def form_with(self, name: str) -> Form | None:
        return next((form for form in self.forms if name in form.names), None)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._box: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        its = dict(attributes)
        if tag == "form":
            self.forms.append(Form(its.get("action") or ""))
        elif tag in ("input", "textarea") and self.forms and its.get("name"):
            form = self.forms[-1]
            form.names.add(its["name"])
            if tag == "textarea":
                self._box = its["name"]
                form.fields[self._box] = ""
            elif its.get("type") == "hidden":
                form.fields[its["name"]] = its.get("value") or ""

    def handle_data(self, text: str) -> None:
        if self._box:
            self.forms[-1].fields[self._box] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._box:
            written = self.forms[-1].fields
            # As browsers read it: the first line break belongs to the markup.
            written[self._box] = re.sub("^\r?\n", "", written[self._box])
            self._box = None


class Visitor:
    def __init__(self, port: int, address: str) -> None:
        """`address` is of the loopback: the forum's limits count each visitor's own."""
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        headers = {"Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(self.address, 0)
        )
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            page = Page(answer.status, answer.headers, answer.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise Broken(type(error).__name__) from error
        finally:
            line.close()
        for cookie in page.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return page
