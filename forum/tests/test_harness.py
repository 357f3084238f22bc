"""What the other tests lean on: real connections at the same moment, and a browser that tells on pages."""

import pytest
from django.db import connection

from forum.models import Reason
from forum.tests.browser import assert_accessible

POLICY = "default-src 'none'; style-src 'self'"


def test_concurrent_calls_have_connections_of_their_own(concurrent):
    def write(code: str) -> int:
        Reason.objects.create(code=code, label=code, explanation=code)
        return id(connection.connection)

    def fail():
        raise LookupError("seen by the test")

    first, second, third = concurrent(lambda: write("spam"), lambda: write("insult"), fail)
    assert len({first, second, id(connection.connection)}) == 3
    assert isinstance(third, LookupError)
    assert set(Reason.objects.values_list("code", flat=True)) == {"spam", "insult"}


def serve(page, html: str) -> None:
    """Show a page of the test's own, under a strict policy."""
    page.route(
        "**/essai",
        lambda route: route.fulfill(
            body=f'<!doctype html><html lang="fr"><head><title>Essai</title></head><body>{html}</body></html>',
            headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY},
        ),
    )
    page.goto("/essai")
    page.wait_for_load_state("networkidle")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<script>window.ran = true</script>", "Content Security Policy"),
        ('<p style="color: red">Rouge</p>', "Content Security Policy"),
        ('<img alt="" src="https://elsewhere.example/x.png">', "Content Security Policy"),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_page_that_breaks_the_policy_is_told_on(new_page, html, complaint, javascript):
    page = new_page(javascript=javascript)
    serve(page, html)
    if not javascript and "<script>" in html:
        assert page.watch.complaints == []  # without JavaScript there is nothing to block
        return
    assert any(complaint in found for found in page.watch.complaints)
    page.watch.complaints.clear()


@pytest.mark.browser
def test_page_that_logs_fails_or_asks_another_site_is_told_on(new_page):
    page = new_page()
    serve(page, "<p>Rien.</p>")
    page.evaluate("console.error('une erreur')")
    page.evaluate("setTimeout(() => { throw new Error('une exception') })")
    page.wait_for_timeout(100)
    page.route("https://elsewhere.example/**", lambda route: route.fulfill(body=""))
    page.goto("https://elsewhere.example/")
    told = "\n".join(page.watch.complaints)
    assert "une erreur" in told
    assert "une exception" in told
    assert "elsewhere.example" in told
    page.watch.complaints.clear()


@pytest.mark.browser
def test_expected_answers_are_not_told_on(new_page):
    expecting, other = new_page(expected={404}), new_page()
    for page in (expecting, other):
        page.route("**/absente", lambda route: route.fulfill(status=404, body="absente"))
        page.goto("/absente")
        page.wait_for_timeout(100)
    assert expecting.watch.complaints == []
    assert len(other.watch.complaints) == 1
    other.watch.complaints.clear()


@pytest.mark.browser
def test_page_that_some_cannot_use_is_told_on(new_page):
    page = new_page()
    serve(page, "<main><h1>Essai</h1><p>Bonjour.</p></main>")
    assert_accessible(page)
    serve(page, '<main><h1>Essai</h1><input type="text"></main>')
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_page_can_be_opened_without_javascript(new_page, javascript):
    page = new_page(javascript=javascript)
    serve(page, "<noscript>Sans script</noscript>")
    assert page.locator("noscript").is_visible() is not javascript


@pytest.mark.browser
def test_page_has_the_wanted_dress_and_member(new_page, alice):
    page = new_page(width=360, height=740, dark=True, member=alice)
    serve(page, "<p>Rien.</p>")
    assert page.evaluate("innerWidth") == 360
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["sessionid"]
