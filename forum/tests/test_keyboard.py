"""The forum by the keyboard alone: where Tab goes, what shows it, and the way past the masthead."""

import pytest

from forum.models import Answer
from forum.tests.walking import PLAIN_TOO, box

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What has the focus: how it is called, and whether that can be seen.
FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    const name = element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent;
    const seen = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
    return [name.trim().replace(/\\s+/g, " "), seen];
}"""


def tab_to(page, last: str) -> list[str]:
    """Press Tab until `last` has the focus; what had it on the way, each with a frame that can be seen."""
    passed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, is_seen = page.evaluate(FOCUSED)
        assert is_seen, f"nothing shows that {name!r} has the focus"
        passed.append(name)
        if name == last:
            return passed
    raise AssertionError(f"Tab never reaches {last!r}: {passed}")


def test_skip_link_leads_past_the_masthead(new_page, decided):
    page = new_page()
    page.goto(decided.question.get_absolute_url())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert tab_to(page, "Relire le début de l’article")[0].startswith("Privé d’Amazon")


def test_tab_follows_the_question_page_as_it_is_read(new_page, forum, decided, bob):
    page = new_page(member=bob)
    page.goto(forum.get_absolute_url())
    passed = tab_to(page, "Écrire à la rédaction")
    assert passed[2:6] == ["Mes réponses", "Avis", "bob, votre compte", "Se déconnecter"]
    assert passed[-10:] == [
        "Les plus anciennes",
        "Les plus récentes",
        "à l’instant",
        "Répondre",
        "Signaler",
        "Votre réponse",
        "Publier",
        "Aperçu",
        "Règles et modération",
        "Écrire à la rédaction",
    ]


@PLAIN_TOO
def test_reply_is_written_and_sent_without_a_mouse(new_page, forum, decided, bob, javascript):
    page = new_page(javascript=javascript, member=bob)
    page.goto(forum.get_absolute_url())
    page.locator(f"#reponse-{decided.pk}").get_by_role("link", name="Répondre").focus()
    page.keyboard.press("Enter")
    if javascript:
        page.locator(f"#sous-{decided.pk} textarea:focus").wait_for()
    else:
        page.wait_for_url("**/repondre/")
        box(page).focus()
    page.keyboard.type("Écrite au clavier.")
    assert tab_to(page, "Répondre") == ["Répondre"]
    page.keyboard.press("Enter")
    page.locator(".answer--pending").filter(has_text="Écrite au clavier.").wait_for()
    assert Answer.objects.get(author=bob).reply_to == decided


def test_fault_in_the_box_is_told_where_the_focus_is(new_page, forum, alice):
    page = new_page(member=alice, expected={422})
    page.goto(forum.get_absolute_url())
    box(page).fill("?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("trop court").wait_for()
    faulty = box(page)
    assert faulty.evaluate("field => field === document.activeElement")
    assert faulty.get_attribute("aria-invalid") == "true"
    assert page.get_by_role("alert").get_attribute("id") in faulty.get_attribute("aria-describedby").split()
