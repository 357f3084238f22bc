"""What the account pages send: French, signed, and nothing of the request's Host in it."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from forum.tests.cast import PASSWORD
from forum.tests.test_accounts import log_in, sign_up

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("occasion", [first_code, account_exists, unknown_account, reset_code, address_code])
def test_mail_server_that_is_down_is_told_and_breaks_nothing(forged, alice, settings, occasion):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    occasion(forged)
    asks_for_a_password = occasion in (unknown_account, reset_code)
    page = forged.get("/compte/password/reset/confirm/" if asks_for_a_password else "/compte/confirm-email/")
    assert page.status_code == 200
    assert "notre courrier ne répond pas" in page.content.decode()


def test_mail_server_that_is_down_does_not_keep_a_password_from_changing(forged, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    password_changed(forged)
    assert log_in(Client(), "alice", "quatre mots choisis ici").status_code == 302
    assert "notre courrier" not in forged.get("/compte/sessions/").content.decode()
