"""Steps that the journeys share, and the look at each page on the way."""

import os
import re
import uuid
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from forum.actions.answers import post_answer
from forum.actions.moderation import decide
from forum.models import Answer, Case, Question
from forum.tests.browser import MILLISECONDS_TO_WAIT, assert_accessible
from forum.tests.test_accounts import code_in

# PICTURES=folder keeps a picture of each page that a journey looks at, for people to judge.
PICTURES = os.environ.get("PICTURES")
ENGLISH = re.compile(
    r"\b(please|submit|sign (in|up)|log ?(in|out)|the|your|error|required|this field|search|delete|save)\b", re.I
)
PLAIN_TOO = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
PASSWORD = "trois mots choisis"
TEXT = "Ni l’un ni l’autre : il faut des **règles**, et des gens pour les tenir."
SHOWN = "il faut des règles, et des gens pour les tenir."
_numbers = count(1)


@pytest.fixture
def forum(transactional_db) -> Question:
    """The forum as it starts, with its article and reasons; returns the first question."""
    call_command("loaddata", "article", "reasons", verbosity=0)
    return Question.objects.order_by("pk").first()


@pytest.fixture
def decided(forum, alice, mona) -> Answer:
    """An answer of Alice that Mona published, twelve minutes after it was sent."""
    answer = post_answer(author=alice, question=forum, text="Une réponse déjà lue.", key=uuid.uuid4())
    Case.objects.update(opened_at=timezone.now() - timedelta(minutes=12))
    decide(by=mona, verb="publish", seen=[answer.latest_id])
    return answer


def look(page, title: str) -> None:
    """The page is the one that is meant, in French, accessible, and fits its screen."""
    from playwright.sync_api import expect

    expect(page).to_have_title(re.compile("^" + re.escape(title)), timeout=MILLISECONDS_TO_WAIT)
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "fr"
    english = ENGLISH.search(page.locator("body").inner_text())
    assert not english, f"{page.url} speaks English: {english[0]}"
    if page.has_javascript:
        page.emulate_media(reduced_motion="reduce")  # a colour on its way is no colour to judge
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    keep_picture(page)


def keep_picture(page, name: str = "") -> None:
    if PICTURES:
        words = re.sub(r"\W+", "-", name or page.title())[:40]
        kind = f"{page.viewport_size['width']}{'' if page.has_javascript else '-sans-js'}"
        file = Path(PICTURES) / f"{next(_numbers):03}-{kind}-{words}.png"
        page.screenshot(path=file, full_page=True, timeout=60_000)


def press(page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def follow(page, link: str) -> None:
    page.get_by_role("main").get_by_role("link", name=link, exact=True).click()


def box(page):
    """The writing box of the page."""
    return page.locator("textarea[name=text]")


def send(page, text: str) -> None:
    box(page).fill(text)
    press(page, "Publier")


def sign_up(page, name: str) -> None:
    """From the sign-up page to the page that the reader came from."""
    look(page, "Inscription")
    page.get_by_label("Adresse électronique").fill(f"{name}@example.org")
    page.get_by_label("Nom d’utilisateur").fill(name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Créer mon compte")
    look(page, "Vérifier votre adresse")
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[-1]))
    press(page, "Vérifier")


def log_in(page, name: str, password: str = PASSWORD) -> None:
    """From the log-in page to the page that the reader came from."""
    look(page, "Connexion")
    page.get_by_label("Nom d’utilisateur ou adresse électronique").fill(name)
    page.get_by_label("Mot de passe").fill(password)
    press(page, "Se connecter")


def case_of(page, text: str):
    """The case in the queue that shows the text."""
    return page.locator("[data-case]").filter(has_text=text)


def publish(page, text: str) -> None:
    """A moderator publishes the waiting text from the queue: by the key p, or by the button."""
    page.goto("/moderation/")
    case = case_of(page, text)
    case.wait_for()
    look(page, "Modération")
    if page.has_javascript:
        case.focus()
        page.keyboard.press("p")
        page.locator("[data-decided]").wait_for()
        keep_picture(page, "publié")
    else:
        case.get_by_role("button", name="Publier").click()
        page.get_by_text(re.compile("^(Réponse|Modification) publiée\\.$")).wait_for()


def decide_with_reason(page, text: str, key: str, reason: str, note: str = "") -> None:
    """A moderator returns (c) or refuses (r) the waiting text from the queue."""
    page.goto("/moderation/")
    case = case_of(page, text)
    if page.has_javascript:
        case.focus()
        page.keyboard.press(key)
        page.keyboard.type(reason[:3])  # the select goes to what begins so
        case.get_by_label("Mot à l’auteur").fill(note)
        page.keyboard.press("Enter")
        page.locator("[data-decided]").filter(has_text=reason).wait_for()
    else:
        case.get_by_role("button", name={"c": "Rendre", "r": "Refuser"}[key]).click()
        look(page, "Motif de la décision")
        page.get_by_label("Motif").select_option(label=reason)
        page.get_by_label("Mot à l’auteur").fill(note)
        press(page, "Décider")
        page.get_by_text(re.compile("^Réponse (rendue|refusée)")).first.wait_for()


def reply(page, to: int, text: str) -> None:
    """Reply to the answer with this number: under it, or on a page of its own."""
    page.locator(f"#reponse-{to}").get_by_role("link", name="Répondre").click()
    place = page.locator(f"#sous-{to}") if page.has_javascript else page.get_by_role("main")
    place.locator("textarea").fill(text)
    place.get_by_role("button", name="Répondre").click()
