"""What an editor's text is read as. The texts and what is expected of them are in `manuscripts/`."""

import json
import re
import sys
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.manuscript import parse_date, read_manuscript
from forum.text.manuscript.blocks import clean
from forum.text.manuscript.sentences import paragraphs, sentences

FOLDER = Path(__file__).parent / "manuscripts"
TEXTS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".txt", ".md"))
ARTICLE = "Le pont fermé\n\nLe conseil de Kerlann a voté la fermeture du pont.\n\nLes marchands la craignent.\n\n"


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def words(text: str) -> Counter:
    """Counted; two that are glued ("CourrierQue") count as two."""
    return Counter(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", text)))


def words_lost(text: str) -> list[str]:
    """Words of the source that are in no part of what was read. A removed mark may join two words."""
    found = read_manuscript(text)
    parts = [found.title, found.dated, found.lead, found.body, *found.sources, *found.set_aside]
    kept = "\n".join(parts + [question.text for question in found.questions])
    source = words(clean(text))
    return [word for word in source - words(kept) if kept.count(word) < source[word]]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_newsroom_text_is_read_as_its_editor_means_it(path):
    expected = json.loads(path.with_suffix(".json").read_text())
    found = read_manuscript(read(path))
    questions = [question.text for question in found.questions]
    read_as = {name: questions if name == "questions" else getattr(found, name) for name in expected}
    assert read_as == expected


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_word_of_a_newsroom_text_is_lost(path):
    assert words_lost(read(path)) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_each_question_names_the_line_it_came_from(path):
    text = read(path)
    lines = clean(text).split("\n")
    for question in read_manuscript(text).questions:
        first_words = " ".join(question.text.split()[:3])
        assert first_words in " ".join(lines[question.line.number - 1].split())
        assert first_words in question.line.text
        assert question.why


def test_body_of_a_single_line_keeps_its_words_in_order():
    text = read(FOLDER / "une_seule_ligne.txt")
    found = read_manuscript(text)
    kept = re.findall(r"\w+", f"{found.lead} {found.body}")
    source = re.findall(r"\w+", text[: text.index("Sources :")])
    assert kept == source[3:]  # behind "date 2023-11"


PIECES = """
Le pont;ferme;.;?; ?;«;»;“;”;"; ;# ;## ;- ;1. ;> ;**;*;_;(;);…;!;a;É; ;```;====;---;— ;| a | b |
Sources :;Source : ;Via ;Et vous ?;Qu’en pensez-vous ?;Que pensez-vous du pont ?;Questions;Voir aussi :;Titre : x
date 2021-02;16 février 2021;Publié le 3 mars 2020;title: Le pont;Tags : a;#mot;M. Le Goff;Par Jean Dupont
kerlann.example;https://a.example/C.D?e;[lien](http://b.example)
"""
MIXTURES = st.lists(st.sampled_from([*re.split("[;\n]", PIECES.strip()), "\n", "\n\n", "\r\n", "\t"]), max_size=30)


@settings(max_examples=300, deadline=None)
@given(MIXTURES.map("".join))
def test_no_mixture_of_marks_crashes_the_reader_or_loses_a_word(text):
    assert words_lost(text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text):
    found = read_manuscript(text)
    assert all(question.text for question in found.questions)
    assert len(found.language) == 2


@pytest.mark.parametrize(
    "piece", ["?", "«", ".A", "A. ", '"a ', "[a](", "**a", "*a ", "- x ?\n", "Et vous ?\n\n", "Sources : A. ", "a@"]
)
def test_four_times_the_hostile_text_is_four_times_the_work(piece):
    """Counted in calls and returns: seconds depend on what else the machine does."""

    def calls(size):
        text = (piece * size)[:size]
        events = count()
        sys.setprofile(lambda *_: next(events))
        try:
            read_manuscript(text)
        finally:
            sys.setprofile(None)
        return next(events)

    few = 5_000  # one for two letters: whatever costs less is no danger
    assert calls(40_000) < 4.4 * max(calls(10_000), few)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-02", "2021-02"),
        ("date : 2021-02-16", "2021-02-16"),
        ("2021-02-16T14:30:00+01:00", "2021-02-16"),
        ("16/02/2021", "2021-02-16"),
        ("02/16/2021", "2021-02-16"),
        ("16.2.2021", "2021-02-16"),
        ("16 février 2021", "2021-02-16"),
        ("mardi 16 février 2021 à 14 h 30", "2021-02-16"),
        ("1er mars 2021", "2021-03-01"),
        ("Publié le 16 févr. 2021, mis à jour le 17 février 2021 à 9h", "2021-02-16"),
        ("February 16, 2021", "2021-02-16"),
        ("Published on Tuesday, February 16th, 2021 at 2:30 pm", "2021-02-16"),
        ("16 Aug 2021", "2021-08-16"),
        ("août 2021", "2021-08"),
        ("02/2021", "2021-02"),
        ("2021", "2021"),
        ("31 février 2021", ""),
        ("le 16 février 2021, le maire a parlé", ""),
        ("bientôt", ""),
        ("", ""),
    ],
)
def test_dates_are_read_as_newsrooms_write_them(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "M. Le Goff et Mme Arnaud ont parlé.",
        "J.K. Martin a écrit à pont@kerlann.example.",
        "Le site kerlann.example et Parler.com ont 3.500 avis.",
        "Voir https://kerlann.example/Pont.Le_plan?page=2 pour le plan.",
        "« Non ! », dit-il.",
        "« Le pont est beau. Il tiendra », dit-elle.",
        "Le site en ASP.NET date de l’an 40 av. J.-C. selon lui.",
    ],
)
def test_stop_within_a_sentence_does_not_end_it(text):
    assert len(sentences(text)) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Il a fini en janvier.Le pont rouvre.", 2),
        ("Ils restent ».Les marchands aussi.", 2),
        ("Il l’a dit.« Nous restons ».« Vous aussi ».Puis il sort.", 4),
        ('Il parle du "pont".Le maire se tait.', 2),
        ('Il a dit : "Non."Le maire se tait.', 2),
        ("Pourquoi ?À cause de la rivière…L’eau monte !On part.", 4),
        ("Il a fini. Le pont rouvre.", 1),
        ("En novembre 2020.Le pont rouvre.", 2),
        ("Le pont (voir plus haut.)Le maire se tait.", 2),
    ],
)
def test_glued_sentences_are_paragraphs(text, count):
    assert len(paragraphs(text)) == count


@pytest.mark.parametrize(
    "heading",
    [
        "## Et vous ?",
        "#### Et vous ?",
        "**Et vous ?**",
        "__Et vous\u202f?__",
        "Et vous?",
        "ET VOUS ?",
        "Et vous, qu’en pensez-vous ?",
        "Qu'en pensez-vous ?",
        "Qu’en pensez-vous\u00a0?",
        "# What do you think?",
        "Votre avis",
        "Votre avis nous intéresse :",
        "Questions",
        "Questions :",
        "À vous la parole",
        "Débat",
        "*Réagissez*",
        "Questions aux lecteurs",
    ],
)
@pytest.mark.parametrize("body", ["- Faut-il le rouvrir ?\n- Qui paiera ?", "Faut-il le rouvrir ?\n\nQui paiera ?"])
def test_heading_announces_the_questions(heading, body):
    found = read_manuscript(f"{ARTICLE}{heading}\n\n{body}\n\nLa rédaction\n")
    assert [question.text for question in found.questions] == ["Faut-il le rouvrir ?", "Qui paiera ?"]
    assert all("sous l’intertitre" in question.why for question in found.questions)
    assert heading.strip("#*_ :") not in found.body


@pytest.mark.parametrize(
    "end",
    [
        "",
        "\n\nJean Dupont",
        "\n\nPar Jean Dupont et Anne Roy",
        "\n— J. D.",
        "\n\n#pont #bus",
        "\n\nMots-clés : pont",
        "\n\n***",
        "\n\nVoir aussi : Faut-il un pont ?",
        "\n\nÀ lire aussi\n- [Un pont ?](https://k.example)",
        "\n\n© Kerlann Info 2021",
        "\n\nAbonnez-vous à notre lettre d’information !",
        "\n\nPublié le 3 mars 2021",
        "\n\nSource : AFP",
        "\n\n(Source : AFP)",
    ],
)
def test_what_follows_the_questions_is_none(end):
    found = read_manuscript(f"{ARTICLE}Que pensez-vous du pont ? Faut-il le rouvrir ?{end}")
    assert [question.text for question in found.questions] == ["Que pensez-vous du pont ?", "Faut-il le rouvrir ?"]


@pytest.mark.parametrize(
    "text",
    [
        "Le pont\n\nPourquoi fermer ? Le conseil se tait.\n\nLe pont rouvrira en mai.",
        "Le pont\n\nIl demande : « Qui paiera ? »\n\nPersonne ne répond. Le conseil rit.",
        "Le pont est fermé.",
        "",
    ],
)
def test_text_without_closing_questions_has_none(text):
    assert read_manuscript(text).questions == []


@pytest.mark.parametrize(
    ("line", "sources", "question"),
    [
        ("Sources : Ville, Courrier Que dire du pont ?", ["Ville", "Courrier"], "Que dire du pont ?"),
        (
            "Sources : Le Monde, La Croix Le retour du pont est-il utile ?",
            ["Le Monde", "La Croix"],
            "Le retour du pont est-il utile ?",
        ),
        ("Source : Que Choisir Êtes-vous prêts ?", ["Que Choisir"], "Êtes-vous prêts ?"),
        ("Sources: AFP, Post Should the bridge close?", ["AFP", "Post"], "Should the bridge close?"),
        ("Source : Ville Et vous, que ferez-vous ?", ["Ville"], "Et vous, que ferez-vous ?"),
        ("Sources : Ville, Courrier. Que dire du pont ?", ["Ville", "Courrier"], "Que dire du pont ?"),
        (
            "Sources : Ville « Le pont est à nous tous », dit-on. Et vous, le pensez-vous ?",
            ["Ville"],
            "« Le pont est à nous tous », dit-on. Et vous, le pensez-vous ?",
        ),
        (
            "Sources : [Ville (2021)](https://v.example/a_(b)), Courrier Que dire ?",
            ["[Ville (2021)](https://v.example/a_(b))", "Courrier"],
            "Que dire ?",
        ),
    ],
)
def test_sources_and_question_on_one_line_are_parted(line, sources, question):
    found = read_manuscript(f"Le pont est fermé. Les marchands le craignent.{line}")
    assert (found.sources, [one.text for one in found.questions]) == (sources, [question])
