"""When the demonstration is loaded and when it is not."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from forum.models import Answer, Decision, Member, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def first_start(db, settings) -> None:
    settings.DEBUG = True
    call_command("loaddata", "article", "reasons", "blocked_phrases", verbosity=0)


def test_nothing_is_loaded_with_debug_off(first_start, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG off"):
        call_command("demonstration", "load")
    assert not Member.objects.exists()


def test_nothing_is_loaded_without_the_article(db, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="loaddata article"):
        call_command("demonstration", "load")
    assert not Member.objects.exists()


def test_nothing_is_left_of_a_loading_that_failed(first_start):
    Question.objects.filter(position=3).update(moderation="closed")
    with pytest.raises(CommandError, match="fermée"):
        call_command("demonstration", "load")
    assert not Member.objects.exists()
    assert not Answer.objects.exists()
    Question.objects.update(moderation="")
    call_command("demonstration", "load")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.update(note="Autre chose.")
