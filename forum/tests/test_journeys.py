"""The way of a text through the forum in a real browser, with JavaScript and again without it."""

import re

import pytest
from django.core import mail
from django.core.management import call_command

from forum.models import Answer, Report
from forum.tests.planting import plant_answer
from forum.tests.walking import (
    PLAIN_TOO,
    SHOWN,
    TEXT,
    box,
    case_of,
    decide_with_reason,
    follow,
    look,
    press,
    publish,
    reply,
    send,
    sign_up,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPLY = "Et qui choisira ces gens ?"


# --- The main way --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "screen",
    [
        {"javascript": True, "width": 1280, "dark": False},
        {"javascript": True, "width": 360, "dark": True},
        {"javascript": False, "width": 1280, "dark": False},
    ],
    ids=["wide", "phone at night", "plain"],
)
def test_reader_answers_is_published_replied_to_and_told(new_page, forum, decided, mona, bob, screen):
    reader, moderator = new_page(**screen), new_page(**screen, member=mona)
    reader.goto("/")
    look(reader, "Et vous")
    follow(reader, "Privé d’Amazon et des magasins d’applications, Parler tente un retour par étapes")
    look(reader, "Privé d’Amazon")
    reader.get_by_role("heading", name="Que pensez-vous du retour de Parler").get_by_role("link").click()
    look(reader, "Que pensez-vous du retour de Parler")
    follow(reader, "Écrire une réponse")
    look(reader, "Répondre à la question")
    follow(reader, "Créer un compte")
    sign_up(reader, "zoe")
    look(reader, "Répondre à la question")
    send(reader, TEXT)

    waiting = reader.locator(".answer--pending").filter(has_text=SHOWN)
    waiting.wait_for()
    look(reader, "Que pensez-vous du retour de Parler")
    answer = Answer.objects.get(author__username="zoe")
    assert reader.url.endswith(f"#reponse-{answer.pk}")
    for words in ("en attente", "Vous seul voyez ce texte", "premières réponses", "environ 12 minutes"):
        assert words in waiting.inner_text()
    everyone, replying = new_page(**screen), new_page(**screen, member=bob)
    for other in (everyone, replying):
        other.goto(forum.get_absolute_url())
        assert SHOWN not in other.content()

    publish(moderator, SHOWN)
    everyone.reload()
    everyone.locator(f"#reponse-{answer.pk}").filter(has_text=SHOWN).wait_for()
    look(everyone, "Que pensez-vous du retour de Parler")

    replying.reload()
    reply(replying, answer.pk, REPLY)
    replying.locator(".answer--pending").filter(has_text=REPLY).wait_for()
    look(replying, "Que pensez-vous du retour de Parler")
    publish(moderator, REPLY)

    reader.goto("/")
    reader.get_by_role("link", name="Avis 2 non lus").click()
    look(reader, "Avis")
    assert "Votre réponse a été publiée" in reader.get_by_role("main").inner_text()
    follow(reader, "bob a répondu")
    theirs = Answer.objects.get(author=bob, reply_to=answer)
    reader.locator(f"#reponse-{theirs.pk}").filter(has_text=REPLY).wait_for()

    mail.outbox.clear()
    call_command("send_notifications")
    published, replied = [message for message in mail.outbox if message.to == ["zoe@example.org"]]
    assert published.subject == "Votre réponse est publiée"
    assert replied.subject == "bob vous a répondu"
    for message, shown in ((published, SHOWN), (replied, REPLY)):
        reader.goto(re.search(r"http://\S+", message.body)[0])
        reader.locator(".answer:target").filter(has_text=shown).wait_for()


@PLAIN_TOO
def test_address_copied_from_the_bar_finds_its_answer_on_whatever_page(new_page, forum, bob, javascript):
    answers = [plant_answer(forum, bob, f"Réponse {number}.") for number in range(60)]
    page = new_page(javascript=javascript, expected={404})
    page.goto(f"{forum.get_absolute_url()}#reponse-{answers[-1].pk}")
    if javascript:
        page.locator(f"#reponse-{answers[-1].pk}:target").wait_for()
        page.goto(f"{forum.get_absolute_url()}#reponse-{answers[-1].pk + 1}")  # nobody's: no page is left for it
        page.locator(f"#reponse-{answers[0].pk}").wait_for()
    else:
        page.goto(answers[-1].get_absolute_url())
        page.locator(f"#reponse-{answers[-1].pk}:target").wait_for()


# --- What becomes of it ------------------------------------------------------------------------------


@PLAIN_TOO
def test_reply_is_written_in_place_or_on_its_own_page(new_page, forum, decided, bob, javascript):
    page = new_page(javascript=javascript, member=bob)
    page.goto(forum.get_absolute_url())
    page.locator(f"#reponse-{decided.pk}").get_by_role("link", name="Répondre").click()
    if javascript:
        page.locator(f"#sous-{decided.pk} textarea").wait_for()
        assert page.url.endswith(forum.get_absolute_url())
        look(page, "Que pensez-vous")
    else:
        look(page, "Répondre à alice")
        follow(page, "Retour aux réponses")
    reply(page, decided.pk, REPLY)
    page.locator(".answer--pending").filter(has_text=REPLY).wait_for()
    assert Answer.objects.get(author=bob).reply_to == decided


@PLAIN_TOO
def test_author_edits_and_deletes(new_page, forum, decided, alice, mona, javascript):
    page = new_page(javascript=javascript, member=alice)
    page.goto(forum.get_absolute_url())
    page.locator(f"#reponse-{decided.pk}").get_by_role("link", name="Modifier").click()
    look(page, "Modifier votre réponse")
    assert box(page).input_value() == "Une réponse déjà lue."
    box(page).fill("Une réponse mieux dite.")
    press(page, "Enregistrer")
    page.locator(f"#reponse-{decided.pk}").filter(has_text="modification en attente").wait_for()
    look(page, "Que pensez-vous")
    everyone = new_page(javascript=javascript)
    everyone.goto(forum.get_absolute_url())
    everyone.get_by_text("Une réponse déjà lue.").wait_for()
    publish(new_page(javascript=javascript, member=mona), "Une réponse mieux dite.")
    everyone.reload()
    everyone.get_by_text("Une réponse mieux dite.").wait_for()

    page.goto("/mes-reponses/")
    look(page, "Mes réponses")
    follow(page, "Supprimer")
    look(page, "Supprimer votre réponse")
    press(page, "Supprimer")
    page.get_by_text("Votre réponse est supprimée.").wait_for()
    everyone.reload()
    assert "Une réponse mieux dite." not in everyone.content()


@PLAIN_TOO
def test_returned_text_is_mended_sent_again_and_published(new_page, forum, alice, mona, javascript):
    page = new_page(javascript=javascript, member=alice)
    moderator = new_page(javascript=javascript, member=mona, expected={422})
    page.goto(forum.get_absolute_url())
    send(page, "Un texte sans rapport.")
    page.locator(".answer--pending").wait_for()
    decide_with_reason(moderator, "Un texte sans rapport.", "c", "Hors sujet", "Quel lien avec la question ?")

    page.goto("/avis/")
    look(page, "Avis")
    follow(page, "Votre réponse")
    look(page, "Mes réponses")
    assert "Quel lien avec la question ?" in page.get_by_role("main").inner_text()
    follow(page, "Corriger et renvoyer")
    look(page, "Modifier votre réponse")
    assert box(page).input_value() == "Un texte sans rapport."
    box(page).fill(TEXT)
    press(page, "Renvoyer")
    page.locator(".answer--pending").filter(has_text=SHOWN).wait_for()
    publish(moderator, SHOWN)
    everyone = new_page(javascript=javascript)
    everyone.goto(forum.get_absolute_url())
    everyone.get_by_text(SHOWN).wait_for()


@PLAIN_TOO
def test_reported_answer_can_be_kept(new_page, forum, decided, bob, mona, javascript):
    page = new_page(javascript=javascript, member=bob)
    page.goto(forum.get_absolute_url())
    page.locator(f"#reponse-{decided.pk}").get_by_role("link", name="Signaler").click()
    look(page, "Signaler une réponse")
    page.get_by_label("Hors sujet").check()
    page.get_by_label("Remarque").fill("Je ne vois pas le rapport.")
    press(page, "Signaler")
    page.get_by_text("Merci : la modération va relire cette réponse.").wait_for()

    moderator = new_page(javascript=javascript, member=mona)
    moderator.goto("/moderation/")
    case = case_of(moderator, "Je ne vois pas le rapport.")
    look(moderator, "Modération")
    if javascript:
        case.focus()
        for key in ("p", "c", "Enter"):  # c chooses "Conforme aux règles"
            moderator.keyboard.press(key)
        moderator.locator("[data-decided]").filter(has_text="maintenue").wait_for()
    else:
        case.get_by_label("Motif").select_option(label="Conforme aux règles")
        case.get_by_role("button", name="Maintenir").click()
        moderator.get_by_text("Réponse maintenue.").wait_for()
    assert Report.objects.get().settled_by.by == mona
    assert Answer.objects.get(pk=decided.pk).is_published
