"""Who works here has a second factor, or works not."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from forum.permissions import second_factor_missing
from forum.tests.cast import PASSWORD
from forum.tests.test_accounts import is_in, log_in
from forum.views.guards import moderators_only


@moderators_only
def room(request: HttpRequest) -> HttpResponse:
    return HttpResponse("La salle")


urlpatterns = [*config.urls.urlpatterns, path("salle/", room)]
handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404
handler429, handler500 = config.urls.handler429, config.urls.handler500
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROOMS = ["/admin/", "/salle/"]


@pytest.fixture(autouse=True)
def as_on_a_real_site(settings) -> None:
    settings.STAFF_NEEDS_SECOND_FACTOR = True


def code_of_the_moment(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("address", ROOMS)
def test_staff_without_second_factor_is_sent_to_set_it_up_and_told_why(client_of, mona, address):
    response = client_of(mona).get(address, follow=True)
    assert response.redirect_chain[-1] == ("/compte/2fa/", 302)
    assert "Votre rôle donne accès à la modération" in response.content.decode()


@pytest.mark.parametrize("address", ROOMS)
def test_staff_with_second_factor_comes_in(client_of, mona, address):
    TOTP.activate(mona, SECRET)
    assert client_of(mona).get(address).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(mona):
    RecoveryCodes.activate(mona)
    assert second_factor_missing(mona)


def test_only_the_staff_needs_one(alice, mona, eddy, ada):
    assert [second_factor_missing(member) for member in (alice, mona, eddy, ada)] == [False, True, True, True]


def test_installation_may_do_without(client_of, mona, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    assert client_of(mona).get("/admin/").status_code == 200
    assert client_of(mona).get("/salle/").status_code == 200


def test_room_of_the_moderators_is_unknown_to_readers_and_editors(client_of, alice, eddy):
    TOTP.activate(eddy, SECRET)
    unknown = client_of(alice).get("/nulle-part/")
    for member in (alice, eddy):
        assert client_of(member).get("/salle/").status_code == unknown.status_code == 404


@pytest.mark.parametrize("address", ROOMS)
def test_unknown_visitor_is_asked_to_log_in_on_the_forums_own_page(client, mona, address):
    response = client.get(address, follow=True)
    assert response.request["PATH_INFO"] == "/compte/login/"
    assert f'name="next" value="{address}"' in response.content.decode()


def test_reader_may_not_enter_the_admin(client_of, alice):
    assert client_of(alice).get("/admin/", follow=True).status_code == 403


def test_admin_login_page_takes_no_password(client, ada):
    response = client.post("/admin/login/", {"username": "ada", "password": PASSWORD})
    assert response.url.startswith("/compte/login/")
    assert not is_in(client)


def test_password_is_not_enough_once_there_is_a_second_factor(client, ada):
    TOTP.activate(ada, SECRET)
    assert log_in(client, "ada", next="/admin/").url == "/compte/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    assert "n’est pas le bon" in client.post("/compte/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert client.post("/compte/2fa/authenticate/", {"code": code_of_the_moment()}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_code_serves_once(ada):
    TOTP.activate(ada, SECRET)
    code = code_of_the_moment()
    first, second = Client(), Client()
    for each in (first, second):
        log_in(each, "ada")
        each.post("/compte/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_codes_cannot_be_guessed_one_after_the_other(client, ada):
    TOTP.activate(ada, SECRET)
    log_in(client, "ada")
    for guess in range(5):
        client.post("/compte/2fa/authenticate/", {"code": f"{guess:06}"})
    page = client.post("/compte/2fa/authenticate/", {"code": code_of_the_moment()}).content.decode()
    assert "Trop d’essais manqués" in page
    assert not is_in(client)


def test_application_is_added_after_the_password_and_gives_recovery_codes(
    client, alice, django_capture_on_commit_callbacks
):
    log_in(client, "alice")
    assert client.get("/compte/2fa/totp/activate/").url.startswith("/compte/reauthenticate/")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    page = client.get("/compte/2fa/totp/activate/").content.decode()
    secret = re.search(r'account__secret">(\w+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/compte/2fa/totp/activate/", {"code": code_of_the_moment(secret)})
    response = client.get("/compte/2fa/recovery-codes/")
    codes = re.findall(r"<li><code>(\w+)</code></li>", response.content.decode())
    assert len(codes) == 10
    assert [message.subject for message in mail.outbox] == ["Une application protège votre compte"]
    other = Client()
    log_in(other, "alice")
    assert other.post("/compte/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert is_in(other)


ANSWER = {"authenticatorData": "", "clientDataJSON": "", "signature": "", "userHandle": "zz"}
BROKEN_PASSKEYS = [
    "",
    "x",
    "[]",
    "5",
    "null",
    '"a"',
    "{}",
    "9" * 5000,
    "[" * 50_000,
    '{"id": "\\ud800"}',
    '{"id": 1}',
    '{"id": "YQ", "response": {}}',
    json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": ANSWER}),
]


@pytest.mark.parametrize("credential", BROKEN_PASSKEYS, ids=lambda credential: credential[:20] or "empty")
def test_broken_passkey_is_refused_without_an_error(client, credential):
    client.get("/compte/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert client.post("/compte/2fa/webauthn/login/", {"credential": credential}).status_code in (302, 400)
    assert not is_in(client)


@pytest.mark.parametrize("credential", BROKEN_PASSKEYS, ids=lambda credential: credential[:20] or "empty")
def test_broken_passkey_is_not_added(client, alice, credential):
    log_in(client, "alice")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    client.get("/compte/2fa/webauthn/add/")
    assert client.post("/compte/2fa/webauthn/add/", {"credential": credential}).status_code == 422
    assert not Authenticator.objects.exists()
