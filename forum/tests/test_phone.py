"""The pages on a narrow screen, with large letters, at night, and on paper: whatever readers write."""

import re
import uuid

import pytest

from forum.actions.answers import edit_answer, post_answer
from forum.actions.moderation import decide
from forum.actions.reports import report_answer
from forum.models import Article, Question, Reason, Revision
from forum.tests.browser import assert_accessible
from forum.tests.walking import keep_picture
from forum.text.render import RENDERER

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "anticonstitutionnellement" * 6
WIDE = f"""Un mot : {LONG}

Une adresse : https://exemple.org/{"chemin/" * 20}?question={"x" * 80}

| Réseau | Hébergeur | Identification | Applications | Messages | Modération | Procès | Enquête |
|---|---|---|---|---|---|---|---|
| {LONG[:40]} | un | deux | trois | quatre | cinq | six | sept |

```
{"une ligne de code qui ne finit pas ; " * 8}
```

> > > > Une citation dans une citation, {LONG}

- une liste
  - dans une liste
    - dans une liste, {LONG}

`{LONG}`
"""
PAGES = [
    "/",
    "/articles/{slug}/",
    "/questions/{question}/",
    "/questions/{question}/?tri=recentes",
    "/questions/{question}/repondre/",
    "/reponses/{theirs}/repondre/",
    "/reponses/{own}/modifier/",
    "/reponses/{own}/supprimer/",
    "/reponses/{theirs}/signaler/",
    "/mes-reponses/",
    "/avis/",
    "/regles/",
    "/moderation/",
    "/moderation/reponses/{own}/",
    "/moderation/reponses/{theirs}/",
    "/moderation/journal/",
    "/compte/email/",
    "/compte/password/change/",
    "/compte/2fa/",
    "/compte/sessions/",
    "/compte/logout/",
    "/absente/",
]
PHONE = {"width": 360, "height": 740}
FOR_STRANGERS = ["/compte/login/", "/compte/signup/", "/compte/password/reset/", "/questions/{question}/repondre/"]


@pytest.fixture
def addresses(forum, alice, bob, mona) -> dict:
    """A forum in which everybody writes as widely as can be; mona is replied to, edited by and reported."""
    Article.objects.update(title=f"Un titre avec {LONG}", lead=f"Un chapeau avec {LONG}", body=WIDE, sources=LONG)
    Question.objects.filter(pk=forum.pk).update(text=f"Et ceci : {LONG} ?", moderation="after")
    forum.refresh_from_db()
    theirs = post_answer(author=alice, question=forum, text=WIDE, key=uuid.uuid4())
    deepest = theirs
    for number in range(6):
        author = [mona, bob][number % 2]
        deepest = post_answer(
            author=author, question=forum, text=f"{WIDE}\n\n{number}", reply_to=deepest, key=uuid.uuid4()
        )
    own = post_answer(author=mona, question=forum, text=f"Mienne.\n\n{WIDE}", key=uuid.uuid4())
    reason = Reason.objects.first()
    report_answer(by=bob, answer=own, reason=reason, remark=LONG * 3)
    decide(by=mona, verb="withdraw", seen=[deepest.latest_id], reason=reason, note=LONG * 3)
    Question.objects.filter(pk=forum.pk).update(moderation="before")
    edit_answer(author=alice, answer=theirs, seen=theirs.latest_id, text=f"Autre.\n\n{WIDE}", key=uuid.uuid4())
    return {"slug": forum.article.slug, "question": forum.pk, "theirs": theirs.pk, "own": own.pk}


def too_wide(page) -> str:
    """What sticks out of the screen, if anything does."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return "";
            const out = [...document.querySelectorAll("body *")].filter(
                (element) => element.getBoundingClientRect().right > width + 1,
            );
            return `${document.documentElement.scrollWidth} px: ` + out.slice(0, 6).map(
                (element) => `${element.tagName}.${element.className}`).join(", ");
        }"""
    )


def smallest_print(page) -> float:
    """The size in pixels of the smallest words that are seen, keys and superscripts left out."""
    return page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("body *")]
            .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
                && !element.closest("kbd, sub, sup") && element.checkVisibility())
            .map((element) => parseFloat(getComputedStyle(element).fontSize)))"""
    )


def walk(page, paths, addresses) -> dict[str, str]:
    """Open every page and say which ones are too wide, and by what, or too finely printed."""
    found = {}
    for path in paths:
        page.goto(path.format(**addresses))
        keep_picture(page, path)
        found[path] = too_wide(page) or (f"{size} px" if (size := smallest_print(page)) < 13.99 else "")
    return {path: what for path, what in found.items() if what}


def test_every_page_fits_a_phone(new_page, addresses, mona):
    assert not walk(new_page(**PHONE, member=mona, expected={404}), PAGES, addresses)
    assert not walk(new_page(**PHONE), FOR_STRANGERS, addresses)


def test_letters_twice_as_large_at_night_push_nothing_out(new_page, addresses, mona):
    page = new_page(**PHONE, dark=True, member=mona, expected={404})
    stranger = new_page(**PHONE, dark=True)
    for each in (page, stranger):
        each.add_init_script(
            "document.addEventListener('DOMContentLoaded', () => {"
            "  document.documentElement.style.fontSize = '200%';"
            "});"
        )
    assert not walk(page, PAGES, addresses)
    assert not walk(stranger, FOR_STRANGERS, addresses)
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 21, 18)"


def test_paper_holds_the_words_and_leaves_the_controls(new_page, addresses, mona):
    page = new_page(width=800, member=mona)
    for path in ("/articles/{slug}/", "/questions/{question}/"):
        page.goto(path.format(**addresses))
        page.emulate_media(media="print", color_scheme="dark")
        keep_picture(page, f"papier {path}")
        for control in ("nav", "form", "button", ".answer > [data-ugc] ~ a", ".turn__ways", ".skip"):
            assert not any(place.is_visible() for place in page.locator(control).all()), control
        assert all(place.bounding_box()["x"] >= 0 for place in page.locator("h1, .asked").all())
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert not too_wide(page)
    assert page.locator(".answer > [data-ugc]").first.is_visible()
    assert page.locator(".answer time").first.is_visible()


def test_wide_table_scrolls_in_its_box_by_the_keyboard_too(new_page, forum, alice):
    Question.objects.update(moderation="after")
    rows = "| Réseau | Hébergeur | Identification | Applications | Modération |\n|---|---|---|---|---|\n" + (
        "| Un réseau | Son hébergeur | Par téléphone | Retirées des magasins | Automatique et humaine |\n" * 2
    )
    answer = post_answer(author=alice, question=forum, text=rows, key=uuid.uuid4())
    page = new_page(**PHONE)
    page.goto(f"/questions/{forum.pk}/#reponse-{answer.pk}")
    table = page.get_by_role("group", name="Tableau")
    assert not too_wide(page)
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    lines = "cell => cell.getBoundingClientRect().height / parseFloat(getComputedStyle(cell).lineHeight)"
    assert all(cell.evaluate(lines) < 2 for cell in table.locator("th").all()), "a word is broken"
    table.focus()
    page.keyboard.press("ArrowRight")
    table.evaluate("box => new Promise((seen) => box.scrollLeft ? seen() : (box.onscroll = seen))")
    assert_accessible(page)
    keep_picture(page, "tableau")
    older = re.sub("</?div[^>]*>", "", answer.latest.html)
    Revision.objects.update(html=older, renderer=RENDERER - 1)
    Question.objects.all().mark_changed()
    page.reload()
    assert page.locator("table").is_visible()
    assert not table.is_visible()
    assert not too_wide(page)
