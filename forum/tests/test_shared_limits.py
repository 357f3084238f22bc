"""Wrong passwords are counted together by all processes that serve the forum, by account and by address."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count, cycle

import pytest

from forum.tests.checkout import make_site
from forum.tests.readers import Reader
from forum.tests.serving import gunicorn, own_database, start_demonstration, until_it_serves

HOST = "forum.example.org"
# The limits are by the minute: a machine that is slow today must not take one to hash eleven passwords.
QUICK = """from uncollected import *
PASSWORD_HASHERS = ["django.contrib.auth.hashers." + name for name in ("MD5PasswordHasher", "PBKDF2PasswordHasher")]
"""
PER_ACCOUNT, PER_ADDRESS = 5, 10  # allauth's limits on failed log-ins, in five minutes and in one
Attempt = Callable[..., tuple[int, str | None]]
FAILED, REFUSED = (422, None), (429, "300")


@pytest.fixture(scope="module")
def ports(tmp_path_factory) -> Iterator[list[int]]:
    """Two servers of one process each, so that it is known which one is asked."""
    site, variables = make_site(tmp_path_factory.mktemp("limits"))
    (site / "quick.py").write_text(QUICK, encoding="utf-8")
    with ExitStack() as running:
        database = running.enter_context(own_database(site))
        start_demonstration(site, database)
        variables |= database | {"DJANGO_SETTINGS_MODULE": "quick"}
        servers = [running.enter_context(gunicorn(site, workers=1, **variables)) for _ in range(2)]
        for _, process in servers:
            list(until_it_serves(process))
        yield [port for port, _ in servers]


@pytest.fixture(scope="module")
def attempt(ports) -> Attempt:
    """`attempt("192.0.2.1")`: a wrong password for a name of its own, to the two processes in turn; how it went."""
    turns, numbers = cycle(ports), count(1)

    def try_to_get_in(address: str, door: str = "/admin/", name: str = "") -> tuple[int, str | None]:
        number = next(numbers)
        heard = {"X_Forwarded_Proto": "https", "X_Forwarded_For": f"203.0.113.{number}, {address}"}
        reader = Reader(HOST, next(turns), **heard)
        page = log_in_page(reader, door)
        form = {"login": name or f"personne-{number}", "password": "un autre mot de passe", "next": door}
        answer = reader.send(page, page.partition("?")[0], form)
        return answer.status, answer.headers["Retry-After"]

    return try_to_get_in


def log_in_page(reader: Reader, door: str) -> str:
    """Where one is sent who comes in by this door."""
    answer = reader.ask("GET", door)
    while answer.status == 302:
        door = answer.headers["Location"]
        answer = reader.ask("GET", door)
    return door


def test_account_is_shut_after_as_many_failures_at_any_door_of_any_process(attempt):
    """Each from an address of its own."""
    doors = ["/mes-reponses/", "/admin/", "/admin/", "/mes-reponses/", "/admin/", "/mes-reponses/", "/admin/"]
    went = [attempt(f"198.51.100.{n}", door, "demo-administration") for n, door in enumerate(doors)]
    assert went == [FAILED] * PER_ACCOUNT + [REFUSED] * 2
    assert attempt("198.51.100.1", "/admin/", "demo-moderation") == FAILED


@pytest.mark.parametrize(
    ("door", "addresses", "neighbour"),
    [
        ("/mes-reponses/", ["192.0.2.1"], "192.0.2.2"),
        ("/admin/", ["192.0.2.3"], "192.0.2.4"),
        ("/mes-reponses/", ["2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"], "2001:db8:0:2::1"),
        ("/admin/", ["2001:db8:0:3::1", "2001:db8:0:3:ffff:ffff:ffff:ffff"], "2001:db8:0:4::1"),
    ],
)
def test_address_is_shut_after_as_many_failures_to_any_process(attempt, door, addresses, neighbour):
    """Each for a name of its own; two addresses of one /64 are one."""
    went = [attempt(address, door) for _, address in zip(range(PER_ADDRESS), cycle(addresses), strict=False)]
    assert went == [FAILED] * PER_ADDRESS
    assert {attempt(address, door) for address in [*addresses, *addresses]} == {REFUSED}
    assert attempt(neighbour, door) == FAILED
