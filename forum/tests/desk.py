"""What the tests of the admin share: texts and reasons to work with, and what a page says."""

import uuid

import pytest

from forum.actions.answers import edit_answer, post_answer
from forum.actions.moderation import decide
from forum.models import Answer, Decision, Member


@pytest.fixture
def post(question):
    def _post(author, text="Je pense que oui, et voici pourquoi.", reply_to=None):
        key = uuid.uuid4()
        return fresh(post_answer(author=author, question=question, text=text, key=key, reply_to=reply_to))

    return _post


@pytest.fixture
def published(post, mona):
    def _published(author, text="Publiée, et pour de bonnes raisons.", **more):
        answer = post(author, text, **more)
        decide(by=mona, verb=Decision.Verb.PUBLISH, seen=[answer.latest_id])
        return fresh(answer)

    return _published


@pytest.fixture
def moderator(client_of, mona):
    return client_of(mona)


def fresh(answer: Answer) -> Answer:
    return Answer.objects.select_related("latest", "revision", "author", "question").get(pk=answer.pk)


def mend(answer: Answer, text: str) -> Answer:
    author = Member.objects.get(pk=answer.author_id)
    edit_answer(author=author, answer=answer, seen=answer.latest_id, text=text, key=uuid.uuid4())
    return fresh(answer)


def text_of(response) -> str:
    return response.content.decode()


def rows_in(response) -> list[Answer]:
    return list(response.context["cl"].result_list)
