"""Stored HTML made anew; texts and decisions stay as they are."""

import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions.answers import post_answer
from forum.actions.revisions import rebuild_html
from forum.models import Revision
from forum.text.render import RENDERER, render

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(alice, question) -> list[Revision]:
    answers = [
        post_answer(author=alice, question=question, text=f"Le texte **numéro {number}**.", key=uuid.uuid4())
        for number in range(5)
    ]
    return [answer.latest for answer in answers]


def html() -> list[str]:
    return list(Revision.objects.order_by("pk").values_list("html", flat=True))


def test_texts_of_an_older_renderer_are_rendered_anew_and_no_others(texts, capsys):
    before = html()
    old, current = texts[0], texts[1]
    Revision.objects.filter(pk__in=[old.pk, current.pk]).update(html="<p>Autrefois.</p>")
    Revision.objects.filter(pk=old.pk).update(renderer=RENDERER - 1)
    call_command("rebuild_html")
    assert "1 texts" in capsys.readouterr().out
    assert html() == [before[0], "<p>Autrefois.</p>", *before[2:]]
    assert set(Revision.objects.values_list("renderer", flat=True)) == {RENDERER}
    assert rebuild_html() == 0


def test_all_are_rendered_anew_on_demand_and_texts_stay(texts, capsys):
    written = list(Revision.objects.order_by("pk").values("pk", "text", "number", "answer", "created_at"))
    Revision.objects.update(html="<p>Autrefois.</p>")
    call_command("rebuild_html", "--all")
    assert "5 texts" in capsys.readouterr().out
    assert html() == [render(row["text"]) for row in written]
    assert list(Revision.objects.order_by("pk").values("pk", "text", "number", "answer", "created_at")) == written


@pytest.mark.parametrize(("batch", "updates"), [(1, 5), (2, 3), (5, 1), (200, 1)])
def test_many_texts_are_written_in_bounded_batches(texts, monkeypatch, batch, updates):
    monkeypatch.setattr("forum.actions.revisions.BATCH", batch)
    Revision.objects.update(renderer=RENDERER - 1, html="")
    with CaptureQueriesContext(connection) as queries:
        assert rebuild_html() == 5
    assert sum(query["sql"].startswith('UPDATE "forum_revision"') for query in queries) == updates
    assert "" not in html()
