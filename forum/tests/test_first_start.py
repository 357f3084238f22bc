"""What `make run` does to the database: everything the first time, nothing twice."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.serializers.base import DeserializationError

from forum.models import Article, BlockedPhrase, Reason
from forum.tests.checkout import run_python

pytestmark = pytest.mark.django_db
REASON = {"code": "spam", "label": "Publicité", "explanation": "Votre texte vante un produit."}
PHRASE = {"phrase": "cliquez ici", "normalised": "cliquez ici"}
ARTICLE = {"slug": "la-panne", "title": "La panne", "body": "Un mois de silence."}


@pytest.fixture
def fixtures(tmp_path, settings):
    """A folder with the rows that a forum begins with, as the settings name one."""
    settings.FIXTURE_DIRS = [tmp_path]
    for name, model, fields in [
        ("article", "forum.article", ARTICLE),
        ("blocked_phrases", "forum.blockedphrase", PHRASE),
        ("reasons", "forum.reason", REASON),
    ]:
        row = {"model": model, "pk": 1, "fields": fields}
        (tmp_path / f"{name}.json").write_text(json.dumps([row]), encoding="utf-8")
    return tmp_path


def first_start() -> str:
    output = StringIO()
    call_command("first_start", stdout=output)
    return output.getvalue()


def test_first_start_loads_what_a_forum_begins_with(fixtures, settings):
    output = first_start()
    assert Reason.objects.get().label == "Publicité"
    assert BlockedPhrase.objects.get().phrase == "cliquez ici"
    assert Article.objects.get().title == "La panne"
    assert f"{settings.SITE_URL}/" in output


def test_second_start_loads_nothing_and_keeps_what_people_changed(fixtures):
    first_start()
    Reason.objects.update(label="Réclame")
    BlockedPhrase.objects.all().delete()
    Article.objects.update(title="Le retour")
    assert "Loaded" not in first_start()
    assert Reason.objects.get().label == "Réclame"
    assert not BlockedPhrase.objects.exists()
    assert Article.objects.get().title == "Le retour"


def test_first_start_leaves_tables_alone_that_already_have_rows(fixtures):
    Article.objects.create(pk=1, slug="autre", title="Un autre article", body="Déjà là.")
    first_start()
    assert Article.objects.get().title == "Un autre article"
    assert Reason.objects.exists()


def test_first_start_cut_short_begins_again(fixtures):
    broken = fixtures / "zz_broken.json"
    broken.write_text('[{"model": "forum.question", "pk": 1, "fields": {"article": "none"}}]', encoding="utf-8")
    with pytest.raises(DeserializationError, match="zz_broken"):
        first_start()
    assert not Reason.objects.exists()
    broken.unlink()
    first_start()
    assert Reason.objects.exists()


@pytest.mark.parametrize("url", ["sqlite:////nowhere/forum.sqlite3", "postgresql://forum@%2Fnowhere/forum"])
def test_database_that_does_not_answer_is_told_of_without_a_traceback(project, url):
    result = run_python(project, "manage.py", "first_start", DATABASE_URL=url)
    assert result.returncode == 1
    assert "The database does not answer: " in result.stderr
    assert "Is DATABASE_URL right?" in result.stderr
    assert "Traceback" not in result.stderr
