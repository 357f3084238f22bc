"""The lists that moderators tend in the Django admin: reasons and blocked phrases."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.actions.moderation import decide
from forum.models import (
    BlockedPhrase,
    Decision,
    Member,
    Reason,
)

from .cast import make_member
from .desk import text_of

pytestmark = pytest.mark.django_db
Verb = Decision.Verb


def test_moderator_adds_changes_and_deletes_a_phrase(mona, moderator):
    url = "/admin/forum/blockedphrase/"
    moderator.post(f"{url}add/", {"phrase": "Tulipe", "note": "Réclame."})
    phrase = BlockedPhrase.objects.get()
    assert (phrase.normalised, phrase.added_by, phrase.note) == ("tulipe", mona, "Réclame.")
    moderator.post(f"{url}{phrase.pk}/change/", {"phrase": "Jonquille", "note": ""})
    phrase.refresh_from_db()
    assert (phrase.normalised, phrase.added_by) == ("jonquille", mona)
    moderator.post(f"{url}{phrase.pk}/delete/", {"post": "yes"})
    assert not BlockedPhrase.objects.exists()


PHRASES = [
    ("TULÎPE", "est déjà dans la liste"),
    ("T U L I P E", "est déjà dans la liste"),
    ("tulipes", "est déjà dans la liste"),
    ("a", "aucun texte"),
    ("…", "aucun texte"),
    ("\u200b", "aucun texte"),
]


@pytest.mark.parametrize(("phrase", "sentence"), PHRASES)
def test_phrase_that_adds_nothing_is_refused_in_a_sentence(phrase, sentence, moderator):
    BlockedPhrase.objects.create(phrase="tulipe")
    response = moderator.post("/admin/forum/blockedphrase/add/", {"phrase": phrase, "note": ""})
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert BlockedPhrase.objects.count() == 1


def test_long_ligatures_make_no_error(moderator):
    response = moderator.post("/admin/forum/blockedphrase/add/", {"phrase": "\ufdfa" * 100, "note": ""})
    assert response.status_code in (200, 302)


def test_reason_in_use_stays_and_can_be_offered_no_more(alice, mona, moderator, post, reason):
    decide(by=mona, verb=Verb.REFUSE, seen=[post(alice).latest_id], reason=reason)
    url = f"/admin/forum/reason/{reason.pk}/"
    for send in (moderator.get, moderator.post):
        assert "Ce motif a servi" in text_of(send(f"{url}delete/", {"post": "yes"}, follow=True))
    sent = {"label": "Hors du sujet", "explanation": "Revenez-y.", "position": 1}
    assert moderator.post(f"{url}change/", sent).status_code == 302
    reason.refresh_from_db()
    assert (reason.label, reason.code, reason.is_offered) == ("Hors du sujet", "off_topic", False)


def test_unused_reason_goes(moderator, reason):
    moderator.post(f"/admin/forum/reason/{reason.pk}/delete/", {"post": "yes"})
    assert not Reason.objects.exists()


def test_new_reason_proposes_the_rank_after_the_last(moderator, reason):
    Reason.objects.filter(pk=reason.pk).update(position=6)
    form = moderator.get("/admin/forum/reason/add/").context["adminform"].form
    assert form["position"].value() == 7


def test_reason_no_longer_offered_is_refused_in_a_sentence(alice, moderator, post, reason):
    answer = post(alice)
    Reason.objects.update(is_offered=False)
    sent = {"verb": "refuse", "seen": answer.latest_id, "reason": reason.pk}
    response = moderator.post(reverse("admin:forum_answer_decide"), sent)
    assert response.status_code == 422
    assert "n’est pas proposé" in text_of(response)


def plant_phrases(mona: Member, first: int) -> None:
    for number in range(first, first + 5):
        BlockedPhrase.objects.create(phrase=f"phrase {number}", added_by=make_member(f"membre{number}"))


def plant_reasons(mona: Member, first: int) -> None:
    for number in range(first, first + 5):
        Reason.objects.create(code=f"motif-{number}", label=f"Motif {number}", explanation="Pourquoi.")


def plant_log(mona: Member, first: int) -> None:
    for phrase in BlockedPhrase.objects.bulk_create(
        BlockedPhrase(phrase=f"mot {number}", normalised=f"mot {number}") for number in range(first, first + 5)
    ):
        LogEntry.objects.log_actions(mona.pk, [phrase], ADDITION, "")


PLANTED = [
    ("/admin/forum/blockedphrase/", plant_phrases),
    ("/admin/forum/reason/", plant_reasons),
    ("/admin/", plant_log),
]


@pytest.mark.parametrize(("url", "plant"), PLANTED)
def test_lists_ask_the_same_queries_of_twice_the_rows(url, plant, mona, moderator, django_assert_num_queries):
    plant(mona, 0)
    moderator.get(url)
    with CaptureQueriesContext(connection) as before:
        moderator.get(url)
    plant(mona, 5)
    with django_assert_num_queries(len(before)):
        moderator.get(url)


@pytest.mark.parametrize("name", ["article", "answer", "blockedphrase", "decision", "member", "reason"])
@pytest.mark.parametrize("asked", ["a " * 2000, "'a " * 2000, '"' + "a" * 60_000], ids=["words", "quotes", "long"])
def test_search_for_more_than_a_database_takes_is_answered(ada, client_of, name, asked):
    assert client_of(ada).get(f"/admin/forum/{name}/", {"q": asked}).status_code == 200
