"""What is printed once for many readers: none gets anything of another's, and each what he would get alone."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.models import Answer, Case, Draft, Finding, Member, Question
from forum.models.answers import State
from forum.tests.planting import plant_answer, plant_member, take_down
from forum.views.blanks import Sheet, blank
from forum.views.box_sheets import BOX_SHEETS
from forum.views.rows import ROWS
from forum.views.sheets import SHEETS

pytestmark = pytest.mark.django_db

# What is another at each rendering, for the same reader too.
ONCE = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="([^"]+)"')


def forget() -> None:
    ROWS.clear()
    SHEETS.clear()
    BOX_SHEETS.clear()


def page(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def without_what_is_used_once(html: str) -> str:
    return ONCE.sub("", html)


@pytest.fixture
def thread(question, alice, bob) -> Question:
    """All that one reader sees otherwise than another: own texts in every state, parents gone, edits, reports."""
    parent = plant_answer(question, alice, "Celle de Alice.")
    plant_answer(question, bob, "Celle de Bob.", reply_to=parent)
    gone = plant_answer(question, bob, "Celle qui n’est plus là.")
    plant_answer(question, alice, "La réponse à celle qui n’est plus là.", reply_to=gone)
    take_down(gone, State.WITHDRAWN)
    edited = plant_answer(question, bob, "Celle qui attend une relecture.", edit_state=State.PENDING)
    for state in (State.PENDING, State.RETURNED, State.REFUSED, State.DELETED):
        own = plant_answer(question, bob, f"De Bob, {state}.", state=state)
        Finding.objects.create(revision=own.latest, check_name=Finding.Check.LINKS)
    Finding.objects.create(revision=edited.latest, check_name=Finding.Check.BLOCKED_PHRASE)
    long_ago = timezone.now() - timedelta(days=40)
    question.answers.update(created_at=long_ago)
    Case.objects.create(answer=parent, opened_at=long_ago, closed_at=long_ago + timedelta(minutes=12))
    question.save()
    return question


@pytest.fixture
def readers(alice, bob, mona, eddy, ada, client_of) -> dict[str, Client]:
    suspended = plant_member("sam")
    Member.objects.filter(pk=suspended.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    members = [alice, bob, mona, eddy, ada, suspended]
    return {"anonyme": Client()} | {member.username: client_of(member) for member in members}


@pytest.mark.parametrize("mode", ["first_answers", "before", "after", "closed"])
@pytest.mark.parametrize("sort", ["", "?tri=recentes"])
def test_each_reader_gets_what_he_would_get_were_he_the_only_one(thread, readers, mode, sort):
    thread.moderation = mode
    thread.save()
    address = thread.get_absolute_url() + sort
    alone = {}
    for name, client in readers.items():
        forget()
        alone[name] = without_what_is_used_once(page(client, address))
    assert len(set(alone.values())) == len(readers)
    for _ in range(2):
        assert {name: without_what_is_used_once(page(each, address)) for name, each in readers.items()} == alone


@pytest.mark.parametrize("mode", ["first_answers", "before", "after", "closed"])
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_each_reader_gets_the_box_that_he_would_get_were_he_the_only_one(
    thread, alice, bob, readers, mode, headers
):
    thread.moderation = mode
    thread.save()
    parents = thread.answers.published().order_by("pk")[:2]
    Draft.objects.create(author=alice, question=thread, text="De Alice, <b>à finir</b>.")
    Draft.objects.create(author=bob, question=thread, reply_to=parents[0], text="De Bob, à finir.")
    addresses = [reverse("answer_create", args=[thread.pk])]
    addresses += [reverse("reply_create", args=[parent.pk]) for parent in parents]
    alone = {}
    for name, client in readers.items():
        for address in addresses:
            forget()
            alone[name, address] = without_what_is_used_once(page(client, address, **headers))
    for _ in range(2):
        for (name, address), html in alone.items():
            assert without_what_is_used_once(page(readers[name], address, **headers)) == html
    in_boxes = [
        [key for key, html in alone.items() if words in html] for words in ("De Alice, &lt;b&gt;", "De Bob, à")
    ]
    assert in_boxes == [[("alice", addresses[0])], [("bob", addresses[1])]]
    assert all(addresses[1] not in html for (_, address), html in alone.items() if address != addresses[1])


def test_box_costs_three_queries_and_one_for_what_is_replied_to(thread, readers, django_assert_num_queries):
    boxes = {reverse("answer_create", args=[thread.pk]): 3}
    boxes[reverse("reply_create", args=[thread.answers.published()[0].pk])] = 4
    for address, number in boxes.items():
        page(readers["alice"], address)
        with django_assert_num_queries(number):
            page(readers["bob"], address)


def test_message_is_shown_once_and_not_in_a_fragment(thread, client_of, alice):
    client, address = client_of(alice), reverse("answer_create", args=[thread.pk])
    thread.moderation = "after"
    thread.save()
    client.post(address, {"text": "Un texte de plus.", "key": uuid.uuid4()})
    shown = ["publiée.</li>" in page(client, address, **headers) for headers in ({"hx-request": "true"}, {}, {})]
    assert shown == [False, True, False]


def test_what_names_a_reader_or_his_form_is_on_his_page_alone(thread, readers):
    address = thread.get_absolute_url()
    pages = {name: page(client, address) for name, client in readers.items()}
    for name in readers.keys() - {"anonyme"}:
        assert [
            each for each, html in pages.items() if f'{name}<span class="visually-hidden">, votre compte' in html
        ] == [name]
    tokens = [token for html in pages.values() for token in ONCE.findall(html)]
    tokens += ONCE.findall(page(readers["bob"], address))
    assert len(tokens) >= 10
    assert len(set(tokens)) == len(tokens)


def test_draft_and_notices_are_on_their_own_members_page_alone(thread, readers, alice):
    address = thread.get_absolute_url()
    Draft.objects.create(author=alice, question=thread, text="</textarea><b>Brouillon</b>")
    with_draft = page(readers["alice"], address)
    assert "&lt;/textarea&gt;&lt;b&gt;Brouillon&lt;/b&gt;" in with_draft
    assert all("Brouillon" not in page(client, address) for name, client in readers.items() if name != "alice")


def test_first_page_costs_three_queries_and_four_for_texts_of_ones_own(thread, readers, django_assert_num_queries):
    address = thread.get_absolute_url()
    for client in readers.values():
        page(client, address)
    for name, number in {"bob": 4, "mona": 3}.items():  # bob has texts that wait
        with django_assert_num_queries(number):
            page(readers[name], address)
    thread.save()
    with django_assert_num_queries(3):
        page(Client(), address)


def test_what_a_member_may_do_follows_what_is_decided_about_him(thread, readers, bob):
    address = thread.get_absolute_url()
    before = page(readers["bob"], address)
    assert "Signaler" in before
    Member.objects.filter(pk=bob.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert "Signaler" not in page(readers["bob"], address)
    assert "Signaler" in page(readers["alice"], address)


def test_blanks_are_filled_with_what_is_escaped_unless_it_is_html_already():
    sheet = Sheet(f"<p>{blank('name')}</p>{blank('rows')}<p>{blank('name')}</p>")
    rows = [Sheet("<li>é").filled(), b"<b>"]
    filled = sheet.filled(name="<i>", rows=rows, other="x")
    assert filled.decode() == "<p>&lt;i&gt;</p><li>é<b><p>&lt;i&gt;</p>"


def test_blank_in_a_value_stays_as_it_is():
    sheet = Sheet(f"{blank('name')}, {blank('text')}")
    assert sheet.filled(name=blank("text"), text="secret").decode() == f"{blank('text')}, secret"


def test_times_are_said_anew_when_they_change_and_when_the_clock_is_set_back(question, alice, monkeypatch):
    plant_answer(question, alice, "Écrite il y a peu.")
    written, address = timezone.now(), question.get_absolute_url()
    Answer.objects.update(created_at=written)
    for seconds, said in (
        (1, "à l’instant"),
        (300, "il y a 5\u00a0min"),
        (301, "il y a 5\u00a0min"),
        (1, "à l’instant"),
    ):
        monkeypatch.setattr(timezone, "now", lambda at=written + timedelta(seconds=seconds): at)
        assert said in page(Client(), address)
