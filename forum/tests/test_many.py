"""A great number decided in one go: it takes as many queries as a few, and nobody is forgotten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions.moderation import decide, undo_together
from forum.actions.threads import recount
from forum.models import Answer, Case, Decision, Notification, Question
from forum.models.answers import State

from .planting import plant_answer, plant_member, plant_waiting

pytestmark = pytest.mark.django_db

FEW, MANY = 30, 1200
Verb = Decision.Verb
Kind = Notification.Kind


@pytest.fixture
def wait(question, alice, bob):
    """Texts that wait, half of them replies to published answers that differ in how many they have."""
    other = Question.objects.create(article=question.article, text="Et sinon\u202f?")

    def _wait(number: int) -> list[Answer]:
        authors = [plant_member(f"auteur{number}-{each}") for each in range(7)]
        first = plant_answer(question, alice)
        parents = [
            first,
            plant_answer(question, bob, reply_to=first),
            plant_answer(question, alice, reply_to=first),
        ]
        return plant_waiting(question, authors, number - 5, parents) + plant_waiting(other, authors, 5)

    return _wait


def queries_and_outcome(do, **what):
    with CaptureQueriesContext(connection) as captured:
        outcome = do(**what)
    return len(captured), outcome


@pytest.mark.parametrize("verb", [Verb.PUBLISH, Verb.RETURN, Verb.REFUSE])
def test_a_thousand_take_as_many_queries_as_thirty_and_so_does_their_undoing(verb, wait, mona, reason):
    deciding, undoing = [], []
    for number in (FEW, MANY):
        answers = wait(number)
        seen = [answer.latest_id for answer in answers]
        queries, outcome = queries_and_outcome(decide, by=mona, verb=verb, seen=seen, known=0, reason=reason)
        assert (len(outcome.decisions), outcome.conflicts) == (number, [])
        deciding.append(queries)
        queries, outcome = queries_and_outcome(undo_together, by=mona, decision=outcome.decisions[0])
        assert (len(outcome.decisions), outcome.conflicts) == (number, [])
        undoing.append(queries)
    assert deciding[0] == deciding[1]
    assert undoing[0] == undoing[1]


def test_all_of_a_thousand_and_all_who_were_replied_to_are_told(wait, mona):
    answers = wait(MANY)
    replies = [answer for answer in answers if answer.reply_to_id]
    made = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id for answer in answers]).decisions
    assert {decision.revision_id for decision in made} == {answer.latest_id for answer in answers}
    told = Notification.objects.filter(kind=Kind.DECISION).values_list("recipient", "answer", "decision__answer")
    assert sorted(told) == sorted((answer.author_id, answer.pk, answer.pk) for answer in answers)
    told = Notification.objects.filter(kind=Kind.REPLY).values_list("answer", "recipient")
    assert sorted(told) == [(reply.pk, reply.reply_to.author_id) for reply in replies]
    assert 500 < len(replies) < 700
    assert not Case.objects.open().exists()
    assert recount() == []


def test_a_thousand_taken_back_are_as_they_were(wait, mona):
    answers = wait(MANY)
    before = everything_of(answers)
    made = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id for answer in answers]).decisions
    assert Answer.objects.filter(state=State.PENDING).count() == 0
    undo_together(by=mona, decision=made[0])
    assert everything_of(answers) == before
    assert not Notification.objects.to_send().filter(kind=Kind.DECISION).exists()
    assert recount() == []


def everything_of(answers: list[Answer]) -> list:
    cases = list(Case.objects.order_by("pk").values("pk", "answer", "opened_at", "closed_at", "taken_by"))
    return [
        *Answer.objects.order_by("pk").values(),
        *Question.objects.order_by("pk").values("published_count"),
        *cases,
    ]
