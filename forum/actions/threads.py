"""The lock of a thread and the counters that stand in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from forum.models import Answer, Question
from forum.models.articles import new_version
from forum.models.fields import DEEPEST, STEP
from forum.models.statements import Change


def lock_threads(question_ids: Iterable[int]) -> dict[int, Question]:
    """Take the questions' rows, in the order of their ids, for the rest of the transaction.

    Whatever changes a thread takes its question first: two writers then wait for each other
    instead of locking each other out, and open or closed is what it is at that moment.
    """
    rows = Question.objects.filter(pk__in=set(question_ids)).select_related("article").order_by("pk")
    return {question.pk: question for question in rows.select_for_update(of=("self",), no_key=True)}


def count_published(changes: Iterable[tuple[Answer, int]]) -> set[int]:
    """Carry answers that appeared (+1) or went (-1) into the counts of questions and ancestors.

    Returns the questions whose count is another: they are marked as changed by the same UPDATE.
    """
    changes = list(changes)
    questions: Counter[int] = Counter()
    ancestors: Counter[str] = Counter()
    for answer, step in changes:
        questions[answer.question_id] += step
        for end in range(STEP, len(answer.path), STEP):
            ancestors[answer.path[:end]] += step
    moved = _moved(questions)
    if moved:
        count = F("published_count") + _step("pk", moved)
        Question.objects.filter(pk__in=list(moved)).mark_changed(published_count=count)
    below = _moved(ancestors)
    if below:
        count = F("published_below") + _step("path", below)
        Answer.objects.filter(question__in=list(questions), path__in=list(below)).update(published_below=count)
    return set(moved)


def count_new(answer: Answer) -> None:
    """The same for one answer that is new and published."""
    COUNTED.run(question=answer.question_id, version=new_version())
    above = [answer.path[:end] for end in range(STEP, len(answer.path), STEP)]
    if above:
        paths = dict.fromkeys(ABOVE, above[0]) | dict(zip(ABOVE, above, strict=False))
        ANCESTORS.run(question=answer.question_id, **paths)


COUNTED = Change(
    lambda question, version: (
        Question.objects.filter(pk=question),
        {"published_count": F("published_count") + 1, "version": version},
    ),
    question=int,
    version=int,
)
ABOVE = [f"above{level}" for level in range(DEEPEST)]
ANCESTORS = Change(
    lambda question, **above: (
        Answer.objects.filter(question=question, path__in=list(above.values())),
        {"published_below": F("published_below") + 1},
    ),
    question=int,
    **dict.fromkeys(ABOVE, str),
)


def _moved(counts: Counter) -> dict:
    return {key: step for key, step in counts.items() if step}


def _step(column: str, steps: dict) -> int | Case:
    """What each row’s count changes by, in one statement for all: plainly the number where it is the same."""
    keys: defaultdict[int, list] = defaultdict(list)
    for key, step in steps.items():
        keys[step].append(key)
    if len(keys) == 1:
        return next(iter(keys))
    cases = (When(**{f"{column}__in": some}, then=Value(step)) for step, some in keys.items())
    return Case(*cases, output_field=IntegerField())


# --- Counting anew --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A counter that does not say how many published answers there are."""

    row: Question | Answer
    kept: int
    counted: int


def recount(repair: bool = False) -> list[Difference]:
    """Count the published answers of every thread from the rows; returns the counters that are off.

    With `repair` these are set right. One thread is held at a time, so readers and writers of the
    others do not wait, and memory holds one thread's paths.
    """
    differences = []
    for pk in list(Question.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            for question in lock_threads([pk]).values():
                found = _differences(question)
                differences += found
                if repair:
                    _repair(question, found)
    return differences


def _differences(question: Question) -> list[Difference]:
    answers = Answer.objects.filter(question=question)
    published = list(answers.published().values_list("path", flat=True))
    below = Counter(path[:end] for path in published for end in range(STEP, len(path), STEP))
    found = []
    if question.published_count != len(published):
        found.append(Difference(question, question.published_count, len(published)))
    for answer in answers.only("path", "published_below").order_by("pk").iterator():
        if answer.published_below != below[answer.path]:
            found.append(Difference(answer, answer.published_below, below[answer.path]))
    return found


def _repair(question: Question, differences: Iterable[Difference]) -> None:
    for difference in differences:
        row = difference.row
        column = "published_count" if isinstance(row, Question) else "published_below"
        type(row).objects.filter(pk=row.pk).update(**{column: difference.counted})
    Question.objects.filter(pk=question.pk).mark_changed()
