"""Rows put straight into the database, for tests of what is read and not of how it was written."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from forum.models import Answer, Article, Case, Finding, Member, Question, Revision, Role
from forum.models.answers import State
from forum.models.fields import DEEPEST, STEP, path_step
from forum.text.render import RENDERER, render


def plant_member(name: str, role: str = Role.READER) -> Member:
    return Member.objects.create_user(name, f"{name}@example.org", role=role)


def plant_question(
    text: str = "Et vous, qu’en pensez-vous ?", article: Article | None = None, **fields
) -> Question:
    return Question.objects.create(text=text, article=article or plant_article(), **fields)


def plant_article(title: str = "Le retour d’un réseau", **fields) -> Article:
    fields.setdefault("slug", f"article-{Article.objects.count() + 1}")
    return Article.objects.create(title=title, body="Un corps.\n\nEt la suite.", **fields)


def plant_answer(
    question: Question,
    author: Member,
    text: str = "Une réponse.",
    reply_to: Answer | None = None,
    state: str = State.PUBLISHED,
    **fields,
) -> Answer:
    """An answer in a state, as it stands after the moves that lead there from `published`."""
    fields.setdefault("created_at", timezone.now() - timedelta(days=2))
    answer = Answer.objects.create(question=question, author=author, reply_to=reply_to, **fields)
    answer.path = _parent_path(reply_to) + path_step(answer.pk)
    answer.root = answer.path[:STEP]
    answer.latest = Revision.objects.create(
        answer=answer, number=1, text=text, html=render(text), renderer=RENDERER, fingerprint="0" * 64
    )
    answer.revision = answer.latest if state == State.PUBLISHED else None
    answer.state = state
    answer.save()
    if state == State.PUBLISHED:
        count_published(answer, 1)
    return answer


def plant_waiting(
    question: Question, authors: Sequence[Member], number: int, parents: Sequence[Answer] = ()
) -> list[Answer]:
    """First texts that wait, each with its case; every other one is a reply where there are `parents`."""
    above = cycle([None, *(each for parent in parents for each in (parent, None))])
    answers = Answer.objects.bulk_create(
        Answer(question=question, author=author, reply_to=parent)
        for _, author, parent in zip(range(number), cycle(authors), above, strict=False)
    )
    texts = Revision.objects.bulk_create(
        Revision(
            answer=answer,
            author=answer.author,
            number=1,
            text=f"Texte {answer.pk}.",
            html=f"<p>Texte {answer.pk}.</p>",
            renderer=RENDERER,
            fingerprint=f"{answer.pk:064x}",
        )
        for answer in answers
    )
    for answer, answer.latest in zip(answers, texts, strict=True):
        answer.path = _parent_path(answer.reply_to) + path_step(answer.pk)
        answer.root = answer.path[:STEP]
    Answer.objects.bulk_update(answers, ["path", "root", "latest"], batch_size=200)
    Case.objects.bulk_create(Case(answer=answer) for answer in answers)
    Finding.objects.bulk_create(Finding(revision=text, check_name=Finding.Check.FIRST_ANSWERS) for text in texts)
    return answers


def take_down(answer: Answer, state: str) -> None:
    """Withdraw or delete a published answer."""
    Answer.objects.filter(pk=answer.pk).update(state=state)
    count_published(answer, -1)


def count_published(answer: Answer, change: int) -> None:
    above = [answer.path[:length] for length in range(STEP, len(answer.path), STEP)]
    for ancestor in Answer.objects.filter(path__in=above):
        Answer.objects.filter(pk=ancestor.pk).update(published_below=ancestor.published_below + change)
    question = Question.objects.get(pk=answer.question_id)
    Question.objects.filter(pk=question.pk).update(published_count=question.published_count + change)
    Question.objects.filter(pk=question.pk).mark_changed()


def _parent_path(reply_to: Answer | None) -> str:
    if reply_to is None:
        return ""
    return reply_to.path if reply_to.depth < DEEPEST else reply_to.path[:-STEP]
