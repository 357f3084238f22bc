"""A colleague who lost his second factor comes back in, and hears of it."""

import io
import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from .test_accounts import is_in, log_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def reset(username: str) -> str:
    shown = io.StringIO()
    call_command("reset_second_factor", username, stdout=shown)
    return shown.getvalue()


@pytest.fixture
def protected(mona):
    TOTP.activate(mona, SECRET)
    RecoveryCodes.activate(mona)
    return mona


def test_second_factor_goes_whole_and_that_of_others_stays(protected, ada):
    TOTP.activate(ada, SECRET)
    assert "Removed from mona: application, recovery codes." in reset("Mona")
    assert [factor.user for factor in Authenticator.objects.all()] == [ada]


def test_member_logs_in_with_the_password_alone_and_is_sent_to_add_another(protected, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    assert log_in(Client(), "mona").url.startswith("/compte/2fa/authenticate/")
    reset("mona")
    client = Client()
    log_in(client, "mona")
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/compte/2fa/"


def test_sessions_of_the_member_end(mona):
    client = Client()
    log_in(client, "mona")
    TOTP.activate(mona, SECRET)
    assert is_in(client)
    assert "Sessions ended: 1." in reset("mona")
    assert not is_in(client)


def test_member_is_told_and_the_log_keeps_a_line(protected, caplog):
    with caplog.at_level(logging.WARNING, "forum"):
        reset("mona")
    assert f"The second factor of member {protected.pk} was removed" in caplog.text
    [message] = mail.outbox
    assert (message.to, message.subject) == (["mona@example.org"], "Votre second facteur a été retiré")
    assert "/compte/2fa/" in message.body


def test_without_a_second_factor_nothing_changes(mona):
    assert "mona has no second factor" in reset("mona")
    assert not mail.outbox


def test_unknown_name_is_an_error():
    with pytest.raises(CommandError, match="There is no member named 'personne'") as refused:
        reset("personne")
    assert refused.value.returncode == 1
