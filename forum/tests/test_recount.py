"""The counters of threads, counted anew by a command."""

import uuid

import pytest
from django.core.management import call_command

from forum.actions.answers import post_answer
from forum.actions.threads import recount
from forum.models import Answer, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(alice, bob, eddy, question) -> list[Answer]:
    """A published answer, a published reply to it, and one below that waits."""
    chain: list[Answer] = []
    for author in (eddy, eddy, alice):
        chain.append(
            post_answer(
                author=author,
                question=question,
                text=f"Réponse {len(chain)}.",
                key=uuid.uuid4(),
                reply_to=chain[-1] if chain else None,
            )
        )
    return chain


def counters(thread: list[Answer]) -> list[int]:
    kept = dict(Answer.objects.values_list("pk", "published_below"))
    return [Question.objects.get().published_count, *(kept[answer.pk] for answer in thread)]


def test_right_counters_are_left_alone(thread, capsys):
    call_command("recount")
    assert "Every counter is right." in capsys.readouterr().out
    assert counters(thread) == [2, 1, 0, 0]


def test_fixture_loaded_again_does_not_put_back_the_counts_it_was_written_with(thread, tmp_path):
    fixture = tmp_path / "question.json"
    call_command("dumpdata", "forum.question", output=str(fixture))
    fixture.write_text(fixture.read_text().replace('"published_count": 2', '"published_count": 0'))
    call_command("loaddata", str(fixture), verbosity=0)
    assert counters(thread) == [2, 1, 0, 0]


@pytest.mark.parametrize("how", ["too many", "too few", "where there are none"])
def test_counters_that_are_off_are_told_of_and_left_until_repaired(thread, capsys, how):
    wrong = {"too many": [5, 1, 0, 0], "too few": [2, 0, 0, 0], "where there are none": [2, 1, 3, 0]}[how]
    Question.objects.update(published_count=wrong[0])
    for answer, below in zip(thread, wrong[1:], strict=True):
        Answer.objects.filter(pk=answer.pk).update(published_below=below)
    with pytest.raises(SystemExit) as ended:
        call_command("recount")
    assert ended.value.code == 1
    assert capsys.readouterr().out.count("counted") == 1
    assert counters(thread) == wrong
    call_command("recount", "--repair")
    assert counters(thread) == [2, 1, 0, 0]
    assert recount() == []


def test_questions_without_answers_are_counted_too(question, article):
    Question.objects.update(published_count=1)
    (difference,) = recount(repair=True)
    assert (difference.row, difference.kept, difference.counted) == (question, 1, 0)
    assert Question.objects.get().published_count == 0
