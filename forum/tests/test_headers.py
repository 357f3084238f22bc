"""What every answer carries, and what an anonymous reader never gets: a cookie."""

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path

import config.urls


def reading(request: HttpRequest) -> HttpResponse:
    """A page as readers see it, with the site's own frame."""
    return render(request, "403.html")


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError


urlpatterns = [*config.urls.urlpatterns, path("lecture/", reading), path("casse/", breaks)]
handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404
handler429, handler500 = config.urls.handler429, config.urls.handler500
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ON_EVERY_ANSWER = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/lecture/", 200),
        ("/compte/login/", 200),
        ("/compte/email/", 302),
        ("/compte/login", 301),
        ("/nulle-part/", 404),
        ("/casse/", 500),
        ("/static/forum/css/accounts.css", 200),
        ("/static/nulle-part.css", 404),
        ("/admin/", 302),
    ],
)
def test_every_answer_carries_all_of_them(address, status):
    response = Client(raise_request_exception=False).get(address)
    response.close()
    assert response.status_code == status
    assert carries_all(response)


@pytest.mark.parametrize("to_https", [False, True])
def test_answer_to_a_bad_host_carries_all_of_them(settings, to_https):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = to_https, "forum.example.org"
    response = Client().get("/lecture/", headers={"host": "ailleurs.example"})
    assert response.status_code == (301 if to_https else 400)
    assert response.get("Location") in (None, "https://forum.example.org/lecture/")
    assert carries_all(response)


def carries_all(response: HttpResponse) -> bool:
    return ON_EVERY_ANSWER.items() <= dict(response.items()).items()


def test_redirect_to_https_carries_the_policy(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/lecture/")
    assert response["Location"] == "https://testserver/lecture/"
    assert response["Content-Security-Policy"] == POLICY


def test_anonymous_reader_gets_no_cookie_and_a_page_that_caches_may_keep(client):
    response = client.get("/lecture/")
    assert not response.cookies
    assert "no-store" not in response.get("Cache-Control", "")
    assert not Session.objects.exists()


def test_log_in_page_gives_a_csrf_cookie_and_no_session(client):
    assert list(client.get("/compte/login/").cookies) == [site_settings.CSRF_COOKIE_NAME]
    client.post("/compte/login/", {"login": "personne", "password": "faux"})
    assert not Session.objects.exists()


def test_page_made_for_a_member_is_kept_by_no_cache(client_of, alice):
    response = client_of(alice).get("/lecture/")
    assert {"private", "no-store"} <= {each.strip() for each in response["Cache-Control"].split(",")}
    assert "Cookie" in response["Vary"]


def test_reading_writes_nothing(client_of, alice):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(alice)
    with CaptureQueriesContext(connection) as queries:
        client.get("/lecture/")
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_stranger_with_a_dead_session_cookie_reads_as_anybody(client):
    client.cookies[site_settings.SESSION_COOKIE_NAME] = "inconnue"
    response = client.get("/lecture/")
    assert response.status_code == 200
    assert "no-store" not in response.get("Cache-Control", "")
