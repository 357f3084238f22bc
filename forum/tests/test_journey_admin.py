"""Moderating in the Django admin alone, in a real browser, by mouse and keys: from the log-in to the journal."""

import uuid

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from forum.actions.answers import post_answer
from forum.models import Answer
from forum.models.answers import State
from forum.tests.cast import PASSWORD
from forum.tests.test_second_factor import SECRET, code_of_the_moment
from forum.tests.walking import log_in, look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(forum, alice, bob) -> list[Answer]:
    """Four texts that wait, by two readers."""
    return [
        post_answer(author=author, question=forum, text=f"{author} écrit {word}.", key=uuid.uuid4())
        for word in ("une chose", "une autre")
        for author in (alice, bob)
    ]


@pytest.mark.parametrize(
    "screen",
    [
        {"javascript": True, "width": 1280, "dark": False},
        {"javascript": True, "width": 360, "dark": True},
        {"javascript": False, "width": 1280, "dark": False},
    ],
    ids=["wide", "phone at night", "plain"],
)
def test_moderator_does_the_whole_job_in_the_admin(new_page, waiting, mona, settings, screen):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    TOTP.activate(mona, SECRET)
    first, *several, last = waiting
    page, everyone = new_page(**screen, expected={422}), new_page(**screen)

    page.goto("/admin/")
    log_in(page, "mona", PASSWORD)
    look(page, "Encore une étape")
    page.get_by_label("Code").fill(code_of_the_moment())
    press(page, "Se connecter")
    look(page, "Modération et rédaction")
    page.get_by_role("link", name="4 réponses attendent").click()
    look(page, "Réponses")

    open_answer(page, first)
    look(page, f"Réponse {first.pk}, de alice")
    by_key(page.get_by_role("button", name="Publier", exact=True))
    page.get_by_text("Réponse publiée.").wait_for()
    everyone.goto(first.get_absolute_url())
    everyone.get_by_text("alice écrit une chose.").wait_for()

    for answer in several:
        row_of(page, answer).get_by_role("checkbox").check()
    press(page, "Refuser")
    look(page, "Refuser")
    press(page, "Refuser")
    page.get_by_text("Choisissez un motif").wait_for()
    look(page, "Refuser")
    page.get_by_label("Motif").select_option(label="Hors sujet")
    page.get_by_label("Mot à l’auteur").fill("Rien à voir avec la question.")
    press(page, "Refuser")
    page.get_by_text("2 réponses refusées.").wait_for()
    assert set(Answer.objects.filter(state=State.REFUSED)) == set(several)
    assert Answer.objects.get(pk=last.pk).state == State.PENDING

    page.goto("/admin/forum/answer/")
    for verb, why, said in (
        ("Retirer", "Hors sujet", "retirée"),
        ("Rétablir", "Erreur de modération", "rétablie"),
    ):
        open_answer(page, first)
        page.get_by_label("Motif").select_option(label=why)
        press(page, verb)
        page.get_by_text(f"Réponse {said}.").wait_for()
    everyone.reload()
    everyone.get_by_text("alice écrit une chose.").wait_for()

    page.goto("/admin/")
    page.get_by_role("link", name="Décisions", exact=True).click()
    look(page, "Décisions")
    told = page.locator("#result_list tbody tr").all_inner_texts()
    assert len(told) == 5
    for line, word in zip(told, ["rétabli", "retir", "refus", "refus", "publi"], strict=True):
        assert word in line.lower()


def row_of(page, answer: Answer):
    return page.locator("#result_list tbody tr").filter(has_text=answer.latest.text)


def open_answer(page, answer: Answer) -> None:
    by_key(row_of(page, answer).get_by_role("link").first)


def by_key(place) -> None:
    """What a click would do, without a mouse."""
    place.focus()
    place.page.keyboard.press("Enter")
