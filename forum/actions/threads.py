"""The lock of a thread and the counters that stand in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from forum.models import Answer, Question
from forum.models.fields import STEP


def lock_threads(question_ids: Iterable[int]) -> dict[int, Question]:
    """Take the questions' rows, in the order of their ids, for the rest of the transaction.

    Whatever changes a thread takes its question first: two writers then wait for each other
    instead of locking each other out, and open or closed is what it is at that moment.
    """
    rows = Question.objects.filter(pk__in=set(question_ids)).select_related("article").order_by("pk")
    return {question.pk: question for question in rows.select_for_update(of=("self",), no_key=True)}


def count_published(changes: Iterable[tuple[Answer, int]]) -> None:
    """Carry answers that appeared (+1) or went (-1) into the counts of questions and ancestors."""
    changes = list(changes)
    questions: Counter[int] = Counter()
    ancestors: Counter[str] = Counter()
    for answer, step in changes:
        questions[answer.question_id] += step
        for end in range(STEP, len(answer.path), STEP):
            ancestors[answer.path[:end]] += step
    for step, keys in _by_step(questions).items():
        Question.objects.filter(pk__in=keys).update(published_count=F("published_count") + step)
    for step, keys in _by_step(ancestors).items():
        Answer.objects.filter(path__in=keys).update(published_below=F("published_below") + step)


def _by_step(counts: Counter) -> dict[int, list]:
    keys: defaultdict[int, list] = defaultdict(list)
    for key, step in counts.items():
        if step:
            keys[step].append(key)
    return keys
