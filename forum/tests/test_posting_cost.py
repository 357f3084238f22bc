"""What sending a text asks of the database: few queries, and as many whatever the author has sent before."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.models import Answer, Decision, Member, Question, Revision
from forum.models.fields import path_step
from forum.models.guards import guards_lifted

from .planting import plant_answer

pytestmark = pytest.mark.django_db

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
MOST = 12


@pytest.fixture
def send(client_of, alice, question):
    client = client_of(alice)

    def _send(text: str, address: str = "") -> list[str]:
        sent = {"text": text, "key": uuid.uuid4()}
        with CaptureQueriesContext(connection) as captured:
            response = client.post(address or f"/questions/{question.pk}/repondre/", sent)
        assert response.status_code == 302, response.content.decode()
        return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]

    return _send


@pytest.mark.parametrize("mode", ["after", "first_answers", "before"])
def test_text_costs_few_queries_whatever_its_author_has_sent(mode, send, alice, question):
    Question.objects.update(moderation="after")
    plant_answer(question, alice)
    first = send("Le premier texte de la journée, et non le dernier.")
    Question.objects.update(moderation=mode)
    once = send("Un deuxième texte, qui dit autre chose que le premier.")
    for _ in range(20):
        plant_answer(question, alice, created_at=timezone.now() - timedelta(days=3))
    Revision.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert len(first) <= MOST
    again = send("Un troisième texte, bien longtemps après les deux autres.")
    assert len(again) <= len(once)


def test_published_reply_tells_of_itself_in_few_queries(send, bob, question):
    Question.objects.update(moderation="after")
    parent = plant_answer(question, bob)
    queries = send("Je réponds à bob, et il en sera averti.", f"/reponses/{parent.pk}/repondre/")
    assert bob.notifications.count() == 1
    assert len(queries) <= MOST + 4  # the parent, again under the lock; its count; the notice


def test_author_stands_on_each_of_his_revisions(send, alice):
    send("Un texte dont l’auteur est connu.")
    assert list(Revision.objects.values_list("author", flat=True)) == [alice.pk]


def test_texts_of_before_get_their_authors(send, alice, bob, question):
    """As the migration names them, in batches that begin and end anywhere."""
    import importlib

    from django.apps import apps

    answers = [plant_answer(question, author) for author in (alice, bob, alice)]
    Revision.objects.update(author=None)
    importlib.import_module("forum.migrations.0008_authors_of_revisions").name_authors(apps, None)
    named = dict(Revision.objects.values_list("answer", "author"))
    assert named == {answer.pk: answer.author_id for answer in answers}


def test_question_that_is_not_there_gives_the_text_back(client_of, alice):
    sent = {"text": "Un texte pour une question qui n’est plus là.", "key": uuid.uuid4()}
    response = client_of(alice).post("/questions/99999/repondre/", sent)
    assert response.status_code == 404
    assert sent["text"] in response.content.decode()
    assert not Answer.objects.exists()
    assert Member.objects.get().drafts.count() == 0


def test_text_is_written_under_a_key_that_no_other_has_had(post, alice, question, db):
    """Also after the newest is gone, and where nobody has written yet."""
    first = post(alice, "Le tout premier texte de la question.")
    first.refresh_from_db()
    assert (first.latest.answer_id, first.path) == (first.pk, path_step(first.pk))
    planted = plant_answer(question, alice)
    with guards_lifted():
        Decision.objects.filter(answer=planted).delete()
        Answer.objects.filter(pk=planted.pk).update(latest=None, revision=None, state="deleted")
        Revision.objects.filter(answer=planted).delete()
        Answer.objects.filter(pk=planted.pk).delete()
    second = post(alice, "Un autre, après que l’un d’eux a disparu.")
    assert second.pk > planted.pk
    assert second.latest_id > planted.latest_id


def test_new_answer_is_written_once(send):
    queries = send("Un texte qui arrive, et que rien n’a précédé.")
    assert not [sql for sql in queries if sql.startswith('UPDATE "forum_answer"')]
