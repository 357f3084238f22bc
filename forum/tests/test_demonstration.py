"""The demonstration: real cases of every state and age, and gone without a trace."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from forum.actions.answers import delete_answer, keep_draft, post_answer
from forum.actions.cases import take_cases
from forum.actions.demonstration import FILE, LOGINS
from forum.actions.members import sanction
from forum.actions.moderation import decide
from forum.actions.outbox import send_due
from forum.actions.reports import report_answer
from forum.actions.threads import recount
from forum.models import (
    Answer,
    Case,
    Decision,
    Draft,
    Finding,
    Member,
    Notification,
    Question,
    Reason,
    Report,
    Revision,
    Sanction,
)
from forum.models.answers import State
from forum.tests.cast import make_member

pytestmark = pytest.mark.django_db
Verb = Decision.Verb
MADE = (Answer, Revision, Decision, Case, Finding, Report, Notification, Draft)


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker) -> Iterator[str]:
    """Loaded once for this module, where each test begins with it and leaves it as it was."""
    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEBUG=True):
        call_command("loaddata", "article", "reasons", "blocked_phrases", verbosity=0)
        call_command("demonstration", "load", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once, db, settings) -> str:
    """What the command said when it loaded everything."""
    settings.DEBUG = True
    return loaded_once


def remove(capsys) -> str:
    call_command("demonstration", "remove")
    return capsys.readouterr().out


def told() -> dict[str, dict]:
    return {row["text"]: row for row in json.loads(FILE.read_text(encoding="utf-8"))["answers"]}


def demonstration_answer(text_state: str, **fields) -> Answer:
    return next(a for a in Answer.objects.filter(**fields).order_by("pk") if a.text_state == text_state)


def known_reader(name: str = "rose") -> Member:
    """A real reader whose texts are published at once."""
    return make_member(name, role="editor")


def post(author, under: Answer | Question, text="Une vraie réponse d’un vrai lecteur.") -> Answer:
    reply_to = under if isinstance(under, Answer) else None
    question = under.question if reply_to else under
    return post_answer(author=author, question=question, text=text, key=uuid.uuid4(), reply_to=reply_to)


# --- Loading -------------------------------------------------------------------------------------


def test_every_text_is_in_the_state_and_of_the_age_that_it_tells_of(loaded):
    rows = told()
    assert Answer.objects.count() == len(rows)
    for answer in Answer.objects.select_related("author", "question", "latest", "reply_to"):
        row = rows[answer.revisions.get(number=1).text]
        assert (answer.state, answer.author.username) == (row["outcome"], row["author"])
        assert answer.question.position == row["question"]
        age = timezone.now() - answer.created_at
        assert abs(age - timedelta(hours=row["hours_ago"])) < timedelta(minutes=2)
        if row["edit"]:
            assert answer.latest.text == row["edit"]["text"]
            assert (answer.text_state, answer.latest.number) == (row["edit"]["outcome"], 2)
            assert (answer.revision == answer.latest) == (row["edit"]["outcome"] == State.PUBLISHED)


def test_every_decision_comes_after_its_text_and_in_the_order_of_the_journal(loaded):
    decisions = list(Decision.objects.select_related("revision").order_by("pk"))
    times = [decision.created_at for decision in decisions]
    assert times == sorted(times)
    assert all(decision.revision.created_at <= decision.created_at for decision in decisions)
    assert all(decision.created_at < timezone.now() - timedelta(hours=1) for decision in decisions)
    for decision in decisions:
        assert bool(decision.reason) == (decision.verb in (Verb.RETURN, Verb.REFUSE, Verb.WITHDRAW))
    assert {Verb.PUBLISH, Verb.RETURN, Verb.REFUSE, Verb.WITHDRAW, Verb.DELETE} <= {d.verb for d in decisions}


def test_what_waits_has_an_open_case_that_waits_since_it_was_written(loaded):
    waiting = [answer for answer in Answer.objects.select_related("latest") if answer.waits]
    assert len(waiting) == 6  # five answers and an edit
    for answer in waiting:
        assert Case.objects.open().get(answer=answer).opened_at == answer.latest.created_at
        assert answer.latest.findings.exists()
    reported = Case.objects.open().exclude(answer__in=waiting)
    assert [case.answer.reports.filter(settled_by=None).exists() for case in reported] == [True, True]
    assert Case.objects.usual_wait() < timedelta(hours=1)


def test_nothing_but_the_text_itself_held_it(loaded):
    """Loading takes seconds: a check of pace would have held it all."""
    found = set(Finding.objects.values_list("check_name", flat=True))
    assert found == {"first_answers", "blocked_phrase", "links"}


def test_counters_of_the_demonstration_are_right(loaded):
    assert recount() == []
    assert sum(Question.objects.values_list("published_count", flat=True)) == Answer.objects.published().count()


def test_four_can_log_in_with_the_password_shown_once_and_nobody_else(loaded, client, settings):
    passwords = dict(re.findall(r"(demo-\w+) +([a-z]+(?:-[a-z]+){3})$", loaded, re.MULTILINE))
    assert set(passwords) == set(LOGINS)
    for member in Member.objects.all():
        assert member.has_usable_password() == (member.username in LOGINS)
        assert member.is_demonstration
    response = client.post(
        reverse("account_login"), {"login": "demo-lectrice@example.org", "password": passwords["demo-lectrice"]}
    )
    assert response.status_code == 302
    assert client.get(reverse("my_answers")).status_code == 200


def test_loading_again_changes_nothing_and_shows_no_password(loaded, capsys):
    before = [model.objects.count() for model in (*MADE, Member)]
    call_command("demonstration", "load")
    assert "nothing was loaded" in capsys.readouterr().out
    assert [model.objects.count() for model in (*MADE, Member)] == before


def test_guards_stand_after_loading_and_after_removing(loaded, capsys, alice, mona):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Revision.objects.update(text="Autre chose.")
    remove(capsys)
    sanction(by=mona, member=alice, kind=Sanction.Kind.HOLD, reason="À relire.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Sanction.objects.update(reason="Autre chose.")


def test_demonstration_members_are_sent_no_mail(loaded, mona, mailoutbox):
    assert Notification.objects.exists()
    waiting = demonstration_answer(State.PENDING)
    decide(by=mona, verb=Verb.PUBLISH, seen=[waiting.latest_id])
    assert send_due() == (0, 0)
    assert mailoutbox == []
    assert not Notification.objects.to_send().exists()


# --- Removing ------------------------------------------------------------------------------------


def test_all_of_it_goes_at_once(loaded, capsys, client_of):
    client_of(Member.objects.get(username="demo-lectrice")).get(reverse("notifications"))
    assert "13 demonstration members and 48 answers" in remove(capsys)
    assert [model for model in (*MADE, Member) if model.objects.exists()] == []
    assert recount() == []
    assert "0 demonstration members" in remove(capsys)


def test_everything_of_real_members_stays(loaded, capsys, alice, bob, mona):
    question = Question.objects.get(position=1)
    rose = known_reader()
    answer = post(rose, question)
    waiting = post(alice, question, "Un texte d’Alice, qui attend.")
    gone = post(bob, question, "Un texte de Bob, qu’il reprend.")
    delete_answer(author=bob, answer=gone)
    keep_draft(author=alice, question=question, text="Un brouillon.")
    sanction(by=mona, member=bob, kind=Sanction.Kind.HOLD, reason="À relire.")
    report_answer(by=bob, answer=answer, reason=Reason.objects.get(code="other"))
    before = real_rows()
    remove(capsys)
    assert real_rows() == before
    assert recount() == []
    assert Question.objects.get(pk=question.pk).published_count == 1
    assert Case.objects.open().filter(answer__in=[answer, waiting]).count() == 2


def real_rows() -> dict[str, list]:
    return {
        "answers": list(Answer.objects.filter(author__is_demonstration=False).order_by("pk").values()),
        "revisions": list(Revision.objects.filter(answer__author__is_demonstration=False).order_by("pk").values()),
        "decisions": list(Decision.objects.filter(answer__author__is_demonstration=False).order_by("pk").values()),
        "reports": list(Report.objects.filter(by__is_demonstration=False).order_by("pk").values()),
        "sanctions": list(Sanction.objects.filter(member__is_demonstration=False).order_by("pk").values()),
        "drafts": list(Draft.objects.filter(author__is_demonstration=False).order_by("pk").values()),
        "members": list(Member.objects.filter(is_demonstration=False).order_by("pk").values()),
    }


def test_what_real_members_replied_to_becomes_a_placeholder(loaded, capsys, client, alice):
    parent = demonstration_answer(State.PUBLISHED, reply_to__reply_to__isnull=False)
    reply = post(known_reader(), parent, "Un vrai lecteur vous répond.")
    waiting = post(alice, parent.reply_to.reply_to, "Une vraie lectrice attend.")
    said = remove(capsys)
    chain = Answer.objects.filter(author__is_demonstration=True)
    assert f"real members wrote below them: {chain.count()} answer(s)" in said
    assert {parent.pk, parent.reply_to_id, parent.reply_to.reply_to_id} <= {answer.pk for answer in chain}
    assert {answer.state for answer in chain} == {State.DELETED}
    reply.refresh_from_db()
    waiting.refresh_from_db()
    assert (reply.state, waiting.state) == (State.PUBLISHED, State.PENDING)
    assert recount() == []
    page = client.get(reverse("question", args=[reply.question_id])).content.decode()
    assert "Un vrai lecteur vous répond." in page
    assert "demo-" not in page


def test_real_draft_is_kept_with_what_it_answers(loaded, capsys, alice):
    parent = demonstration_answer(State.PUBLISHED)
    keep_draft(author=alice, question=parent.question, reply_to=parent, text="Pas encore envoyé.")
    remove(capsys)
    assert Draft.objects.get().text == "Pas encore envoyé."
    assert Answer.objects.get().pk == parent.pk


def test_demonstration_reply_to_a_real_answer_goes_and_is_no_longer_counted(loaded, capsys):
    answer = post(known_reader(), Question.objects.get(position=2))
    lectrice = Member.objects.get(username="demo-redaction")
    post(lectrice, answer, "Une réponse de démonstration.")
    assert Answer.objects.get(pk=answer.pk).published_below == 1
    remove(capsys)
    assert Answer.objects.get().published_below == 0
    assert not Notification.objects.exists()


def test_decisions_about_real_members_stay_and_their_account_is_closed(loaded, capsys, alice, client_of):
    moderator = Member.objects.get(username="demo-moderation")
    browser = client_of(moderator)
    browser.get(reverse("moderation_queue"))
    answer = post(alice, Question.objects.get(position=2))
    (decision,) = decide(by=moderator, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
    sanction(by=moderator, member=alice, kind=Sanction.Kind.HOLD, reason="À relire.")
    waiting = post(alice, Question.objects.get(position=2), "Une autre, que personne n’a lue.")
    take_cases(moderator, [waiting.cases.get().pk])
    assert "names them: 1 account(s)" in remove(capsys)
    assert Decision.objects.get() == decision
    assert Sanction.objects.count() == 1
    moderator.refresh_from_db()
    assert (moderator.is_active, moderator.email, moderator.has_usable_password()) == (False, "", False)
    assert not moderator.emailaddress_set.exists()
    assert waiting.cases.get().taken_by is None
    assert browser.get(reverse("moderation_queue")).status_code == 302
    assert Notification.objects.get().recipient == alice


@pytest.mark.parametrize("also_real", [False, True])
def test_case_that_only_demonstration_reports_had_opened_goes_with_them(loaded, capsys, bob, also_real):
    answer = post(known_reader(), Question.objects.get(position=2))
    reason = Reason.objects.get(code="other")
    report_answer(by=Member.objects.get(username="demo-ines"), answer=answer, reason=reason)
    if also_real:
        report_answer(by=bob, answer=answer, reason=reason)
    remove(capsys)
    assert Case.objects.open().filter(answer=answer).exists() is also_real
    assert Report.objects.count() == also_real
