"""Two at once: real connections, on whatever database the tests run. No double, nothing lost, 409 where due."""

import re
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.actions.answers import delete_answer, edit_answer, post_answer
from forum.actions.cases import take_cases
from forum.actions.errors import Conflict, NotAllowed
from forum.actions.moderation import Outcome, decide, undo
from forum.actions.reports import report_answer
from forum.actions.threads import lock_threads, recount
from forum.models import Answer, Case, Decision, Member, Notification, Question, Reason, Report, Revision, Role
from forum.models.answers import State
from forum.tests.cast import make_member

pytestmark = pytest.mark.django_db(transaction=True)
Verb = Decision.Verb
TIME_TO_MEET_THE_LOCK = 0.4  # seconds; a slower start makes the test weaker, not wrong


@pytest.fixture
def marc(db) -> Member:
    """A second moderator."""
    return make_member("marc", Role.MODERATOR)


@pytest.fixture
def post(question):
    numbers = count(1)

    def _post(author, text="", reply_to=None, key=None) -> Answer:
        answer = post_answer(
            author=author,
            question=question,
            text=text or f"La réponse numéro {next(numbers)}.",
            key=key or uuid.uuid4(),
            reply_to=reply_to,
        )
        return fresh(answer)

    return _post


@pytest.fixture
def overtaken(question) -> Callable:
    """`overtaken(slow, quick)`: `slow` begins and meets the thread's lock, `quick` is done, then `slow` goes on."""

    def run(slow: Callable, quick: Callable):
        begun = threading.Event()

        def call():
            begun.set()
            try:
                return slow()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as thread:
            with transaction.atomic():
                lock_threads([question.pk])
                result = thread.submit(call)
                begun.wait()
                threading.Event().wait(TIME_TO_MEET_THE_LOCK)
                quick()
            return result.result()

    return run


def fresh(answer: Answer) -> Answer:
    return Answer.objects.select_related("latest", "revision", "author", "question__article").get(pk=answer.pk)


def deciding(by: Member, verb: str, answer: Answer, reason: Reason | None = None) -> Callable[[], Outcome]:
    return partial(decide, by=by, verb=verb, seen=[answer.latest_id], reason=reason)


def assert_counts_are_right() -> None:
    assert recount() == []
    assert Question.objects.get().published_count == Answer.objects.published().count()


# --- Moderators ----------------------------------------------------------------------------------


def test_of_two_moderators_on_one_case_one_decides_and_the_other_is_told(
    concurrent, alice, mona, marc, post, reason
):
    answer = post(alice)
    outcomes = concurrent(deciding(mona, Verb.PUBLISH, answer), deciding(marc, Verb.REFUSE, answer, reason=reason))
    assert sorted((len(outcome.decisions), len(outcome.conflicts)) for outcome in outcomes) == [(0, 1), (1, 0)]
    decision = Decision.objects.get()
    assert fresh(answer).state == decision.to_state
    assert Notification.objects.get().decision == decision
    assert not Case.objects.open().exists()
    assert_counts_are_right()


def test_moderators_who_decide_many_at_once_share_them_without_a_double(
    concurrent, alice, bob, mona, marc, post, reason
):
    answers = [post(author) for author in (alice, bob) for _ in range(4)]
    seen = [answer.latest_id for answer in answers]
    waiting = partial(decide, reason=reason)
    outcomes = concurrent(
        partial(waiting, by=mona, verb=Verb.PUBLISH, seen=seen),
        partial(waiting, by=marc, verb=Verb.REFUSE, seen=seen[::-1]),
        partial(waiting, by=mona, verb=Verb.PUBLISH, seen=seen[:5]),
    )
    assert sum(len(outcome.decisions) for outcome in outcomes) == len(answers) == Decision.objects.count()
    assert_counts_are_right()


def test_cases_are_taken_by_one_moderator_each(concurrent, alice, bob, mona, marc, post):
    for author in (alice, bob):
        for _ in range(4):
            post(author)
    cases = list(Case.objects.values_list("pk", flat=True))
    numbers = concurrent(partial(take_cases, mona, cases), partial(take_cases, marc, cases[::-1]))
    assert sum(numbers) == len(cases)
    assert [Case.objects.filter(taken_by=member).count() for member in (mona, marc)] == numbers


def test_taking_and_deciding_at_once_lock_nobody_out(concurrent, alice, bob, mona, marc, post):
    answers = [post(author) for author in (alice, bob) for _ in range(4)]
    cases = list(Case.objects.values_list("pk", flat=True))
    number, outcome = concurrent(
        partial(take_cases, marc, cases[::-1]),
        partial(decide, by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id for answer in answers]),
    )
    assert (number, len(outcome.conflicts)) in [(0, 0), (8, 8), (8, 0)]
    assert len(outcome.decisions) + len(outcome.conflicts) == 8
    assert_counts_are_right()


def test_undoing_or_a_new_decision_one_of_both_comes_too_late(concurrent, alice, mona, marc, post, reason):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    undone, outcome = concurrent(
        partial(undo, by=mona, decision=decision), deciding(marc, Verb.WITHDRAW, answer, reason=reason)
    )
    if isinstance(undone, Conflict):
        assert len(outcome.decisions) == 1
        assert fresh(answer).state == State.WITHDRAWN
    else:
        assert (undone.verb, len(outcome.conflicts)) == (Verb.UNDO, 1)
        assert fresh(answer).state == State.PENDING
        assert Case.objects.open().count() == 1
    assert Decision.objects.count() == 2
    assert_counts_are_right()


def test_a_decision_is_undone_once(concurrent, alice, mona, marc, post):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    results = concurrent(*(partial(undo, by=member, decision=decision) for member in (mona, marc, mona)))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Decision"]
    assert fresh(answer).state == State.PENDING
    assert Case.objects.open().count() == 1
    assert_counts_are_right()


# --- Authors and moderators ----------------------------------------------------------------------


def editing(answer: Answer, text: str) -> Callable[[], Answer]:
    return partial(
        edit_answer, author=answer.author, answer=answer, seen=answer.latest_id, text=text, key=uuid.uuid4()
    )


def test_text_that_nobody_has_seen_is_never_published(concurrent, alice, mona, post):
    answer = post(alice, "Le texte que Mona a lu.")
    edited, outcome = concurrent(
        editing(answer, "Un texte que personne n’a lu."), deciding(mona, Verb.PUBLISH, answer)
    )
    assert edited.latest.text == "Un texte que personne n’a lu."
    after = fresh(answer)
    if outcome.decisions:
        assert (after.state, after.edit_state) == (State.PUBLISHED, State.PENDING)
        assert after.revision.text == "Le texte que Mona a lu."
    else:
        assert (after.state, after.revision) == (State.PENDING, None)
    assert Case.objects.open().get().answer_id == answer.pk
    assert_counts_are_right()


def test_edit_that_comes_in_while_a_moderator_decides_is_a_conflict(overtaken, alice, mona, post):
    answer = post(alice, "Le texte que Mona a lu.")
    outcome = overtaken(deciding(mona, Verb.PUBLISH, answer), editing(answer, "Un texte que personne n’a lu."))
    assert [conflict.pk for conflict in outcome.conflicts] == [answer.pk]
    assert fresh(answer).state == State.PENDING


def test_edit_from_a_form_that_was_open_during_the_decision_waits_for_its_own(overtaken, alice, mona, post):
    answer = post(alice, "Le texte que Mona a lu.")
    edited = overtaken(editing(answer, "Un autre texte."), deciding(mona, Verb.PUBLISH, answer))
    assert (edited.state, edited.edit_state, edited.revision.text) == (
        State.PUBLISHED,
        State.PENDING,
        "Le texte que Mona a lu.",
    )


def test_two_edits_from_two_tabs_keep_the_first_and_refuse_the_second(concurrent, alice, post):
    answer = post(alice)
    results = concurrent(editing(answer, "Du premier onglet."), editing(answer, "Du second onglet."))
    assert sorted(type(result).__name__ for result in results) == ["Answer", "Conflict"]
    assert list(Revision.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_author_who_deletes_while_a_moderator_publishes_is_off_the_page(concurrent, alice, mona, post):
    answer = post(alice)
    deleted, outcome = concurrent(
        partial(delete_answer, author=alice, answer=answer), deciding(mona, Verb.PUBLISH, answer)
    )
    assert deleted is None
    assert len(outcome.decisions) + len(outcome.conflicts) == 1
    assert fresh(answer).state == State.DELETED
    assert not Case.objects.open().exists()
    assert Question.objects.get().published_count == 0
    assert_counts_are_right()


# --- Readers -------------------------------------------------------------------------------------


def test_the_same_form_sent_four_times_at_once_is_one_answer(concurrent, alice, post):
    key = uuid.uuid4()
    answers = concurrent(*[partial(post, alice, "Une seule fois.", key=key)] * 4)
    assert len({answer.pk for answer in answers}) == 1
    assert (Answer.objects.count(), Revision.objects.count(), Case.objects.count()) == (1, 1, 1)


def test_the_same_form_sent_to_two_questions_at_once_is_one_answer_and_one_conflict(
    concurrent, client_of, article, question, alice
):
    """Each question has a lock of its own: only the author's keeps the second from a unique constraint."""
    other = Question.objects.create(article=article, position=2, text="Et qu’en faire ?")
    for number in range(5):  # the two must meet between the look and the writing
        key, text = uuid.uuid4(), f"Un texte pour deux questions, {number}."
        addresses = [reverse("answer_create", args=[pk]) for pk in (question.pk, other.pk)]
        responses = concurrent(
            *(partial(client_of(alice).post, address, {"text": text, "key": key}) for address in addresses)
        )
        assert sorted(response.status_code for response in responses) == [302, 409]
        (refused,) = [response for response in responses if response.status_code == 409]
        assert text in refused.content.decode()
        assert Answer.objects.filter(key=key).count() == 1


def test_the_same_edit_sent_four_times_at_once_is_one_version(concurrent, alice, post):
    edit = editing(post(alice), "Corrigé une fois.")
    answers = concurrent(*[edit] * 4)
    assert {answer.latest.number for answer in answers} == {2}
    assert Revision.objects.count() == 2


def test_four_answers_at_once_are_all_there_and_counted(concurrent, alice, bob, eddy, ada, post):
    answers = concurrent(*(partial(post, author) for author in (alice, bob, eddy, ada)))
    assert {answer.author.username: answer.state for answer in answers} == {
        "alice": State.PENDING,
        "bob": State.PENDING,
        "eddy": State.PUBLISHED,
        "ada": State.PUBLISHED,
    }
    assert Question.objects.get().published_count == 2
    assert_counts_are_right()


def test_four_replies_to_one_answer_at_once_are_all_counted_above(concurrent, mona, eddy, ada, marc, post):
    parent = post(eddy)
    concurrent(*(partial(post, author, reply_to=parent) for author in (mona, eddy, ada, marc)))
    assert fresh(parent).published_below == 4
    assert Notification.objects.filter(recipient=eddy).count() == 3
    assert_counts_are_right()


def test_two_readers_who_report_at_once_share_one_case(concurrent, alice, bob, eddy, post, reason):
    answer = post(eddy)
    reports = concurrent(
        *(partial(report_answer, by=member, answer=answer, reason=reason) for member in (alice, bob, alice))
    )
    assert len({report.pk for report in reports}) == Report.objects.count() == 2
    assert Case.objects.get().risk == 6


def test_reply_that_meets_the_withdrawal_of_its_parent_is_published_before_it_or_not_at_all(
    concurrent, eddy, ada, mona, post, reason
):
    parent = post(eddy)
    reply, outcome = concurrent(
        partial(post, ada, reply_to=parent), deciding(mona, Verb.WITHDRAW, parent, reason=reason)
    )
    assert len(outcome.decisions) == 1
    parent = fresh(parent)
    assert parent.state == State.WITHDRAWN
    if isinstance(reply, Answer):
        assert (reply.state, parent.published_below) == (State.PUBLISHED, 1)
    else:
        assert isinstance(reply, NotAllowed)
        assert (Answer.objects.count(), parent.published_below) == (1, 0)
    assert_counts_are_right()


def test_reply_under_way_to_a_withdrawn_answer_is_not_published(overtaken, eddy, ada, mona, post, reason):
    parent = post(eddy)
    reply = overtaken(partial(post, ada, reply_to=parent), deciding(mona, Verb.WITHDRAW, parent, reason=reason))
    assert isinstance(reply, NotAllowed)
    assert Answer.objects.count() == 1


def test_nothing_comes_in_after_closing_and_nothing_that_came_in_is_lost(
    concurrent, question, alice, eddy, ada, post
):
    opened = Question.objects.get(pk=question.pk)  # an editor's form, filled in meanwhile

    def close() -> None:
        opened.closes_at = timezone.now()
        opened.save()

    *results, _ = concurrent(*(partial(post, author) for author in (eddy, ada, alice)), close)
    came_in = [result for result in results if isinstance(result, Answer)]
    assert all(isinstance(result, Answer | NotAllowed) for result in results)
    assert {answer.pk for answer in came_in} == set(Answer.objects.values_list("pk", flat=True))
    assert_counts_are_right()
    with pytest.raises(NotAllowed, match="fermée"):
        post(eddy)


def test_answer_under_way_when_the_question_closes_is_refused(overtaken, question, eddy, post):
    result = overtaken(partial(post, eddy), lambda: Question.objects.update(closes_at=timezone.now()))
    assert isinstance(result, NotAllowed)
    assert not Answer.objects.exists()


# --- Through the pages ---------------------------------------------------------------------------


def sending(client: Client, name: str, *args, htmx: bool = False, **fields) -> Callable[[], int]:
    """Post a form and return the status."""
    headers = {"HX-Request": "true"} if htmx else {}
    address = reverse(name, args=args)
    return lambda: client.post(address, fields, headers=headers).status_code


@pytest.mark.parametrize("form", ["case", "bulk"])
@pytest.mark.parametrize(("htmx", "done"), [(False, 302), (True, 200)])
def test_second_moderator_sees_409(concurrent, client_of, alice, mona, marc, post, reason, htmx, done, form):
    post(alice)
    deciders = [client_of(mona), client_of(marc)]
    forms = [form_in_queue(client, form) for client in deciders]
    statuses = concurrent(
        sending(deciders[0], "moderation_decide", htmx=htmx, **forms[0], verb="publish"),
        sending(deciders[1], "moderation_decide", htmx=htmx, **forms[1], verb="refuse", reason=reason.pk),
    )
    assert sorted(statuses) == [done, 409]
    assert Decision.objects.count() == 1
    assert_counts_are_right()


def form_in_queue(client: Client, form: str) -> dict[str, str]:
    """What the form of the first case, or the one for all cases, sends along with a verb."""
    page = client.get(reverse("moderation_queue")).content.decode()
    mark = {"case": 'class="case__verbs"', "bulk": 'id="lot"'}[form]
    markup = page.partition(mark)[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', markup))
    ticked = re.search(r'type="checkbox" name="seen" value="(\d+)" form="lot"', page)
    return {"seen": ticked[1]} | hidden


def test_second_undoing_sees_409(concurrent, client_of, alice, mona, marc, post):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    statuses = concurrent(*(sending(client_of(member), "moderation_undo", decision.pk) for member in (mona, marc)))
    assert sorted(statuses) == [302, 409]
    assert fresh(answer).state == State.PENDING


def test_four_clicks_on_send_are_one_answer(concurrent, client_of, question, alice):
    key = uuid.uuid4()
    statuses = concurrent(
        *(
            sending(client_of(alice), "answer_create", question.pk, text="Une seule fois.", key=key)
            for _ in range(4)
        )
    )
    assert statuses == [302] * 4
    assert Answer.objects.count() == 1


def test_second_tab_that_edits_sees_409(concurrent, client_of, alice, post):
    answer = post(alice)
    statuses = concurrent(
        *(
            sending(
                client_of(alice),
                "answer_edit",
                answer.pk,
                text=f"Depuis l’onglet {number}.",
                seen=answer.latest_id,
                key=uuid.uuid4(),
            )
            for number in (1, 2)
        )
    )
    assert sorted(statuses) == [302, 409]
    assert Revision.objects.count() == 2


def test_edit_sent_during_a_refusal_is_refused_with_the_text_kept(overtaken, client_of, alice, mona, post, reason):
    answer = post(alice)
    edit = sending(
        client_of(alice), "answer_edit", answer.pk, text="Trop tard.", seen=answer.latest_id, key=uuid.uuid4()
    )
    assert overtaken(edit, deciding(mona, Verb.REFUSE, answer, reason=reason)) == 403
    assert Revision.objects.count() == 1


def test_two_clicks_on_delete_delete_once(overtaken, client_of, alice, post):
    answer = post(alice)
    click = sending(client_of(alice), "answer_delete", answer.pk)
    assert overtaken(click, partial(delete_answer, author=alice, answer=answer)) in (302, 404)
    assert fresh(answer).state == State.DELETED
    assert Decision.objects.count() == 1


def test_report_that_comes_after_the_withdrawal_is_told_so(overtaken, client_of, bob, eddy, mona, post, reason):
    answer = post(eddy)
    report = sending(client_of(bob), "answer_report", answer.pk, reason=reason.pk)
    assert overtaken(report, deciding(mona, Verb.WITHDRAW, answer, reason=reason)) in (302, 404)
    assert not Report.objects.exists()
