"""One verdict on all that a filter finds, though the page of the queue shows twenty."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions.answers import edit_answer
from forum.actions.cases import take_cases
from forum.actions.moderation import decide
from forum.actions.moves import MOVES, fitting, state_for
from forum.actions.reports import report_answer
from forum.models import Answer, Case, Decision, Notification, Question
from forum.models.answers import State

from .desk import fresh
from .planting import plant_answer, plant_member, plant_waiting

pytestmark = pytest.mark.django_db

QUEUE = "/moderation/"
DECIDE = "/moderation/decider/"
OFFER = "Choisir aussi toutes les autres réponses"
Verb = Decision.Verb


@pytest.fixture
def authors(db):
    return [plant_member(f"auteur{number}") for number in range(5)]


@pytest.fixture
def wait(question, authors):
    def _wait(number: int, under: Question | None = None) -> list[Answer]:
        return plant_waiting(under or question, authors, number)

    return _wait


@pytest.fixture
def choose(moderator):
    """What a browser sends from the queue when all of the filter is chosen: a page to confirm, as yet."""

    def _choose(page, verb: str = Verb.PUBLISH, **more):
        form = re.search(r'<form class="bulk".*?</form>', page.text, re.DOTALL)[0]
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\d*)"', form))
        action = re.search(r'action="(.*?)"', form)[1].replace("&amp;", "&")
        return moderator.post(action, fields | {"whole": "1", "verb": verb} | more)

    return _choose


@pytest.fixture
def confirm(moderator):
    def _confirm(page, **more):
        form = re.search(r'<form method="post" class="form".*?</form>', page.text, re.DOTALL)[0]
        fields = dict(re.findall(r'type="hidden" name="(verb|known)" value="(\w*)"', form))
        action = re.search(r'action="(.*?)"', form)[1].replace("&amp;", "&")
        return moderator.post(action, fields | {"seen": seen_on(page)} | more)

    return _confirm


def seen_on(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'name="seen" value="(\d+)"', page.text)]


def latest_of(answers) -> list[int]:
    return [answer.latest_id for answer in answers]


def states() -> set[str]:
    return set(Answer.objects.values_list("state", flat=True))


# --- The offer -------------------------------------------------------------------------------------


def test_all_of_the_filter_is_offered_where_it_holds_more_than_the_page(moderator, wait, question):
    wait(20)
    assert OFFER not in moderator.get(QUEUE).text
    wait(1)
    page = moderator.get(QUEUE)
    assert f"{OFFER} de la file" in page.text
    assert f"{OFFER} de ce filtre" in moderator.get(QUEUE, {"question": question.pk}).text
    last = re.search(r"apres=(\d+-\d+)", page.text)[1]
    assert f"{OFFER} de la file" in moderator.get(QUEUE, {"apres": last}).text


def test_two_requests_publish_a_thousand_and_one_more_takes_all_back(moderator, wait, choose, confirm):
    answers = wait(1000)
    page = choose(moderator.get(QUEUE))
    assert page.status_code == 200
    assert page.text.count("Publier 1\u202f000 réponses") == 3  # the title, the heading, the button
    assert "D’autres attendent" not in page.text
    assert states() == {State.PENDING}
    response = confirm(page)
    assert response.status_code == 302
    assert Answer.objects.published().count() == 1000
    made = Decision.objects.values_list("revision", flat=True)
    assert sorted(made) == latest_of(answers)
    queue = moderator.get(response.url)
    assert "1\u202f000 réponses publiées." in queue.text
    undo = re.search(r'action="(/moderation/decisions/\d+/annuler/)"', queue.text)[1]
    assert moderator.post(undo, {"together": "1"}).status_code == 302
    assert states() == {State.PENDING}
    assert Case.objects.open().count() == 1000


def test_more_than_a_thousand_go_by_the_oldest_and_the_page_says_so(moderator, wait, choose, confirm):
    answers = wait(1003)
    page = choose(moderator.get(QUEUE))
    assert seen_on(page) == latest_of(answers[:1000])
    assert "D’autres attendent encore dans la file" in page.text
    assert "les 1\u202f000\u00a0premières" in page.text
    confirm(page)
    assert list(Answer.objects.exclude(state=State.PUBLISHED).order_by("pk")) == answers[1000:]


def test_order_of_the_queue_decides_which_go_first(moderator, wait, choose, monkeypatch):
    monkeypatch.setattr("forum.views.bulk.MOST_AT_ONCE", 2)
    answers = wait(22)
    Case.objects.filter(answer=answers[7]).update(risk=5)
    page = choose(moderator.get(QUEUE, {"tri": "risque"}))
    assert seen_on(page) == latest_of([answers[7], answers[0]])


@pytest.mark.parametrize(("verb", "state"), [(Verb.RETURN, State.RETURNED), (Verb.REFUSE, State.REFUSED)])
def test_a_flood_is_turned_down_for_one_reason(moderator, wait, choose, confirm, reason, verb, state):
    wait(25)
    page = choose(moderator.get(QUEUE), verb, reason=reason.pk)
    assert f'<option value="{reason.pk}" selected>' in page.text
    without = confirm(page)
    assert without.status_code == 422
    assert len(seen_on(without)) == 25
    confirm(page, reason=reason.pk, note="Cette série de messages n’a pas sa place ici.")
    assert states() == {state}
    assert set(Decision.objects.values_list("reason", "note")) == {
        (reason.pk, "Cette série de messages n’a pas sa place ici.")
    }


def test_publishing_asks_for_no_reason(moderator, wait, choose, reason):
    wait(25)
    page = choose(moderator.get(QUEUE), Verb.PUBLISH, reason=reason.pk)
    assert 'name="reason"' not in page.text


# --- What the filter finds -------------------------------------------------------------------------


def test_only_what_the_filter_asks_for_is_chosen(moderator, wait, choose, question):
    other = Question.objects.create(article=question.article, text="Et sinon\u202f?")
    wait(25)
    elsewhere = wait(23, other)
    page = choose(moderator.get(QUEUE, {"question": other.pk, "motif": "first_answers"}))
    assert seen_on(page) == latest_of(elsewhere)
    assert "Et sinon" in page.text
    assert "Premières réponses" in page.text


def test_reported_answer_is_not_among_what_is_published_but_can_be_withdrawn(
    moderator, wait, choose, confirm, question, alice, bob, reason
):
    out = [plant_answer(question, alice, f"Publiée, {number}.") for number in range(22)]
    for answer in out:
        report_answer(by=bob, answer=answer, reason=reason)
    waiting = wait(2)
    assert seen_on(choose(moderator.get(QUEUE))) == latest_of(waiting)
    page = choose(moderator.get(QUEUE), Verb.WITHDRAW)
    assert "Retirer 22 réponses" in page.text
    confirm(page, reason=reason.pk)
    assert Answer.objects.filter(state=State.WITHDRAWN).count() == 22
    assert Answer.objects.filter(state=State.PENDING).count() == 2


def test_edits_are_counted_apart(moderator, wait, choose, confirm, question, alice):
    wait(21)
    out = plant_answer(question, alice)
    edit_answer(author=alice, answer=out, seen=out.latest_id, text="Une modification.", key=uuid.uuid4())
    page = choose(moderator.get(QUEUE))
    assert "Publier 21 réponses et 1 modification" in page.text
    confirm(page)
    assert not Case.objects.open().exists()


COMBINATIONS = [(state, "") for state in State.values if state != State.DELETED] + [
    (State.PUBLISHED, edit) for edit in (State.PENDING, State.RETURNED, State.REFUSED)
]


@pytest.mark.parametrize("verb", MOVES)
def test_what_fits_is_the_same_for_one_and_for_all(wait, verb):
    for answer, (state, edit) in zip(wait(len(COMBINATIONS)), COMBINATIONS, strict=True):
        Answer.objects.filter(pk=answer.pk).update(state=state, edit_state=edit, revision=answer.latest_id)
    one_by_one = [answer for answer in Answer.objects.order_by("pk") if state_for(verb, answer) in MOVES[verb]]
    at_once = Case.objects.filter(fitting(verb)).order_by("pk")
    assert [case.answer for case in at_once.select_related("answer")] == one_by_one
    assert one_by_one


# --- What happened since ---------------------------------------------------------------------------


def test_what_came_or_was_edited_after_the_page_was_made_is_left_alone(
    moderator, wait, choose, confirm, question, alice, bob, reason
):
    answers = wait(25)
    reported = plant_answer(question, alice)
    queue = moderator.get(QUEUE)
    late = wait(1)
    edited = fresh(answers[3])
    edit_answer(author=edited.author, answer=edited, seen=edited.latest_id, text="Tout autre.", key=uuid.uuid4())
    report_answer(by=bob, answer=reported, reason=reason)
    page = choose(queue)
    assert "Publier 24 réponses" in page.text
    confirm(page)
    assert list(Answer.objects.filter(state=State.PENDING).order_by("pk")) == [edited, *late]
    assert seen_on(choose(queue, Verb.WITHDRAW)) == []


def test_text_edited_before_the_confirmation_comes_back_to_be_read(moderator, wait, choose, confirm):
    answers = wait(25)
    page = choose(moderator.get(QUEUE))
    edited = fresh(answers[3])
    edit_answer(author=edited.author, answer=edited, seen=edited.latest_id, text="Tout autre.", key=uuid.uuid4())
    response = confirm(page)
    assert response.status_code == 409
    assert "1\u00a0réponse est restée telle quelle" in response.text
    assert "L’auteur a modifié son texte entre-temps" in response.text
    assert Answer.objects.published().count() == 24


@pytest.mark.parametrize("when", ["before the page to confirm", "before the confirmation"])
def test_what_another_moderator_took_is_left_to_him(moderator, wait, choose, confirm, ada, when):
    answers = wait(25)
    taken = Case.objects.filter(answer__in=answers[:2]).values_list("pk", flat=True)
    queue = moderator.get(QUEUE, {"qui": "tous"})
    if when == "before the page to confirm":
        take_cases(ada, list(taken))
    page = choose(queue)
    take_cases(ada, list(taken))
    response = confirm(page)
    assert Answer.objects.published().count() == 23
    if when == "before the confirmation":
        assert response.status_code == 409
        assert "ada a pris ce dossier" in response.text


def test_what_another_moderator_decided_is_left_and_told(moderator, wait, choose, confirm, ada, reason):
    answers = wait(25)
    page = choose(moderator.get(QUEUE))
    decide(by=ada, verb=Verb.REFUSE, seen=latest_of(answers[:3]), reason=reason)
    response = confirm(page)
    assert response.status_code == 409
    assert response.text.count("ada a été plus rapide\u202f: réponse refusée") == 3
    assert Answer.objects.published().count() == 22
    assert Decision.objects.filter(by=ada).count() == 3


def test_decision_made_before_the_page_to_confirm_is_not_decided_over(moderator, wait, choose, ada, reason):
    answers = wait(25)
    queue = moderator.get(QUEUE)
    decide(by=ada, verb=Verb.REFUSE, seen=latest_of(answers[:3]), reason=reason)
    assert seen_on(choose(queue)) == latest_of(answers[3:])


def test_where_nothing_is_left_nothing_is_asked(moderator, wait, choose, ada):
    answers = wait(25)
    queue = moderator.get(QUEUE)
    decide(by=ada, verb=Verb.PUBLISH, seen=latest_of(answers))
    response = choose(queue)
    assert response.status_code == 302
    said = "Rien n’a été décidé\u202f: «\u202fpublier\u202f» ne s’applique à rien de ce qui est ici."
    assert said in moderator.get(response.url).text


@pytest.mark.parametrize(
    "junk", [{"newest_text": ""}, {"newest_case": "x"}, {"known": "9" * 40}, {"verb": "overturn"}, {"verb": "²"}]
)
def test_nonsense_decides_nothing_and_is_told(moderator, wait, choose, junk):
    wait(21)
    response = choose(moderator.get(QUEUE), **junk)
    assert response.status_code == 302
    assert "Cette sélection n’est pas lisible" in moderator.get(response.url).text


def test_readers_choose_nothing(client_of, alice, wait):
    wait(21)
    fields = {"whole": "1", "verb": "publish", "newest_case": 99, "newest_text": 99, "known": 0}
    assert client_of(alice).post(DECIDE, fields).status_code == 404


# --- What it costs ---------------------------------------------------------------------------------


def test_both_requests_take_as_many_queries_for_a_thousand(moderator, wait, choose, confirm, question):
    numbers = []
    for number in (30, 1000):
        queue = moderator.get(QUEUE)
        wait(number)
        queue = moderator.get(QUEUE)
        with CaptureQueriesContext(connection) as asking:
            page = choose(queue)
        with CaptureQueriesContext(connection) as deciding:
            assert confirm(page).status_code == 302
        numbers.append((len(asking), len(deciding)))
    assert numbers[0] == numbers[1]
    assert Notification.objects.count() == 1030
