"""The admin speaks French throughout, and no noun of it is given the wrong gender."""

import ast
import gettext
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.utils import timezone

from forum.models import Article, BlockedPhrase, Member

from .desk import text_of
from .test_admin_articles import article_form

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES"
DJANGO = Path(django.__file__).parent
SENTENCE = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', re.MULTILINE)


def written(domain: str) -> dict:
    """The entries of the file that people edit: each sentence of Django, and ours instead."""
    entries, key = {}, ""
    for name, quoted in SENTENCE.findall((FOLDER / f"{domain}.po").read_text(encoding="utf-8")):
        sentence = ast.literal_eval(quoted)
        if name == "msgid":
            key = sentence
        elif name.startswith("msgstr["):
            entries[key, int(name[7])] = sentence
        elif name == "msgstr":
            entries[key] = sentence
    return {key: sentence for key, sentence in entries.items() if key}


def compiled(file: Path) -> dict:
    with file.open("rb") as opened:
        return {key: sentence for key, sentence in gettext.GNUTranslations(opened)._catalog.items() if key}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_what_is_written_is_what_is_read(domain):
    assert written(domain) == compiled(FOLDER / f"{domain}.mo"), "manage.py compilemessages --ignore .venv"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_each_sentence_is_still_one_of_django(domain):
    folders = ["contrib/admin/locale"]
    if domain == "django":
        folders += ["conf/locale", "contrib/auth/locale"]
    files = [DJANGO / folder / "fr" / "LC_MESSAGES" / f"{domain}.mo" for folder in folders]
    known = set().union(*map(compiled, files))
    assert set(written(domain)) <= known


PAGES = [
    "/admin/",
    "/admin/password_change/done/",
    "/admin/forum/",
    "/admin/forum/article/",
    "/admin/forum/article/?q=introuvable",
    "/admin/forum/article/add/",
    "/admin/forum/article/{article}/change/",
    "/admin/forum/article/{article}/history/",
    "/admin/forum/article/{article}/delete/",
    "/admin/forum/answer/",
    "/admin/forum/decision/",
    "/admin/forum/member/",
    "/admin/forum/member/{member}/change/",
    "/admin/forum/member/{member}/history/",
    "/admin/forum/blockedphrase/",
    "/admin/forum/blockedphrase/add/",
    "/admin/forum/blockedphrase/{phrase}/change/",
    "/admin/forum/blockedphrase/{phrase}/delete/",
    "/admin/forum/reason/",
    "/admin/forum/reason/add/",
    "/admin/forum/reason/{reason}/change/",
    "/admin/forum/reason/{reason}/delete/",
]
LEFT_OVER = re.compile(
    r"\bobjets?\b|sélectionnés?\b|\(e\)|\bPar (?:modération|langue|rôle|motif|proposé)|sûr\b|modèle|"
    r"\w'\w|\w: |Ajouter (?:article|motif|expression)|"
    r"\b(?:Search|True|False|None|Add|Change|Delete|View|All|selected|history|results?)\b"
)


def words_of(response) -> str:
    """What is read and heard on the page, without its scripts and marks."""
    page = re.sub(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", " ", text_of(response), flags=re.DOTALL)
    heard = re.findall(r'\b(?:alt|title|aria-label|placeholder|value)="([^"]*)"', page)
    return unescape(" | ".join([re.sub(r"<[^>]*>", " ", page), *heard]))


@pytest.mark.parametrize("page", PAGES)
def test_no_word_of_django_is_left_over(page, alice, ada, client_of, article, published, reason):
    published(alice)
    phrase = BlockedPhrase.objects.create(phrase="tulipe", added_by=ada)
    if page.endswith("article}/delete/"):
        article = Article.objects.create(slug="vide", title="Sans réponse", body="Un texte.")
    url = page.format(article=article.pk, member=alice.pk, phrase=phrase.pk, reason=reason.pk)
    response = client_of(ada).get(url)
    assert response.status_code == 200
    assert LEFT_OVER.findall(words_of(response)) == []


def test_what_was_done_is_said_in_sentences_that_fit_every_noun(ada, client_of):
    client, url = client_of(ada), "/admin/forum/blockedphrase/"
    said = [client.post(f"{url}add/", {"phrase": phrase, "note": ""}, follow=True) for phrase in ("tulipe", "lys")]
    tulip, lily = BlockedPhrase.objects.order_by("pk")
    said.append(client.post(f"{url}{tulip.pk}/change/", {"phrase": "tulipes", "note": ""}, follow=True))
    said.append(client.post(f"{url}{tulip.pk}/delete/", {"post": "yes"}, follow=True))
    ticked = {"action": "delete_selected", "index": 0, "_selected_action": lily.pk}
    said.append(client.post(url, ticked))
    said.append(client.post(url, ticked | {"post": "yes"}, follow=True))
    said.append(client.post(url, {"action": "delete_selected", "index": 0}, follow=True))
    said.append(client.get("/admin/forum/article/99/change/", follow=True))
    for response, sentence in zip(
        said,
        [
            "C’est ajouté : expression bloquée « tulipe ».",
            "C’est ajouté : expression bloquée « lys ».",
            "C’est enregistré : expression bloquée « tulipes ».",
            "C’est supprimé : expression bloquée « tulipes ».",
            "Voulez-vous vraiment supprimer tout ce qui suit ?",
            "C’est supprimé : 1 expression bloquée.",
            "Rien n’est coché, rien n’a été changé.",
            "Il n’y a rien à cette adresse, ou il n’y a plus rien",
        ],
        strict=True,
    ):
        page = re.sub("</?a[^>]*>", "", text_of(response)).replace("\u202f", " ").replace("\u00a0", " ")
        assert sentence in page


def test_history_tells_what_was_done(eddy, client_of, article):
    client, url = client_of(eddy), f"/admin/forum/article/{article.pk}/"
    assert "Rien n’a encore été changé" in text_of(client.get(f"{url}history/"))
    rows = [{"position": "", "text": "Et vous\u202f?", "moderation": ""}]
    client.post(f"{url}change/", article_form(article, rows, title="Le retour"))
    page = text_of(client.get(f"{url}history/")).replace("\u202f", " ")
    assert "Ajout : question « Et vous ? »." in page
    assert "Modification : Titre." in page


CLOSED = [
    ("mona", "/admin/forum/article/add/", "modérateur"),
    ("mona", "/admin/forum/decision/{decision}/delete/", "modérateur"),
    ("eddy", "/admin/forum/answer/", "rédaction"),
    ("eddy", "/admin/forum/member/{member}/mesure/", "rédaction"),
]


@pytest.mark.parametrize(("name", "page", "role"), CLOSED)
def test_closed_page_says_whose_it_is_and_leads_back(name, page, role, alice, mona, eddy, client_of, published):
    client = client_of({"mona": mona, "eddy": eddy}[name])
    response = client.get(page.format(decision=published(alice).decisions.get().pk, member=alice.pk))
    assert response.status_code == 403
    assert f"Votre rôle est «\u202f{role}\u202f»" in text_of(response)
    assert 'href="/admin/">Voir ce qui vous est ouvert' in text_of(response)
    assert LEFT_OVER.findall(words_of(response)) == []


def test_suspended_moderator_reads_until_when(mona, client_of, post, alice):
    answer = post(alice)
    Member.objects.filter(pk=mona.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    response = client_of(mona).get(f"/admin/forum/answer/{answer.pk}/change/")
    assert response.status_code == 403
    assert "Votre compte est suspendu jusqu’au" in text_of(response)


def test_closed_page_changes_nothing(mona, client_of):
    sent = article_form(Article(title="Un titre", body="Un texte."), [])
    response = client_of(mona).post("/admin/forum/article/add/", sent)
    assert response.status_code == 403
    assert "Rien n’a été changé." in text_of(response)
    assert not Article.objects.exists()


@pytest.mark.parametrize("page", ["/admin/nulle-part/", "/admin/forum/member/999/change/", "/admin/auth/group/"])
def test_missing_page_says_how_to_find_what_was_looked_for(page, mona, client_of):
    response = client_of(mona).get(page)
    assert response.status_code == 404
    assert "ouvrez sa liste" in text_of(response)
    assert 'href="/admin/">Voir les listes' in text_of(response)


def test_moderator_sees_no_permission_group_or_setting(alice, mona, client_of, article, question):
    pages = ["/admin/", "/admin/forum/", f"/admin/forum/member/{alice.pk}/change/"]
    words = " ".join(words_of(client_of(mona).get(page)) for page in pages)
    assert re.findall(r"permission|groupe|réglage|paramètre|authenti|session|e-?mail", words, re.IGNORECASE) == []


def test_who_leaves_is_told_so_and_shown_the_way_back(mona, client_of):
    page = words_of(client_of(mona).post("/admin/logout/"))
    assert "Vous avez quitté l’administration" in page
    assert "Votre session est fermée." in page
    assert LEFT_OVER.findall(page) == []
