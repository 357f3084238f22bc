"""What moderators decide, and what becomes of it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.actions.answers import delete_answer, edit_answer, post_answer
from forum.actions.cases import release_cases, take_cases
from forum.actions.errors import Conflict, LimitReached, NotAllowed
from forum.actions.members import sanction
from forum.actions.moderation import IN_FAVOUR, decide, undo, undo_together
from forum.actions.moves import MOVES, moves_from
from forum.actions.reports import report_answer
from forum.models import Answer, BlockedPhrase, Case, Decision, Notification, Question, Report, Revision, Sanction
from forum.models.answers import State
from forum.models.fields import DEEPEST, STEP

pytestmark = pytest.mark.django_db
Verb = Decision.Verb


@pytest.fixture
def post(question):
    """Post a text, and read it back with all that tests look at."""

    def _post(author, text="Je pense que oui, et voici pourquoi.", reply_to=None, under=None):
        answer = post_answer(
            author=author, question=under or question, text=text, key=uuid.uuid4(), reply_to=reply_to
        )
        return fresh(answer)

    return _post


@pytest.fixture
def publish(mona):
    def _publish(answer):
        decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
        return fresh(answer)

    return _publish


def fresh(answer: Answer) -> Answer:
    return Answer.objects.select_related("latest", "revision", "author", "question__article").get(pk=answer.pk)


def mend(answer, text):
    return fresh(
        edit_answer(author=answer.author, answer=answer, seen=answer.latest_id, text=text, key=uuid.uuid4())
    )


def published_count(question) -> int:
    return Question.objects.get(pk=question.pk).published_count


# --- Coming in -----------------------------------------------------------------------------------


def test_first_answers_wait_and_the_fourth_is_published_at_once(alice, post, publish, question):
    for number in range(3):
        answer = post(alice, f"Ma réponse numéro {number}.")
        assert answer.state == State.PENDING
        publish(answer)
    assert post(alice, "Ma quatrième réponse.").state == State.PUBLISHED
    assert published_count(question) == 4


def test_the_same_form_twice_is_one_answer(alice, question):
    key = uuid.uuid4()
    first = post_answer(author=alice, question=question, text="Une fois.", key=key)
    again = post_answer(author=alice, question=question, text="Une fois.", key=key)
    assert again == first
    assert Answer.objects.count() == 1


def test_the_same_form_again_after_closing_shows_the_first_answer(alice, question):
    key = uuid.uuid4()
    first = post_answer(author=alice, question=question, text="À temps.", key=key)
    Question.objects.update(closes_at=timezone.now())
    assert post_answer(author=alice, question=question, text="À temps.", key=key) == first


def test_returned_text_can_be_mended_after_its_question_has_closed(alice, mona, post, reason):
    answer = post(alice)
    decide(by=mona, verb=Verb.RETURN, seen=[answer.latest_id], reason=reason)
    Question.objects.update(moderation="closed")
    assert mend(fresh(answer), "Corrigé à temps.").state == State.PENDING


@pytest.mark.parametrize(
    "closing",
    [
        {"moderation": "closed"},
        {"closes_at": timezone.now() - timedelta(seconds=1)},
        {"opens_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_nobody_answers_a_closed_question(alice, post, question, closing):
    Question.objects.update(**closing)
    with pytest.raises(NotAllowed):
        post(alice)
    assert not Answer.objects.exists()


def test_suspended_member_cannot_write_but_can_delete(alice, mona, post):
    answer = post(alice)
    tomorrow = timezone.now() + timedelta(days=1)
    sanction(by=mona, member=alice, kind=Sanction.Kind.SUSPEND, until=tomorrow, reason="Trois insultes.")
    with pytest.raises(NotAllowed, match="suspendu"):
        post(alice, "Encore une.")
    with pytest.raises(NotAllowed, match="suspendu"):
        mend(answer, "Un autre texte.")
    delete_answer(author=alice, answer=answer)
    assert fresh(answer).state == State.DELETED


def test_thirty_texts_an_hour_and_no_more(alice, post, monkeypatch):
    monkeypatch.setattr("forum.actions.answers.MOST_PER_HOUR", 3)
    for number in range(3):
        post(alice, f"Texte {number}.")
    with pytest.raises(LimitReached) as refusal:
        post(alice, "Un de trop.")
    assert 0 < refusal.value.retry_after <= 3600


def test_limits_forget_what_a_clock_that_was_ahead_has_dated(alice, post, monkeypatch):
    monkeypatch.setattr("forum.actions.answers.MOST_PER_HOUR", 3)
    monkeypatch.setattr("forum.screening.checks.TOO_MANY", 3)
    for number in range(3):
        post(alice, f"Texte {number}.")
    Revision.objects.update(created_at=timezone.now() + timedelta(days=40))
    answer = post(alice, "Le premier depuis que l’horloge est juste.")
    assert "too_fast" not in [finding.check_name for finding in answer.latest.findings.all()]


MODES = [  # site mode is first_answers; question, author known, held?
    ("", False, True),
    ("", True, False),
    ("before", True, True),
    ("before", False, True),
    ("after", False, False),
    ("first_answers", False, True),
]


@pytest.mark.parametrize(("mode", "is_known", "held"), MODES)
def test_mode_decides_who_waits(alice, post, publish, question, mode, is_known, held):
    if is_known:
        for number in range(3):
            publish(post(alice, f"Avant {number}."))
    Question.objects.update(moderation=mode)
    question.refresh_from_db()
    assert (post(alice, "Et maintenant ?").state == State.PENDING) is held


def test_question_inherits_its_mode_from_article_then_site(question, settings):
    assert question.mode == settings.FORUM_MODERATION_MODE
    question.article.moderation = "after"
    assert question.mode == "after"
    question.moderation = "before"
    assert question.mode == "before"


HELD = [
    ("blocked_phrase", "Quelle bande de T O C A R D S, vraiment."),
    ("links", "Voir https://a.example, https://b.example et https://c.example."),
]


@pytest.mark.parametrize(("check", "text"), HELD)
def test_screening_holds_a_known_author_too(alice, post, publish, check, text):
    for number in range(3):
        publish(post(alice, f"Avant {number}."))
    BlockedPhrase.objects.create(phrase="tocard")
    answer = post(alice, text)
    assert answer.state == State.PENDING
    assert [finding.check_name for finding in answer.latest.findings.all()] == [check]


def test_the_same_text_again_is_held_with_every_reason(alice, post, publish):
    publish(post(alice, "Le même texte."))
    answer = post(alice, "**Le MÊME** texte !")
    names = {finding.check_name for finding in answer.latest.findings.all()}
    assert names == {"first_answers", "same_text"}


def test_many_texts_in_a_short_time_are_held(alice, post, publish):
    for number in range(5):
        publish(post(alice, f"Réponse rapide {number}."))
    held = post(alice, "La sixième en peu de temps.")
    assert [finding.check_name for finding in held.latest.findings.all()] == ["too_fast"]


@pytest.mark.parametrize("checks", ["READINGS", "STANDING", "CHECKS"])
def test_a_failing_check_holds(checks, alice, post, question, monkeypatch):
    def broken(*what):
        raise RuntimeError("no")

    Question.objects.update(moderation="after")
    question.refresh_from_db()
    monkeypatch.setattr(f"forum.screening.{checks}", [broken])
    answer = post(alice)
    assert answer.state == State.PENDING
    assert answer.latest.findings.get().check_name == "failed_check"


def test_replies_go_down_to_the_lowest_level_and_then_stay_beside(alice, eddy, post, question):
    Question.objects.update(moderation="after")
    question.refresh_from_db()
    chain = [post(eddy, "Réponse 0.")]
    for number in range(1, DEEPEST + 3):
        chain.append(post(eddy if number % 2 else alice, f"Réponse {number}.", reply_to=chain[-1]))
    assert [answer.depth for answer in chain] == [*range(DEEPEST + 1), DEEPEST, DEEPEST]
    assert all(answer.path.startswith(chain[0].path) for answer in chain)
    assert all(answer.root == chain[0].path[:STEP] for answer in chain)
    assert [answer.reply_to_id for answer in chain[1:]] == [answer.pk for answer in chain[:-1]]


def test_nobody_replies_to_what_is_not_published(alice, bob, post, mona, publish, reason):
    hidden = post(alice)
    with pytest.raises(NotAllowed):
        post(bob, "Je réponds.", reply_to=hidden)
    publish(hidden)
    decide(by=mona, verb=Verb.WITHDRAW, seen=[hidden.latest_id], reason=reason)
    with pytest.raises(NotAllowed):
        post(bob, "Je réponds.", reply_to=hidden)


# --- Decisions -----------------------------------------------------------------------------------

STATES = [State.PENDING, State.PUBLISHED, State.RETURNED, State.REFUSED, State.WITHDRAWN, State.DELETED]
REACHED_BY = {
    State.PENDING: [],
    State.PUBLISHED: [Verb.PUBLISH],
    State.RETURNED: [Verb.RETURN],
    State.REFUSED: [Verb.REFUSE],
    State.WITHDRAWN: [Verb.PUBLISH, Verb.WITHDRAW],
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", MOVES)
def test_only_the_moves_of_the_table_are_made(alice, mona, post, reason, in_favour, state, verb):
    answer = post(alice)
    if state == State.DELETED:
        delete_answer(author=alice, answer=answer)
    for step in REACHED_BY.get(state, []):
        decide(by=mona, verb=step, seen=[answer.latest_id], reason=reason)
    before = Decision.objects.count()
    why = in_favour if verb in IN_FAVOUR else reason
    outcome = decide(by=mona, verb=verb, seen=[answer.latest_id], reason=why)
    if state in MOVES[verb]:
        assert fresh(answer).state == MOVES[verb][state]
        assert len(outcome.decisions) == 1
    else:
        assert fresh(answer).state == state
        assert [conflict.pk for conflict in outcome.conflicts] == [answer.pk]
        assert Decision.objects.count() == before


@pytest.mark.parametrize("verb", set(MOVES) - {Verb.PUBLISH})
def test_all_but_publishing_needs_a_reason_that_fits(alice, mona, post, reason, in_favour, verb):
    answer = post(alice)
    for why in (None, reason if verb in IN_FAVOUR else in_favour):
        with pytest.raises(ValueError, match="reason"):
            decide(by=mona, verb=verb, seen=[answer.latest_id], reason=why)
    assert not Decision.objects.exists()


def test_readers_and_editors_decide_nothing(alice, eddy, post):
    answer = post(alice)
    for member in (alice, eddy):
        with pytest.raises(NotAllowed):
            decide(by=member, verb=Verb.PUBLISH, seen=[answer.latest_id])
    assert fresh(answer).state == State.PENDING


def test_decision_names_the_revision_seen_and_a_newer_one_is_a_conflict(alice, mona, post):
    answer = post(alice)
    mended = mend(answer, "Un texte tout autre, que Mona n’a pas vu.")
    outcome = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
    assert not outcome.decisions
    assert [conflict.latest_id for conflict in outcome.conflicts] == [mended.latest_id]
    assert fresh(answer).state == State.PENDING


def test_edit_of_a_published_answer_leaves_it_in_place_until_decided(alice, mona, post, publish):
    answer = publish(post(alice, "La première version."))
    edited = mend(answer, "La deuxième version.")
    assert (edited.state, edited.edit_state) == (State.PUBLISHED, State.PENDING)
    assert edited.revision.text == "La première version."
    published = publish(edited)
    assert (published.state, published.edit_state) == (State.PUBLISHED, "")
    assert published.revision.text == "La deuxième version."


@pytest.mark.parametrize(("verb", "state"), [(Verb.RETURN, State.RETURNED), (Verb.REFUSE, State.REFUSED)])
def test_an_edit_that_is_not_accepted_changes_nothing_for_readers(
    alice, mona, post, publish, reason, question, verb, state
):
    edited = mend(publish(post(alice, "La première version.")), "La deuxième version.")
    decide(by=mona, verb=verb, seen=[edited.latest_id], reason=reason)
    after = fresh(edited)
    assert (after.state, after.edit_state) == (State.PUBLISHED, state)
    assert after.revision.text == "La première version."
    assert published_count(question) == 1


def test_returned_text_is_mended_sent_again_and_waits(alice, mona, post, reason):
    answer = post(alice)
    decide(by=mona, verb=Verb.RETURN, seen=[answer.latest_id], reason=reason, note="Une source, s’il vous plaît.")
    mended = mend(fresh(answer), "Avec une source, cette fois.")
    assert mended.state == State.PENDING
    assert Case.objects.open().filter(answer=answer).count() == 1
    assert "resent" in {finding.check_name for finding in mended.latest.findings.all()}


def test_refused_text_cannot_be_sent_again(alice, mona, post, reason):
    answer = post(alice)
    decide(by=mona, verb=Verb.REFUSE, seen=[answer.latest_id], reason=reason)
    with pytest.raises(NotAllowed, match="refusée"):
        mend(fresh(answer), "Le même en mieux.")


def test_counts_follow_what_readers_see(alice, bob, mona, post, publish, reason, question, in_favour):
    parent = publish(post(alice))
    reply = publish(post(bob, "Je ne suis pas d’accord.", reply_to=parent))
    publish(post(alice, "Et pourtant.", reply_to=reply))
    assert (published_count(question), fresh(parent).published_below, fresh(reply).published_below) == (3, 2, 1)
    decide(by=mona, verb=Verb.WITHDRAW, seen=[reply.latest_id], reason=reason)
    assert (published_count(question), fresh(parent).published_below, fresh(reply).published_below) == (2, 1, 1)
    decide(by=mona, verb=Verb.RESTORE, seen=[reply.latest_id], reason=in_favour)
    assert (published_count(question), fresh(parent).published_below) == (3, 2)
    delete_answer(author=alice, answer=parent)
    assert (published_count(question), fresh(parent).published_below) == (2, 2)


def test_count_is_not_put_back_by_a_form_that_an_editor_had_open(eddy, post, question):
    opened = Question.objects.get()
    post(eddy)
    opened.text = "Une question mieux tournée ?"
    opened.save()
    saved = Question.objects.get()
    assert (saved.text, saved.published_count) == ("Une question mieux tournée ?", 1)


def test_many_are_decided_in_the_same_number_of_queries(alice, mona, post, django_assert_max_num_queries):
    numbers = []
    for size in (2, 8):
        answers = [post(alice, f"Texte {size} {number}.") for number in range(size)]
        with django_assert_max_num_queries(40) as queries:
            outcome = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id for answer in answers])
        assert len(outcome.decisions) == size
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# --- Undoing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        (Verb.PUBLISH, []),
        (Verb.RETURN, []),
        (Verb.REFUSE, []),
        (Verb.WITHDRAW, [Verb.PUBLISH]),
        (Verb.RESTORE, [Verb.PUBLISH, Verb.WITHDRAW]),
    ],
)
def test_undo_puts_everything_back(alice, mona, post, reason, question, verb, before, in_favour):
    answer = post(alice)
    for step in before:
        decide(by=mona, verb=step, seen=[answer.latest_id], reason=reason)
    then = fresh(answer)
    count, cases = published_count(question), Case.objects.open().count()
    why = in_favour if verb == Verb.RESTORE else reason
    (decision,) = decide(by=mona, verb=verb, seen=[answer.latest_id], reason=why).decisions
    undo(by=mona, decision=decision)
    now = fresh(answer)
    assert (now.state, now.edit_state, now.revision_id) == (then.state, then.edit_state, then.revision_id)
    assert (published_count(question), Case.objects.open().count()) == (count, cases)
    with pytest.raises(Conflict):
        undo(by=mona, decision=decision)


def test_undone_case_has_waited_since_it_was_first_opened(alice, mona, post):
    answer = post(alice)
    case = Case.objects.get()
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    undo(by=mona, decision=decision)
    assert Case.objects.open().get() == case
    assert Case.objects.get().opened_at == case.opened_at


def test_undo_of_an_edit_brings_back_the_text_before(alice, mona, post, publish):
    edited = mend(publish(post(alice, "Un.")), "Deux.")
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[edited.latest_id]).decisions
    undo(by=mona, decision=decision)
    after = fresh(edited)
    assert (after.revision.text, after.edit_state) == ("Un.", State.PENDING)


def test_undo_is_too_late_once_the_author_has_sent_something_else(alice, mona, post, reason):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.RETURN, seen=[answer.latest_id], reason=reason).decisions
    mend(fresh(answer), "Corrigé.")
    with pytest.raises(Conflict):
        undo(by=mona, decision=decision)


def test_what_was_decided_in_one_go_is_undone_in_one_but_for_what_has_changed(alice, bob, mona, post):
    answers = [post(alice, "Un."), post(bob, "Deux."), post(alice, "Trois.")]
    made = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id for answer in answers]).decisions
    alone = decide(by=mona, verb=Verb.PUBLISH, seen=[post(alice, "Un autre.").latest_id]).decisions
    delete_answer(author=bob, answer=answers[1])
    outcome = undo_together(by=mona, decision=made[0])
    assert [undoing.undoes for undoing in outcome.decisions] == [made[0], made[2]]
    assert outcome.conflicts == [answers[1]]
    assert [fresh(answer).state for answer in answers] == [State.PENDING, State.DELETED, State.PENDING]
    assert fresh(alone[0].answer).state == State.PUBLISHED


def test_edits_published_in_one_go_are_taken_back_each_to_its_own_text(alice, bob, mona, post, publish):
    once = mend(publish(post(alice, "Alice, un.")), "Alice, deux.")
    twice = mend(publish(mend(publish(post(bob, "Bob, un.")), "Bob, deux.")), "Bob, trois.")
    new = post(alice, "Un autre.")
    seen = [answer.latest_id for answer in (once, twice, new)]
    made = decide(by=mona, verb=Verb.PUBLISH, seen=seen).decisions
    undo_together(by=mona, decision=made[0])
    edits = [fresh(once), fresh(twice)]
    assert [answer.revision.text for answer in edits] == ["Alice, un.", "Bob, deux."]
    assert {(answer.state, answer.edit_state) for answer in edits} == {(State.PUBLISHED, State.PENDING)}
    after = fresh(new)
    assert (after.state, after.revision, after.published_at) == (State.PENDING, None, None)


def test_reader_undoes_nothing(alice, mona, post):
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[post(alice).latest_id]).decisions
    with pytest.raises(NotAllowed):
        undo_together(by=alice, decision=decision)


# --- Withdrawn with an edit under way ------------------------------------------------------------


def test_an_edit_waiting_is_there_again_when_the_answer_is_restored(alice, mona, post, publish, reason, in_favour):
    edited = mend(publish(post(alice, "Un.")), "Deux.")
    decide(by=mona, verb=Verb.WITHDRAW, seen=[edited.latest_id], reason=reason)
    assert moves_from(fresh(edited)) == [Verb.RESTORE]
    decide(by=mona, verb=Verb.RESTORE, seen=[edited.latest_id], reason=in_favour)
    back = fresh(edited)
    assert (back.state, back.edit_state, back.revision.text) == (State.PUBLISHED, State.PENDING, "Un.")
    assert Case.objects.open().get().answer == edited


def test_undone_restoring_takes_the_edit_out_of_the_queue_until_the_next_one(
    alice, mona, post, publish, reason, in_favour
):
    edited = mend(publish(post(alice, "Un.")), "Deux.")
    decide(by=mona, verb=Verb.WITHDRAW, seen=[edited.latest_id], reason=reason)
    (restoring,) = decide(by=mona, verb=Verb.RESTORE, seen=[edited.latest_id], reason=in_favour).decisions
    undo(by=mona, decision=restoring)
    assert not Case.objects.open().exists()
    decide(by=mona, verb=Verb.RESTORE, seen=[edited.latest_id], reason=in_favour)
    assert Case.objects.open().get().answer == edited


# --- Claims --------------------------------------------------------------------------------------


def test_a_case_in_other_hands_is_left_alone_for_ten_minutes(alice, mona, ada, post, django_user_model):
    other = django_user_model.objects.create_user("marc", "marc@example.org", role="moderator")
    answer = post(alice)
    case = Case.objects.get()
    assert take_cases(other, [case.pk]) == 1
    assert take_cases(mona, [case.pk]) == 0
    outcome = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
    assert (len(outcome.decisions), len(outcome.conflicts)) == (0, 1)
    Case.objects.update(taken_until=timezone.now())
    assert take_cases(mona, [case.pk]) == 1


def test_administrator_does_not_wait_for_a_claim(alice, mona, ada, post):
    answer = post(alice)
    take_cases(mona, [Case.objects.get().pk])
    assert decide(by=ada, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions


def test_moderator_gives_back_what_he_had_taken(alice, mona, post):
    post(alice)
    take_cases(mona, [Case.objects.get().pk])
    assert release_cases(mona) == 1
    assert not Case.objects.taken().exists()


# --- Reports -------------------------------------------------------------------------------------


def test_report_opens_a_case_and_is_settled_by_the_decision(alice, bob, mona, post, publish, reason, in_favour):
    answer = publish(post(alice))
    first = report_answer(by=bob, answer=answer, reason=reason, remark="Hors sujet, à mon avis.")
    assert report_answer(by=bob, answer=answer, reason=reason) == first
    assert Case.objects.open().get().risk >= 3
    (decision,) = decide(by=mona, verb=Verb.KEEP, seen=[answer.latest_id], reason=in_favour).decisions
    assert Report.objects.get().settled_by == decision
    assert not Case.objects.open().exists()
    undo(by=mona, decision=decision)
    assert Report.objects.get().settled_by is None
    assert Case.objects.open().exists()


def test_an_edit_published_by_screening_settles_no_report(eddy, alice, post, publish, reason, question):
    Question.objects.update(moderation="after")
    question.refresh_from_db()
    answer = post(eddy, "Un.")
    report_answer(by=alice, answer=answer, reason=reason)
    mend(answer, "Deux.")
    assert Report.objects.get().settled_by is None
    assert Case.objects.open().exists()


def test_nobody_reports_himself_or_what_is_hidden(alice, bob, post, publish, reason):
    answer = post(alice)
    with pytest.raises(NotAllowed):
        report_answer(by=bob, answer=answer, reason=reason)
    with pytest.raises(NotAllowed):
        report_answer(by=alice, answer=publish(answer), reason=reason)


def test_refusing_an_edit_leaves_the_report_of_the_published_text_to_be_settled(
    alice, bob, mona, post, publish, reason, in_favour
):
    answer = publish(post(alice, "Un."))
    report_answer(by=bob, answer=answer, reason=reason)
    edited = mend(answer, "Deux.")
    decide(by=mona, verb=Verb.REFUSE, seen=[edited.latest_id], reason=reason)
    assert Report.objects.get().settled_by is None
    assert Case.objects.open().get().answer == answer
    decide(by=mona, verb=Verb.KEEP, seen=[edited.latest_id], reason=in_favour)
    assert Report.objects.get().settled_by is not None
    assert not Case.objects.open().exists()


def test_withdrawal_names_the_text_that_was_published(alice, mona, post, publish, reason):
    edited = mend(publish(post(alice, "Un.")), "Deux.")
    (decision,) = decide(by=mona, verb=Verb.WITHDRAW, seen=[edited.latest_id], reason=reason).decisions
    assert decision.revision.text == "Un."
    undo(by=mona, decision=decision)
    assert fresh(edited).state == State.PUBLISHED


def test_report_of_an_answer_with_a_waiting_edit_does_not_lower_the_risk(alice, bob, post, publish, reason):
    BlockedPhrase.objects.create(phrase="tocard")
    answer = publish(post(alice, "Un."))
    mend(answer, "Deux, tocard.")
    before = Case.objects.open().get().risk
    report_answer(by=bob, answer=answer, reason=reason)
    assert Case.objects.open().get().risk == before + 3


def test_undone_keeping_meets_the_case_of_a_newer_report(alice, bob, eddy, mona, post, publish, reason, in_favour):
    answer = publish(post(alice))
    report_answer(by=bob, answer=answer, reason=reason)
    (kept,) = decide(by=mona, verb=Verb.KEEP, seen=[answer.latest_id], reason=in_favour).decisions
    report_answer(by=eddy, answer=answer, reason=reason)
    undo(by=mona, decision=kept)
    assert Case.objects.open().get().risk >= 6
    assert not Report.objects.filter(settled_by__isnull=False).exists()


def test_what_screening_published_cannot_be_undone(alice, mona, post, question):
    Question.objects.update(moderation="after")
    question.refresh_from_db()
    answer = post(alice)
    with pytest.raises(Conflict):
        undo(by=mona, decision=answer.decisions.get())
    assert fresh(answer).state == State.PUBLISHED


def test_suspended_moderator_decides_nothing(alice, mona, post):
    answer = post(alice)
    mona.suspended_until = timezone.now() + timedelta(days=1)
    mona.save(update_fields=["suspended_until"])
    with pytest.raises(NotAllowed):
        decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])


# --- Notices -------------------------------------------------------------------------------------


def test_author_is_told_and_the_one_replied_to(alice, bob, post, publish):
    parent = publish(post(alice))
    publish(post(bob, "Je réponds.", reply_to=parent))
    told = list(Notification.objects.order_by("pk").values_list("recipient__username", "kind"))
    assert sorted(told) == [("alice", "decision"), ("alice", "reply"), ("bob", "decision")]


def test_undone_decision_nobody_heard_of_is_not_told(alice, mona, post):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    undo(by=mona, decision=decision)
    assert not Notification.objects.to_send().exists()
    assert not Notification.objects.shown_to(alice).exists()


def test_publishing_carries_no_reason_that_was_left_in_the_menu(alice, mona, post, reason):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id], reason=reason).decisions
    assert decision.reason is None


def test_undone_keeping_tells_the_author_nothing(alice, bob, mona, post, publish, reason, in_favour):
    answer = publish(post(alice))
    report_answer(by=bob, answer=answer, reason=reason)
    (kept,) = decide(by=mona, verb=Verb.KEEP, seen=[answer.latest_id], reason=in_favour).decisions
    undo(by=mona, decision=kept)
    assert not Notification.objects.filter(decision__verb__in=[Verb.KEEP, Verb.UNDO]).exists()


def test_reply_published_again_is_told_though_its_first_notice_was_passed_over(alice, bob, mona, post, publish):
    reply = post(bob, "Je réponds.", reply_to=publish(post(alice)))
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[reply.latest_id]).decisions
    undo(by=mona, decision=decision)
    Notification.objects.filter(kind="reply").update(done_at=timezone.now())
    publish(reply)
    assert Notification.objects.to_send().filter(kind="reply", recipient=alice).exists()


def test_undone_decision_that_was_read_is_corrected(alice, mona, post):
    answer = post(alice)
    (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    Notification.objects.update(was_sent=True, done_at=timezone.now())
    undoing = undo(by=mona, decision=decision)
    assert Notification.objects.to_send().get().decision == undoing


# --- Measures ------------------------------------------------------------------------------------


def test_measures_leave_a_row_and_take_effect(alice, mona):
    sanction(by=mona, member=alice, kind=Sanction.Kind.HOLD, reason="À relire.")
    alice.refresh_from_db()
    assert alice.is_held
    sanction(by=mona, member=alice, kind=Sanction.Kind.BAN, reason="Menaces.")
    alice.refresh_from_db()
    assert not alice.is_active
    assert [row.kind for row in alice.sanctions.all()] == ["ban", "hold"]


def test_moderators_measure_readers_and_administrators_their_staff(alice, bob, mona, ada):
    for by, member in [(mona, ada), (mona, mona), (alice, bob), (ada, ada)]:
        with pytest.raises(NotAllowed):
            sanction(by=by, member=member, kind=Sanction.Kind.HOLD, reason="Non.")
    assert sanction(by=ada, member=mona, kind=Sanction.Kind.HOLD, reason="Oui.")


def test_held_member_is_read_whatever_his_record(alice, mona, post, publish):
    for number in range(3):
        publish(post(alice, f"Avant {number}."))
    sanction(by=mona, member=alice, kind=Sanction.Kind.HOLD, reason="À relire.")
    assert [f.check_name for f in post(alice).latest.findings.all()] == ["held_member"]
