"""What `make bench` measures is a forum as it would have become by itself: its seed is told apart by nothing."""

import random

import pytest
from django.conf import settings
from django.db import connection

from benchmarks.inside import queries_of
from benchmarks.load import request
from benchmarks.seed import log_in_many, seed_members, seed_moderator, seed_thread, seed_waiting, text
from forum.actions.moderation import decide
from forum.actions.threads import recount
from forum.models import Answer, Case, Decision, Question, Revision
from forum.models.fields import DEEPEST
from forum.text.render import render

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seeded():
    chance = random.Random(1)
    authors, moderator = seed_members(5), seed_moderator()
    thread = seed_thread(300, authors, moderator, chance)
    return thread, seed_waiting(20, authors, chance), moderator


def test_seeded_thread_is_one_that_people_could_have_written(seeded):
    thread, _, _ = seeded
    connection.check_constraints()
    assert recount() == []
    answers = Answer.objects.filter(question=thread).select_related("latest", "reply_to")
    assert {answer.depth for answer in answers} == set(range(DEEPEST + 1))
    assert 60 < sum(answer.reply_to is None for answer in answers) < 140
    for answer in answers:
        assert answer.is_published
        assert (answer.latest.author_id, answer.latest.answer_id) == (answer.author_id, answer.pk)
        assert answer.reply_to is None or answer.path.startswith(
            answer.reply_to.path[: -7 if answer.depth == DEEPEST else None]
        )
    assert Decision.objects.filter(answer__question=thread).count() == 300
    assert render(Revision.objects.first().text) == Revision.objects.first().html


def test_seeded_queue_can_be_decided(seeded, in_favour):
    _, waiting, moderator = seeded
    seen = Answer.objects.filter(question=waiting).values_list("latest", flat=True)
    outcome = decide(by=moderator, verb="publish", seen=list(seen))
    assert (len(outcome.decisions), outcome.conflicts) == (20, [])
    assert not Case.objects.open().exists()
    assert Question.objects.get(pk=waiting.pk).published_count == 20


def test_texts_are_as_long_as_said():
    chance = random.Random(1)
    assert 250 < sum(len(text(chance)) for _ in range(200)) / 200 < 280


def test_queries_are_those_of_the_request(seeded):
    thread, _, moderator = seeded
    (session,) = log_in_many([moderator])
    page = request(thread.get_absolute_url(), 80)
    assert queries_of(page) == 1  # it is kept: only its version is asked for
    desk = request("/moderation/", 80, Cookie=f"{settings.SESSION_COOKIE_NAME}={session}")
    assert queries_of(desk) > 5
