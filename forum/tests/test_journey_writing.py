"""The writing box in a real browser: whatever comes in between, no word is lost and none is posted twice."""

import re

import pytest
from django.contrib.sessions.models import Session

from forum.models import Answer, Draft
from forum.tests.browser import session_cookie
from forum.tests.cast import PASSWORD
from forum.tests.walking import (
    PLAIN_TOO,
    SHOWN,
    TEXT,
    box,
    follow,
    keep_picture,
    log_in,
    look,
    press,
    send,
    sign_up,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# --- Written before there was an account, or a session ----------------------------------------------


@PLAIN_TOO
@pytest.mark.parametrize("way", ["Créer un compte", "Se connecter"])
def test_text_written_before_the_account_is_kept_until_it_is_sent(new_page, forum, alice, javascript, way):
    page = new_page(javascript=javascript, expected={403})
    page.goto(forum.get_absolute_url())
    follow(page, "Écrire une réponse")
    send(page, TEXT)
    page.get_by_text("Votre texte est gardé. Connectez-vous").wait_for()
    look(page, "Répondre à la question")
    assert box(page).input_value() == TEXT
    follow(page, way)
    if way == "Se connecter":
        log_in(page, "alice", PASSWORD)
    else:
        sign_up(page, "zoe")
    page.wait_for_url("**/repondre/")
    assert box(page).input_value() == TEXT
    press(page, "Publier")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert box(page).input_value() == ""
    page.reload()
    assert box(page).input_value() == ""
    assert Answer.objects.count() == 1


@PLAIN_TOO
def test_session_that_ends_while_writing_costs_no_word(new_page, forum, alice, javascript):
    page = new_page(javascript=javascript, member=alice, expected={403})
    page.goto(forum.get_absolute_url())
    box(page).fill(TEXT)
    Session.objects.all().delete()
    press(page, "Publier")
    page.get_by_text("Votre texte est gardé. Connectez-vous").wait_for()
    assert box(page).input_value() == TEXT
    keep_picture(page, "session finie")
    follow(page, "Se connecter")
    log_in(page, "alice", PASSWORD)
    page.wait_for_url("**/repondre/")
    assert box(page).input_value() == TEXT
    press(page, "Publier")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert box(page).input_value() == ""


# --- In the box --------------------------------------------------------------------------------------


@PLAIN_TOO
def test_preview_shows_the_text_as_readers_would_see_it(new_page, forum, alice, javascript):
    page = new_page(javascript=javascript, member=alice)
    page.goto(forum.get_absolute_url())
    box(page).fill(TEXT)
    press(page, "Aperçu")
    preview = page.get_by_label("Aperçu").filter(has_text=SHOWN)
    preview.wait_for()
    look(page, "Que pensez-vous" if javascript else "Répondre")
    assert preview.locator("strong").inner_text() == "règles"
    assert box(page).input_value() == TEXT
    assert not Answer.objects.exists()
    press(page, "Publier")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()


@PLAIN_TOO
def test_text_too_long_comes_back_whole(new_page, forum, alice, javascript):
    page = new_page(javascript=javascript, member=alice, expected={422})
    page.goto(forum.get_absolute_url())
    send(page, "mot " * 2500 + "!")
    page.get_by_role("alert").wait_for()
    look(page, "Que pensez-vous" if javascript else "Répondre")
    assert "10 000" in re.sub(r"\s", " ", page.get_by_role("alert").inner_text())
    assert len(box(page).input_value()) == 10_001
    assert not Answer.objects.exists()
    send(page, TEXT)
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()


COUNTS = {
    0: "10 000 caractères restants",
    8_765: "1 235 caractères restants",
    9_998: "2 caractères restants",
    9_999: "1 caractère restant",
    10_000: "0 caractère restant",
    10_001: "1 caractère de trop",
    10_002: "2 caractères de trop",
}


def test_count_of_characters_speaks_french(new_page, forum, alice):
    page = new_page(member=alice)
    page.goto(forum.get_absolute_url())
    said = page.locator("[data-count]")
    for length, count in COUNTS.items():
        box(page).fill("é" * length)
        assert said.inner_text().replace("\u202f", " ") == count
        assert ("writing__count--over" in said.get_attribute("class")) is (length > 10_000)


@PLAIN_TOO
def test_double_click_posts_once(new_page, forum, alice, javascript):
    page = new_page(javascript=javascript, member=alice)
    page.goto(forum.get_absolute_url())
    box(page).fill(TEXT)
    page.get_by_role("button", name="Publier").dblclick()
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert Answer.objects.count() == 1


@PLAIN_TOO
@pytest.mark.parametrize("from_page_of_its_own", [False, True])
def test_back_button_and_sent_again_posts_once(new_page, forum, alice, javascript, from_page_of_its_own):
    page = new_page(javascript=javascript, member=alice)
    page.goto(forum.get_absolute_url() + ("repondre/" if from_page_of_its_own else ""))
    send(page, TEXT)
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    page.go_back()
    if box(page).input_value():
        press(page, "Publier")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    assert Answer.objects.count() == 1


def test_browser_keeps_the_draft_of_a_page_that_was_lost(new_page, forum, alice):
    page = new_page(member=alice)
    page.goto(forum.get_absolute_url())
    box(page).press_sequentially("Un début de réponse")
    page.close()
    again = page.context.new_page()
    again.goto(forum.get_absolute_url())
    assert box(again).input_value() == "Un début de réponse"
    again.get_by_role("button", name="Publier").click()
    again.locator(".answer--pending").filter(has_text="Un début de réponse").wait_for()
    assert box(again).input_value() == ""
    assert not Draft.objects.exists()


@pytest.mark.parametrize("logs_out", [True, False])
def test_next_person_in_the_browser_finds_nobody_elses_text(new_page, forum, alice, bob, live_server, logs_out):
    page = new_page(member=alice)
    page.goto(forum.get_absolute_url())
    box(page).press_sequentially("Ce que je pense")
    if logs_out:
        page.goto("/compte/logout/")
        press(page, "Se déconnecter")
        page.get_by_role("link", name="Connexion").wait_for()
    for member, found in [(bob, ""), (alice, "" if logs_out else "Ce que je pense")]:
        page.context.clear_cookies()
        page.context.add_cookies([session_cookie(member, live_server.url)])
        page.goto(forum.get_absolute_url())
        assert box(page).input_value() == found


def test_text_begun_before_logging_in_is_taken_over_once(new_page, forum, alice, bob, live_server):
    page = new_page()
    page.goto(forum.get_absolute_url() + "repondre/")
    box(page).press_sequentially("Un début de réponse")
    for member, found in [(alice, "Un début de réponse"), (bob, "")]:
        page.context.clear_cookies()
        page.context.add_cookies([session_cookie(member, live_server.url)])
        page.goto(forum.get_absolute_url())
        assert box(page).input_value() == found


def test_browser_keeps_an_edit_that_was_lost_and_gives_it_up_when_told(new_page, forum, decided, alice):
    page = new_page(member=alice)
    edit = f"/reponses/{decided.pk}/modifier/"
    page.goto(edit)
    box(page).press_sequentially("Mieux dit. ")
    page.close()
    again = page.context.new_page()
    again.goto(edit)
    assert "Mieux dit. " in box(again).input_value()
    again.get_by_text("Voici la modification que vous aviez commencée").wait_for()
    again.get_by_role("button", name="Reprendre le texte enregistré").click()
    assert box(again).input_value() == "Une réponse déjà lue."
    again.reload()
    assert box(again).input_value() == "Une réponse déjà lue."
