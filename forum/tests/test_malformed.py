"""Whatever is sent, the site answers in its own words: no malformed input is an error of the server."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from forum.models.answers import State
from forum.tests.cast import PASSWORD
from forum.tests.test_access import AREAS, form_of, path_of, rows
from forum.tests.town import Town, build_town, taken_back

pytestmark = pytest.mark.django_db

SURROGATE = "\ud800"  # as bytes no valid UTF-8
VALUES = [
    "12\0",
    SURROGATE,
    "²",
    "0",
    "-1",
    "99999",
    '{"id": "\\ud800"}',
    "é" * 3000,
    "9" * 19,
    "9223372036854775807",
    "9999",
    "9" * 5000,
    "9999-99-99",
    "%s%%00{{ 1 }}",
    "' OR 1=1 --",
    "http://[::1",
]

# The parameters that each page reads from its address.
QUEUE = ["article", "question", "motif", "tri", "qui", "apres"]
PARAMETERS = {
    "/": ["avant"],
    "/questions/{question.pk}/": ["tri", "apres", "avant", "depuis"],
    "/mes-reponses/": ["avant"],
    "/avis/": ["avant"],
    "/moderation/": QUEUE,
    "/moderation/journal/": ["par", "automate", "decision", "motif", "question", "depuis", "jusqu_a", "avant"],
    "/compte/reauthenticate/": ["next"],
    "/admin/forum/answer/": [
        *["o", "p", "q", "all", "state__exact", "created_at__year", "created_at__day", "id__exact", "_to_field"],
        *["dossier", "signalee", "motif", "article", "question", "mode", "author__password__startswith"],
    ],
    "/admin/forum/decision/": [
        *["q", "par", "verb__exact", "reason__id__exact", "is_edit__exact", "created_at__gte", "created_at__year"],
    ],
    "/admin/forum/member/": [
        *["q", "etat", "role__exact", "is_demonstration__exact", "joined_at__month", "joined_at__year", "_popup"],
    ],
    "/admin/forum/article/": ["q", "moderation__exact", "language", "added_at__year", "questions__answers__state"],
    "/admin/forum/reason/": ["q", "is_offered__exact"],
    "/admin/forum/blockedphrase/": ["q", "o", "p"],
    "/admin/forum/article/add/": ["title", "_changelist_filters", "moderation"],
    "/admin/autocomplete/": ["term", "page", "app_label", "model_name", "field_name"],
    "/admin/jsi18n/": ["language"],
}
FORMS_IN_AN_ADDRESS = {"/moderation/prendre/": [*QUEUE, "reponse"], "/moderation/decider/": ["reponse", "motif"]}

BODIES = [
    ("application/x-www-form-urlencoded; charset=utf-7", b"text=+2AA-&seen=1"),
    ("application/x-www-form-urlencoded; charset=inconnu", b"text=abc"),
    ("application/x-www-form-urlencoded", b"text=%ff%fe&key=%00&seen=%ED%A0%80"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(1000))),
    ("application/x-www-form-urlencoded", b"&".join(b"seen=%d" % number for number in range(1, 1001))),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(3000))),
    ("application/x-www-form-urlencoded", b"text=" + b"a" * 300_000),
    ("multipart/form-data", b"text=abc"),
    ("multipart/form-data; boundary=", b"text=abc"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc'),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\nabc\r\n--x--',
    ),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--"),
    ("multipart/form-data; boundary=\xe9", b"--x--"),
    ("application/json", b'{"text": '),
    ("text/plain; charset=utf-16", b"\xff\xfe\x00"),
    ("", b"\x00\xff"),
]


@pytest.fixture
def town() -> Town:
    return build_town()


def raw(fields: dict) -> str:
    """As a browser never sends it: surrogates and all."""
    return urlencode(fields, doseq=True, errors="surrogatepass")


def is_fault(response: HttpResponse) -> bool:
    return response.status_code >= 500


@pytest.mark.parametrize("place", ["/admin/", "/moderation/", "/"])
def test_no_parameter_of_an_address_is_an_error(town, place):
    client = town.client("administrator")
    for page, names in PARAMETERS.items():
        if place == next(each for each in ("/admin/", "/moderation/", "/") if page.startswith(each)):
            assert not list(faults_of_parameters(client.get, page.format(question=town.question), names)), page


def test_no_parameter_of_a_forms_address_is_an_error(town):
    client = town.client("moderator")
    form = form_of("moderation_decide", town, "moderator", client)
    for page, names in FORMS_IN_AN_ADDRESS.items():
        assert not list(faults_of_parameters(lambda *a, **o: client.post(*a, form, **o), page, names)), page


def faults_of_parameters(send, address: str, names: list[str]) -> Iterator[tuple]:
    for name in names:
        for value in VALUES:
            with taken_back():
                if is_fault(send(f"{address}?{raw({name: value})}")):
                    yield name, value[:20]


@pytest.mark.parametrize("area", AREAS)
def test_no_field_of_a_form_is_an_error(town, area):
    faults = []
    for name, role in forms(area):
        with taken_back():
            fields = form_of(name, town, role, town.client(role))
        for field in fields:
            for value in VALUES[:: 2 if area == "admin" else 1]:
                with taken_back():
                    body = raw(fields | {field: value})
                    if is_fault(send(town, name, role, "application/x-www-form-urlencoded", body.encode())):
                        faults.append((name, field, value[:20]))
    assert not faults


@pytest.mark.parametrize("area", AREAS)
def test_no_body_is_an_error(town, area):
    faults = []
    for name, role in forms(area):
        for kind, body in BODIES:
            with taken_back():
                if is_fault(send(town, name, role, kind, body)):
                    faults.append((name, kind, body[:60]))
    assert not faults


def forms(area: str) -> Iterator[tuple[str, str]]:
    """Each form of an area with somebody who may send it; of answers, of a published and of a hidden one."""
    for name, method, expected in rows(area):
        state = name.partition(":")[2] if not name.startswith("admin") else ""
        if method == "POST" and state in ("", State.PUBLISHED, State.WITHDRAWN):
            allowed = (role for role, got in expected.items() if got in ("200", "302") and role != "banned")
            yield name, next(allowed, "administrator")


def send(town: Town, name: str, role: str, kind: str, body: bytes) -> HttpResponse:
    return town.client(role).generic("POST", path_of(name, town), body, content_type=kind)


def with_a_file(size: int, **fields: str) -> bytes:
    file = b'--x\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\n' + b"a" * size
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}' for name in fields]
    return b"\r\n".join([file, *map(str.encode, parts), b"--x--\r\n"])


def test_no_file_is_written_for_a_stranger(client, settings, tmp_path):
    """Not even for a moment: from 2.5 MB on Django would, and the directory for it is not there."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"
    response = client.generic("POST", "/compte/login/", with_a_file(3_000_000), "multipart/form-data; boundary=x")
    assert response.status_code == 400
    assert "<h1>" in response.text


def test_file_in_a_form_is_passed_over(client, alice):
    body = with_a_file(1000, login="alice", password=PASSWORD)
    response = client.generic("POST", "/compte/login/", body, "multipart/form-data; boundary=x")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


LONG, ODD = "9" * 5000, "²"
ADDRESSES = [
    *[f"/questions/{pk}/" for pk in (LONG, ODD, "-1", "0", "9" * 18, "1%00", "%ED%A0%80")],
    *[f"/reponses/{pk}/repondre/" for pk in (LONG, ODD, "9" * 18, "1%00")],
    *[f"/articles/{slug}/" for slug in ("a%00", "a" * 5000, "%ff", "é", "a_b")],
    *[f"/moderation/decisions/{pk}/annuler/" for pk in (LONG, ODD, "9" * 18)],
    *[f"/compte/2fa/webauthn/keys/{pk}/edit/" for pk in (LONG[:4000], "9" * 19, ODD, "0")],
    *[
        f"/admin/forum/{model}/{pk}/change/"
        for model in ("answer", "article", "member", "decision", "reason")
        for pk in (LONG, ODD, "-1", "9" * 19, "a_00", "_FF", "%ED%A0%80", "a%00")
    ],
    *[f"/admin/forum/member/{pk}/mesure/" for pk in (LONG[:4000], "9" * 19, "0")],
    *[f"/admin/r/{pk}/{pk}/" for pk in (LONG, ODD, "9" * 19, "a%00")],
    "/admin/%00/",
    "/%00",
    "/%ff",
    "//",
    "/..%2f..",
    "/" + "a/" * 2000,
    "/static/%00",
    "/static/..%2f..%2fmanage.py",
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_is_an_error(town, method):
    client = town.client("administrator")
    faults = []
    for address in ADDRESSES:
        with taken_back():
            response = client.generic(method, address)
            if is_fault(response):
                faults.append(address[:60])
    assert not faults


HEADERS = [
    *[
        {"host": host}
        for host in ("", "ailleurs.example", "a b", "é", "[::1", "localhost:99999999", "x" * 5000, "a\0b")
    ],
    *[{"cookie": f"sessionid={value}"} for value in ("", "é", "x" * 5000, "\0", "../../etc", '"', "a;b=c;;=;")],
    *[
        {"cookie": f"csrftoken={value}; messages={value}"}
        for value in ("", "é", "x" * 5000, "\0", "a:b:c", '"\\073"')
    ],
    {"cookie": "é=; ; =;" * 500},
    {"hx-request": "true", "hx-current-url": "http://[", "hx-target": "\0", "hx-prompt": "é"},
    {"hx-request": "peut-être", "hx-current-url-uri-autoencoded": "true", "hx-current-url": "%ff%00"},
    {"accept-language": "x" * 6000},
    {"accept": "é;q=x", "x-requested-with": "XMLHttpRequest"},
    {"x-forwarded-for": "pas une adresse, ,", "x-forwarded-host": "a b", "x-forwarded-proto": "x"},
    {"referer": "http://[", "origin": "null"},
    {"range": "bytes=9-1", "if-modified-since": "hier", "if-none-match": '"'},
    {"content-length": "-1"},
]


@pytest.mark.parametrize("role", ["anonymous", "moderator"])
def test_no_header_is_an_error(town, role):
    faults = []
    for headers in HEADERS:
        for page in ["/", town.question.get_absolute_url(), "/moderation/", "/compte/login/", "/nulle-part/"]:
            client = town.client(role, enforce_csrf_checks=True)
            for send_page in (client.get, client.post):
                with taken_back():
                    if is_fault(send_page(page, headers=headers)):
                        faults.append((headers, page))
    assert not faults


@pytest.mark.parametrize("page", ["/", "/moderation/", "/compte/login/", "/admin/", "/nulle-part/"])
@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "unicode_escape"])
def test_whoever_does_not_write_utf_8_is_told_so(client, page, charset):
    """Any of these decoders would let lone surrogates in, or make other words of what was written."""
    for address in (page, f"{page}?q=+2AA-"):
        response = client.get(address, headers={"content-type": f"text/plain; charset={charset}"})
        assert response.status_code == 400
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na+2AA-b\r\n--x--\r\n'
    response = client.generic("POST", page, body, kind)
    assert response.status_code == 400
    assert "<h1>" in response.text


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "inconnu"])
def test_utf_8_may_be_spelled_in_any_way(client, charset):
    """A name that nobody knows is as none."""
    assert client.get("/regles/", headers={"content-type": f"text/plain; charset={charset}"}).status_code == 200


def test_a_broken_session_is_nobodys(town):
    for key in ("é", "x" * 5000, "\0", "' OR 1=1"):
        client = Client(raise_request_exception=False)
        response = client.get("/moderation/", headers={"cookie": f"sessionid={key}"})
        assert re.match("/compte/login/", response["Location"])
