"""What a first start is given: the article, the reasons, the blocked phrases, the demonstration texts."""

import json
import re
import unicodedata
from collections import Counter
from itertools import combinations, pairwise

import pytest
from django.conf import settings
from django.core.management import call_command

from forum.models import Article, BlockedPhrase, Question, Reason
from forum.models.answers import State
from forum.models.articles import ModerationMode
from forum.models.members import Role
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
DEMONSTRATION_LOGINS = {
    "demo-lectrice": Role.READER,
    "demo-moderation": Role.MODERATOR,
    "demo-redaction": Role.EDITOR,
    "demo-administration": Role.ADMINISTRATOR,
}
ANSWER_KEYS = {
    "id",
    "question",
    "author",
    "reply_to",
    "text",
    "hours_ago",
    "outcome",
    "reason",
    "note",
    "edit",
    "reports",
}
GONE = (State.WITHDRAWN, State.DELETED)
ONCE_PUBLISHED = (State.PUBLISHED, *GONE)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def rows(name: str) -> list[dict]:
    return [row["fields"] for row in json.loads((FIXTURES / name).read_text(encoding="utf-8"))]


@pytest.fixture
def first_start(db):
    call_command("loaddata", "article", "reasons", "blocked_phrases", verbosity=0)


@pytest.fixture(scope="module")
def demonstration() -> dict:
    return json.loads((FIXTURES / "demonstration/texts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers(demonstration) -> dict[str, dict]:
    return {answer["id"]: answer for answer in demonstration["answers"]}


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
    reasons = list(Reason.objects.against())
    in_favour = list(Reason.objects.filter(in_favour=True))
    rows = [*reasons, *in_favour]
    assert [reason.position for reason in rows] == list(range(1, len(rows) + 1))
    assert len(reasons) <= 10
    assert 1 < len(in_favour) <= 5
    assert {"insult", "hate", "threat", "personal_data", "spam", "off_topic", "illegal", "other"} <= {
        reason.code for reason in reasons
    }
    for reason in rows:
        reason.full_clean()
    assert (reasons[-1].code, in_favour[-1].code) == ("other", "other_in_favour")


def test_every_reason_says_what_is_wrong_and_apart_from_it_how_to_mend_it():
    for reason in rows("reasons.json"):
        assert 1 <= len(re.findall(r"\.(?: |$)", reason["explanation"])) <= 2, reason["code"]
        assert len(re.findall(r"\.(?: |$)", reason["remedy"])) == (not reason["in_favour"]), reason["code"]


def test_blocked_phrases_stay_apart_when_they_are_normalised_anew(first_start):
    phrases = list(BlockedPhrase.objects.all())
    for phrase in phrases:
        assert phrase.normalised == normalise(phrase.phrase)
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


# --- The demonstration -------------------------------------------------------------------------


def test_every_demonstration_name_says_that_it_is_one(demonstration):
    names = [member["username"] for member in demonstration["members"]]
    assert all(re.fullmatch(r"demo-[a-z]+", name) for name in names)
    assert len(names) == len(set(names))
    roles = {member["username"]: member["role"] for member in demonstration["members"]}
    assert {name: roles.pop(name) for name in DEMONSTRATION_LOGINS} == DEMONSTRATION_LOGINS
    assert set(roles.values()) == {Role.READER}


def test_demonstration_answers_have_their_shape(demonstration):
    assert set(demonstration) == {"members", "answers"}
    for answer in demonstration["answers"]:
        assert set(answer) == ANSWER_KEYS
        assert answer["outcome"] in State.values
        assert 2 <= len(answer["text"]) <= 10_000
        assert answer["text"] == unicodedata.normalize("NFC", answer["text"]).strip()
        assert 0 < answer["hours_ago"] <= 9 * 24
        assert answer["edit"] is None or set(answer["edit"]) == {"text", "outcome", "hours_ago"}
        assert all(set(report) == {"by", "reason", "remark"} for report in answer["reports"])


def test_demonstration_answers_point_at_what_exists(demonstration, answers):
    names = {member["username"] for member in demonstration["members"]}
    codes = {reason["code"] for reason in rows("reasons.json")}
    assert len(answers) == len(demonstration["answers"])
    for answer in answers.values():
        assert answer["author"] in names
        assert answer["question"] in (1, 2, 3)
        assert answer["reason"] is None or answer["reason"] in codes
        reporters = [report["by"] for report in answer["reports"]]
        assert set(reporters) <= names - {answer["author"]}
        assert len(reporters) == len(set(reporters))
        assert {report["reason"] for report in answer["reports"]} <= codes


def test_replies_hang_on_an_older_answer_that_was_published_under_the_same_question(answers):
    for answer in answers.values():
        if answer["reply_to"]:
            parent = answers[answer["reply_to"]]
            assert parent["hours_ago"] > answer["hours_ago"], answer["id"]
            assert parent["question"] == answer["question"], answer["id"]
            assert parent["outcome"] in ONCE_PUBLISHED, answer["id"]


def test_demonstration_answers_are_listed_in_the_order_they_were_written(demonstration):
    hours = [answer["hours_ago"] for answer in demonstration["answers"]]
    assert all(earlier > later for earlier, later in pairwise(hours))


def test_every_state_is_shown(answers):
    states = Counter(answer["outcome"] for answer in answers.values())
    assert states.pop(State.PUBLISHED) >= 30
    assert states.pop(State.DELETED) in (1, 2)
    assert states == {State.PENDING: 5, State.RETURNED: 2, State.REFUSED: 2, State.WITHDRAWN: 2}
    assert {answer["question"] for answer in answers.values()} == {1, 2, 3}


def test_placeholders_edits_and_reports_are_shown(answers):
    carried = {
        answers[answer["reply_to"]]["outcome"]
        for answer in answers.values()
        if answer["reply_to"] and answer["outcome"] == State.PUBLISHED
    }
    assert set(GONE) <= carried
    edited = [answer for answer in answers.values() if answer["edit"]]
    assert all(answer["outcome"] == State.PUBLISHED for answer in edited)
    assert all(0 < answer["edit"]["hours_ago"] < answer["hours_ago"] for answer in edited)
    assert all(answer["edit"]["text"] != answer["text"] for answer in edited)
    assert Counter(answer["edit"]["outcome"] for answer in edited)[State.PENDING] == 1
    reported = [answer for answer in answers.values() if answer["reports"]]
    assert len(reported) == 2
    assert all(answer["outcome"] == State.PUBLISHED for answer in reported)


def test_a_thread_runs_to_depth_six_and_some_answers_have_no_reply(answers):
    def depth(answer):
        return 1 + depth(answers[answer["reply_to"]]) if answer["reply_to"] else 0

    assert max(depth(answer) for answer in answers.values() if answer["outcome"] == State.PUBLISHED) >= 6
    answered = {answer["reply_to"] for answer in answers.values()}
    lonely = [a for a in answers.values() if a["outcome"] == State.PUBLISHED and a["id"] not in answered]
    assert any(answer["reply_to"] is None for answer in lonely)


def test_only_what_is_not_published_has_a_reason_and_a_returned_text_a_note(answers):
    for answer in answers.values():
        needs_reason = answer["outcome"] in (State.RETURNED, State.REFUSED, State.WITHDRAWN)
        assert bool(answer["reason"]) == needs_reason, answer["id"]
        assert answer["note"] is None or needs_reason, answer["id"]
        assert answer["note"] or answer["outcome"] != State.RETURNED, answer["id"]


def hits(text: str) -> int:
    words = normalise(re.sub(r"[^\w\s]", " ", text))
    phrases = [normalise(row["phrase"]) for row in rows("blocked_phrases.json")]
    return sum(f" {phrase} " in f" {words} " for phrase in phrases)


def link_hosts(text: str) -> list[str]:
    return re.findall(r"https://([\w.-]+)", text)


def is_first_answer(answer: dict, answers: dict[str, dict], hours_ago: float) -> bool:
    earlier = [
        other
        for other in answers.values()
        if other["author"] == answer["author"]
        and other["outcome"] in ONCE_PUBLISHED
        and other["hours_ago"] > hours_ago
    ]
    return len(earlier) < settings.FORUM_FIRST_ANSWERS_HELD


def test_what_waits_or_was_not_let_through_is_what_screening_holds(answers):
    """Screening publishes what it does not hold: such a text could not be posted as it is described."""
    assert settings.FORUM_MODERATION_MODE == ModerationMode.FIRST_ANSWERS
    for answer in answers.values():
        texts = []
        if answer["outcome"] in (State.PENDING, State.RETURNED, State.REFUSED):
            texts.append((answer["text"], answer["hours_ago"]))
        if answer["edit"] and answer["edit"]["outcome"] != State.PUBLISHED:
            texts.append((answer["edit"]["text"], answer["edit"]["hours_ago"]))
        for text, hours_ago in texts:
            assert (
                is_first_answer(answer, answers, hours_ago)
                or hits(text)
                or len(link_hosts(text)) > settings.FORUM_LINKS_ALLOWED
            ), answer["id"]


def test_the_queue_shows_blocked_phrases_links_and_first_answers(answers):
    waiting = [answer for answer in answers.values() if answer["outcome"] == State.PENDING]
    assert sum(hits(answer["text"]) == 2 for answer in waiting) == 1
    assert sum(len(link_hosts(answer["text"])) == 3 for answer in waiting) == 1
    assert sum(hits(answer["text"]) == 0 and not link_hosts(answer["text"]) for answer in waiting) == 3


def test_what_is_published_holds_nothing_that_screening_would_hold(answers):
    for answer in answers.values():
        if answer["outcome"] == State.PUBLISHED:
            assert hits(answer["text"]) == 0, answer["id"]
            assert len(link_hosts(answer["text"])) <= settings.FORUM_LINKS_ALLOWED, answer["id"]


def test_links_and_addresses_lead_to_names_reserved_for_examples(answers):
    texts = [answer["text"] for answer in answers.values()]
    hosts = [host for text in texts for host in link_hosts(text) + re.findall(r"@([\w.-]+\w)", text)]
    assert hosts
    assert all(host.endswith("example.org") for host in hosts)
    numbers = [number for text in texts for number in re.findall(r"\b0\d(?: \d\d){4}\b", text)]
    # Arcep keeps these ranges for works of fiction.
    assert numbers
    assert all(number.startswith(("01 99 00", "06 39 98")) for number in numbers)


def test_nobody_sends_two_texts_within_an_hour(answers):
    sent = [
        (answer["author"], hours)
        for answer in answers.values()
        for hours in [answer["hours_ago"]] + ([answer["edit"]["hours_ago"]] if answer["edit"] else [])
    ]
    for (author, hours), (other, other_hours) in combinations(sent, 2):
        assert author != other or abs(hours - other_hours) >= 1, author


def test_no_two_answers_begin_alike(answers):
    beginnings = [" ".join(re.findall(r"\w+", answer["text"].casefold())[:2]) for answer in answers.values()]
    assert Counter(beginnings).most_common(1)[0][1] == 1
