"""Queries composed once do what Django's own do, each time with the values of the day."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.models import Answer, Finding, Member, Notification, Question, Revision
from forum.models.asked import find_parent, hold_asked, holding
from forum.models.statements import Change, Statement, at_once, put

from .planting import plant_answer

pytestmark = pytest.mark.django_db


def columns(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_row_is_put_in_as_it_would_be_saved(question, alice):
    answer = Answer(question=question, author=alice, created_at=datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC))
    put(answer)
    assert columns(Answer.objects.get(pk=answer.pk)) == columns(answer)
    revision = Revision(answer=answer, author=alice, number=1, text="100 % d’« aplomb »", html="<p>", renderer=1)
    put(revision)
    assert columns(Revision.objects.get(pk=revision.pk)) == columns(revision)
    finding = Finding(revision=revision, check_name="links", passages=["l’un", '"l’autre"'])
    put(finding)
    assert columns(Finding.objects.get(pk=finding.pk)) == columns(finding)


def test_row_that_is_put_in_is_known_as_saved(question, alice):
    answer = Answer(question=question, author=alice)
    put(answer)
    answer.state = Answer.State.REFUSED
    answer.save()
    assert Answer.objects.get().state == "refused"


def test_row_that_breaks_a_rule_is_refused(question, alice):
    answer = plant_answer(question, alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        put(Answer(question=question, author=alice, key=answer.key))
    with pytest.raises(IntegrityError), transaction.atomic():
        put(Answer(question=question, author=alice, state="published"))


def test_change_tells_how_many_rows_it_changed(question, alice, bob):
    own, also, other = plant_answer(question, alice), plant_answer(question, alice), plant_answer(question, bob)
    rename = Change(
        lambda author, path, now: (
            Answer.objects.filter(author=author),
            {"root": path, "published_at": now, "published_below": F("published_below") + 2},
        ),
        author=int,
        path=str,
        now=datetime,
    )
    now = timezone.now()
    assert rename.run(author=alice.pk, path="l’un", now=now) == 2
    assert rename.run(author=bob.pk, path="100 %", now=now) == 1
    found = Answer.objects.order_by("pk").values_list("pk", "root", "published_below", "published_at")
    assert list(found) == [(own.pk, "l’un", 2, now), (also.pk, "l’un", 2, now), (other.pk, "100 %", 2, now)]


def test_keys_and_moments_are_asked_for_as_they_are_kept(question, alice):
    answer = plant_answer(question, alice)
    asked = Statement(
        lambda key, since: Answer.objects.filter(key=key, created_at__gte=since).values_list("pk"),
        key=uuid.UUID,
        since=datetime,
    )
    assert asked.rows(key=answer.key, since=answer.created_at) == [(answer.pk,)]
    assert asked.rows(key=answer.key, since=timezone.now()) == []
    assert asked.rows(key=uuid.uuid4(), since=answer.created_at) == []


@pytest.mark.parametrize(
    ("own", "of_article", "mode"),
    [("", "", "first_answers"), ("", "after", "after"), ("before", "after", "before")],
)
def test_question_that_is_held_is_as_it_is_kept(own, of_article, mode, question):
    Question.objects.update(moderation=own, opens_at=timezone.now())
    question.article.moderation = of_article
    question.article.save()
    question.refresh_from_db()
    with transaction.atomic():
        held = hold_asked(question.pk)
    assert held == question
    assert held.mode == question.mode == mode
    assert (held.opens_at, held.closes_at, held.text) == (question.opens_at, None, question.text)


def test_member_is_found_as_he_is_kept(alice):
    Member.objects.update(suspended_until=timezone.now(), is_held=True)
    alice.refresh_from_db()
    assert columns(Member.objects.find(alice.pk)) == columns(alice)
    with transaction.atomic():
        assert columns(Member.objects.holding(alice.pk)()) == columns(alice)
    assert Member.objects.find(alice.pk + 1) is None
    with pytest.raises(Member.DoesNotExist), transaction.atomic():
        Member.objects.holding(alice.pk + 1)()


def test_whoever_holds_a_row_lets_nobody_else_have_it(question, alice):
    """The article of a question stays free for its other threads."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite holds the whole database")
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        hold_asked(question.pk)
        Member.objects.holding(alice.pk)()
    holding = [query["sql"] for query in captured if "FOR NO KEY UPDATE" in query["sql"]]
    assert len(holding) == 2
    assert not any("JOIN" in sql for sql in holding)


def test_notice_has_its_defaults(question, alice, bob):
    answer = plant_answer(question, alice)
    first, second = (Notification(recipient=who, kind="reply", answer=answer) for who in (alice, bob))
    put(first)
    put(second)
    assert first.message_id != second.message_id
    assert Notification.objects.to_send().count() == 2


def test_answer_that_a_reply_hangs_on_is_as_it_is_kept(question, alice, bob):
    parent = plant_answer(question, alice)
    reply = plant_answer(question, bob, "La réponse de Bob.", reply_to=parent)
    found = find_parent(reply.pk)
    assert (found.path, found.state, found.question_id) == (reply.path, "published", question.pk)
    assert (found.author_id, found.author.pk, found.author.username) == (bob.pk, bob.pk, "bob")
    assert found.revision.html == reply.revision.html
    Answer.objects.filter(pk=reply.pk).update(state="withdrawn")
    assert find_parent(reply.pk) is None


def test_what_is_asked_at_once_is_read_in_any_order(question, alice):
    with transaction.atomic(), at_once():
        asked, author = holding(question.pk), Member.objects.holding(alice.pk)
        assert author() == alice
        assert asked() == question


def test_what_is_not_there_ends_the_block_and_not_the_connection(question, alice):
    def hold_both() -> tuple:
        with transaction.atomic(), at_once():
            asked, author = holding(question.pk + 1), Member.objects.holding(alice.pk)
            return asked(), author()

    with pytest.raises(Question.DoesNotExist):
        hold_both()
    assert Member.objects.get() == alice


def test_row_that_breaks_a_rule_is_refused_at_the_end_of_the_block(question, alice):
    """And what was written before it is not."""
    answer = plant_answer(question, alice)
    again = Answer(pk=answer.pk + 1, question=question, author=alice, key=answer.key)

    def put_both() -> None:
        with transaction.atomic(), at_once():
            put(Answer(pk=answer.pk + 2, question=question, author=alice))
            put(again)

    with pytest.raises(IntegrityError):
        put_both()
    assert Answer.objects.get() == answer
