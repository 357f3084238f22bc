"""What the account pages send: French, signed, and nothing of the request's Host in it."""

import re
import threading
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from forum.tests.cast import PASSWORD
from forum.tests.smtp import TAKEN, MailServer
from forum.tests.test_accounts import code_in, enter_code, log_in, sign_up

pytestmark = pytest.mark.django_db
HANGS = 5  # seconds, longer than any page may take


@pytest.fixture
def forged(settings) -> Client:
    settings.ALLOWED_HOSTS = ["testserver", "faux.example"]
    settings.SITE_URL = "https://forum.example.org"
    settings.SITE_NAME = "L’Écho & Cie"
    return Client(headers={"host": "faux.example", "user-agent": "Navigateur"})


def first_code(client: Client) -> None:
    sign_up(client)


def account_exists(client: Client) -> None:
    sign_up(client, email="alice@example.org")


def unknown_account(client: Client) -> None:
    client.post("/compte/password/reset/", {"email": "personne@example.org"})


def reset_code(client: Client) -> None:
    client.post("/compte/password/reset/", {"email": "alice@example.org"})


def address_code(client: Client) -> None:
    log_in(client, "alice")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    client.post("/compte/email/", {"action_add": "1", "email": "neuve@example.org"})


def password_changed(client: Client) -> None:
    log_in(client, "alice")
    new = "quatre mots choisis ici"
    client.post("/compte/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})


OCCASIONS = [first_code, account_exists, unknown_account, reset_code, address_code, password_changed]


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_mail_is_french_signed_and_free_of_the_host(forged, alice, occasion):
    occasion(forged)
    [message] = mail.outbox
    whole = message.message().as_string() + message.body + message.subject
    assert "faux.example" not in whole
    assert message.body.startswith("Bonjour,\n\n")
    assert message.body.endswith("\n\nL’Écho & Cie\nhttps://forum.example.org")
    assert not message.subject.startswith("[")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert isinstance(message, EmailMultiAlternatives)
    assert not message.alternatives


WAITED_FOR = {
    first_code: "/compte/confirm-email/",
    account_exists: "/compte/confirm-email/",
    unknown_account: "/compte/password/reset/confirm/",
    reset_code: "/compte/password/reset/confirm/",
    address_code: "/compte/confirm-email/",
}


def down(server: MailServer, settings) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there


def refusing(server: MailServer, settings) -> None:
    server.unknown |= {"zoe@example.org", "alice@example.org", "personne@example.org", "neuve@example.org"}


def hanging(server: MailServer, settings) -> None:
    settings.EMAIL_TIMEOUT_IN_REQUEST = 0.3
    server.reply = lambda mail: threading.Event().wait(HANGS) or TAKEN


@pytest.mark.parametrize("fault", [down, refusing, hanging])
@pytest.mark.parametrize("occasion", WAITED_FOR)
def test_mail_that_cannot_leave_is_told_and_breaks_nothing(forged, alice, settings, mail_server, occasion, fault):
    fault(mail_server, settings)
    began = time.monotonic()
    occasion(forged)
    assert time.monotonic() - began < HANGS
    for _ in range(2):  # reading it again makes it no less true
        page = forged.get(WAITED_FOR[occasion])
        assert page.status_code == 200
        assert "n’a pas pu partir" in page.text
        assert "Un message est parti" not in page.text
        assert '<button class="button button--main" type="submit" form="resend">Envoyer un autre code' in page.text


@pytest.mark.parametrize("occasion", WAITED_FOR)
def test_mail_server_that_came_back_sends_another_code(forged, alice, settings, mail_server, occasion):
    down(mail_server, settings)
    occasion(forged)
    settings.EMAIL_PORT = mail_server.port
    cache.clear()  # the ten seconds between two codes for one address
    asked = {"/compte/confirm-email/": {"action": "resend"}}.get(WAITED_FOR[occasion])
    if asked:
        assert forged.post("/compte/confirm-email/", asked).url == WAITED_FOR[occasion]
    else:
        email = re.search(r'name="email" value="([^"]+)"', forged.get(WAITED_FOR[occasion]).text)[1]
        assert forged.post("/compte/password/reset/", {"email": email}).url == WAITED_FOR[occasion]
    page = forged.get(WAITED_FOR[occasion])
    assert "Un message est parti" in page.text
    assert "n’a pas pu partir" not in page.text


def test_mail_server_that_is_down_does_not_keep_a_password_from_changing(forged, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    password_changed(forged)
    assert log_in(Client(), "alice", "quatre mots choisis ici").status_code == 302
    assert "notre courrier" not in forged.get("/compte/sessions/").content.decode()


# --- Another code asked for too soon -------------------------------------------------------------


@pytest.mark.parametrize("occasion", [first_code, account_exists, address_code])
def test_code_asked_for_at_once_leaves_the_reader_on_its_page(forged, alice, occasion):
    occasion(forged)
    response = forged.post("/compte/confirm-email/", {"action": "resend"})
    assert response.status_code == 429
    assert response["Retry-After"] == "10"
    assert "Un code vient de partir : attendez quelques secondes" in response.text
    assert 'name="code"' in response.text
    assert len(mail.outbox) == 1


def test_code_that_was_sent_still_opens_after_another_was_asked_for_too_soon(forged):
    first_code(forged)
    forged.post("/compte/confirm-email/", {"action": "resend"})
    assert enter_code(forged, code_in(mail.outbox[0])).status_code == 302


def test_code_asked_for_at_once_when_none_could_leave_says_so_alone(forged, settings, mail_server):
    down(mail_server, settings)
    first_code(forged)
    response = forged.post("/compte/confirm-email/", {"action": "resend"})
    assert response.status_code == 429
    assert "n’a pas pu partir" in response.text
    assert "vient de partir" not in response.text
