"""What readers do with the writing box, through the pages."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.actions.answers import MOST_PER_HOUR, keep_draft
from forum.actions.moderation import decide
from forum.models import Answer, Case, Draft, Question, Report, Revision
from forum.models.answers import State
from forum.views.own import USUAL_WAIT

pytestmark = pytest.mark.django_db
TEXT = "Je pense que **oui**, et voici pourquoi."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def write(question):
    """Send the box under the question, or under an answer, as a browser does."""

    def _write(client, text=TEXT, reply_to=None, key=None, headers=None, **more):
        url = (
            reverse("reply_create", args=[reply_to.pk])
            if reply_to
            else reverse("answer_create", args=[question.pk])
        )
        return client.post(url, {"text": text, "key": key or uuid.uuid4(), **more}, headers=headers)

    return _write


@pytest.fixture
def published(bob, question, client_of, write):
    """A published answer of Bob's."""
    Question.objects.update(moderation="after")
    write(client_of(bob), "La réponse de Bob, publiée.")
    Question.objects.update(moderation="")
    return Answer.objects.get()


def main_of(response) -> str:
    """The page without what stands on every page."""
    return re.search("<main.*</main>", response.text, re.DOTALL)[0]


def box_of(response) -> str:
    """What stands in the box of a page."""
    return re.search(r"<textarea[^>]*>\n(.*?)</textarea>", response.text, re.DOTALL)[1]


# --- Sending -------------------------------------------------------------------------------------


def test_page_tells_before_sending_what_will_happen(alice, client_of, question):
    page = client_of(alice).get(reverse("answer_create", args=[question.pk]))
    assert "sera relue avant publication" in page.text
    Question.objects.update(moderation="after")
    page = client_of(alice).get(reverse("answer_create", args=[question.pk]))
    assert "paraîtra aussitôt" in page.text


def test_sent_text_stands_in_its_place_for_its_author_alone(alice, bob, client, client_of, question, write):
    response = write(client_of(alice))
    answer = Answer.objects.get()
    assert response.status_code == 302
    assert response.url == answer.get_absolute_url()
    place = client_of(alice).get(response.url, follow=True)
    assert place.redirect_chain[-1][0].endswith(f"#reponse-{answer.pk}")
    assert "en attente" in place.text
    assert "<strong>oui</strong>" in place.text
    for other in (client, client_of(bob)):
        assert "voici pourquoi" not in other.get(question.get_absolute_url()).text
        assert other.get(response.url).status_code == 404


def test_the_same_form_twice_is_one_answer(alice, client_of, write):
    key = uuid.uuid4()
    first, second = write(client_of(alice), key=key), write(client_of(alice), key=key)
    assert first.url == second.url
    assert Answer.objects.count() == Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "écrivez votre réponse"),
        ("   \n\t ", "écrivez votre réponse"),
        ("a", "trop court"),
        ("a" * 10_001, "10\u202f001 caractères"),
    ],
)
def test_text_out_of_bounds_comes_back_in_the_box(alice, client_of, write, text, says):
    response = write(client_of(alice), text)
    assert response.status_code == 422
    assert says in response.text
    assert text.strip() in box_of(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("text", ["ab", "é" * 10_000, "👍🏽" * 100])
def test_text_within_bounds_is_taken(alice, client_of, write, text):
    assert write(client_of(alice), text).status_code == 302
    assert Revision.objects.get().text == text


def test_another_text_by_the_same_form_is_not_lost(alice, client_of, write):
    key = uuid.uuid4()
    write(client_of(alice), key=key)
    response = write(client_of(alice), "Un tout autre texte.", key=key)
    assert response.status_code == 409
    assert "Un tout autre texte." in box_of(response)
    fresh_key = re.search(r'name="key" value="([^"]+)"', response.text)[1]
    assert write(client_of(alice), "Un tout autre texte.", key=fresh_key).status_code == 302
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("elsewhere", ["another question", "a reply"])
def test_text_sent_elsewhere_by_the_same_form_is_not_taken_for_the_first(
    alice, client_of, article, published, write, elsewhere
):
    key, client = uuid.uuid4(), client_of(alice)
    write(client, key=key)
    if elsewhere == "a reply":
        address = reverse("reply_create", args=[published.pk])
    else:
        other = Question.objects.create(article=article, position=2, text="Et qu’en faire ?")
        address = reverse("answer_create", args=[other.pk])
    response = client.post(address, {"text": TEXT, "key": key})
    assert response.status_code == 409
    assert TEXT in box_of(response)
    fresh_key = re.search(r'name="key" value="([^"]+)"', response.text)[1]
    assert client.post(address, {"text": TEXT, "key": fresh_key}).status_code == 302
    assert Answer.objects.filter(author=alice).count() == 2


def test_broken_form_keeps_the_text_and_can_be_sent_again(alice, client_of, question, write):
    response = write(client_of(alice), key="n’importe quoi")
    assert response.status_code == 422
    assert TEXT in box_of(response).replace("&#x27;", "'")
    key = re.search(r'name="key" value="([^"]+)"', response.text)[1]
    assert write(client_of(alice), key=key).status_code == 302


def test_preview_is_the_text_as_it_will_look_and_sends_nothing(alice, client, client_of, write):
    for reader in (client_of(alice), client):
        response = write(reader, "Du *relief* <script>alert(1)</script>", preview="1")
        assert response.status_code == 200
        assert "<em>relief</em>" in response.text
        assert "<script>alert" not in response.text
        assert "Du *relief*" in box_of(response)
    assert not Answer.objects.exists()


def test_htmx_gets_the_box_alone_or_is_sent_to_the_answer(alice, client_of, write):
    refused = write(client_of(alice), "a", headers=HTMX)
    assert refused.status_code == 422
    assert "<html" not in refused.text
    taken = write(client_of(alice), headers=HTMX)
    assert taken.headers["HX-Redirect"] == Answer.objects.get().get_absolute_url()


def test_same_text_in_the_same_place_is_one_answer_while_it_waits(alice, client_of, published, write):
    client = client_of(alice)
    for _ in range(2):
        write(client)
        write(client, reply_to=published)
    assert Answer.objects.filter(author=alice).count() == 2
    client.post(reverse("answer_delete", args=[Answer.objects.get(author=alice, reply_to=None).pk]))
    write(client)
    assert Answer.objects.filter(author=alice).count() == 3


def test_same_text_as_a_published_one_is_held(bob, client_of, published, write):
    Question.objects.update(moderation="after")
    write(client_of(bob), published.latest.text)
    again = Answer.objects.get(author=bob, state=State.PENDING)
    assert [finding.check_name for finding in again.latest.findings.all()] == ["same_text"]


def test_replies_hang_under_published_answers_alone(alice, client_of, published, write):
    assert write(client_of(alice), "Je réponds.", reply_to=published).status_code == 302
    hidden = Answer.objects.get(author=alice)
    assert hidden.reply_to == published
    assert write(client_of(alice), "Encore.", reply_to=hidden).status_code == 404


# --- Something comes in between ------------------------------------------------------------------


def test_text_written_before_logging_in_is_in_the_box_afterwards(alice, client, question, write):
    response = write(client, TEXT)
    assert response.status_code == 403
    assert "Votre texte est gardé" in response.text
    assert TEXT in box_of(response)
    address = reverse("answer_create", args=[question.pk])
    assert f"?next={address}" in response.text
    client.force_login(alice)
    page = client.get(address)
    assert TEXT in box_of(page)
    write(client, TEXT)
    assert TEXT not in box_of(client.get(address))


def test_parked_texts_are_few(client, article):
    for number in range(5):
        question = Question.objects.create(article=article, text=f"Question {number} ?")
        client.post(reverse("answer_create", args=[question.pk]), {"text": f"Texte {number}", "key": uuid.uuid4()})
    assert list(client.session["parked_texts"].values()) == ["Texte 2", "Texte 3", "Texte 4"]


@pytest.mark.parametrize(
    ("addresses", "is_one"),
    [
        (["192.0.2.1", "192.0.2.1"], True),
        (["2001:db8:0:1::1", "2001:db8:0:1:ffff::2"], True),  # one household
        (["fe80::1%eth0", "fe80::2%eth0"], True),
        (["192.0.2.1", "::ffff:192.0.2.1"], True),  # by a server that listens on [::]
        (["192.0.2.1", "192.0.2.2"], False),
        (["::ffff:192.0.2.1", "::ffff:192.0.2.2"], False),
        (["2001:db8:0:1::1", "2001:db8:0:2::1"], False),
    ],
)
def test_one_address_fills_no_database_with_parked_texts(question, write, addresses, is_one):
    first, second = addresses
    for number in range(20):
        assert write(Client(REMOTE_ADDR=first), f"Texte {number}").status_code == 403
    sessions = Session.objects.count()
    response = write(Client(REMOTE_ADDR=second), "Le texte de trop.")
    assert response.status_code == (429 if is_one else 403)
    assert Session.objects.count() == sessions + (not is_one)
    assert box_of(response) == "Le texte de trop."
    if is_one:
        assert response["Retry-After"] == "600"
        assert "attendez 10 minutes, puis renvoyez-le" in response.text


def test_limit_on_parked_texts_counts_for_edits_too_and_for_nobody_with_an_account(
    alice, client_of, question, write
):
    write(client_of(alice))
    answer = Answer.objects.get()
    edit = {"text": "Changé.", "key": uuid.uuid4(), "seen": answer.latest_id}
    for _ in range(20):
        assert Client().post(f"/reponses/{answer.pk}/modifier/", edit).status_code == 403
    refused = Client().post(f"/reponses/{answer.pk}/modifier/", edit)
    assert (refused.status_code, box_of(refused)) == (429, "Changé.")
    assert write(client_of(alice), "Un autre texte.").status_code == 302


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"moderation": "closed"}, "Cette question est fermée"),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, "Cette question est fermée"),
        ({"opens_at": timezone.now() + timedelta(days=2)}, "Cette question ouvrira"),
    ],
)
def test_closed_question_gives_the_text_back(alice, client_of, question, write, changes, says):
    Question.objects.update(**changes)
    response = write(client_of(alice))
    assert response.status_code == 403
    assert says in response.text
    assert TEXT in box_of(response)
    assert TEXT in box_of(client_of(alice).get(reverse("answer_create", args=[question.pk])))


def test_suspended_member_reads_why_and_keeps_his_text(alice, client_of, write):
    alice.suspended_until = timezone.now() + timedelta(days=3)
    alice.save(update_fields=["suspended_until"])
    response = write(client_of(alice))
    assert response.status_code == 403
    assert "Votre compte est suspendu" in response.text
    assert TEXT in box_of(response)


INVITATIONS = [
    "Écrire une réponse",
    "repondre/",
    "#ecrire",
    'id="ecrire"',
    "Publier",
    "Créer un compte",
    "créez un compte",
    "Connectez-vous",
]


@pytest.mark.parametrize("closed_by", ["date", "mode"])
def test_visitor_of_a_closed_question_is_invited_to_nothing(client, question, published, write, closed_by):
    pages = [
        question.get_absolute_url(),
        reverse("answer_create", args=[question.pk]),
        reverse("reply_create", args=[published.pk]),
    ]
    assert any(word in main_of(client.get(pages[0])) for word in INVITATIONS)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Question.objects.update(**{"closes_at": an_hour_ago} if closed_by == "date" else {"moderation": "closed"})
    Question.objects.mark_changed()
    for page in pages:
        assert not [word for word in INVITATIONS if word in main_of(client.get(page))]
    assert "Cette question est fermée" in client.get(pages[1]).text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_visitor_who_sends_when_the_question_has_closed_is_not_sent_to_sign_up_in_vain(
    client, question, write, headers
):
    Question.objects.update(moderation="closed")
    response = write(client, headers=headers)
    assert response.status_code == 403
    assert "Cette question est fermée" in response.text
    assert TEXT in box_of(response)
    for words in ("Créer un compte", "créez un compte", "Se connecter", "Connectez-vous"):
        assert words not in (response.text if headers else main_of(response))


def test_limit_answers_429_and_keeps_the_text(alice, client_of, question, write):
    for number in range(MOST_PER_HOUR):
        write(client_of(alice), f"Texte {number}, différent des autres.")
    response = write(client_of(alice))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    assert TEXT in box_of(response)
    assert Draft.objects.get().text == TEXT


def test_parent_withdrawn_in_between_gives_the_text_back(alice, client_of, published, write):
    address = reverse("reply_create", args=[published.pk])
    assert client_of(alice).get(address).status_code == 200
    Answer.objects.filter(pk=published.pk).update(state=State.WITHDRAWN)
    response = write(client_of(alice), "Ma réponse à Bob.", reply_to=published)
    assert response.status_code == 404
    assert "Ma réponse à Bob." in box_of(response)
    unknown = client_of(alice).post(
        reverse("reply_create", args=[10**9]), {"text": "Ma réponse à Bob.", "key": uuid.uuid4()}
    )
    assert (unknown.status_code, box_of(unknown)) == (404, box_of(response))


# --- Editing, deleting ---------------------------------------------------------------------------


def edit(client, answer, text, seen=None, key=None):
    fields = {"text": text, "seen": seen or answer.latest_id, "key": key or uuid.uuid4()}
    return client.post(reverse("answer_edit", args=[answer.pk]), fields)


def test_author_edits_and_readers_see_the_published_version_meanwhile(bob, client, client_of, published):
    response = edit(client_of(bob), published, "La réponse de Bob, corrigée.")
    assert response.status_code == 302
    assert "publiée." in client.get(published.question.get_absolute_url()).text
    assert "corrigée" not in client.get(published.question.get_absolute_url()).text
    assert "modification en attente" in client_of(bob).get(published.question.get_absolute_url()).text


def test_edit_sent_after_the_session_has_ended_is_in_the_box_after_the_log_in(bob, client, client_of, published):
    response = edit(client, published, "La réponse de Bob, reprise.")
    assert response.status_code == 403
    assert "La réponse de Bob, reprise." in box_of(response)
    client.force_login(bob)
    assert "La réponse de Bob, reprise." in box_of(client.get(reverse("answer_edit", args=[published.pk])))


def test_returned_text_sent_back_unchanged_is_told_so(alice, mona, client_of, write, reason):
    write(client_of(alice))
    answer = Answer.objects.get()
    decide(by=mona, verb="return", seen=[answer.latest_id], reason=reason)
    response = edit(client_of(alice), answer, TEXT)
    assert response.status_code == 422
    assert "n’a pas changé" in response.text
    assert Answer.objects.get().state == State.RETURNED


def test_what_was_returned_is_mended_and_anything_else_changed(alice, mona, client_of, question, write, reason):
    write(client_of(alice))
    answer = Answer.objects.get()
    pages = [reverse("my_answers"), question.get_absolute_url(), reverse("answer_edit", args=[answer.pk])]
    change = ["Modifier</a>", "Modifier</a>", "Modifier votre réponse</h1>"]
    mend = ["Corriger et renvoyer</a>", "Corriger et renvoyer</a>", "Corriger et renvoyer</h1>"]
    for words, others, button in ((change, mend, "Enregistrer"), (mend, change, "Renvoyer")):
        texts = [client_of(alice).get(page).text for page in pages]
        assert all(word in text for word, text in zip(words, texts, strict=True))
        assert not any(word in text for word, text in zip(others, texts, strict=True))
        assert f">{button}</button>" in texts[-1]
        decide(by=mona, verb="return", seen=[answer.latest_id], reason=reason)


def test_edit_of_an_answer_deleted_meanwhile_gives_the_text_back(bob, client_of, published):
    client_of(bob).post(reverse("answer_delete", args=[published.pk]))
    response = edit(client_of(bob), published, "Trop tard.")
    assert (response.status_code, box_of(response)) == (404, "Trop tard.")


def test_second_click_on_delete_leads_to_the_question(bob, client_of, published):
    for _ in range(2):
        response = client_of(bob).post(reverse("answer_delete", args=[published.pk]))
        assert response.url == published.question.get_absolute_url()


def test_edit_in_two_tabs_is_a_conflict_that_keeps_the_text(bob, client_of, published):
    edit(client_of(bob), published, "Premier onglet.")
    response = edit(client_of(bob), published, "Second onglet.")
    assert response.status_code == 409
    assert "Second onglet." in box_of(response)
    seen = re.search(r'name="seen" value="(\d+)"', response.text)[1]
    assert edit(client_of(bob), published, "Second onglet.", seen=seen).status_code == 302


def test_others_answers_cannot_be_edited_or_deleted(alice, mona, client_of, published):
    for member in (alice, mona):
        for name in ("answer_edit", "answer_delete"):
            assert client_of(member).get(reverse(name, args=[published.pk])).status_code == 404
            assert client_of(member).post(reverse(name, args=[published.pk])).status_code == 404


def test_deleted_answer_leaves_a_placeholder_only_under_replies(alice, bob, client, client_of, published, write):
    Question.objects.update(moderation="after")
    write(client_of(alice), "Je réponds à Bob.", reply_to=published)
    address = reverse("answer_delete", args=[published.pk])
    assert "Supprimer" in client_of(bob).get(address).text
    assert client_of(bob).post(address).status_code == 302
    page = client.get(published.question.get_absolute_url()).text
    assert "Cette réponse n’est plus là" in page
    assert "La réponse de Bob" not in page
    client_of(alice).post(reverse("answer_delete", args=[Answer.objects.get(author=alice).pk]))
    assert "n’est plus là" not in client.get(published.question.get_absolute_url()).text


def test_my_answers_shows_every_state_with_its_reason(alice, mona, client_of, write, reason):
    write(client_of(alice), "Un texte qui sera rendu.")
    answer = Answer.objects.get()
    page = client_of(alice).get(reverse("my_answers")).text
    assert "en attente" in page
    assert "les premières réponses d’un membre sont relues" in page
    decide(by=mona, verb="return", seen=[answer.latest_id], reason=reason, note="Presque.")
    page = client_of(alice).get(reverse("my_answers")).text
    for words in ("Hors sujet", "Revenez à la question.", "Presque.", "Corriger et renvoyer"):
        assert words in page
    assert edit(client_of(alice), answer, "Un texte corrigé.").status_code == 302
    assert Answer.objects.get().state == State.PENDING


def test_my_answers_keeps_a_deleted_text_in_its_place_for_its_author_to_read(alice, mona, client_of, write, reason):
    reader = client_of(alice)
    write(reader, "Un texte d’avant.")
    write(reader, "Un texte regretté.")
    write(reader, "Un texte d’après.")
    answer = Answer.objects.get(latest__text="Un texte regretté.")
    decide(by=mona, verb="refuse", seen=[answer.latest_id], reason=reason)
    reader.post(reverse("answer_delete", args=[answer.pk]))
    page = reader.get(reverse("my_answers")).text
    assert re.findall("Un texte [^.]+", page) == ["Un texte d’après", "Un texte regretté", "Un texte d’avant"]
    row = re.search(rf'<article class="mine[^>]*id="reponse-{answer.pk}">.*?</article>', page, re.DOTALL)[0]
    assert '<span class="state state--deleted">supprimée</span>' in row
    assert re.findall('<a href="([^"]+)"', row) == [answer.question.get_absolute_url()]
    for words in ("Hors sujet", "attend d’être relu", "Délai habituel"):
        assert words not in row


def test_text_deleted_while_its_edit_waited_waits_no_more(bob, client_of, published):
    edit(client_of(bob), published, "La réponse de Bob, reprise.")
    client_of(bob).post(reverse("answer_delete", args=[published.pk]))
    page = client_of(bob).get(reverse("my_answers")).text
    assert "La réponse de Bob, reprise." in page
    assert "supprimée" in page
    assert "en attente" not in page


def test_deleted_text_stands_in_its_authors_list_and_nowhere_else(alice, bob, client_of, published):
    client_of(bob).post(reverse("answer_delete", args=[published.pk]))
    text = "La réponse de Bob, publiée."
    assert text in client_of(bob).get(reverse("my_answers")).text
    assert text not in client_of(alice).get(reverse("my_answers")).text
    for reader in (alice, bob):
        assert text not in client_of(reader).get(published.question.get_absolute_url()).text
        for name in ("answer", "answer_edit", "answer_delete", "reply_create", "answer_report"):
            assert client_of(reader).get(reverse(name, args=[published.pk])).status_code == 404


def test_delete_page_says_what_becomes_of_the_text(bob, client_of, published):
    page = client_of(bob).get(reverse("answer_delete", args=[published.pk])).text
    assert "Vous pourrez toujours en relire le texte dans «\u202fMes réponses\u202f»" in page
    assert "la modération le garde dans ses dossiers" in page


def test_my_answers_says_until_when_the_member_is_suspended(alice, client_of, write):
    write(client_of(alice))
    assert "suspendu" not in client_of(alice).get(reverse("my_answers")).text
    alice.suspended_until = datetime(2999, 12, 31, 17, 0, tzinfo=UTC)
    alice.save(update_fields=["suspended_until"])
    page = client_of(alice).get(reverse("my_answers")).text
    assert "Votre compte est suspendu jusqu’au 31\u00a0décembre 2999 à 18\u00a0h" in page
    assert "vous pouvez lire, pas publier" in page
    alice.suspended_until = timezone.now() - timedelta(seconds=1)
    alice.save(update_fields=["suspended_until"])
    assert "suspendu" not in client_of(alice).get(reverse("my_answers")).text


def test_author_of_a_reply_reads_whom_it_answers_as_far_as_he_may_know(
    alice, mona, client_of, published, reason, write
):
    write(client_of(alice), "Je vous réponds.", reply_to=published)
    reply = Answer.objects.get(reply_to=published)
    pages = [reverse("my_answers"), reverse("answer_edit", args=[reply.pk])]
    for url in pages:
        assert f"En réponse à {published.author}, sous la question" in client_of(alice).get(url).text
    decide(by=mona, verb="withdraw", seen=[published.latest_id], reason=reason)
    for url in pages:
        said = client_of(alice).get(url).text
        assert "En réponse à une réponse qui n’est plus là" in said
        assert published.author.username not in said


def test_author_is_led_from_the_page_to_his_edit(client_of, published):
    author = client_of(published.author)
    assert "Lire la modification" not in author.get(published.question.get_absolute_url()).text
    edit = {"text": "Une version meilleure.", "seen": published.latest_id, "key": uuid.uuid4()}
    author.post(reverse("answer_edit", args=[published.pk]), edit)
    Answer.objects.update(edit_state="pending")
    page = author.get(published.question.get_absolute_url()).text
    url, _, anchor = re.search(r'href="([^"]+)"[^>]*>Lire la modification', page)[1].partition("#")
    there = author.get(url).text
    assert f'id="{anchor}"' in there
    assert "Une version meilleure." in there


def test_text_kept_under_a_question_that_has_closed_is_a_click_away(alice, client_of, question):
    keep_draft(author=alice, question=question, text="Pas fini.")
    Question.objects.update(moderation="closed")
    page = client_of(alice).get(question.get_absolute_url()).text
    url = re.search(r'Il est gardé\u202f: <a href="([^"]+)"', page)[1]
    assert "Pas fini." in client_of(alice).get(url).text


def test_texts_that_their_authors_deleted_do_not_count_in_the_usual_wait(alice, bob, mona, client_of, write):
    for number in range(4):
        write(client_of(bob), f"Un texte qui attend, numéro {number}.")
    first, *others = Answer.objects.order_by("pk")
    Case.objects.update(opened_at=timezone.now() - timedelta(minutes=12))
    decide(by=mona, verb="publish", seen=[first.latest_id])
    Case.objects.open().update(opened_at=timezone.now() - timedelta(hours=30))
    for answer in others:
        client_of(bob).post(reverse("answer_delete", args=[answer.pk]))
    assert Case.objects.filter(closed_at__isnull=False).count() == 4
    USUAL_WAIT.clear()  # looked up once a minute
    write(client_of(alice))
    assert "environ 12 minutes" in client_of(alice).get(reverse("my_answers")).text


# --- Reporting -----------------------------------------------------------------------------------


def test_reader_reports_once_with_a_reason(alice, bob, client_of, published, reason):
    address = reverse("answer_report", args=[published.pk])
    assert client_of(alice).post(address, {"remark": "Là."}).status_code == 422
    for _ in range(2):
        assert client_of(alice).post(address, {"reason": reason.pk, "remark": "Là."}).status_code == 302
    assert Report.objects.get().remark == "Là."
    assert client_of(bob).post(address, {"reason": reason.pk}).status_code == 403


def test_reader_who_reports_again_is_told_what_became_of_the_first_report(
    alice, mona, client_of, published, reason, in_favour
):
    address, reader = reverse("answer_report", args=[published.pk]), client_of(alice)
    assert "déjà signalé" not in reader.get(address, follow=True).text
    assert "déjà signalé" not in reader.post(address, {"reason": reason.pk}, follow=True).text
    for again in (reader.get, reader.post):
        assert f"{REPORTED_BEFORE} elle va la relire." in again(address, follow=True).text
    decide(by=mona, verb="keep", seen=[published.latest_id], reason=in_favour)
    for again in (reader.get, reader.post):
        assert f"{REPORTED_BEFORE} elle l’a relue et maintenue." in again(address, follow=True).text
    assert "déjà signalé" not in client_of(mona).get(address, follow=True).text
    assert Report.objects.count() == 1


REPORTED_BEFORE = "Vous avez déjà signalé cette réponse à la modération\u202f:"
