"""The writing box in a real browser while the site fails: the reader is told, and no word is lost."""

import re

import pytest

from forum.models import Answer
from forum.tests.browser import assert_accessible
from forum.tests.walking import SHOWN, TEXT, box, case_of, press, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOLD = "Le site n’a pas répondu. Votre texte est toujours dans le cadre"
WAYS = "**/repondre/"


@pytest.mark.parametrize("failure", [500, 502, 503, "no network"])
def test_site_that_does_not_answer_is_told_beside_the_text(new_page, forum, alice, failure):
    page = new_page(member=alice, expected={failure})
    page.goto(forum.get_absolute_url())
    if failure == "no network":
        page.route(WAYS, lambda route: route.abort())
    else:
        page.route(WAYS, lambda route: route.fulfill(status=failure, body="<html>En panne</html>"))
    send(page, TEXT)
    alert = page.get_by_role("main").get_by_role("alert").filter(has_text=TOLD)
    alert.wait_for()
    assert_accessible(page)
    assert box(page).input_value() == TEXT
    if failure == "no network":
        assert all(
            re.search(r"Failed to load|htmx:(sendError|afterRequest)", said) for said in page.watch.complaints
        )
        page.watch.complaints.clear()
    page.unroute(WAYS)
    press(page, "Publier")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert alert.count() == 0
    assert Answer.objects.count() == 1


def test_expired_form_becomes_a_page_with_the_text_and_not_a_page_in_the_page(new_page, forum, alice):
    page = new_page(member=alice, expected={403})
    page.goto(forum.get_absolute_url())
    box(page).fill(TEXT)
    page.locator("[data-writing] [name=csrfmiddlewaretoken]").evaluate("field => field.value = 'x'.repeat(64)")
    press(page, "Publier")
    page.get_by_role("heading", name="Votre texte n’est pas encore envoyé").wait_for()
    assert page.locator("main").count() == 1
    assert box(page).input_value() == TEXT
    press(page, "Renvoyer")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert Answer.objects.count() == 1


def test_preview_that_meets_a_page_publishes_nothing(new_page, forum, alice):
    page = new_page(member=alice, expected={403})
    page.goto(forum.get_absolute_url())
    box(page).fill(TEXT)
    whole = "<!doctype html><title>Refusé</title>"
    page.route(WAYS, lambda route: route.fulfill(status=403, content_type="text/html", body=whole), times=1)
    press(page, "Aperçu")
    page.get_by_label("Aperçu").filter(has_text=SHOWN).wait_for()
    assert not Answer.objects.exists()


def test_moderator_whose_session_has_ended_lands_on_the_log_in(new_page, forum, alice, mona):
    member = new_page(member=alice)
    member.goto(forum.get_absolute_url())
    send(member, TEXT)
    member.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    page = new_page(member=mona)
    page.goto("/moderation/")
    case = case_of(page, SHOWN)
    page.context.clear_cookies(name="sessionid")
    case.get_by_role("button", name="Publier").click()
    page.wait_for_url("**/compte/login/?next=/moderation/")
    assert page.locator("main").count() == 1
