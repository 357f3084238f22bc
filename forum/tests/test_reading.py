"""What readers see of articles, questions and answers, and what they do not."""

import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from forum.models import Article, ModerationMode, Notification, Question, Reason
from forum.models.answers import State

from .planting import plant_answer, plant_article, plant_member, plant_question, take_down

pytestmark = pytest.mark.django_db


def page(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(html: str) -> str:
    """What the page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def every_page(question, answer) -> list[str]:
    article = question.article.get_absolute_url()
    thread = question.get_absolute_url()
    return ["/", article, thread, f"{thread}?tri=recentes", f"{thread}?depuis={answer.path}", "/regles/"]


# --- For everybody ---


def test_anonymous_reader_gets_no_cookie_and_costs_no_session(client, question, bob, django_assert_max_num_queries):
    answer = plant_answer(question, bob)
    for url in [*every_page(question, answer), answer.get_absolute_url(), "/inconnu/"]:
        with django_assert_max_num_queries(5) as queries:
            response = client.get(url)
        assert not response.cookies, url
        assert not any(Session._meta.db_table in query["sql"] for query in queries.captured_queries), url


def test_pages_hold_no_inline_style_or_script(client, question, bob):
    answer = plant_answer(question, bob)
    for url in every_page(question, answer):
        html = page(client, url)
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html), url


def test_every_stylesheet_and_icon_of_a_page_is_there(client):
    links = re.findall(r'<link rel="(?:stylesheet|icon)" href="/static/([^"]+)"', page(client, "/"))
    [sheet, _] = links
    parts = re.findall(r'@import url\("([^"]+)"\)', Path(finders.find(sheet)).read_text())
    assert len(parts) > 10
    links += [f"forum/css/{part}" for part in parts]
    assert [link for link in links if not finders.find(link)] == []


def test_each_page_has_one_h1_and_says_its_language(client, question, bob):
    answer = plant_answer(question, bob)
    for url in every_page(question, answer):
        html = page(client, url)
        assert html.count("<h1") == 1, url
        assert '<html lang="fr">' in html


def test_scripts_come_only_to_those_who_have_an_account_but_for_the_one_that_finds_an_answer(
    client, question, alice
):
    for url in ("/", question.article.get_absolute_url(), "/regles/"):
        assert "<script" not in page(client, url)
    assert page(client, question.get_absolute_url()).count("<script") == 1
    assert "forum/js/thread.js" in page(client, question.get_absolute_url())
    client.force_login(alice)
    assert "htmx" in page(client, question.get_absolute_url())


def test_masthead_brings_the_reader_back_after_logging_in(client, question):
    assert f"?next=%2Fquestions%2F{question.pk}%2F%3Ftri%3Drecentes" in page(
        client, question.get_absolute_url() + "?tri=recentes"
    )
    assert "?next=" not in page(client, "/compte/login/")


def test_unread_notices_are_counted_in_the_masthead(client, question, alice, bob):
    Notification.objects.create(recipient=alice, kind="reply", answer=plant_answer(question, bob))
    client.force_login(alice)
    assert "Avis 1 non lu " in words(page(client, "/"))
    client.force_login(bob)
    assert "non lu" not in page(client, "/")


def test_only_moderators_are_led_to_the_queue(client, alice, mona):
    client.force_login(alice)
    assert "/moderation/" not in page(client, "/")
    client.force_login(mona)
    assert "/moderation/" in page(client, "/")


# --- Front page and articles ---


def test_front_page_lists_articles_newest_first_with_questions_and_counts(client, alice):
    old, new = plant_article("Ancien", dated="2021-02"), plant_article("Récent", lead="Le chapeau.")
    asked = plant_question("Vraiment ?", article=old)
    plant_answer(asked, alice)
    plant_answer(asked, alice, state=State.PENDING)
    said = words(page(client, "/"))
    assert said.index("Récent") < said.index("Ancien")
    assert "février 2021" in said
    assert "Le chapeau." in said
    assert "1\u00a0réponse publiée" in page(client, "/")
    assert f'href="{asked.get_absolute_url()}"' in page(client, "/")
    assert new.get_absolute_url() in page(client, "/")


def test_article_without_a_lead_is_presented_by_its_first_sentences(client):
    body = "## L'heure du *choix*\n\nLe pont ferme **lundi**. " + "La rocade attend. " * 30 + "\n\nEt la suite."
    article = Article.objects.create(slug="le-pont", title="Le pont", body=body)
    asked = Question.objects.create(article=article, text="Et vous\u202f?")
    for url in ("/", asked.get_absolute_url()):
        said = words(page(client, url))
        assert "Le pont ferme lundi. La rocade attend." in said
        assert "Et la suite" not in said
        assert "L’heure du" not in said
    assert "Relire le début de l’article" in words(page(client, asked.get_absolute_url()))


def test_article_without_a_date_tells_when_it_came(client):
    plant_article("Sans date")
    assert "à l’instant Sans date" in words(page(client, "/"))


def test_front_page_is_paged_by_key(client):
    articles = [plant_article(f"Article numéro {number}") for number in range(25)]
    first = page(client, "/")
    older = re.search(r'href="(\?avant=\d+)"', first)[1]
    second = page(client, "/" + older)
    assert [first.count("<article"), second.count("<article")] == [20, 5]
    assert articles[0].get_absolute_url() in second
    assert "?avant=" not in second


@pytest.mark.parametrize("key", ["", "0", "-1", "²", "9" * 18, "9" * 40, "x", "\x00"])
def test_odd_keys_of_the_front_page_are_no_error(client, key):
    plant_article()
    assert client.get("/", {"avant": key}).status_code == 200


def test_empty_front_page_says_what_will_come(client):
    assert "Aucun article pour l’instant" in page(client, "/")


def test_article_shows_its_questions_with_the_newest_published_answers(client, question, alice):
    for number in range(4):
        plant_answer(question, alice, f"Texte publié {number}.")
    plant_answer(question, alice, "Texte en attente.", state=State.PENDING)
    said = words(page(client, question.article.get_absolute_url()))
    assert "4 réponses" in said.replace("\u00a0", " ")
    assert "Texte publié 3." in said
    assert "Texte publié 2." in said
    assert "Texte publié 1." not in said
    assert "Texte en attente." not in said


def test_article_asks_for_no_answer_where_a_question_is_closed(client, question):
    url = question.article.get_absolute_url()
    assert f"/questions/{question.pk}/repondre/" in page(client, url)
    Question.objects.filter(pk=question.pk).update(moderation=ModerationMode.CLOSED)
    assert f"/questions/{question.pk}/repondre/" not in page(client, url)


def test_article_shows_text_and_sources_as_typography_has_it(client):
    article = plant_article("L'avis", lead="Un chapeau.", sources="[Le Temps](https://example.org/)\nUn message")
    html = page(client, article.get_absolute_url())
    assert "L’avis" in html
    assert "<p>Et la suite.</p>" in html
    assert 'href="https://example.org/"' in html
    assert "Un message" in html


def test_text_of_editors_and_names_cannot_become_markup(client, question):
    article = question.article
    article.title = "<script>alert(1)</script>"
    article.save()
    Question.objects.filter(pk=question.pk).update(text="<img src=x onerror=alert(1)>")
    plant_answer(question, plant_member("<b>mallory</b>"), "<script>alert(2)</script>")
    for url in ["/", article.get_absolute_url(), question.get_absolute_url()]:
        html = page(client, url)
        assert "<script>" not in html
        assert "<img" not in html
        assert "<b>mallory" not in html


def test_rules_tell_the_modes_and_the_reasons_on_offer(client, in_favour):
    Reason.objects.create(code="spam", label="Publicité", explanation="Le texte vend quelque chose.")
    Reason.objects.create(code="old", label="Ancien motif", explanation="…", is_offered=False)
    said = words(page(client, "/regles/"))
    assert "Publicité" in said
    assert "Le texte vend quelque chose." in said
    assert "Ancien motif" not in said
    assert in_favour.label not in said


# --- When something is wrong ---


def test_missing_page_is_the_sites_own_and_says_what_to_do(client):
    response = client.get("/rien/")
    assert response.status_code == 404
    assert "Il n’y a rien à lire à cette adresse" in response.content.decode()
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html"])
def test_pages_for_failures_need_neither_context_nor_database(template, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_to_string(template)
    assert "page précédente" in html or "Rechargez la page" in html


# --- The price of a page ---


def queries_of(client, url, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(16) as queries:
        assert client.get(url).status_code == 200
    return len(queries.captured_queries)


@pytest.mark.parametrize("reader", [None, "alice", "mona"])
def test_twice_the_rows_cost_the_same_number_of_queries(
    client, question, alice, bob, mona, reader, django_assert_max_num_queries
):
    def grow():
        plant_question(article=plant_article())
        plant_question(article=question.article)
        answer = plant_answer(question, bob)
        plant_answer(question, mona, reply_to=answer)
        gone = plant_answer(question, bob)
        plant_answer(question, alice, reply_to=gone, edit_state=State.PENDING)
        take_down(gone, State.WITHDRAWN)
        plant_answer(question, alice, state=State.PENDING)
        plant_answer(question, alice, reply_to=answer, state=State.RETURNED)

    if reader:
        client.force_login({"alice": alice, "mona": mona}[reader])
    thread = question.get_absolute_url()
    urls = ["/", question.article.get_absolute_url(), thread, thread + "?tri=recentes"]
    grow()
    client.get("/")  # the first page of a session also writes down where it was opened
    before = [queries_of(client, url, django_assert_max_num_queries) for url in urls]
    grow()
    grow()
    after = [queries_of(client, url, django_assert_max_num_queries) for url in urls]
    # An author who has become known is not told how long texts wait: one query fewer.
    assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
