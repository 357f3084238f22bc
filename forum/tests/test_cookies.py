"""Every cookie that a real site sets, on a walk through all that sets one; and none where people only read."""

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse

from forum.tests.checkout import make_site
from forum.tests.crawling import walk
from forum.tests.readers import Reader
from forum.tests.serving import gunicorn, own_database, start_demonstration, until_it_serves
from forum.tests.smtp import MailServer
from forum.tests.test_crawled import READING

HOST = "forum.example.org"
BY_PROXY = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.1"}
CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
PASSWORD, NEW_PASSWORD = "trois mots choisis", "quatre mots choisis ici"
ZOE = {"email": "zoe@example.org", "username": "Zoé", "password1": PASSWORD}
NAMES = {"__Host-sessionid", "__Host-csrftoken", "__Host-messages"}
PROMISED = {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def passwords() -> dict[str, str]:
    """Of the demonstration's members, by their names."""
    return {}


@pytest.fixture(scope="module")
def reader(tmp_path_factory, mails, passwords) -> Iterator[Callable[[], Reader]]:
    site, variables = make_site(tmp_path_factory.mktemp("cookies"))
    with own_database(site) as database:
        passwords.update(start_demonstration(site, database))
        variables |= database | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mails.port)}
        variables["STAFF_NEEDS_SECOND_FACTOR"] = "0"
        with gunicorn(site, workers=1, **variables) as (port, process):
            list(until_it_serves(process))
            yield lambda: Reader(HOST, port, **BY_PROXY)


class Walker:
    """A reader who goes where a crawl leads him."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def get(self, address: str) -> HttpResponse:
        answer = self.reader.ask("GET", address)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        return HttpResponse(answer.content, status=answer.status, headers=headers)


def test_who_only_reads_gets_no_cookie(reader):
    alice = reader()
    starts = ["/", "/sante/", "/sante/vivant/", "/nulle-part/", "/questions/999999/", "/admin/"]
    pages = walk(Walker(alice), *starts, aside=lambda link, page: not READING.fullmatch(link))
    assert len(pages) > 20
    assert {page.status for page in pages.values()} == {200, 302, 404}
    assert alice.were_set == []


def test_every_cookie_is_for_this_host_alone_and_for_no_script(reader, mails, passwords):
    zoe, ada = reader(), reader()
    signs_up_and_writes(zoe, mails)
    assert reader().ask("GET", "/questions/1/").status == 200
    leaves_and_forgets_her_password(zoe, mails)
    goes_into_the_admin(ada, passwords)
    cookies = [part for each in (zoe, ada) for part in map(as_said, each.were_set)]
    assert {name for name, _, _ in cookies} == NAMES
    for name, value, attributes in cookies:
        kept = PROMISED if value else PROMISED - {"HttpOnly"}  # Django says no more of one that it takes away
        assert kept <= attributes, name
        assert not [each for each in attributes if each.startswith("Domain")], name


def as_said(cookie: str) -> tuple[str, str, set[str]]:
    pair, *attributes = cookie.split("; ")
    name, _, value = pair.partition("=")
    return name, value.strip('"'), set(attributes)


def signs_up_and_writes(zoe: Reader, mails: MailServer) -> None:
    assert arrives(zoe.send("/compte/signup/", "/compte/signup/", ZOE)) == "/compte/confirm-email/"
    code = {"code": CODE.search(mails.arrived[-1].text)[1]}
    assert arrives(zoe.send("/compte/confirm-email/", "/compte/confirm-email/", code)) == "/"
    text = {"text": "Ni l’un ni l’autre.", "key": str(uuid.uuid4())}
    assert arrives(zoe.send("/questions/1/", "/questions/1/repondre/", text)).startswith("/reponses/")
    assert "__Host-messages" in zoe.cookies


def leaves_and_forgets_her_password(zoe: Reader, mails: MailServer) -> None:
    assert arrives(zoe.send("/compte/logout/", "/compte/logout/", {})) == "/"
    # The page that everybody else gets, from memory, would be without it, and her cookie would stay.
    assert "Vous êtes déconnecté" in zoe.ask("GET", "/questions/1/").content.decode()
    assert "__Host-messages" not in zoe.cookies
    address = "/compte/password/reset/"
    assert arrives(zoe.send(address, address, {"email": ZOE["email"]})) == f"{address}confirm/"
    code = {"code": CODE.search(mails.arrived[-1].text)[1]}
    assert arrives(zoe.send(f"{address}confirm/", f"{address}confirm/", code)) == f"{address}complete/"
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert arrives(zoe.send(f"{address}complete/", f"{address}complete/", new)) == "/"
    assert zoe.ask("GET", "/mes-reponses/").status == 200


def goes_into_the_admin(ada: Reader, passwords: dict[str, str]) -> None:
    wrong = {"login": "demo-administration", "password": "un autre mot de passe", "next": "/admin/"}
    assert ada.send("/compte/login/?next=/admin/", "/compte/login/", wrong).status == 422
    right = wrong | {"password": passwords["demo-administration"]}
    assert arrives(ada.send("/compte/login/?next=/admin/", "/compte/login/", right)) == "/admin/"
    assert ada.ask("GET", "/admin/").status == 200
    assert ada.send("/admin/", "/admin/logout/", {}).status == 200
    assert "__Host-sessionid" not in ada.cookies


def arrives(answer) -> str:
    assert answer.status == 302, answer.content.decode()
    return answer.headers["Location"]
