"""Read-only mode: everything can be read, nothing is written, and whoever sends a text gets it back."""

import re
import signal
import uuid
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import config.settings
from forum import health
from forum.models import Answer, Member, Notification, Reason
from forum.tests.cast import PASSWORD, logged_in
from forum.tests.checkout import REAL_SITE, run_python
from forum.tests.test_access import path_of, rows
from forum.tests.town import ROLES, build_town
from forum.tests.workers import SECONDS, worker

pytestmark = pytest.mark.django_db

READING = ("SELECT", "DECLARE")  # a cursor, on PostgreSQL
TEXT = "\n  Un texte <b>long</b> & «\u202fprécieux\u202f»"
LINE = "Le forum est en lecture seule\u202f: tout peut être lu, rien ne peut être envoyé pour le moment."
SENTENCE = "Le forum est en lecture seule\u202f: rien ne peut être envoyé pour le moment."


@pytest.fixture
def close(settings):
    """Call it when everybody is in: from then on nothing is written."""

    def _close() -> None:
        settings.READ_ONLY = True

    return _close


def box(response) -> str:
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", response.text, re.DOTALL)[1])


# --- Reading -----------------------------------------------------------------------------------------


@pytest.fixture
def cache_in_database(settings):
    settings.CACHES = config.settings.CACHES
    call_command("createcachetable", verbosity=0)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE cache_entries")


def test_every_page_answers_as_ever_and_writes_nothing(close, cache_in_database):
    town = build_town()
    # /sante/ asks on a connection of its own, which does not see the table made here.
    reading = [row for row in rows() if row[1] == "GET" and row[0] != "health"]
    pages = [(name, role, said) for name, _, row in reading for role, said in row.items()]
    close()
    wrong = []
    for name, role, said in pages:
        with CaptureQueriesContext(connection) as queries:
            response = town.client(role).get(path_of(name, town))
        written = [each["sql"] for each in queries if not each["sql"].startswith(READING)]
        if written or response.status_code != (302 if said == "log" else int(said)):
            wrong.append((name, role, response.status_code, written))
    assert not wrong
    assert {role for _, role, _ in pages} == set(ROLES)


def test_session_whose_member_has_changed_his_password_reads_as_a_stranger(close, alice):
    client = logged_in(alice)
    changed = Member.objects.get(pk=alice.pk)
    changed.set_password("un autre mot de passe")
    changed.save()
    close()
    response = client.get("/")
    assert response.status_code == 200
    assert "Connexion" in response.text
    assert Session.objects.count() == 1


def test_page_that_would_begin_a_session_gives_no_cookie_for_it(close, alice):
    Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data={})
    close()
    client = Client()
    response = client.get("/compte/2fa/webauthn/login/", headers={"x-requested-with": "XMLHttpRequest"})
    assert response.status_code == 200
    assert site_settings.SESSION_COOKIE_NAME not in response.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["/", "/regles/", "/compte/login/", "/nulle-part/", "/compte/recommencer/"])
def test_every_page_says_so_in_one_line_at_its_top(close, client, address):
    assert LINE not in client.get(address).text
    close()
    page = client.get(address).text
    assert page.count(LINE) == 1
    assert page.index(LINE) < page.index("<main")


@pytest.mark.parametrize("address", ["/admin/", "/admin/nulle-part/", "/admin/forum/article/"])
def test_admin_says_so_too(close, eddy, address):
    client = logged_in(eddy)
    close()
    assert client.get(address).text.count(LINE) == 1


@pytest.mark.parametrize("htmx", [{}, {"hx-request": "true"}])
def test_box_can_be_written_in_and_its_button_says_why_it_sends_nothing(close, question, alice, htmx):
    client, address = logged_in(alice), f"/questions/{question.pk}/repondre/"
    assert ">Publier</button>" in client.get(address, headers=htmx).text
    close()
    page = client.get(address, headers=htmx).text
    assert '<textarea class="writing__box"' in page
    assert "data-writing" in page
    assert re.findall(r"<button[^>]*>(.*?)</button>", page) == ["Envoi suspendu\u202f: lecture seule"]
    assert re.search(r"<button[^>]* disabled[ >]", page)


def test_text_under_way_can_still_be_read_in_its_box(close, post, alice):
    answer = post(alice, "Ce que j’ai envoyé.")
    client = logged_in(alice)
    close()
    page = client.get(f"/reponses/{answer.pk}/modifier/")
    assert box(page) == "Ce que j’ai envoyé."
    assert "Envoi suspendu" in page.text


# --- Sending -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [{}, {"hx-request": "true"}])
@pytest.mark.parametrize("debug", [True, False])
def test_text_comes_back_in_its_box_with_the_reason(close, settings, question, alice, htmx, debug):
    settings.DEBUG = debug
    client, key = logged_in(alice, enforce_csrf_checks=True), str(uuid.uuid4())
    close()
    address = f"/questions/{question.pk}/repondre/"
    response = client.post(address, {"text": TEXT, "key": key, "password": "geheim"}, headers=htmx)
    assert response.status_code == 503
    assert response["Retry-After"] == "300"
    assert "no-store" in response["Cache-Control"]
    assert f"<p data-refusal>{SENTENCE}" in response.text
    assert box(response) == TEXT
    assert f'name="key" value="{key}"' in response.text
    assert f'action="{address}"' in response.text
    assert "geheim" not in response.text
    assert not Answer.objects.exists()


def test_text_that_came_back_is_taken_when_the_forum_is_open_again(close, settings, question, alice):
    client = logged_in(alice, enforce_csrf_checks=True)
    close()
    address = f"/questions/{question.pk}/repondre/"
    page = client.post(address, {"text": TEXT, "key": str(uuid.uuid4())})
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    settings.READ_ONLY = False
    assert client.post(address, fields | {"text": box(page)}).status_code == 302
    assert Answer.objects.count() == 1


def test_every_address_refuses_every_form_in_words_and_nothing_changes(close):
    town = build_town()
    close()
    wrong = []
    with CaptureQueriesContext(connection) as queries:
        for name, method, _ in rows():
            if method == "POST":
                for role in ROLES:
                    path = "/" if name == "home" else path_of(name, town)
                    response = town.client(role, enforce_csrf_checks=True).post(path, {"a": "b"})
                    if response.status_code != 503 or "Le forum est en lecture seule" not in response.text:
                        wrong.append((name, role, response.status_code))
    assert not wrong
    assert [each["sql"] for each in queries if not each["sql"].startswith(READING)] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
def test_other_methods_that_could_change_something_are_refused(close, client, method):
    close()
    assert client.generic(method, "/").status_code == 503


def test_log_in_is_refused_with_a_sentence(close, client, alice):
    close()
    response = client.post("/compte/login/", {"login": "alice", "password": PASSWORD})
    assert response.status_code == 503
    assert "on ne peut ni se connecter, ni s’inscrire, ni répondre" in response.text
    assert PASSWORD not in response.text
    assert not Session.objects.exists()


def test_admin_changes_nothing(close, ada):
    client = logged_in(ada)
    close()
    response = client.post("/admin/forum/reason/add/", {"label": "Autre", "code": "other", "explanation": "Autre."})
    assert response.status_code == 503
    assert not Reason.objects.exists()


def test_probes_find_the_forum_ready(close, client):
    close()
    assert client.get("/sante/").status_code == 200


# --- The operator's commands -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("arguments", [[], ["--forever"]])
def test_mails_wait_and_the_worker_says_so_once(published, alice, mail_server, monkeypatch, arguments):
    published(alice)
    monkeypatch.setenv("READ_ONLY", "1")
    with worker(mail_server, *arguments) as process:
        assert process.stdout.readline() == (
            "The forum is in read-only mode: the mails wait, and nothing is cleared away.\n"
        )
        if arguments:
            process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=SECONDS) == ("", "")
        assert process.returncode == 0
    assert not mail_server.arrived
    assert Notification.objects.to_send().count() == 1


def test_mails_that_wait_are_no_fault(close, published, alice):
    published(alice)
    close()
    (mails,) = (sign for sign in health.look_at(health.WORK) if sign.name == "mails")
    assert mails == health.Sign("mails", True, "none is sent in read-only mode")


def test_operator_still_makes_the_database_ready(project):
    result = run_python(project, "manage.py", "first_start", **REAL_SITE | {"READ_ONLY": "1"})
    assert result.returncode == 0, result.stderr
    assert "The forum is ready" in result.stdout
