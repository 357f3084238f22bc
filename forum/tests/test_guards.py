"""What the database itself refuses, whoever asks: admin, shell, or a fault in the code."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from forum.models import Answer, Decision, Revision, Sanction
from forum.models.answers import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(alice, question) -> Revision:
    answer = Answer.objects.create(question=question, author=alice)
    return Revision.objects.create(
        answer=answer, number=1, text="Un texte.", html="<p>Un texte.</p>", renderer=1, fingerprint="0" * 64
    )


@pytest.fixture
def decision(revision, mona) -> Decision:
    return Decision.objects.create(
        answer=revision.answer,
        revision=revision,
        verb=Decision.Verb.REFUSE,
        from_state=State.PENDING,
        to_state=State.REFUSED,
        by=mona,
        note="Hors sujet.",
    )


@pytest.fixture
def sanction(alice, mona) -> Sanction:
    return Sanction.objects.create(member=alice, kind=Sanction.Kind.HOLD, reason="Trois signalements.", by=mona)


@pytest.fixture
def guarded(request):
    """The row that the test's parameter names."""
    return request.getfixturevalue(request.param)


def refused():
    """The database's own refusal, undone to a savepoint so that the test can look again."""
    return pytest.raises(DatabaseError, match="append-only")


@pytest.mark.parametrize(
    ("guarded", "change"),
    [
        ("decision", {"note": "Autre chose."}),
        ("decision", {"to_state": State.PUBLISHED}),
        ("decision", {"by": None}),
        ("sanction", {"reason": "Autre chose."}),
        ("sanction", {"kind": Sanction.Kind.UNHOLD}),
        ("revision", {"text": "Un autre texte."}),
        ("revision", {"number": 2}),
    ],
    indirect=["guarded"],
)
def test_nobody_changes_what_was_decided_or_written(guarded, change):
    rows = type(guarded)._base_manager.filter(pk=guarded.pk)
    before = rows.values().get()
    with refused(), transaction.atomic():
        rows.update(**change)
    assert rows.values().get() == before


def test_nobody_hangs_a_text_on_another_answer(revision, bob, question):
    other = Answer.objects.create(question=question, author=bob)
    with refused(), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(answer=other)
    assert Revision.objects.get(pk=revision.pk).answer_id == revision.answer_id


@pytest.mark.parametrize("guarded", ["decision", "sanction"], indirect=True)
def test_nobody_deletes_what_was_decided(guarded):
    rows = type(guarded)._base_manager.filter(pk=guarded.pk)
    with refused(), transaction.atomic():
        rows._raw_delete(using="default")
    assert rows.exists()


def test_member_with_a_sanction_cannot_be_deleted_away(sanction, alice):
    with refused(), transaction.atomic():
        alice.delete()
    assert Sanction.objects.filter(pk=sanction.pk).exists()


def test_html_of_a_revision_can_be_rebuilt(revision):
    Revision.objects.filter(pk=revision.pk).update(html="<p>Refait.</p>", renderer=2)
    revision.refresh_from_db()
    assert (revision.html, revision.renderer, revision.text) == ("<p>Refait.</p>", 2, "Un texte.")


def test_new_decision_can_always_be_added(decision, mona):
    undo = Decision.objects.create(
        answer=decision.answer,
        revision=decision.revision,
        verb=Decision.Verb.UNDO,
        from_state=State.REFUSED,
        to_state=State.PENDING,
        by=mona,
        undoes=decision,
        created_at=timezone.now(),
    )
    assert list(decision.answer.decisions.order_by("id")) == [decision, undo]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_guards_stand_again_after_each_test_with_real_transactions(turn, sanction):
    """Its own second turn: the flush between both emptied the guarded table."""
    assert list(Sanction.objects.all()) == [sanction]
    with refused():
        Sanction.objects.update(reason="Autre chose.")
