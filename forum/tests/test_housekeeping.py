"""What is cleared away without anybody's doing, and what never is."""

import signal
import uuid
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from forum.actions.answers import post_answer
from forum.actions.members import sanction
from forum.actions.signups import withdraw_abandoned_signups
from forum.models import Answer, Member, Role
from forum.tests.cast import make_member
from forum.tests.test_accounts import NEW, code_in, enter_code, is_in, log_in, sign_up
from forum.tests.workers import SECONDS, worker

pytestmark = pytest.mark.django_db


def days_pass(days: int) -> None:
    """For what is there: sign-ups become older, and sessions end sooner."""
    for member in Member.objects.all():
        Member.objects.filter(pk=member.pk).update(joined_at=member.joined_at - timedelta(days=days))
    for session in Session.objects.all():
        Session.objects.filter(pk=session.pk).update(expire_date=session.expire_date - timedelta(days=days))
    for opened in UserSession.objects.all():
        earlier = opened.created_at - timedelta(days=days)
        UserSession.objects.filter(pk=opened.pk).update(created_at=earlier)


@pytest.mark.parametrize("command", ["send_notifications", "first_start"])
def test_expired_sessions_are_cleared_and_living_ones_stay(client, alice, question, command):
    client.post(f"/questions/{question.pk}/repondre/", {"text": "Parqué.", "key": uuid.uuid4()})
    log_in(Client(), "alice")
    days_pass(31)
    here = Client()
    log_in(here, "alice")
    call_command(command)
    assert Session.objects.get().session_key == here.session.session_key
    assert UserSession.objects.get().session_key == here.session.session_key
    assert is_in(here)


@pytest.mark.parametrize("command", ["send_notifications", "first_start"])
def test_abandoned_sign_up_gives_its_name_and_address_back(client, command):
    sign_up(client)
    days_pass(2)
    call_command(command)
    assert Member.objects.filter(username="Zoé").exists()
    days_pass(2)
    call_command(command)
    assert not Member.objects.filter(username="Zoé").exists()
    mail.outbox.clear()
    cache.clear()  # the limit on codes for one address
    again = Client()
    assert sign_up(again).status_code == 302
    assert enter_code(again, code_in(mail.outbox[0])).url == "/"
    assert is_in(again)


def test_site_says_how_long_a_sign_up_waits(client, settings):
    settings.FORUM_SIGNUP_DAYS = 10
    sign_up(client)
    days_pass(9)
    assert withdraw_abandoned_signups() == 0
    days_pass(2)
    assert withdraw_abandoned_signups() == 1


def test_account_that_was_opened_stays(client, alice):
    log_in(client, "alice")
    make_member("bruno")  # verified, and never logged in
    EmailAddress.objects.filter(user=alice).update(verified=False)
    days_pass(400)
    assert withdraw_abandoned_signups() == 0


@pytest.fixture
def unverified(db) -> Member:
    """As a sign-up leaves it, long ago."""
    member = Member.objects.create_user("zoe", "zoe@example.org", NEW["password1"])
    EmailAddress.objects.create(user=member, email=member.email, primary=True)
    days_pass(400)
    return member


def test_text_that_waits_keeps_its_author(unverified, question):
    post_answer(author=unverified, question=question, text="Elle attend.", key=uuid.uuid4())
    assert withdraw_abandoned_signups() == 0
    assert Answer.objects.get().author == unverified


@pytest.mark.parametrize("fields", [{"role": Role.EDITOR}, {"is_active": False}, {"is_demonstration": True}])
def test_account_that_somebody_made_or_closed_stays(unverified, fields):
    Member.objects.filter(pk=unverified.pk).update(**fields)
    assert withdraw_abandoned_signups() == 0


def test_measure_keeps_the_account_it_is_about(unverified, mona):
    sanction(by=mona, member=unverified, kind="hold", reason="Deux comptes.")
    assert withdraw_abandoned_signups() == 0


def test_account_made_on_the_server_without_an_address_stays(db):
    Member.objects.create_user("alma", "", NEW["password1"])
    days_pass(400)
    assert withdraw_abandoned_signups() == 0


def refuse_sessions(execute, sql, params, many, context):
    if "django_session" in sql:
        raise OperationalError("database is locked")
    return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_house_that_cannot_be_kept_now_is_kept_at_the_next_run(caplog):
    sign_up(Client())
    days_pass(4)
    with connection.execute_wrapper(refuse_sessions):
        call_command("send_notifications")
    assert "The housekeeping failed" in caplog.text
    call_command("send_notifications")
    assert not Member.objects.filter(username="Zoé").exists()


def test_worker_keeps_the_house_between_mails(mail_server, transactional_db, unverified):
    with worker(mail_server, "--forever") as process:
        assert "1 abandoned sign-ups" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert not Member.objects.filter(pk=unverified.pk).exists()
