"""Dates as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.templatetags.forum import counted, nameplate
from forum.text.times import exact, partial, relative

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=PARIS)  # a Tuesday


@pytest.fixture(autouse=True)
def _in_paris(settings):
    settings.TIME_ZONE = "Europe/Paris"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "à l’instant"),
        (NOW + timedelta(seconds=20), "à l’instant"),
        (NOW - timedelta(seconds=59), "à l’instant"),
        (NOW - timedelta(minutes=1), "il y a 1 min"),
        (NOW - timedelta(minutes=59, seconds=59), "il y a 59 min"),
        (NOW - timedelta(hours=1), "aujourd’hui à 9 h 30"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=PARIS), "aujourd’hui à 0 h"),
        (datetime(2026, 11, 23, 18, 4, tzinfo=PARIS), "hier à 18 h 04"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC")), "aujourd’hui à 0 h 30"),
        (datetime(2026, 11, 18, 8, 0, tzinfo=PARIS), "mercredi à 8 h"),
        (datetime(2026, 11, 17, 8, 0, tzinfo=PARIS), "le 17 novembre à 8 h"),
        (datetime(2026, 7, 1, 8, 0, tzinfo=PARIS), "le 1er juillet à 8 h"),
        (datetime(2021, 2, 15, 8, 0, tzinfo=PARIS), "le 15 février 2021"),
        (datetime(2026, 12, 3, 20, 0, tzinfo=PARIS), "le 3 décembre à 20 h"),
        (datetime(2027, 1, 1, 20, 0, tzinfo=PARIS), "le 1er janvier 2027 à 20 h"),
    ],
)
def test_moment_is_said_as_people_say_it(moment, said):
    assert relative(moment, NOW).replace("\u00a0", " ") == said


def test_yesterday_is_the_day_before_and_not_a_day_of_hours_ago():
    early = datetime(2026, 11, 24, 0, 30, tzinfo=PARIS)
    assert relative(early - timedelta(minutes=59), early).replace("\u00a0", " ") == "il y a 59 min"
    assert relative(early - timedelta(hours=1), early).replace("\u00a0", " ") == "hier à 23 h 30"


def test_exact_time_is_whole_and_in_the_sites_time_zone():
    summer = datetime(2021, 7, 1, 16, 4, tzinfo=ZoneInfo("UTC"))
    assert exact(summer).replace("\u00a0", " ") == "1er juillet 2021 à 18 h 04"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2021", "2021"),
        ("2021-02", "février 2021"),
        ("2021-02-01", "1er février 2021"),
        ("2021-12-31", "31 décembre 2021"),
        ("2021-13", "2021-13"),
        ("février", "février"),
        ("", ""),
    ],
)
def test_date_of_an_article_is_as_exact_as_it_is_known(date, said):
    assert partial(date).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 réponse"), (1, "1 réponse"), (2, "2 réponses"), (1234567, "1 234 567 réponses")],
)
def test_counts_are_french(number, said):
    assert counted(number, "réponse,réponses").replace("\u00a0", " ").replace("\u202f", " ") == said


def test_nameplate_sets_only_a_final_question_mark_apart():
    assert nameplate("Et vous\u202f?") == 'Et vous\u202f<span class="masthead__mark">?</span>'
    assert nameplate("La <Gazette>") == "La &lt;Gazette&gt;"
