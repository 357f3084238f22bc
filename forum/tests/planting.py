"""Rows put straight into the database, for tests of what is read and not of how it was written."""

from datetime import timedelta

from django.utils import timezone

from forum.models import Answer, Article, Member, Question, Revision, Role
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
