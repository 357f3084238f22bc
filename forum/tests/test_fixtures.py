"""What a first start is given: the article, the reasons and the blocked phrases."""

import json
import re
import unicodedata

import pytest
from django.conf import settings
from django.core.management import call_command

from forum.models import Article, BlockedPhrase, Question, Reason
from forum.text.matching import normalise

FIXTURES = settings.BASE_DIR / "fixtures"
NARROW = "\u202f"

# Written with ordinary spaces; `plain` brings the article to the same.
NAMES_AND_FIGURES = [
    "Donald Trump",
    "Mark Meckler",
    "Tea Party Patriots",
    "Alexander Blair",
    "Sean Hannity",
    "Fox News",
    "John Matze",
    "Rebekah Mercer",
    "SkySilk",
    "Kevin Matossian",
    "John Jackson",
    "Sakura Samurai",
    "NPR",
    "Bobby Allyn",
    "Epik",
    "Gab",
    "DDoS-Guard",
    "Okta",
    "BuzzFeed",
    "Carolyn Maloney",
    "Chambre des représentants",
    "Amazon Web Services",
    "App Store",
    "Play Store",
    "Apple",
    "Google",
    "Twitter",
    "Facebook",
    "Big Tech",
    "Capitole",
    "Los Angeles",
    "Parler.com",
    "parleys",
    "12 millions",
    "40 %",
    "2009",
    "6 janvier",
    "novembre 2020",
    "février 2021",
]
QUOTATIONS = [
    "Nous ne serons pas supprimés",
    "vise à la remettre en ligne",
    "Nous avons effectué une tonne de travail en amont",
    "une technologie robuste, durable et indépendante",
    "qui protège la liberté d’expression et valorise la vie privée et le discours civil",
    "que nous reviendrions plus forts que jamais",
    "Parler est dirigé par une équipe expérimentée et est ici pour rester. Nous nous épanouirons",
    "manque de volonté et de son incapacité à retirer des serveurs d’Amazon Web Services",
    "confirmé à NPR que la société fournit des services d’hébergement Web à Parler",
    "recherche actuellement un PDG permanent",
    "notre plateforme ne sera pas utilisée pour des menaces de violence et d’activités illégales",
    "a permis à la désinformation russe de prospérer",
    "ont finalement déraillé à cause des événements du 6 janvier",
]


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def rows(name: str) -> list[dict]:
    return [row["fields"] for row in json.loads((FIXTURES / name).read_text(encoding="utf-8"))]


@pytest.fixture
def first_start(db):
    call_command("loaddata", "article", "reasons", "blocked_phrases", verbosity=0)


# --- The article -------------------------------------------------------------------------------


def test_the_three_closing_questions_stand_as_the_article_asks_them(first_start):
    texts = list(Question.objects.filter(article__slug="parler-tente-un-retour").values_list("text", flat=True))
    assert texts == [
        f"Que pensez-vous du retour de Parler{NARROW}?",
        "Que va-t-il se passer pour le réseau social dont l’application mobile est toujours interdite"
        f" des app stores{NARROW}?",
        f"«{NARROW}Parler est dirigé par une équipe expérimentée et est ici pour rester{NARROW}», d’après le PDG"
        " par intérim. Et vous, pensez-vous que c’est un nouveau départ sans interruption pour la"
        f" plateforme{NARROW}?",
    ]


def test_the_article_keeps_what_is_known_of_its_date_and_is_in_full(first_start):
    article = Article.objects.get()
    article.full_clean()
    assert (article.dated, article.language, article.imported_from) == ("2021-02", "fr", None)
    assert 5 <= len(re.findall(r"^## ", article.body, re.MULTILINE)) <= 7
    assert 2 <= len(re.findall(r"\.(?: |$)", article.lead)) <= 3


def test_the_questions_are_asked_under_the_article_and_not_in_it(first_start):
    body = plain(Article.objects.get().body)
    for question in Question.objects.all():
        assert plain(question.text) not in body
    assert "?" not in body


@pytest.mark.parametrize("fact", NAMES_AND_FIGURES)
def test_every_name_and_figure_is_in_the_article(fact):
    article = rows("article.json")[0]
    assert re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", plain(article["body"]))


@pytest.mark.parametrize("words", QUOTATIONS)
def test_every_quotation_stands_between_its_marks(words):
    body = rows("article.json")[0]["body"]
    quoted = [plain(quotation) for quotation in re.findall(r"«([^«»]*)»", body)]
    assert any(words in quotation for quotation in quoted)


@pytest.mark.parametrize("source", ["Parler", "Tweet", "NPR", "Bobby Allyn", "BuzzFeed", "Amazon", "Okta"])
def test_every_source_is_credited_on_its_line(source):
    assert any(source in line for line in rows("article.json")[0]["sources"].splitlines())


# --- Reasons and blocked phrases ---------------------------------------------------------------


def test_moderators_find_at_most_ten_reasons_in_order(first_start):
    reasons = list(Reason.objects.all())
    assert [reason.position for reason in reasons] == list(range(1, len(reasons) + 1))
    assert len(reasons) <= 10
    assert {"insult", "hate", "threat", "personal_data", "spam", "off_topic", "illegal", "other"} <= {
        reason.code for reason in reasons
    }
    for reason in reasons:
        reason.full_clean()
    assert reasons[-1].code == "other"


def test_every_reason_tells_the_author_what_to_mend_in_two_sentences():
    for reason in rows("reasons.json"):
        assert 1 <= len(re.findall(r"\.(?: |$)", reason["explanation"])) <= 2, reason["code"]


def test_blocked_phrases_stay_apart_when_they_are_normalised_anew(first_start):
    phrases = list(BlockedPhrase.objects.all())
    for phrase in phrases:
        phrase.full_clean()
        phrase.save()
    assert 15 <= len(phrases) <= 25
    assert len({normalise(phrase.phrase) for phrase in phrases}) == len(phrases)


# --- Typography ---------------------------------------------------------------------------------


def test_french_marks_have_their_narrow_spaces():
    """A narrow no-break space before the high marks and inside « », and real apostrophes."""
    for file in sorted(FIXTURES.glob("*.json")):
        text = file.read_text(encoding="utf-8")
        values = re.findall(r': "((?:[^"\\]|\\.)*)"', text)
        for value in values:
            assert not re.search(r"[ \u00a0][;:!?%»]|«[ \u00a0]|\w'\w", value), (file.name, value[:60])
