"""The long lists of the Django admin: from page to page without counting, further and further without waiting."""

import re
from datetime import datetime, timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.admin import keyed
from forum.admin.answers import AnswerAdmin
from forum.models import Answer
from forum.models.answers import State

from .desk import rows_in, text_of
from .planting import plant_answer

pytestmark = pytest.mark.django_db
LIST = "/admin/forum/answer/"


@pytest.fixture
def answers(question, alice) -> list[Answer]:
    """Twelve, newest first as the list has them; only the oldest is refused, and speaks of tulips."""
    began = datetime(2024, 12, 30, 12, tzinfo=timezone.get_current_timezone())
    oldest = plant_answer(question, alice, "Des tulipes.", state=State.REFUSED, created_at=began)
    others = [plant_answer(question, alice, created_at=began + timedelta(days=n)) for n in range(1, 12)]
    return [*reversed(others), oldest]


def walk(client, address: str) -> list[list[Answer]]:
    """The rows of each page, by the links that lead from one to the next."""
    pages = []
    while address:
        response = client.get(address)
        assert response.status_code == 200
        pages.append(rows_in(response))
        link = re.search(r'href="([^"]+)" rel="next"', text_of(response))
        address = link and LIST + link[1].replace("&amp;", "&")
    return pages


def test_walk_shows_every_row_once(answers, moderator, monkeypatch):
    monkeypatch.setattr(AnswerAdmin, "list_per_page", 5)
    pages = walk(moderator, LIST)
    assert list(map(len, pages)) == [5, 5, 2]
    assert [*chain(*pages)] == answers


@pytest.mark.parametrize("asked", ["?q=tulipes", "?state__exact=refused"])
def test_search_goes_on_where_one_page_has_looked_far_enough(asked, answers, moderator, monkeypatch):
    monkeypatch.setattr(keyed, "STRETCH", 5)
    first = moderator.get(LIST + asked)
    assert rows_in(first) == []
    assert "Chercher plus loin" in text_of(first)
    assert [*chain(*walk(moderator, LIST + asked))] == [answers[-1]]
    assert len(walk(moderator, LIST + asked)) == 3


def test_number_finds_its_answer_however_old(answers, moderator, monkeypatch):
    monkeypatch.setattr(keyed, "STRETCH", 5)
    assert rows_in(moderator.get(f"{LIST}?q={answers[-1].pk}")) == [answers[-1]]


@pytest.fixture
def waiting(answers) -> list[Answer]:
    """Three of them with a case, far apart."""
    found = [answers[0], answers[4], answers[-1]]
    for answer in found:
        answer.cases.create()
    return found


def test_cases_are_found_however_far_apart(waiting, question, moderator, monkeypatch):
    monkeypatch.setattr(keyed, "STRETCH", 2)
    monkeypatch.setattr(keyed, "CHOSEN", 2)
    assert walk(moderator, f"{LIST}?dossier=ouvert") == [waiting]
    assert walk(moderator, f"{LIST}?dossier=ouvert&question={question.pk}") == [waiting[:2], waiting[2:]]


def test_of_the_cases_alone_no_more_are_looked_at_than_shown(waiting, moderator, monkeypatch):
    monkeypatch.setattr(AnswerAdmin, "list_per_page", 1)
    with CaptureQueriesContext(connection) as captured:
        assert rows_in(moderator.get(f"{LIST}?dossier=ouvert")) == waiting[:1]
    assert [query["sql"] for query in captured if "DISTINCT" in query["sql"] and "LIMIT 2" in query["sql"]]
    assert walk(moderator, f"{LIST}?dossier=ouvert") == [[answer] for answer in waiting]


def test_period_is_gone_to_at_once(answers, moderator, monkeypatch):
    monkeypatch.setattr(keyed, "STRETCH", 5)
    assert walk(moderator, f"{LIST}?created_at__year=2024") == [answers[-2:]]
    day = f"{LIST}?created_at__year=2025&created_at__month=1&created_at__day=3"
    assert walk(moderator, day) == [answers[-5:-4]]


def test_years_lead_to_months_and_days(answers, moderator):
    page = text_of(moderator.get(LIST))
    assert all(f'href="?created_at__year={year}"' in page for year in (2024, 2025))
    page = text_of(moderator.get(f"{LIST}?created_at__year=2024"))
    assert "décembre 2024" in page
    page = text_of(moderator.get(f"{LIST}?created_at__year=2024&created_at__month=2"))
    assert "29 février" in page


@pytest.mark.parametrize("key", ["x", "-1", "0", "²", "", "9" * 30])
def test_key_that_is_none_is_no_error(key, answers, moderator):
    assert moderator.get(f"{LIST}?avant={key}").status_code == 302


def test_filters_begin_with_the_newest_again(answers, moderator):
    page = text_of(moderator.get(f"{LIST}?avant={answers[0].pk}"))
    assert "Les plus récentes" in page
    assert "avant=" not in "".join(re.findall(r'<nav id="changelist-filter".*?</nav>', page, re.DOTALL))
