"""Pages kept in memory: the same for all without a session, and gone with the first change that readers see."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from forum.actions.answers import delete_answer
from forum.actions.members import give_role
from forum.actions.moderation import decide, undo
from forum.actions.reports import report_answer
from forum.actions.revisions import rebuild_html
from forum.actions.threads import recount
from forum.kept_pages import KeptPage, KeptPages
from forum.models import Answer, Decision, Question, Revision, Role
from forum.tests.desk import fresh, mend
from forum.text.times import next_midnight, relative, relative_until

pytestmark = pytest.mark.django_db
Verb = Decision.Verb


@pytest.fixture
def address(question) -> str:
    return question.get_absolute_url()


def kept(address: str) -> tuple[bytes, str]:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content, response["ETag"]


# --- What is seen changes at once ----------------------------------------------------------------


class Desk:
    """What people do to a text that is there, or to what stands around it."""

    def __init__(self, answer: Answer, waiting: Answer, mona, reason, in_favour) -> None:
        self.answer, self.waiting, self.mona, self.reason = answer, waiting, mona, reason
        self.reasons = {Verb.RESTORE: in_favour, Verb.KEEP: in_favour, Verb.OVERTURN: in_favour}

    def decide(self, answer: Answer, verb: str) -> Decision:
        outcome = decide(
            by=self.mona, verb=verb, seen=[fresh(answer).latest_id], reason=self.reasons.get(verb, self.reason)
        )
        [decision] = outcome.decisions
        return decision


@pytest.fixture
def desk(published, post, alice, bob, mona, reason, in_favour) -> Desk:
    return Desk(published(alice, "La première."), post(bob, "Celle qui attend."), mona, reason, in_favour)


def is_published(desk: Desk) -> None:
    desk.decide(desk.waiting, Verb.PUBLISH)


def is_withdrawn(desk: Desk) -> None:
    desk.decide(desk.answer, Verb.WITHDRAW)


def is_withdrawn_and_restored(desk: Desk) -> None:
    desk.decide(desk.answer, Verb.WITHDRAW)
    kept(desk.answer.question.get_absolute_url())
    desk.decide(desk.answer, Verb.RESTORE)
    mend(desk.answer, "La première, autrement.")
    desk.decide(desk.answer, Verb.PUBLISH)


def is_deleted(desk: Desk) -> None:
    delete_answer(author=desk.answer.author, answer=desk.answer)


def edit_is_published(desk: Desk) -> None:
    mend(desk.answer, "La première, mieux dite.")
    desk.decide(desk.answer, Verb.PUBLISH)


def publication_is_undone(desk: Desk) -> None:
    undo(by=desk.mona, decision=Decision.objects.get(answer=desk.answer, verb=Verb.PUBLISH))


def refused_text_is_published_after_all(desk: Desk) -> None:
    desk.decide(desk.waiting, Verb.REFUSE)
    desk.decide(desk.waiting, Verb.OVERTURN)


def author_is_given_a_role(desk: Desk) -> None:
    give_role(desk.answer.author, Role.EDITOR)


def question_is_reworded(desk: Desk) -> None:
    question = Question.objects.get(pk=desk.answer.question_id)
    question.text = "Et maintenant\u202f?"
    question.save()


def question_is_closed(desk: Desk) -> None:
    question = Question.objects.get(pk=desk.answer.question_id)
    question.moderation = "closed"
    question.save()


def article_has_another_title(desk: Desk) -> None:
    article = desk.answer.question.article
    article.title = "La longue panne"
    article.save()


def count_was_off(desk: Desk) -> None:
    Question.objects.filter(pk=desk.answer.question_id).update(published_count=7)
    recount(repair=True)


SEEN = [
    is_published,
    is_withdrawn,
    is_withdrawn_and_restored,
    is_deleted,
    edit_is_published,
    publication_is_undone,
    refused_text_is_published_after_all,
    author_is_given_a_role,
    question_is_reworded,
    question_is_closed,
    article_has_another_title,
]


@pytest.mark.parametrize("happens", SEEN, ids=lambda happens: happens.__name__)
def test_what_readers_see_changes_with_the_next_request(desk, address, happens):
    body, etag = kept(address)
    happens(desk)
    body_now, etag_now = kept(address)
    assert body_now != body
    assert etag_now != etag


@pytest.mark.parametrize("happens", [*SEEN, count_was_off], ids=lambda happens: happens.__name__)
def test_no_version_comes_twice(desk, question, happens):
    versions = {Question.objects.version_of(question.pk)}
    happens(desk)
    assert Question.objects.version_of(question.pk) not in versions


def test_texts_rendered_anew_are_shown(desk, address):
    kept(address)
    Revision.objects.update(html="<p>Autrement rendue.</p>", renderer=0)
    Question.objects.mark_changed()
    assert "Autrement rendue." in kept(address)[0].decode()
    rebuild_html()
    assert "La première." in kept(address)[0].decode()


# --- What is hidden changes nothing --------------------------------------------------------------


def waiting_one_is_mended(desk: Desk) -> None:
    mend(desk.waiting, "Celle qui attend, corrigée.")


def waiting_one_is_refused(desk: Desk) -> None:
    desk.decide(desk.waiting, Verb.REFUSE)


def waiting_one_is_deleted(desk: Desk) -> None:
    delete_answer(author=desk.waiting.author, answer=desk.waiting)


def edit_waits_and_is_returned(desk: Desk) -> None:
    mend(desk.answer, "La première, moins bien dite.")
    desk.decide(desk.answer, Verb.RETURN)


def is_reported_and_kept(desk: Desk) -> None:
    report_answer(by=desk.waiting.author, answer=desk.answer, reason=desk.reason)
    desk.decide(desk.answer, Verb.KEEP)


@pytest.mark.parametrize(
    "happens",
    [
        waiting_one_is_mended,
        waiting_one_is_refused,
        waiting_one_is_deleted,
        edit_waits_and_is_returned,
        is_reported_and_kept,
    ],
    ids=lambda happens: happens.__name__,
)
def test_what_is_hidden_makes_no_other_version(desk, address, question, happens):
    Answer.objects.update(created_at=timezone.now() - timedelta(days=3))
    before, version = kept(address), Question.objects.version_of(question.pk)
    happens(desk)
    assert Question.objects.version_of(question.pk) == version
    assert kept(address) == before


# --- Who gets it ----------------------------------------------------------------------------------


def headers_of(response) -> dict[str, str]:
    """All but the one that names the request."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


def test_second_reader_costs_one_query_and_gets_the_same(desk, address, django_assert_num_queries):
    first = Client().get(address)
    with django_assert_num_queries(1):
        second = Client().get(address)
    assert second.content == first.content
    assert headers_of(second) == headers_of(first)
    assert second["Cache-Control"] == "no-cache"
    assert "Cookie" in second["Vary"]
    assert not second.cookies


def test_page_that_has_not_changed_is_not_sent_again(desk, address, django_assert_num_queries):
    etag = Client().get(address)["ETag"]
    with django_assert_num_queries(1):
        response = Client().get(address, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag
    assert "Content-Security-Policy" in response.headers
    is_withdrawn(desk)
    assert Client().get(address, headers={"if-none-match": etag}).status_code == 200


def test_first_reader_who_holds_the_page_is_not_sent_it_again(desk, address):
    etag = Client().get(address)["ETag"]
    is_reported_and_kept(desk)
    Question.objects.mark_changed()
    assert Client().get(address, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("seen", ['W/"{}"', '"x", "{}"', "*"])
def test_what_a_cache_between_holds_is_compared_as_the_standard_says(desk, address, seen):
    etag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"if-none-match": seen.format(etag.strip('"'))}).status_code == 304


def test_member_gets_a_page_of_his_own_and_leaves_none_to_others(desk, address, client_of):
    anonymous = Client().get(address).content
    own = client_of(desk.answer.author).get(address)
    assert "no-store" in own["Cache-Control"]
    assert "alice, votre compte" not in anonymous.decode()
    assert Client().get(address).content == anonymous
    Question.objects.mark_changed()
    assert client_of(desk.answer.author).get(address).content != Client().get(address).content


def test_message_for_one_reader_is_shown_to_him_alone(desk, address, client_of):
    client = client_of(desk.answer.author)
    client.post(reverse("account_logout"))
    assert "messages" in client.cookies
    said = client.get(address)
    assert '<li class="notice notice--success">Vous êtes déconnecté' in said.content.decode()
    assert "Vous êtes déconnecté" not in Client().get(address).content.decode()


def test_bad_host_and_other_encodings_are_refused_as_on_any_page(desk, address):
    kept(address)
    assert Client().get(address, headers={"host": "ailleurs.example"}).status_code == 400
    assert Client().get(address, headers={"content-type": "text/plain; charset=utf-7"}).status_code == 400


@pytest.mark.parametrize("query", ["tri=recentes", "apres=0000001", "tri=recentes&apres=0000001", "depuis=0000001"])
def test_each_page_of_the_thread_is_kept(desk, address, query, django_assert_num_queries):
    first = Client().get(f"{address}?{query}")
    with django_assert_num_queries(1):
        assert Client().get(f"{address}?{query}").content == first.content


@pytest.mark.parametrize("query", ["x=1", "tri=x", "apres=%31000000", "tri=recentes&tri=recentes", "&apres=É"])
def test_address_that_no_link_has_is_answered_and_not_kept(desk, address, query):
    response = Client().get(f"{address}?{query}")
    assert response.status_code == 200
    assert "ETag" not in response.headers


def test_unknown_question_is_unknown(db):
    assert Client().get(reverse("question", args=[999_999])).status_code == 404


# --- Until when -----------------------------------------------------------------------------------

MOMENTS = st.integers(0, 7 * 365 * 24 * 60 * 60).map(
    lambda s: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
AGES = st.timedeltas(timedelta(days=-2), timedelta(days=9)) | st.timedeltas(timedelta(0), timedelta(hours=2))


@given(MOMENTS, AGES)
def test_words_for_a_moment_hold_as_long_as_is_said(now, age):
    moment = now - age
    until = relative_until(moment, now, next_midnight(now))
    assert until > now
    assert until <= next_midnight(now) or until - now <= timedelta(minutes=1)
    for later in (now + (until - now) / 2, until - timedelta(microseconds=1)):
        assert relative(moment, later) == relative(moment, now)


TIME_TO_READ = timedelta(seconds=4)  # for a machine that does much else


def wait_until(moment: datetime) -> None:
    time.sleep(max(0, (moment - timezone.now()).total_seconds()) + 0.01)


def test_recent_answer_is_said_to_be_older_a_minute_later(desk, address):
    moment = timezone.now() - timedelta(minutes=6) + TIME_TO_READ
    Answer.objects.filter(pk=desk.answer.pk).update(created_at=moment)
    Question.objects.mark_changed()
    assert "il y a 5\u00a0min" in kept(address)[0].decode()
    wait_until(moment + timedelta(minutes=6))
    assert "il y a 6\u00a0min" in kept(address)[0].decode()


def test_question_closes_on_the_page_when_it_closes(desk, address):
    closes_at = timezone.now() + TIME_TO_READ
    Question.objects.update(closes_at=closes_at)
    Question.objects.mark_changed()
    assert "Ouverte jusqu’au" in kept(address)[0].decode()
    wait_until(closes_at)
    assert "Fermée depuis" in kept(address)[0].decode()


# --- Room and hurry -------------------------------------------------------------------------------


def page_of(size: int, version: int = 1) -> KeptPage:
    now = timezone.now()
    return KeptPage(version, now, now + timedelta(hours=1), b"x" * size, {})


def test_pages_asked_for_longest_ago_make_room():
    pages = KeptPages(room=100)
    for address in ("/a/", "/b/"):
        pages.keep(address, page_of(40))
    assert pages.find("/a/", 1)
    pages.keep("/c/", page_of(40))
    assert [bool(pages.find(address, 1)) for address in ("/a/", "/b/", "/c/")] == [True, False, True]
    pages.keep("/d/", page_of(1000))
    pages.keep("/a/", page_of(100))
    assert [bool(pages.find(address, 1)) for address in ("/a/", "/c/", "/d/")] == [True, False, False]
    pages.clear()
    assert pages.room == 100


def test_page_of_another_version_or_of_another_hour_is_not_found():
    pages = KeptPages()
    pages.keep("/a/", page_of(10, version=1))
    assert pages.find("/a/", 2) is None
    now, hour = timezone.now(), timedelta(hours=1)
    for made_at, fresh_until in ((now - hour, now), (now + hour, now + 2 * hour)):
        pages.keep("/a/", KeptPage(1, made_at, fresh_until, b"x", {}))
        assert pages.find("/a/", 1) is None


@pytest.mark.django_db(transaction=True)
def test_readers_who_come_at_once_have_the_page_made_once(desk, address, concurrent):
    made = []

    def note(execute, sql, params, many, context):
        if "forum_answer" in sql:
            made.append(sql)
        return execute(sql, params, many, context)

    def read() -> bytes:
        with connection.execute_wrapper(note):
            return Client().get(address).content

    with connection.execute_wrapper(note):
        Client().get(address)
    queries = len(made)
    Question.objects.mark_changed()
    made.clear()
    assert len(set(concurrent(*[read] * 7))) == 1
    assert len(made) == queries


@pytest.mark.django_db(transaction=True)
def test_text_withdrawn_while_its_page_is_made_is_not_kept(desk, address, concurrent):
    def withdraw_behind(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if 'FROM "forum_answer"' in sql and not happened:
            happened.append(True)
            concurrent(lambda: is_withdrawn(desk))
        return found

    happened = []
    with connection.execute_wrapper(withdraw_behind):
        Client().get(address)
    assert happened
    assert "La première." not in kept(address)[0].decode()
