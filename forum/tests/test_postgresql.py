"""What `config.postgresql` adds to Django's own: a dead connection is seen, and a plan is made once."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import F
from django.test import Client

from forum.models import Answer, Question
from forum.models.answers import State
from forum.models.threads import ORDERINGS, thread_answers
from forum.tests.planting import plant_member, plant_question, plant_waiting
from forum.tests.workers import database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone"),
]


def on_another_connection(sql: str, *values):
    with psycopg.connect(database_url(), autocommit=True) as other:
        answer = other.execute(sql, values)
        return answer.fetchone() if answer.description else None


def number_of_the_backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def asked_by_a_request() -> None:
    """As at its beginning: the connection is looked at before the first query."""
    connection.close_if_unusable_or_obsolete()
    connection.health_check_enabled = True
    connection.close_if_health_check_failed()


def test_connection_that_the_server_ended_is_replaced_before_anybody_notices(question):
    before = number_of_the_backend()
    on_another_connection("SELECT pg_terminate_backend(%s, 5000)", before)
    asked_by_a_request()
    assert Client().get(question.get_absolute_url()).status_code == 200
    assert number_of_the_backend() != before


def test_living_connection_is_not_asked_whether_it_lives(question):
    backend = number_of_the_backend()
    asked_by_a_request()
    [last_asked] = on_another_connection("SELECT query FROM pg_stat_activity WHERE pid = %s", backend)
    assert last_asked == "SELECT pg_backend_pid()"


def test_connection_that_ends_under_an_iterator_is_an_error_of_the_next_query(question):
    rows = Question.objects.iterator()
    next(rows)
    on_another_connection("SELECT pg_terminate_backend(%s, 5000)", number_of_the_backend())
    rows.close()
    with pytest.raises(OperationalError):
        Question.objects.count()
    connection.close()


def test_connection_that_has_something_to_say_is_asked_and_kept(question):
    before = number_of_the_backend()
    connection.connection.execute("LISTEN forum")
    on_another_connection("NOTIFY forum")
    asked_by_a_request()
    assert number_of_the_backend() == before
    assert connection.is_usable()


def test_statement_of_a_thread_is_planned_once(question):
    connection.close()
    for _ in range(3):
        thread_answers("oldest", "after", question=question.pk, member=None, key="", most=51)
        Question.objects.version_of(question.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements ORDER BY 1")
        assert cursor.fetchall() == [(3, 0), (3, 0)]


def test_page_of_a_thread_of_some_hundreds_reads_the_texts_that_it_shows(question):
    authors = [plant_member(f"auteur{number}") for number in range(200)]
    parents = plant_waiting(question, authors, 20)
    middle = plant_waiting(question, authors, 800, parents)[400].path
    plant_waiting(plant_question(), authors, 60)
    Answer.objects.update(state=State.PUBLISHED, revision=F("latest"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for order in ORDERINGS:
        for bound in ("first", "after", "since", "before"):
            with transaction.atomic():
                before = texts_read()
                page = thread_answers(order, bound, question=question.pk, member=None, key=middle, most=51)
                assert len(page) == 51
                assert texts_read() - before <= 2 * 51, (order, bound)


def texts_read() -> int:
    """In this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'forum_revision'"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-28 15:59:36.973725+00", datetime(2026, 11, 28, 15, 59, 36, 973725, UTC)),
        ("2026-11-28 15:59:36.97+00", datetime(2026, 11, 28, 15, 59, 36, 970000, UTC)),
        ("2026-11-28 15:59:36+00", datetime(2026, 11, 28, 15, 59, 36, 0, UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("2026-07-14 02:00:00+02", datetime(2026, 7, 14, tzinfo=UTC)),
    ],
)
def test_moment_is_read_as_django_reads_it(written, moment):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        [read] = cursor.fetchone()
    with connection.prepared_cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        assert cursor.fetchone() == (read,)
    assert (read, read.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("written", ["infinity", "0044-03-15 12:00:00+00 BC", "10000-01-01 00:00:00+00"])
def test_moment_that_python_does_not_know_is_an_error_of_the_database(written):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        with pytest.raises(DataError):
            cursor.fetchone()
