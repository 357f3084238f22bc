"""A walk along every link of the site, as one reader finds them, with every form on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

LINKS = ("href", "src", "hx-get", "data-ajax--url")


@dataclass(frozen=True)
class Form:
    """What a page asks to be sent: a link is a form without fields."""

    address: str
    method: str = "GET"
    kind: str = "application/x-www-form-urlencoded"
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    address: str
    status: int
    headers: dict[str, str]
    cookies: tuple[str, ...]
    body: bytes
    links: tuple[str, ...]
    forms: tuple[Form, ...]


def walk(
    client: Client, *starts: str, aside: Callable[[str, Page], bool] = lambda link, page: False
) -> dict[str, Page]:
    """Every page that links and redirects lead to from these; not where `aside(link, page it stands on)`."""
    found: dict[str, Page] = {}
    to_do = [*starts]
    while to_do:
        address = to_do.pop()
        if address not in found:
            page = found[address] = read(address, client.get(address))
            to_do += [link for link in page.links if not aside(link, page)]
    return found


def read(address: str, response: HttpResponse) -> Page:
    body = response.getvalue()
    reader = _Reader()
    if "html" in response.get("Content-Type", ""):
        reader.feed(body.decode())
    links = [response.get("Location", ""), *reader.links]
    return Page(
        address=address,
        status=response.status_code,
        headers=dict(response.headers),
        cookies=tuple(response.cookies),
        body=body,
        links=tuple(dict.fromkeys(here for link in links if (here := _on_this_site(address, link)))),
        forms=tuple(
            Form(here, method, kind, tuple(fields))
            for action, method, kind, fields in reader.forms
            if (here := _on_this_site(address, action or address))
        ),
    )


def _on_this_site(page: str, link: str) -> str:
    """The address that a link leads to from a page, without the place in it; empty where that is elsewhere."""
    parts = urlsplit(urljoin(page, link)) if link and not link.startswith("#") else urlsplit("")
    return parts._replace(fragment="").geturl() if not parts.scheme and not parts.netloc else ""


class _Reader(HTMLParser):
    """Links and forms of a page; of a form, every field with what it holds, also what a browser would leave out."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, str, list]] = []
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.links += [said[name] for name in LINKS if name in said]
        if tag == "form":
            kind = said.get("enctype", Form.kind)
            self.forms.append((said.get("action", ""), said.get("method", "get").upper(), kind, []))
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "textarea":
            self._textarea = said.get("name", "")
            self._field(self._textarea, "")
        elif tag == "option" and self._select:
            self._field(self._select, said.get("value", ""))
        elif tag in ("input", "button"):
            self._field(said.get("name", ""), said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, text: str) -> None:
        if self._textarea and self.forms:
            fields = self.forms[-1][3]
            fields[-1] = (self._textarea, fields[-1][1] + text)

    def _field(self, name: str, value: str) -> None:
        if name and self.forms:
            self.forms[-1][3].append((name, value))
