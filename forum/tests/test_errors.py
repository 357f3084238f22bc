"""Error pages: never an error of their own, and the text is given back."""

import re
import sqlite3
import uuid
from html import unescape
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

import config.settings
import config.urls
from config.settings import LOCK_TIMEOUT
from forum.models import Member
from forum.tests.cast import PASSWORD
from forum.tests.workers import database_url


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of ours")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@csrf_exempt
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("text", ""))


@csrf_exempt
def writes(request: HttpRequest) -> HttpResponse:
    Member.objects.update(is_held=False)
    return HttpResponse("écrit")


urlpatterns = [
    *config.urls.urlpatterns,
    path("casse/", breaks),
    path("interdit/", forbids),
    path("ecrit/", writes),
    path("lu/", reads),
]
handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404
handler405, handler429, handler500 = config.urls.handler405, config.urls.handler429, config.urls.handler500
pytestmark = pytest.mark.urls(__name__)

TEXT = "\n  Un texte <b>long</b> & «\u202fprécieux\u202f»"
FORM = {"text": TEXT, "key": "cle-1", "seen": "3", "password": "secret"}


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def box(response) -> str:
    """The text in the box, as a browser reads it."""
    content = response.content.decode()
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", content, re.DOTALL)[1])


def hidden_fields(response) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode()))


MALFORMED = [
    ("application/x-www-form-urlencoded; charset=utf-7", b"text=abc"),
    ("application/x-www-form-urlencoded; charset=inconnu", b"text=abc"),
    ("application/x-www-form-urlencoded", b"text=%ff%fe&csrfmiddlewaretoken=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(3000))),
    ("application/x-www-form-urlencoded", b"text=" + b"a" * 300_000),
    ("application/x-www-form-urlencoded", b"note=%ff%fe&seen=%00&seen=&remark=%00"),
    ("multipart/form-data", b"text=abc"),
    ("multipart/form-data; boundary=", b"text=abc"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc'),
    ("multipart/form-data; boundary=\xe9", b"--x--"),
    ("application/json", b'{"text": '),
    ("", b"\x00\xff"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/compte/login/", "/compte/signup/", "/nulle-part/", "/admin/login/", "/lu/"])
@pytest.mark.parametrize("with_cookie", [True, False])
@pytest.mark.parametrize(("content_type", "body"), MALFORMED)
def test_malformed_body_is_never_an_error_of_the_server(visitor, address, with_cookie, content_type, body):
    if with_cookie:
        visitor.get("/compte/login/")
    response = visitor.generic("POST", address, body, content_type)
    assert response.status_code < 500


@pytest.mark.django_db
def test_expired_form_gives_the_text_back_in_a_fresh_one(visitor):
    response = visitor.post("/compte/login/?next=/ici/", FORM)
    assert response.status_code == 403
    assert box(response) == TEXT
    fields = hidden_fields(response)
    token = fields.pop("csrfmiddlewaretoken")
    assert fields == {"key": "cle-1", "seen": "3"}
    assert 'action="/compte/login/?next=/ici/"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    again = visitor.post("/compte/login/", FORM | {"csrfmiddlewaretoken": token})
    assert again.status_code == 422  # taken, and to be mended: it holds no name


@pytest.mark.django_db
def test_expired_form_without_text_says_what_to_do(visitor):
    response = visitor.post("/compte/login/", {"login": "alice"})
    assert response.status_code == 403
    assert "Cette page a expiré" in response.content.decode()
    assert "<textarea" not in response.content.decode()


@pytest.mark.django_db
def test_log_in_does_not_lead_back_to_an_address_that_takes_only_forms(visitor):
    page = visitor.post("/mes-reponses/", FORM).content.decode()
    assert 'href="/compte/login/"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["cross-site", "same-site"])
def test_form_of_another_site_puts_no_words_into_the_box(visitor, whose):
    response = visitor.post("/compte/login/", FORM, headers={"sec-fetch-site": whose})
    assert response.status_code == 403
    assert "précieux" not in response.content.decode()


@pytest.mark.django_db
def test_sent_form_goes_nowhere_but_to_this_site(visitor):
    body = urlencode({"text": TEXT})
    response = visitor.generic("POST", "//ailleurs.example/x/", body, "application/x-www-form-urlencoded")
    assert 'action="//' not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "says"),
    [("/nulle-part/", 404, "Il n’y a rien"), ("/interdit/", 403, "Vous ne pouvez pas")],
)
def test_own_page_in_french(visitor, address, status, says):
    response = visitor.get(address)
    assert response.status_code == status
    assert says in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nulle-part/", "/reponses/1/"])
def test_page_not_found_speaks_to_who_reads_it(visitor, client_of, alice, address):
    strangers, alices = visitor.get(address).text, client_of(alice).get(address).text
    assert "connectez-vous" in strangers
    assert "connectez-vous" not in alices
    assert 'dans <a href="/mes-reponses/">vos réponses</a>' in alices


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [True, False])
def test_address_of_a_form_opened_as_a_page_says_so_in_french(settings, visitor, debug):
    settings.DEBUG = debug
    response = visitor.get("/compte/recommencer/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Cette adresse ne s’ouvre pas ainsi" in response.text


@pytest.mark.parametrize("method", ["POST", "PUT", "BREW"])
def test_file_to_which_something_is_sent_says_so_in_french(visitor, method):
    response = visitor.generic(
        method, "/static/forum/css/base.css", urlencode(FORM), "application/x-www-form-urlencoded"
    )
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "Cette adresse ne s’ouvre pas ainsi" in response.text


def test_fault_of_ours_needs_no_database_and_shows_nothing_of_itself(visitor):
    response = visitor.get("/casse/")
    assert response.status_code == 500
    assert 'lang="fr"' in response.content.decode()
    assert "a fault of ours" not in response.content.decode()


def test_bad_host_gets_a_page_without_the_database(visitor):
    assert visitor.get("/compte/login/", headers={"host": "ailleurs.example"}).status_code == 400


def refuse(execute, sql, params, many, context):
    raise OperationalError("database or disk is full")


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("address", ["/ecrit/", "/compte/login/"])
def test_database_that_refuses_gives_the_text_back_and_asks_to_wait(settings, debug, address):
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(refuse):
        response = client.post(address, FORM | {"login": "alice", "password": "x"})
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "no-store" in response["Cache-Control"]
    assert box(response) == TEXT
    assert hidden_fields(response)["key"] == "cle-1"


DECISION = {"verb": "refuse", "seen": ["3", "4"], "known": "7", "reason": "2", "note": TEXT}
REPORT = {"reason": "2", "remark": TEXT}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "form"), [("/moderation/decider/?tri=risque", DECISION), ("/reponses/1/signaler/", REPORT)]
)
def test_note_and_remark_are_given_back_too(client_of, mona, address, form):
    client = client_of(mona, raise_request_exception=False)
    with connection.execute_wrapper(refuse):
        response = client.post(address, form)
    assert response.status_code == 503
    assert box(response) == TEXT
    name = "note" if "note" in form else "remark"
    assert f'name="{name}"' in response.text
    assert f'action="{address}"' in response.text
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', response.text)
    kept = {name: [value for field, value in fields if field == name] for name in form if name in dict(fields)}
    sent = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    assert kept == {name: values for name, values in sent.items() if values != [TEXT]}


@pytest.mark.django_db
def test_session_that_cannot_be_read_is_503_too(client_of, alice):
    client = client_of(alice, raise_request_exception=False)
    with connection.execute_wrapper(refuse):
        assert client.get("/compte/sessions/").status_code == 503


def refuse_to_keep_sessions(execute, sql, params, many, context):
    """As on a full disk, met when the session is kept, after all else was done."""
    if sql.startswith(("INSERT", "UPDATE")) and "django_session" in sql:
        raise OperationalError("database or disk is full")
    return execute(sql, params, many, context)


@pytest.mark.django_db
def test_session_that_cannot_be_kept_is_503_not_a_bad_request(client_of, alice, question):
    client = client_of(alice, raise_request_exception=False)
    client.get("/compte/login/")
    session = client.session
    session["parked_texts"] = {f"question-{question.pk}": TEXT}
    session.save()
    form = {"text": TEXT, "key": str(uuid.uuid4())}
    with connection.execute_wrapper(refuse_to_keep_sessions):
        response = client.post(f"/questions/{question.pk}/repondre/", form)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert box(response) == TEXT


@pytest.fixture
def lock(transactional_db):
    """Another process, as it were, whose `BEGIN IMMEDIATE` keeps everybody else from writing."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone locks the whole file")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    yield other.execute
    other.close()
    connection.close()


@pytest.fixture
def cache_in_database(settings, transactional_db):
    """The cache that every installation has, where allauth's limits are counted."""
    settings.CACHES = config.settings.CACHES
    call_command("createcachetable", verbosity=0)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE cache_entries")


def test_locked_database_is_503_with_the_text_and_takes_it_a_moment_later(alice, lock):
    client = Client(raise_request_exception=False)
    lock("BEGIN IMMEDIATE")
    response = client.post("/ecrit/", FORM)
    assert response.status_code == 503
    assert box(response) == TEXT
    lock("ROLLBACK")
    assert client.post("/ecrit/", FORM).content.decode() == "écrit"


def test_thread_that_another_holds_too_long_is_503_with_the_text(transactional_db, client_of, alice, question):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite alone locks the whole file")
    client = client_of(alice, raise_request_exception=False)
    address, form = f"/questions/{question.pk}/repondre/", FORM | {"key": str(uuid.uuid4())}
    with psycopg.connect(database_url()) as other, connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{LOCK_TIMEOUT}s",)
        cursor.execute("SET lock_timeout = 50")
        other.execute("SELECT FROM forum_question FOR UPDATE")
        response = client.post(address, form)
        assert (response.status_code, response["Retry-After"]) == (503, "5")
        assert box(response) == TEXT
        other.rollback()
        assert client.post(address, form).status_code == 302


def test_limit_that_cannot_be_counted_is_503_with_the_text_not_too_many_requests(question, cache_in_database, lock):
    client = Client(raise_request_exception=False)
    address, form = f"/questions/{question.pk}/repondre/", FORM | {"key": str(uuid.uuid4())}
    lock("BEGIN IMMEDIATE")
    response = client.post(address, form)
    assert response.status_code == 503
    assert box(response) == TEXT
    lock("ROLLBACK")
    response = client.post(address, form)
    assert response.status_code == 403  # kept until he has logged in
    assert box(response) == TEXT


def test_log_in_that_cannot_be_counted_is_503_and_works_a_moment_later(alice, cache_in_database, lock):
    client = Client(raise_request_exception=False)
    lock("BEGIN IMMEDIATE")
    assert client.post("/compte/login/", {"login": "alice", "password": PASSWORD}).status_code == 503
    lock("ROLLBACK")
    assert client.post("/compte/login/", {"login": "alice", "password": PASSWORD}).status_code == 302


def test_cache_keeps_the_first_of_two_and_the_last_word(cache_in_database):
    assert cache.add("limit", 1)
    assert not cache.add("limit", 2)
    assert cache.get("limit") == 1
    cache.set("limit", 3)
    assert cache.get("limit") == 3
