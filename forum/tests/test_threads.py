"""Walking through a long thread: every answer on one page, every key harmless, every permalink right."""

import random
import re
import uuid
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions.answers import delete_answer, edit_answer
from forum.actions.moderation import decide
from forum.models import Answer, Question
from forum.models.answers import State
from forum.views.threads import ANSWERS_PER_PAGE

from .planting import plant_answer, plant_question, take_down

pytestmark = pytest.mark.django_db

ANSWERS = 130
ROW = re.compile(r'id="reponse-(\d+)"')


@pytest.fixture
def thread(question, alice, bob):
    """A thread of more than two pages, replies at all depths; alice has texts in it that only she sees."""
    chance = random.Random(7)  # the same tree in every run
    published = []
    for number in range(ANSWERS):
        parent = chance.choice(published) if published and chance.random() < 0.8 else None
        published.append(plant_answer(question, bob, reply_to=parent))
        if number % 9 == 0:
            plant_answer(question, alice, reply_to=parent, state=State.PENDING)
    return question


def shown(html: str) -> list[int]:
    return [int(pk) for pk in ROW.findall(html)]


def walk(client, url: str, direction: str) -> list[list[int]]:
    """The answers on each page from a page on, following the links of the pager."""
    pages = []
    while True:
        html = client.get(url).content.decode()
        pages.append(shown(html))
        link = re.search(rf'href="([^"]+)" rel="{direction}"', html)
        if link is None:
            return pages
        url = link[1].replace("&amp;", "&")
        assert len(pages) < 10, "The pager goes in a circle."


def in_order(sort: str, answers) -> list[int]:
    if sort:
        return list(answers.order_by("-root", "path").values_list("pk", flat=True))
    return list(answers.order_by("path").values_list("pk", flat=True))


@pytest.mark.parametrize("sort", ["", "?tri=recentes"])
def test_walking_forwards_shows_every_published_answer_once_and_in_order(client, thread, sort):
    pages = walk(client, thread.get_absolute_url() + sort, "next")
    assert [len(page) for page in pages] == [ANSWERS_PER_PAGE, ANSWERS_PER_PAGE, ANSWERS - 2 * ANSWERS_PER_PAGE]
    assert list(chain(*pages)) == in_order(sort, Answer.objects.published())


@pytest.mark.parametrize("sort", ["", "?tri=recentes"])
def test_author_finds_each_of_his_waiting_answers_once_and_in_its_place(client, thread, alice, sort):
    client.force_login(alice)
    pages = walk(client, thread.get_absolute_url() + sort, "next")
    assert list(chain(*pages)) == in_order(sort, Answer.objects.all())


@pytest.mark.parametrize("sort", ["", "?tri=recentes"])
def test_walking_back_ends_on_the_first_page(client, thread, alice, sort):
    client.force_login(alice)
    url = thread.get_absolute_url() + sort
    everything = in_order(sort, Answer.objects.all())
    key = Answer.objects.get(pk=in_order(sort, Answer.objects.published())[-10]).path
    *pages, first = walk(client, f"{url}{'&' if sort else '?'}apres={key}", "prev")
    assert first == shown(client.get(url).content.decode())
    seen = list(chain(*reversed(pages)))
    assert seen == everything[-len(seen) :]
    assert set(first) | set(seen) == set(everything)


@pytest.mark.parametrize("as_author", [False, True])
def test_permalink_opens_the_page_that_holds_the_answer(client, thread, alice, as_author):
    answers = Answer.objects.of(alice) if as_author else Answer.objects.published()
    if as_author:
        client.force_login(alice)
    for answer in answers.order_by("path")[::3]:
        response = client.get(answer.get_absolute_url())
        assert response.status_code == 302
        url, anchor = response.url.split("#")
        assert anchor == f"reponse-{answer.pk}"
        assert answer.pk in shown(client.get(url).content.decode())


def test_permalink_of_an_early_answer_is_the_plain_first_page(client, thread):
    first = in_order("", Answer.objects.published())[0]
    assert client.get(f"/reponses/{first}/").url == f"{thread.get_absolute_url()}#reponse-{first}"


def test_permalink_opens_the_conversation_when_it_fits_the_page(client, alice):
    question = plant_question()
    for _ in range(60):
        plant_answer(question, alice)
    root = plant_answer(question, alice)
    reply = plant_answer(question, alice, reply_to=plant_answer(question, alice, reply_to=root))
    assert client.get(reply.get_absolute_url()).url.endswith(f"?depuis={root.path}#reponse-{reply.pk}")


def test_reply_whose_parent_is_on_the_page_before_names_it(client, alice):
    question = plant_question()
    parent = plant_answer(question, alice)
    replies = [plant_answer(question, alice, reply_to=parent) for _ in range(ANSWERS_PER_PAGE)]
    html = client.get(f"{question.get_absolute_url()}?apres={replies[-2].path}").content.decode()
    assert f'<span class="answer__to">en réponse à <a href="{parent.get_absolute_url()}">' in html
    take_down(parent, State.WITHDRAWN)
    html = client.get(f"{question.get_absolute_url()}?apres={replies[-2].path}").content.decode()
    assert "en réponse à une réponse qui n’est plus là" in html
    assert parent.get_absolute_url() not in html


@pytest.mark.parametrize("name", ["apres", "avant", "depuis"])
@pytest.mark.parametrize("sort", ["", "recentes", "x"])
@pytest.mark.parametrize(
    "key",
    ["", "0", "zzzzzzz", "0000000", "ZZZZZZZ", "000000²", "0" * 36, "0" * 700, "\x00" * 7, "éééééééé", "' OR 1=1"],
)
def test_odd_keys_give_a_page(client, question, bob, name, sort, key):
    answer = plant_answer(question, bob)
    response = client.get(question.get_absolute_url(), {"tri": sort, name: key})
    assert response.status_code == 200
    assert shown(response.content.decode()) == [answer.pk]


def test_thread_holds_only_answers_to_its_question(client, alice):
    mine, other = plant_question(), plant_question()
    answer = plant_answer(mine, alice)
    plant_answer(other, alice)
    plant_answer(other, alice, state=State.PENDING)
    client.force_login(alice)
    assert shown(client.get(mine.get_absolute_url()).content.decode()) == [answer.pk]


# --- What is the same for everyone is asked once -------------------------------------------------


def asked_for(client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


def test_answers_of_a_page_are_asked_once_for_all_members(thread, client_of, bob, eddy):
    url = thread.get_absolute_url()
    first, second = asked_for(client_of(bob), url), asked_for(client_of(eddy), url)
    assert "published_below" in first[-1]
    assert len(second) <= 4
    assert not any("published_below" in sql for sql in second)
    Question.objects.filter(pk=thread.pk).mark_changed()
    assert "published_below" in asked_for(client_of(eddy), url)[-1]


def test_page_that_another_member_asked_for_shows_ones_own_edit_from_its_arrival_to_its_end(
    question, client_of, alice, bob, mona, reason
):
    answer = plant_answer(question, alice, "La première version.")
    Question.objects.update(moderation="before")
    url, pages = question.get_absolute_url(), {member: client_of(member) for member in (alice, bob)}
    before = pages[bob].get(url).text
    pages[alice].get(url)
    edit_answer(author=alice, answer=answer, text="La deuxième version.", key=uuid.uuid4(), seen=answer.latest_id)
    assert "modification en attente" in pages[alice].get(url).text
    assert tokenless(pages[bob].get(url).text) == tokenless(before)
    decide(by=mona, verb="refuse", seen=[Answer.objects.get().latest_id], reason=reason)
    assert "modification refusée" in pages[alice].get(url).text
    assert tokenless(pages[bob].get(url).text) == tokenless(before)
    assert "La deuxième version" not in pages[bob].get(url).text


def test_page_that_another_member_asked_for_says_what_became_of_ones_own_text_above_a_reply(
    question, client_of, alice, bob, mona, reason
):
    Question.objects.update(moderation="after")
    parent = plant_answer(question, alice, "Ce qui va être retiré.")
    plant_answer(question, bob, "Ce qui reste dessous.", reply_to=parent)
    Answer.objects.filter(pk=parent.pk).update(published_below=1)
    decide(by=mona, verb="withdraw", seen=[parent.latest_id], reason=reason)
    url, pages = question.get_absolute_url(), {member: client_of(member) for member in (alice, bob)}
    before = pages[bob].get(url).text
    assert "Ce qui va être retiré." not in before
    assert "Ce qui va être retiré." in pages[alice].get(url).text
    delete_answer(author=alice, answer=Answer.objects.get(pk=parent.pk))
    assert tokenless(pages[bob].get(url).text) == tokenless(before)
    assert shown(pages[alice].get(url).text) == shown(before)
    assert "Ce qui va être retiré." not in pages[alice].get(url).text


def test_very_long_answers_are_not_kept(question, client_of, alice, bob):
    for _ in range(30):
        plant_answer(question, alice, "<" * 9000)
    url = question.get_absolute_url()
    for member in (bob, bob):
        assert any("published_below" in sql for sql in asked_for(client_of(member), url))


def tokenless(page: str) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|key)" value="[\w-]+"|key=[\w-]+', "", page)
