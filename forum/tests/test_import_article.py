"""What an editor sees when a text is loaded, and what is in the database afterwards."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from forum.actions.articles import import_article
from forum.models import Article, Question
from forum.text.manuscript import read_manuscript

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "manuscripts"
BRIDGE = FOLDER / "titre_markdown_et_liste.md"
QUESTIONS = ["Le pont doit-il rester fermé aux voitures ?", "Prendrez-vous le bus plutôt que la rocade ?"]


def load(*arguments) -> str:
    shown = io.StringIO()
    call_command("import_article", *map(str, arguments), stdout=shown)
    return shown.getvalue()


def refusal(*arguments) -> str:
    with pytest.raises(CommandError) as refused:
        load(*arguments)
    assert refused.value.returncode == 1
    assert not Article.objects.exists()
    assert not Question.objects.exists()
    return str(refused.value)


def write(tmp_path, content: str | bytes) -> Path:
    file = tmp_path / "article.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_editor_loads_an_article_with_its_questions():
    shown = load(BRIDGE)
    article = Article.objects.get()
    assert article.title == "Le pont fermé aux voitures"
    assert article.slug == "le-pont-ferme-aux-voitures"
    assert article.body.count("\n\n") == 2
    assert [(question.position, question.text) for question in article.questions.all()] == list(
        enumerate(QUESTIONS, 1)
    )
    assert "Article chargé" in shown
    assert shown.endswith(f"{settings.SITE_URL}/articles/le-pont-ferme-aux-voitures/\n")


def test_text_on_a_single_line_is_loaded_whole():
    load(FOLDER / "une_seule_ligne.txt")
    article = Article.objects.get()
    assert (article.dated, article.language) == ("2023-11", "fr")
    assert article.sources == "Ville de Saint-Aubin\nCourrier"
    assert article.questions.count() == 3
    assert article.questions.last().text.startswith("« La halle est bâtie pour durer », d’après")


def test_same_text_loaded_twice_changes_nothing_and_says_so():
    load(BRIDGE)
    Article.objects.update(title="Titre corrigé dans l’administration")
    shown = load(BRIDGE, "--title", "Un autre titre", "--question", "Une autre ?")
    assert "déjà chargé, rien n’a changé" in shown
    assert "Titre corrigé dans l’administration" in shown
    assert Article.objects.count() == 1
    assert [question.text for question in Question.objects.all()] == QUESTIONS


def test_text_saved_anew_by_an_editor_is_the_same_text(tmp_path):
    text = BRIDGE.read_text(encoding="utf-8")
    load(BRIDGE)
    for again in (text.replace("\n", " \n"), text.replace("\n", "\r\n"), text.replace("\u202f?", " ?")):
        assert "déjà chargé" in load(write(tmp_path, again), "--dry-run")
        load(write(tmp_path, again))
    assert Article.objects.count() == 1


def test_editor_who_loads_again_with_another_title_is_told_where_to_change_it():
    assert "/admin/" not in load(BRIDGE)
    assert "/admin/" not in load(BRIDGE)
    assert "se modifient désormais dans /admin/" in load(BRIDGE, "--title", "Un autre")
    assert Article.objects.get().title == "Le pont fermé aux voitures"


def test_date_that_cannot_be_stays_whole_in_the_text(tmp_path):
    text = "Un pont\n\nDate : 2024-02-30\n\nLe pont ferme.\n\nEt vous ?\n\n- Qu’en pensez-vous ?\n"
    load(write(tmp_path, text))
    article = Article.objects.get()
    assert article.dated == ""
    assert "2024-02-30" in article.body + article.lead


def test_two_articles_of_the_same_title_have_two_addresses(tmp_path):
    load(BRIDGE)
    load(write(tmp_path, BRIDGE.read_text().replace("mardi", "jeudi")))
    assert list(Article.objects.order_by("id").values_list("slug", flat=True)) == [
        "le-pont-ferme-aux-voitures",
        "le-pont-ferme-aux-voitures-2",
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Œuvre d’été : l’île", "oeuvre-d-ete-l-ile"), ("東京", "article"), ("Mot " * 40, "-".join(["mot"] * 18))],
)
def test_any_title_makes_an_address(title, slug):
    text = f"# {title}\n\nLe conseil a voté.\n\nQui paiera ?"
    article, is_new = import_article(read_manuscript(text), origin_hash="0" * 64)
    assert (article.slug, is_new) == (slug, True)


def test_dry_run_shows_what_was_found_and_keeps_nothing():
    shown = load(FOLDER / "intertitre_sans_markdown.txt", "--dry-run").replace("\u202f", " ")
    assert "Titre : Le pont fermé aux voitures" in shown
    assert "Date : 2024-05-17" in shown
    assert "Langue : français" in shown
    assert "Texte : 3 paragraphes" in shown
    assert "Sources : aucune" in shown
    assert "Questions : 2" in shown
    assert f"1. {QUESTIONS[0]}\n     ligne 12 (sous l’intertitre « Votre avis ») : {QUESTIONS[0]}" in shown
    assert "rien n’a été enregistré" in shown
    assert not Article.objects.exists()


SET_ASIDE = [
    ("via.txt", "Lu, mais pas repris tel quel : « Via »\n  (repères"),
    ("etiquettes.txt", "« Titre », « Date : 3 avril 2022 », « Chapô », « Auteur », « Questions : »"),
    ("depeche.txt", "Lu, mais pas repris tel quel : rien\n"),
]


@pytest.mark.parametrize(("file", "shown"), SET_ASIDE)
def test_dry_run_says_which_words_were_read_and_are_in_no_field(file, shown):
    assert shown in load(FOLDER / file, "--dry-run").replace("\u202f", " ")


def test_dry_run_of_a_loaded_text_says_that_it_is_loaded():
    load(BRIDGE)
    assert "déjà chargé" in load(BRIDGE, "--dry-run")


def test_editor_gives_title_date_and_questions_instead_of_those_found(tmp_path):
    file = write(tmp_path, "Le conseil a voté.\n\nLe pont ferme.\n")
    load(
        file, "--title", "Un pont", "--date", "16 février 2021", "--question", "Pour ?", "--question", "Ou contre ?"
    )
    article = Article.objects.get()
    assert (article.title, article.dated) == ("Un pont", "2021-02-16")
    assert [question.text for question in article.questions.all()] == ["Pour ?", "Ou contre ?"]


def test_question_given_twice_is_refused():
    assert "est donnée deux fois" in refusal(BRIDGE, "--question", "Pour ?", "--question", "pour  ?")


def test_text_comes_from_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + BRIDGE.read_bytes())))
    load("-")
    assert Article.objects.get().title == "Le pont fermé aux voitures"


def test_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(tmp_path):
    load(write(tmp_path, b"\xef\xbb\xbf" + BRIDGE.read_bytes().replace(b"\n", b"\r\n")))
    article = Article.objects.get()
    assert article.title == "Le pont fermé aux voitures"
    assert "\r" not in article.body


@pytest.mark.parametrize("extra", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "est vide"),
        (b" \n\n\t\n", "est vide"),
        (b"\xef\xbb\xbf\n", "est vide"),
        (b"GIF89a\x00\x01Qui paiera ?", "fichier binaire"),
        (b"%PDF-1.7 Qui paiera ?", "est un PDF"),
        (b"PK\x03\x04 Qui paiera ?", "document Word"),
        ("Le pont ferme. Qui paiera ?".encode("utf-16"), "UTF-16"),
        ("Le pont est fermé.\nQui paiera ?".encode("latin-1"), "n’est pas en UTF-8"),
        (b"<!DOCTYPE html><p>Qui paiera ?</p>", "page HTML"),
        (b"Le pont ferme. " * 70_000 + b"Qui paiera ?", "dépasse 1\u202fMo"),
        ("Le pont est fermé. Le bus passe.".encode(), "Aucune question"),
        (b"Qui paiera ? Et quand ?", "ne contient que des questions"),
        (b"Le pont\n\nIl ferme.\n\nQui paiera " + b"encore " * 200 + b"?", "au plus 1000"),
    ],
)
def test_file_that_is_no_article_is_refused_and_nothing_kept(tmp_path, content, message, extra):
    assert message in refusal(write(tmp_path, content), *extra)


def test_missing_file_and_folder_are_refused(tmp_path):
    assert "n’existe pas" in refusal(tmp_path / "absent.txt")
    assert "est un dossier" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--date", "bientôt", "n’est pas comprise"),
        ("--title", " ", "est vide"),
        ("--title", "a" * 201, "au plus 200"),
        ("--question", " ", "est vide"),
    ],
)
def test_what_an_editor_gives_is_checked(option, value, message):
    assert message in refusal(BRIDGE, option, value)


def test_terminal_shows_one_french_line_and_exit_code_1(tmp_path):
    manage = Path(settings.BASE_DIR) / "manage.py"
    run = subprocess.run(
        [sys.executable, manage, "import_article", tmp_path / "absent.txt"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.splitlines() == [
        f"Erreur: Le fichier «\u202f{tmp_path}/absent.txt\u202f» n’existe pas. Vérifiez son nom et son dossier."
    ]


def test_text_longer_than_an_article_may_be_is_refused_whole(tmp_path):
    text = BRIDGE.read_text(encoding="utf-8") + "\n\nUne réponse." * 10_000
    said = refusal(write(tmp_path, text))
    assert f"compte {len(text)} signes\u202f; un article en a au plus 100000" in said


def test_more_questions_than_anybody_would_answer_are_refused_whole(tmp_path):
    questions = "".join(f"- Et pour le numéro {number} ?\n" for number in range(51))
    said = refusal(write(tmp_path, f"Un titre\n\nUn texte.\n\nEt vous ?\n\n{questions}"))
    assert "Ce texte a 51 questions\u202f; il en faut au plus 50." in said


def test_quotes_in_quotes_in_quotes_are_text():
    read = read_manuscript("Un titre\n\n" + "> " * 5000 + "Un mot.\n\nEt vous ?\n\nPourquoi ?")
    assert read.body.count(">") == 5000
    assert [question.text for question in read.questions] == ["Pourquoi ?"]
