"""What is cleared away without anybody's doing, and what never is."""

import signal
import uuid
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from forum.tests.test_accounts import is_in, log_in
from forum.tests.workers import SECONDS, worker

pytestmark = pytest.mark.django_db


def days_pass(days: int) -> None:
    """For what is there: sessions end sooner."""
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


def refuse_sessions(execute, sql, params, many, context):
    if "django_session" in sql:
        raise OperationalError("database is locked")
    return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_house_that_cannot_be_kept_now_is_kept_at_the_next_run(alice, caplog):
    log_in(Client(), "alice")
    days_pass(31)
    with connection.execute_wrapper(refuse_sessions):
        call_command("send_notifications")
    assert "The housekeeping failed" in caplog.text
    assert Session.objects.exists()
    call_command("send_notifications")
    assert not Session.objects.exists()


def test_worker_keeps_the_house_between_mails(mail_server, transactional_db, alice):
    log_in(Client(), "alice")
    days_pass(31)
    with worker(mail_server, "--forever") as process:
        assert "Cleared 1 expired sessions" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0
