"""Moderating from the queue in a real browser: by keys, by mouse, and without JavaScript."""

import uuid

import pytest

from forum.actions.answers import post_answer
from forum.actions.reports import report_answer
from forum.models import Answer, Decision, Reason, Role
from forum.models.answers import State
from forum.tests.cast import make_member
from forum.tests.walking import PLAIN_TOO, box, case_of, follow, keep_picture, look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What is pressed for each verdict: a reason is found in its list by its first letter.
KEYSTROKES = {"publish": ["p"], "return": ["c", "h", "Enter"], "refuse": ["r", "m", "Enter"]}
REASONS = {"publish": None, "return": "off_topic", "refuse": "threat"}
VERDICTS = ["publish", "publish", "return", "publish", "refuse"] * 2


@pytest.fixture
def ten(forum, alice, bob) -> list[Answer]:
    """Ten texts that wait, by two readers."""
    return [
        post_answer(author=author, question=forum, text=f"{author} écrit {word}.", key=uuid.uuid4())
        for word in ("une chose", "une autre", "une troisième", "encore une", "la dernière")
        for author in (alice, bob)
    ]


@pytest.fixture
def noa(transactional_db):
    """Another moderator."""
    return make_member("noa", Role.MODERATOR)


def wait_for_focus(page, answer: Answer) -> None:
    page.locator(f"#dossier-{answer.pk}:focus").wait_for()


# --- By keys -------------------------------------------------------------------------------------


def test_ten_cases_take_eighteen_keystrokes(new_page, ten, mona):
    page = new_page(member=mona)
    page.goto("/moderation/")
    wait_for_focus(page, ten[0])
    look(page, "Modération")
    pressed = 0
    for number, verdict in enumerate(VERDICTS, 1):
        for key in KEYSTROKES[verdict]:
            page.keyboard.press(key)
            pressed += 1
        page.locator("[data-decided]").nth(number - 1).wait_for()
        if number < len(ten):
            wait_for_focus(page, ten[number])
    keep_picture(page, "dix dossiers décidés")
    made = Decision.objects.filter(by=mona).order_by("answer").values_list("answer", "verb", "reason__code")
    assert list(made) == [
        (answer.pk, verdict, REASONS[verdict]) for answer, verdict in zip(ten, VERDICTS, strict=True)
    ]
    assert pressed == 18


def test_keys_move_and_take_back(new_page, ten, mona):
    page = new_page(member=mona)
    page.goto("/moderation/")
    wait_for_focus(page, ten[0])
    for key, there in [("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0), ("j", 1)]:
        page.keyboard.press(key)
        wait_for_focus(page, ten[there])
    page.keyboard.press("p")
    wait_for_focus(page, ten[2])
    page.keyboard.press("u")
    wait_for_focus(page, ten[1])  # back in its place, and in hand
    look(page, "Modération")
    assert {answer.state for answer in Answer.objects.all()} == {State.PENDING}
    page.keyboard.press("p")
    wait_for_focus(page, ten[2])
    page.reload()
    wait_for_focus(page, ten[0])
    page.keyboard.press("u")  # decided on an earlier page: it only leads to the button
    button = page.get_by_role("region", name="Vos dernières décisions").get_by_role("button", name="Annuler")
    assert button.evaluate("button => button === document.activeElement")
    page.wait_for_function("document.activeElement.getBoundingClientRect().bottom <= innerHeight + 1")
    look(page, "Modération")
    assert Answer.objects.get(pk=ten[1].pk).is_published
    page.keyboard.press("u")
    wait_for_focus(page, ten[1])
    page.get_by_text("Décision annulée").wait_for()


def test_keys_are_for_the_case_in_hand_alone(new_page, ten, mona):
    page = new_page(member=mona)
    page.goto("/moderation/")
    wait_for_focus(page, ten[0])
    page.get_by_role("link", name="Journal").focus()
    page.keyboard.press("p")  # on no case: it leads to the first one, and decides nothing
    wait_for_focus(page, ten[0])
    assert not Decision.objects.exists()


def test_key_that_does_not_apply_is_told(new_page, decided, bob, mona):
    report_answer(by=bob, answer=decided, reason=Reason.objects.get(code="insult"))
    page = new_page(member=mona)
    page.goto("/moderation/")
    wait_for_focus(page, decided)
    case = page.locator(f"#dossier-{decided.pk}")
    page.keyboard.press("c")
    case.get_by_role("status").get_by_text("La touche c ne sert pas").wait_for()
    look(page, "Modération")
    page.keyboard.press("p")
    assert case.locator("[data-said]").inner_text() == ""
    menu = case.get_by_label("Motif")
    assert menu.locator("optgroup:disabled").evaluate_all("all => all.map(group => group.label)") == [
        "Pour retirer"
    ]
    page.keyboard.press("Escape")
    assert not menu.locator("optgroup:disabled").count()


def test_j_at_the_last_case_turns_the_page(new_page, ten, mona, monkeypatch):
    monkeypatch.setattr("forum.views.queue.PER_PAGE", 5)
    page = new_page(member=mona)
    page.goto("/moderation/")
    wait_for_focus(page, ten[0])
    for number in range(1, 6):
        page.keyboard.press("j")
        wait_for_focus(page, ten[number])
    page.keyboard.press("p")
    wait_for_focus(page, ten[6])


def test_enter_in_the_note_decides_nothing_by_itself(new_page, ten, mona):
    page = new_page(member=mona)
    page.goto("/moderation/")
    case = page.locator(f"#dossier-{ten[0].pk}")
    case.get_by_label("Mot à l’auteur").fill("Deux lignes")
    page.keyboard.press("Enter")
    page.keyboard.type("pour vous.")
    assert case.get_by_label("Mot à l’auteur").input_value() == "Deux lignes\npour vous."
    case.get_by_label("Motif").select_option(label="Hors sujet")
    case.get_by_role("button", name="Rendre à l’auteur").click()
    page.locator("[data-decided]").wait_for()
    assert Decision.objects.get().note == "Deux lignes\npour vous."


def test_verdict_without_its_reason_is_asked_for_in_place(new_page, ten, mona):
    page = new_page(member=mona, expected={422})
    page.goto("/moderation/")
    wait_for_focus(page, ten[0])
    page.keyboard.press("c")
    case = page.locator(f"#dossier-{ten[0].pk}")
    reason = case.get_by_label("Motif")
    assert reason.evaluate("field => field === document.activeElement && field.value === ''")
    page.keyboard.press("Enter")
    case.get_by_role("alert").get_by_text("Choisissez un motif").wait_for()
    assert reason.evaluate("field => field === document.activeElement")
    look(page, "Modération")
    page.keyboard.press("Escape")
    wait_for_focus(page, ten[0])


def drag_taller(page, field) -> None:
    """By its handle, as a mouse does: the browser writes the height into the style attribute."""
    field.scroll_into_view_if_needed()
    edge = field.bounding_box()
    x, y = edge["x"] + edge["width"] - 4, edge["y"] + edge["height"] - 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=5)
    page.mouse.up()
    assert "height" in field.get_attribute("style")


def test_box_that_was_dragged_taller_breaks_no_policy(new_page, ten, mona):
    page = new_page(member=mona, expected={422})
    page.goto("/moderation/")
    case = page.locator(f"#dossier-{ten[0].pk}")
    drag_taller(page, case.get_by_label("Mot à l’auteur"))
    case.get_by_role("button", name="Refuser").click()
    case.get_by_role("alert").wait_for()
    page.goto(ten[0].question.get_absolute_url())
    box(page).fill("Un texte à voir.")
    drag_taller(page, box(page))
    press(page, "Aperçu")
    page.get_by_label("Aperçu").filter(has_text="Un texte à voir.").wait_for()


def test_without_javascript_the_tab_key_reaches_every_verb(new_page, ten, mona):
    page = new_page(member=mona, javascript=False)
    page.goto("/moderation/")
    case = page.locator(f"#dossier-{ten[0].pk}")
    case.get_by_role("checkbox").focus()
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.value || document.activeElement.tagName"))
    assert reached[2:5] == ["publish", "return", "refuse"]
    case.get_by_role("button", name="Publier").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Réponse publiée.").wait_for()
    assert Answer.objects.get(pk=ten[0].pk).is_published


# --- Many at once, and taken back ---------------------------------------------------------------------


def test_all_are_ticked_by_one_box_and_published(new_page, ten, mona):
    page = new_page(member=mona)
    page.goto("/moderation/")
    page.get_by_label("Tout cocher").check()
    keep_picture(page, "tout coché")
    page.locator("#lot").get_by_role("button", name="Publier").click()
    page.get_by_text("10 réponses publiées.").wait_for()
    look(page, "Modération")
    assert Answer.objects.published().count() == 10


@PLAIN_TOO
def test_several_are_refused_for_one_reason_and_taken_back_as_a_whole(new_page, ten, mona, javascript):
    page = new_page(member=mona, javascript=javascript, expected={422})
    page.goto("/moderation/")
    for answer in ten[:3]:
        page.locator(f"#dossier-{answer.pk}").get_by_role("checkbox").check()
    page.locator("#lot").get_by_role("button", name="Refuser").click()
    look(page, "Motif de la décision")
    page.get_by_label("Motif").select_option(label="Publicité ou message en série")
    press(page, "Décider")
    page.get_by_text("3 réponses refusées.").wait_for()
    assert Answer.objects.filter(state=State.REFUSED).count() == 3
    last = page.get_by_role("region", name="Vos dernières décisions")
    last.get_by_text("3 réponses refusées").wait_for()
    last.get_by_role("button", name="Tout annuler").click()
    page.get_by_text("Décisions annulées : 3.").wait_for()
    assert not Answer.objects.filter(state=State.REFUSED).exists()


@PLAIN_TOO
def test_published_answer_is_withdrawn_restored_and_in_the_journal(new_page, decided, mona, javascript):
    page = new_page(member=mona, javascript=javascript)
    page.goto(decided.get_absolute_url())
    page.locator(f"#reponse-{decided.pk}").get_by_role("link", name="Modérer").click()
    look(page, "Dossier de la réponse")
    page.get_by_label("Motif").select_option(label="Hors sujet")
    page.get_by_label("Mot à l’auteur").fill("Rien à voir avec la question.")
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("Réponse retirée.").wait_for()
    page.get_by_label("Motif").select_option(label="Erreur de modération")
    page.get_by_role("button", name="Rétablir").click()
    page.get_by_text("Réponse rétablie.").wait_for()
    look(page, "Dossier de la réponse")
    page.goto("/moderation/")
    follow(page, "Journal")
    look(page, "Journal de modération")
    rows = page.locator("tbody tr").all_inner_texts()
    assert "Erreur de modération" in rows[0]
    assert ["rétablie" in rows[0], "Hors sujet" in rows[1], "publiée" in rows[2]] == [True, True, True]


@PLAIN_TOO
@pytest.mark.parametrize("width", [1280, 360])
def test_all_of_the_filter_takes_three_clicks_and_two_requests(new_page, ten, mona, monkeypatch, javascript, width):
    monkeypatch.setattr("forum.views.queue.PER_PAGE", 5)
    page = new_page(member=mona, javascript=javascript, width=width)
    page.goto(f"/moderation/?question={ten[0].question_id}")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Choisir aussi toutes les autres réponses de ce filtre").check()
    page.locator("#lot").get_by_role("button", name="Publier").click()
    look(page, "Publier 10 réponses")
    assert not Answer.objects.published().exists()
    page.get_by_role("button", name="Publier 10 réponses").click()
    page.get_by_text("10 réponses publiées.").wait_for()
    look(page, "Modération")
    assert sent.count("POST") == 2
    assert Answer.objects.published().count() == 10


def test_whoever_takes_one_out_does_not_mean_all_of_the_filter(new_page, ten, mona, monkeypatch):
    monkeypatch.setattr("forum.views.queue.PER_PAGE", 5)
    page = new_page(member=mona)
    page.goto("/moderation/")
    whole = page.get_by_label("Choisir aussi toutes les autres")
    whole.check()
    ticks = page.locator(".case__tick")
    assert ticks.evaluate_all("all => all.every(tick => tick.checked)")
    ticks.first.uncheck()
    assert not whole.is_checked()
    page.locator("#lot").get_by_role("button", name="Publier").click()
    page.get_by_text("4 réponses publiées.").wait_for()
    assert Answer.objects.get(pk=ten[0].pk).state == State.PENDING


# --- Two moderators -------------------------------------------------------------------------------------


@PLAIN_TOO
def test_second_moderator_sees_who_was_first(new_page, ten, mona, noa, javascript):
    first = new_page(member=mona, javascript=javascript)
    second = new_page(member=noa, javascript=javascript, expected={409})
    for page in (first, second):
        page.goto("/moderation/")
    case_of(first, "alice écrit une chose.").get_by_role("button", name="Publier").click()
    first.get_by_text("publiée").first.wait_for()
    late = case_of(second, "alice écrit une chose.")
    late.get_by_label("Motif").select_option(label="Hors sujet")
    late.get_by_role("button", name="Refuser").click()
    late.get_by_role("alert").get_by_text("mona a été plus rapide : réponse publiée").wait_for()
    look(second, "Modération" if javascript else "Ce qui est resté tel quel")
    assert Decision.objects.get().by == mona


@PLAIN_TOO
def test_taken_cases_are_out_of_the_others_sight_until_they_are_given_back(new_page, ten, mona, noa, javascript):
    first, second = (new_page(member=member, javascript=javascript) for member in (mona, noa))
    first.goto("/moderation/")
    press(first, "Prendre les 20 suivants")
    first.get_by_text("À vous, jusqu’à").first.wait_for()
    look(first, "Modération")
    second.goto("/moderation/")
    look(second, "Modération")
    assert not second.locator("[data-case]").count()
    press(first, "Rendre mes dossiers")
    first.wait_for_load_state()
    second.reload()
    assert second.locator("[data-case]").count() == 10
