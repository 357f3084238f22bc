"""A moderator's whole job in the admin alone, in a real browser."""

import pytest

from forum.models import Answer, BlockedPhrase, Decision
from forum.models.answers import State

from .browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_moderator_works_in_the_admin_alone(new_page, alice, bob, mona, post, published, reason, in_favour):
    first = post(alice, "Le premier qui attend.")
    three = [post(bob, f"Un texte à refuser, numéro {number}.") for number in range(3)]
    old = published(alice, "Publié depuis longtemps.")
    page = new_page(member=mona, expected=[422])

    page.goto("/admin/")
    assert_accessible(page)
    page.click("text=4 réponses attendent une décision")
    assert_accessible(page)

    page.click("text=Le premier qui attend.")
    assert_accessible(page)
    page.get_by_role("button", name="Publier").click()
    page.get_by_text("Réponse publiée.").wait_for()
    assert Answer.objects.get(pk=first.pk).state == State.PUBLISHED

    for answer in three:
        page.locator(f"input.action-select[value='{answer.pk}']").check()
    page.get_by_role("button", name="Refuser").click()
    page.get_by_role("heading", name="3 réponses concernées").wait_for()
    assert_accessible(page)
    page.fill("[name=note]", "Restons courtois.")
    page.get_by_role("button", name="Refuser").click()
    page.get_by_text("Choisissez un motif").wait_for()
    assert_accessible(page)
    page.select_option("[name=reason]", label="Hors sujet")
    page.get_by_role("button", name="Refuser").click()
    page.get_by_text("3 réponses refusées.").wait_for()
    assert set(Decision.objects.filter(verb="refuse").values_list("note", flat=True)) == {"Restons courtois."}

    page.goto("/admin/forum/answer/?state__exact=published")
    page.click("text=Publié depuis longtemps.")
    page.select_option("[name=reason]", label="Hors sujet")
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("Réponse retirée.").wait_for()
    assert Answer.objects.get(pk=old.pk).state == State.WITHDRAWN
    page.click("text=La revoir, ou annuler la décision")
    page.select_option("[name=reason]", label="Conforme aux règles")
    page.get_by_role("button", name="Rétablir").click()
    page.get_by_text("Réponse rétablie.").wait_for()
    assert Answer.objects.get(pk=old.pk).state == State.PUBLISHED

    page.goto("/admin/forum/decision/")
    assert page.locator("#result_list tbody tr").count() == 7
    assert_accessible(page)


def test_answer_is_decided_on_a_phone_without_javascript(new_page, alice, mona, post, in_favour):
    answer = post(alice, f"Un très long mot : {'x' * 300}")
    page = new_page(member=mona, width=360, javascript=False)
    page.goto("/admin/forum/answer/?dossier=ouvert")
    page.locator("#result_list tbody th a").click()
    page.get_by_role("button", name="Publier").click()
    assert Answer.objects.get(pk=answer.pk).state == State.PUBLISHED
    page.goto(f"/admin/forum/answer/?q={answer.pk}")
    page.locator("input.action-select").check()
    page.get_by_role("button", name="Maintenir").click()
    page.select_option("[name=reason]", label="Conforme aux règles")
    page.get_by_role("button", name="Maintenir").click()
    page.get_by_text("Réponse maintenue.").wait_for()


def test_pages_fit_a_phone(new_page, alice, mona, post):
    answer = post(alice, f"Un très long mot : {'x' * 300}\n\n| a | b |\n|---|---|\n| {'y' * 90} | z |")
    page = new_page(member=mona, width=360, dark=True)
    for url in ["/admin/", f"/admin/forum/answer/{answer.pk}/change/", f"/admin/forum/member/{alice.pk}/change/"]:
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), url


LISTS = ["article", "answer", "blockedphrase", "decision", "member", "reason"]


def test_lists_are_read_on_a_phone_without_scrolling_sideways(new_page, alice, bob, ada, published, reason):
    published(alice, f"Un très long mot : {'x' * 300}")
    published(bob, "Une phrase comme une autre, qui prend sa place.")
    BlockedPhrase.objects.create(phrase="tulipe", note="Pourquoi elle est ici. " * 4, added_by=ada)
    page = new_page(member=ada, width=360)
    for name in LISTS:
        page.goto(f"/admin/forum/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.locator("#result_list tbody tr").count() > 0
        right = "cell => cell.getBoundingClientRect().right"
        assert max(cell.evaluate(right) for cell in page.locator("#result_list tbody tr > *").all()) <= 360, name
        assert_accessible(page)


def test_note_above_the_form_leads_to_the_box_to_mend(new_page, eddy, article, question):
    page = new_page(member=eddy, width=360)
    page.goto(f"/admin/forum/article/{article.pk}/change/")
    page.fill("[name=questions-0-closes_at_0]", "hier")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert_accessible(page)
    page.get_by_role("link", name="Question 1, ferme le").click()
    box = page.locator("[name=questions-0-closes_at_0]")
    top = box.evaluate("box => box.getBoundingClientRect().top")
    assert 0 <= top < page.evaluate("innerHeight")


def test_editor_adds_a_question(new_page, eddy, article, question):
    page = new_page(member=eddy)
    page.goto(f"/admin/forum/article/{article.pk}/change/")
    assert_accessible(page)
    page.fill("[name=questions-1-text]", "Et la suite ?")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url("**/admin/forum/article/")
    assert [row.text for row in article.questions.all()] == [question.text, "Et la suite ?"]
    assert_accessible(page)


def test_member_is_measured(new_page, alice, mona):
    page = new_page(member=mona, expected=[422])
    page.goto("/admin/forum/member/?q=alice")
    assert_accessible(page)
    page.click("#result_list tbody th a")
    assert_accessible(page)
    page.get_by_role("button", name="Exclure").click()
    page.get_by_text("Donnez le motif").wait_for()
    assert_accessible(page)
    page.fill("[name=reason]", "Trois menaces.")
    page.get_by_role("button", name="Exclure").click()
    page.get_by_text("Exclusion\u202f: alice.").wait_for()
    alice.refresh_from_db()
    assert not alice.is_active
