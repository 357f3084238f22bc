"""The injections where no browser is needed: names that are not let in, and mails without markup."""

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from forum.actions.outbox import BATCH
from forum.models import Notification
from forum.tests.hostile import build_hostile
from forum.tests.injections import INJECTIONS
from forum.text.names import clean_name, name_problem


def test_there_are_three_hundred_different_texts():
    assert len(set(INJECTIONS)) == len(INJECTIONS) >= 300


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_name_is_an_injection(text):
    assert name_problem(clean_name(text))
    assert name_problem(clean_name(text[:30]))


def test_no_mail_of_ours_has_markup():
    templates = settings.BASE_DIR / "templates"
    folders = [templates / "emails", *templates.glob("*/email")]
    names = [file.name for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert names
    assert all(name.endswith(".txt") for name in names)


@pytest.mark.django_db
def test_mail_says_what_was_written_and_is_plain_text():
    build_hostile()
    waiting = Notification.objects.to_send().count()
    for _ in range(waiting // BATCH + 1):
        call_command("send_notifications", verbosity=0)
    assert not Notification.objects.to_send().exists()
    said = ""
    for message in mail.outbox:
        wire = message.message()
        assert wire.get_content_type() == "text/plain"
        assert not wire.is_multipart()
        assert "evil.example" not in "".join(value for name, value in wire.items() if name != "Subject")
        assert "\n" not in message.subject
        assert {name.lower() for name in wire} <= HEADERS
        said += wire.get_payload(decode=True).decode()
    shown = [number for number in range(1, len(INJECTIONS) + 1) if f"hit({number})" in said]
    assert len(shown) >= 300


HEADERS = {
    "content-type",
    "mime-version",
    "content-transfer-encoding",
    "subject",
    "from",
    "to",
    "date",
    "message-id",
    "auto-submitted",
}
