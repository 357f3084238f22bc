"""What a question's page shows to each reader, and what it keeps from him."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Answer, ModerationMode, Question
from forum.models.answers import State

from .planting import plant_answer, plant_article, plant_question, take_down

pytestmark = pytest.mark.django_db


def page(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(html: str) -> str:
    """What the page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("state", [State.PENDING, State.RETURNED, State.REFUSED, State.WITHDRAWN])
def test_unpublished_answer_is_seen_by_its_author_alone(client, question, alice, bob, mona, state):
    answer = plant_answer(question, alice, "Mon texte à moi.", state=state)
    for member in (None, bob, mona):
        client.logout()
        if member:
            client.force_login(member)
        html = page(client, question.get_absolute_url())
        assert "Mon texte à moi." not in html
        assert f"reponse-{answer.pk}" not in html
        assert "alice" not in html
    client.force_login(alice)
    html = page(client, question.get_absolute_url())
    assert "Mon texte à moi." in html
    assert f"state--{state}" in html


@pytest.mark.parametrize(("state", "queries"), [(State.PUBLISHED, 3), (State.PENDING, 4), (State.RETURNED, 4)])
def test_member_is_asked_for_texts_of_his_own_where_he_has_any(
    client, question, alice, bob, state, queries, django_assert_num_queries
):
    plant_answer(question, bob)
    plant_answer(question, alice, state=state)
    client.force_login(bob)
    page(client, question.get_absolute_url())
    client.force_login(alice)
    with django_assert_num_queries(queries):
        assert "Une réponse." in page(client, question.get_absolute_url())


def test_deleted_answer_is_seen_by_nobody(client, question, alice):
    plant_answer(question, alice, "Regretté.", state=State.DELETED)
    client.force_login(alice)
    assert "Regretté." not in page(client, question.get_absolute_url())


def test_author_sees_that_his_edit_waits_and_others_do_not(client, question, alice, bob):
    plant_answer(question, alice, edit_state=State.PENDING)
    client.force_login(alice)
    assert "modification en attente" in page(client, question.get_absolute_url())
    client.force_login(bob)
    assert "modification" not in page(client, question.get_absolute_url())


@pytest.mark.parametrize(
    ("state", "placeholder"),
    [(State.WITHDRAWN, "Cette réponse n’est plus là."), (State.DELETED, "Cette réponse n’est plus là.")],
)
def test_answer_that_is_gone_leaves_a_placeholder_only_where_replies_hang(
    client, question, alice, bob, state, placeholder
):
    answer = plant_answer(question, alice, "Ce qu’il disait.")
    reply = plant_answer(question, bob, "Ce qu’on répondait.", reply_to=answer)
    take_down(answer, state)
    html = page(client, question.get_absolute_url())
    assert placeholder in html
    assert "Ce qu’on répondait." in html
    for trace in ("Ce qu’il disait.", "alice", f"reponse-{answer.pk}", f"/reponses/{answer.pk}/"):
        assert trace not in html
    take_down(reply, State.WITHDRAWN)
    assert placeholder not in page(client, question.get_absolute_url())


def test_moderator_is_led_from_a_placeholder_to_its_case(client, question, alice, bob, mona):
    answer = plant_answer(question, alice)
    plant_answer(question, bob, reply_to=answer)
    take_down(answer, State.WITHDRAWN)
    client.force_login(mona)
    assert page(client, question.get_absolute_url()).count(">Modérer<") == 2


def test_author_of_a_withdrawn_answer_sees_it_in_the_place_of_the_placeholder(client, question, alice, bob):
    answer = plant_answer(question, alice, "Ce qu’il disait.")
    plant_answer(question, bob, reply_to=answer)
    take_down(answer, State.WITHDRAWN)
    client.force_login(alice)
    html = page(client, question.get_absolute_url())
    assert html.count("Ce qu’il disait.") == 1
    assert "Cette réponse n’est plus là." not in html


def test_reply_names_whom_it_answers_where_the_tree_does_not_show_it(client, question, alice, bob):
    answer = plant_answer(question, alice)
    for _ in range(4):
        answer = plant_answer(question, bob, reply_to=answer)
    flattened = plant_answer(question, alice, reply_to=answer)
    html = page(client, question.get_absolute_url())
    row = html[html.index(f'id="reponse-{flattened.pk}"') :]
    assert flattened.depth == 4
    assert "depth-5" not in html
    assert f'<span class="answer__to">en réponse à <a href="#reponse-{answer.pk}">bob</a></span>' in row
    assert html.count('<span class="answer__to">') == 1


def test_answer_shows_author_role_and_exact_time(client, question, alice, eddy):
    written = timezone.now() - timedelta(minutes=12)
    plant_answer(question, eddy, created_at=written)
    plant_answer(question, alice)
    html = page(client, question.get_absolute_url())
    assert ">eddy</h3>" in html
    assert html.count("rédaction</span>") == 1
    assert f'<time datetime="{written:%Y-%m-%dT%H:%M}Z"' in html
    assert "il y a 12\u00a0min" in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Ouverte"),
        ({"moderation": ModerationMode.CLOSED}, "Question Fermée"),
        ({"closes_at": timezone.now() - timedelta(days=400)}, "Fermée depuis le "),
        ({"closes_at": timezone.now() + timedelta(days=40)}, "Ouverte jusqu’au "),
        ({"opens_at": timezone.now() + timedelta(days=40)}, "Ouvre le "),
        ({"moderation": ModerationMode.BEFORE}, "relue avant de paraître"),
        ({"moderation": ModerationMode.AFTER}, "paraissent aussitôt"),
    ],
)
def test_question_says_whether_it_is_open_and_how_it_is_moderated(client, fields, said):
    assert said in words(page(client, plant_question(**fields).get_absolute_url()))


def test_question_folds_in_the_lead_of_its_article(client):
    question = plant_question(article=plant_article(lead="Le chapeau de l'article."))
    html = page(client, question.get_absolute_url())
    assert "Le chapeau de l’article." in html[html.index("<details") : html.index("</details>")]


def test_empty_thread_says_what_will_come(client, question):
    assert "La première peut être la vôtre." in page(client, question.get_absolute_url())


OWN, OTHERS = "own", "others"


@pytest.mark.parametrize(
    ("reader", "whose", "fields", "verbs"),
    [
        (None, OTHERS, {}, ["repondre"]),
        (None, OTHERS, {"closed": True}, []),
        ("alice", OTHERS, {}, ["repondre", "signaler"]),
        ("alice", OTHERS, {"closed": True}, ["signaler"]),
        ("alice", OWN, {}, ["repondre", "modifier", "supprimer"]),
        ("alice", OWN, {"state": State.PENDING}, ["modifier", "supprimer"]),
        ("alice", OWN, {"state": State.RETURNED}, ["modifier", "supprimer"]),
        ("alice", OWN, {"state": State.REFUSED}, ["supprimer"]),
        ("alice", OWN, {"closed": True}, ["supprimer"]),
        ("suspended", OTHERS, {}, []),
        ("suspended", OWN, {}, ["supprimer"]),
        ("mona", OTHERS, {}, ["repondre", "signaler", "moderer"]),
    ],
)
def test_each_reader_is_offered_what_he_may_do(client, question, alice, bob, mona, reader, whose, fields, verbs):
    member = {None: None, "alice": alice, "suspended": alice, "mona": mona}[reader]
    if reader == "suspended":
        alice.suspended_until = timezone.now() + timedelta(days=1)
        alice.save(update_fields=["suspended_until"])
    if fields.get("closed"):
        Question.objects.filter(pk=question.pk).update(moderation=ModerationMode.CLOSED)
    answer = plant_answer(question, member if whose == OWN else bob, state=fields.get("state", State.PUBLISHED))
    if member:
        client.force_login(member)
    html = page(client, question.get_absolute_url())
    offered = re.findall(rf'href="/reponses/{answer.pk}/(\w+)/"', html)
    offered += ["moderer"] * html.count(">Modérer<")
    assert offered == verbs


# --- Addresses ---


@pytest.mark.parametrize("url", ["/questions/{}/", "/reponses/{}/"])
@pytest.mark.parametrize("number", ["0", "99", "9" * 18, "9" * 19, "9" * 400])
def test_unknown_numbers_are_not_found(client, url, number):
    assert client.get(url.format(number)).status_code == 404


def test_unknown_article_is_not_found(client):
    assert client.get("/articles/inconnu/").status_code == 404


@pytest.mark.parametrize("state", [State.PENDING, State.RETURNED, State.REFUSED, State.WITHDRAWN, State.DELETED])
def test_hidden_answer_answers_like_an_unknown_one(client, question, alice, bob, state):
    hidden = plant_answer(question, alice, state=state)
    client.force_login(bob)
    unknown = Answer.objects.latest("pk").pk + 1000
    responses = [client.get(f"/reponses/{pk}/") for pk in (hidden.pk, unknown)]
    assert [response.status_code for response in responses] == [404, 404]
    assert responses[0].content == responses[1].content


def test_moderator_is_led_from_a_hidden_answer_to_its_case(client, question, alice, mona):
    hidden = plant_answer(question, alice, state=State.PENDING)
    client.force_login(mona)
    response = client.get(hidden.get_absolute_url())
    assert response.status_code == 302
    assert "/moderation/" in response.url


@pytest.mark.parametrize("url", ["/", "/regles/", "/questions/1/", "/reponses/1/"])
def test_reading_pages_take_no_posts(client, url):
    assert client.post(url).status_code == 405
