"""What migrations do to the rows of a forum that has begun."""

from importlib import import_module

import pytest
from django.apps import apps

from forum.models import Reason

pytestmark = pytest.mark.django_db
in_favour = import_module("forum.migrations.0003_reasons_in_favour")


def test_forum_that_has_begun_gets_a_reason_in_favour_once(reason):
    for _ in range(2):
        in_favour.add_the_first(apps, None)
    assert Reason.objects.get(in_favour=True).code == "rules_kept"


def test_new_forum_waits_for_its_fixture(db):
    in_favour.add_the_first(apps, None)
    assert not Reason.objects.exists()
