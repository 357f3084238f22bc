"""Articles with their questions in the Django admin: the editors’ room."""

import re

import pytest

from forum.actions.moderation import decide
from forum.models import (
    Article,
    Decision,
    Draft,
    Question,
)
from forum.text.clean import MAX_ARTICLE

from .desk import text_of

pytestmark = pytest.mark.django_db
Verb = Decision.Verb


def article_form(article: Article, questions: list[dict], **more) -> dict:
    """What the article's page sends."""
    fields = ["title", "slug", "lead", "body", "sources", "dated", "language", "moderation"]
    sent = {name: getattr(article, name) for name in fields} | {
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": sum("id" in row for row in questions),
        "questions-MIN_NUM_FORMS": 0,
        "questions-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(questions):
        sent |= {f"questions-{number}-{name}": value for name, value in row.items()}
        if article.pk:
            sent[f"questions-{number}-article"] = article.pk
    return sent | more


def test_editor_adds_an_article_with_its_questions(eddy, client_of):
    new = Article(title="Le retour du réseau", body="Un texte.", dated="2021-02", language="fr")
    sent = article_form(new, [{"position": 1, "text": "Et vous\u202f?", "moderation": ""}])
    response = client_of(eddy).post("/admin/forum/article/add/", sent)
    assert response.status_code == 302, response.context["errors"]
    article = Article.objects.get()
    assert article.slug == "le-retour-du-reseau"
    assert [question.text for question in article.questions.all()] == ["Et vous\u202f?"]


@pytest.mark.parametrize("field", ["body", "sources"])
def test_text_longer_than_an_article_may_be_comes_back_to_be_cut(field, eddy, client_of):
    long = "Un mot. " * (MAX_ARTICLE // 8)
    sent = article_form(Article(title="Le retour", body="Un texte."), []) | {field: long + "Un de trop."}
    response = client_of(eddy).post("/admin/forum/article/add/", sent)
    assert f"{MAX_ARTICLE + 11} signes\u202f: il en faut au plus {MAX_ARTICLE}" in response.text
    assert "Un de trop." in response.text
    sent[field] = long.strip()
    assert client_of(eddy).post("/admin/forum/article/add/", sent).status_code == 302


ADDRESSES = [
    ("L’île d’Œssant", ["l-ile-d-oessant", "l-ile-d-oessant-2"]),
    ("???", ["article", "article-2"]),
]


@pytest.mark.parametrize(("title", "addresses"), ADDRESSES)
def test_address_left_empty_is_made_of_the_title_as_when_a_text_is_loaded(title, addresses, eddy, client_of):
    for _ in addresses:
        sent = article_form(Article(title=title, body="Un texte."), [])
        assert client_of(eddy).post("/admin/forum/article/add/", sent).status_code == 302
    assert list(Article.objects.order_by("pk").values_list("slug", flat=True)) == addresses


def test_article_whose_address_is_emptied_may_have_the_same_again(eddy, client_of, article):
    sent = article_form(article, []) | {"slug": ""}
    client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", sent)
    article.refresh_from_db()
    assert article.slug == "la-panne"


def test_editor_changes_a_question_and_adds_another(eddy, client_of, article, question):
    rows = [
        {"id": question.pk, "position": 2, "text": "Plus claire\u202f?", "moderation": "before"},
        {"position": 1, "text": "Une de plus\u202f?", "moderation": ""},
    ]
    response = client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", article_form(article, rows))
    assert response.status_code == 302
    assert [row.text for row in article.questions.all()] == ["Une de plus\u202f?", "Plus claire\u202f?"]


def test_second_of_two_editors_is_told_before_he_writes_over_the_first(eddy, ada, client_of, article):
    url = f"/admin/forum/article/{article.pk}/change/"
    seen = re.compile(r'name="seen" value="(\w+)"')
    pages = [client_of(member).get(url) for member in (eddy, ada)]
    first, second = (article_form(article, [], seen=seen.search(text_of(page))[1]) for page in pages)
    assert client_of(eddy).post(url, first | {"title": "Le titre d’Eddy"}).status_code == 302
    second |= {"lead": "Le chapeau d’Ada"}
    late = client_of(ada).post(url, second)
    assert "a été enregistré par quelqu’un d’autre" in text_of(late)
    assert "Le chapeau d’Ada" in text_of(late)
    article.refresh_from_db()
    assert (article.title, article.lead == "Le chapeau d’Ada") == ("Le titre d’Eddy", False)
    assert client_of(ada).post(url, second | {"seen": seen.search(text_of(late))[1]}).status_code == 302
    article.refresh_from_db()
    assert article.lead == "Le chapeau d’Ada"


def test_new_question_proposes_the_rank_after_the_last(eddy, client_of, article, question):
    Question.objects.create(article=article, position=7, text="Et la suite\u202f?")
    page = client_of(eddy).get(f"/admin/forum/article/{article.pk}/change/")
    formset = page.context["inline_admin_formsets"][0].formset
    assert [form["position"].value() for form in formset.forms] == [1, 7, 8]
    assert formset.empty_form["position"].value() is None
    page = client_of(eddy).get("/admin/forum/article/add/")
    assert page.context["inline_admin_formsets"][0].formset.forms[0]["position"].value() == 1


def test_proposed_rank_alone_makes_no_question(eddy, client_of, article, question):
    kept = {"id": question.pk, "position": 1, "text": question.text, "moderation": ""}
    blank = [{"position": rank, "text": "", "moderation": ""} for rank in (2, 5, "")]
    response = client_of(eddy).post(
        f"/admin/forum/article/{article.pk}/change/", article_form(article, [kept, *blank])
    )
    assert response.status_code == 302
    assert article.questions.get() == question


RANKS = [
    (["", "", ""], ["Un", "Deux", "Trois"]),
    (["2", "2", "2"], ["Un", "Deux", "Trois"]),
    (["", "2", "1"], ["Trois", "Deux", "Un"]),
    (["999", "", ""], ["Un", "Deux", "Trois"]),
]


@pytest.mark.parametrize(("ranks", "order"), RANKS)
def test_questions_without_rank_or_of_the_same_rank_keep_their_order(ranks, order, eddy, client_of, article):
    texts = ["Un", "Deux", "Trois"]
    rows = [{"position": rank, "text": text, "moderation": ""} for rank, text in zip(ranks, texts, strict=True)]
    url = f"/admin/forum/article/{article.pk}/change/"
    assert client_of(eddy).post(url, article_form(article, rows)).status_code == 302
    assert [question.text for question in article.questions.all()] == order


def test_question_whose_rank_is_emptied_goes_to_the_end(eddy, client_of, article, question):
    other = Question.objects.create(article=article, position=2, text="Et la suite\u202f?")
    rows = [
        {"id": question.pk, "position": "", "text": question.text, "moderation": ""},
        {"id": other.pk, "position": 2, "text": other.text, "moderation": ""},
    ]
    client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", article_form(article, rows))
    assert list(article.questions.all()) == [other, question]


def test_editing_a_question_does_not_undo_the_count_of_its_answers(
    alice, mona, eddy, client_of, article, question, post, monkeypatch
):
    """The answer is published between the reading of the row by the form and its writing."""
    answer = post(alice)
    plain_save = Question.save

    def publish_then_save(self, *args, **kwargs):
        decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
        plain_save(self, *args, **kwargs)

    monkeypatch.setattr(Question, "save", publish_then_save)
    rows = [{"id": question.pk, "position": 1, "text": "Autrement dit\u202f?", "moderation": ""}]
    client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", article_form(article, rows))
    question.refresh_from_db()
    assert (question.text, question.published_count) == ("Autrement dit\u202f?", 1)


def test_question_with_answers_stays(alice, eddy, client_of, article, question, post):
    post(alice)
    rows = [{"id": question.pk, "position": 1, "text": question.text, "moderation": "", "DELETE": "on"}]
    response = client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", article_form(article, rows))
    assert response.status_code == 200
    assert "a reçu des réponses" in text_of(response)
    assert "Réponse" not in str(response.context["errors"])
    assert Question.objects.filter(pk=question.pk).exists()


def test_question_without_answers_goes(eddy, client_of, article, question):
    rows = [{"id": question.pk, "position": 1, "text": question.text, "moderation": "", "DELETE": "on"}]
    client_of(eddy).post(f"/admin/forum/article/{article.pk}/change/", article_form(article, rows))
    assert not Question.objects.exists()


def test_article_with_answers_stays(alice, eddy, client_of, article, post):
    answer = post(alice)
    url = f"/admin/forum/article/{article.pk}/delete/"
    for send in (client_of(eddy).get, client_of(eddy).post):
        response = send(url, {"post": "yes"}, follow=True)
        assert "ont reçu des réponses" in text_of(response)
        assert str(answer) not in text_of(response)
    assert Article.objects.exists()


def test_article_without_answers_goes_and_drafts_under_it_are_not_shown(alice, eddy, client_of, article, question):
    Draft.objects.create(author=alice, question=question, text="Mon brouillon")
    url = f"/admin/forum/article/{article.pk}/delete/"
    page = text_of(client_of(eddy).get(url))
    assert "Que pensez-vous" in page
    assert "rouillon" not in page
    client_of(eddy).post(url, {"post": "yes"})
    assert not Article.objects.exists()


WRONG = [
    ({"dated": "hier"}, "Cette date ne se lit pas"),
    ({"dated": "2021-13"}, "Cette date ne se lit pas"),
    ({"dated": "2026-11-31"}, "Cette date ne se lit pas"),
    ({"questions-0-position": "40000"}, "inférieur"),
    ({"questions-0-position": "deux"}, "nombre entier"),
    ({"slug": "l’île"}, "sans accent"),
    ({"slug": "deja-la"}, "Un autre article a déjà cette adresse"),
    (
        {
            "questions-0-opens_at_0": "02/01/2027",
            "questions-0-opens_at_1": "10:00",
            "questions-0-closes_at_0": "01/01/2027",
            "questions-0-closes_at_1": "10:00",
        },
        "avant d’ouvrir",
    ),
]


@pytest.mark.parametrize(("sent", "sentence"), WRONG)
def test_editor_is_told_what_is_wrong_with_an_article(sent, sentence, eddy, client_of, article, question):
    Article.objects.create(slug="deja-la", title="Déjà là", body="Un texte.")
    rows = [{"id": question.pk, "position": 1, "text": question.text, "moderation": ""}]
    url = f"/admin/forum/article/{article.pk}/change/"
    response = client_of(eddy).post(url, article_form(article, rows) | sent)
    assert response.status_code == 200
    assert sentence in text_of(response)


TO_MEND = [
    ({"title": ""}, "id_title", "Titre"),
    ({"slug": "l’île"}, "id_slug", "Adresse de la page"),
    ({"questions-0-closes_at_0": "hier"}, "id_questions-0-closes_at_0", "Question 1, ferme le"),
    (
        {"questions-1-text": "", "questions-1-moderation": "before"},
        "id_questions-1-text",
        "Nouvelle question, texte",
    ),
]


@pytest.mark.parametrize(("sent", "anchor", "place"), TO_MEND)
def test_note_above_the_form_leads_to_the_box_to_mend(sent, anchor, place, eddy, client_of, article, question):
    rows = [
        {"id": question.pk, "position": 1, "text": question.text, "moderation": ""},
        {"position": 2, "text": "Et la suite\u202f?", "moderation": ""},
    ]
    url = f"/admin/forum/article/{article.pk}/change/"
    page = text_of(client_of(eddy).post(url, article_form(article, rows) | sent))
    assert f'<li><a href="#{anchor}">{place}</a>\u202f: ' in page
    assert f'id="{anchor}"' in page


def test_note_leads_to_the_questions_when_one_of_them_stays(alice, eddy, client_of, article, question, post):
    post(alice)
    rows = [{"id": question.pk, "position": 1, "text": question.text, "moderation": "", "DELETE": "on"}]
    url = f"/admin/forum/article/{article.pk}/change/"
    page = text_of(client_of(eddy).post(url, article_form(article, rows)))
    assert '<a href="#questions-group">Questions finales</a>' in page
    assert 'id="questions-group"' in page


def test_moderator_reads_articles_and_writes_none(mona, client_of, article, question):
    url = f"/admin/forum/article/{article.pk}/change/"
    assert "<textarea" not in text_of(client_of(mona).get(url))
    assert client_of(mona).post(url, article_form(article, [])).status_code == 403
