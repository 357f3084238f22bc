"""A form that comes back to be mended puts the focus where to write, without a script."""

import re
import uuid

import pytest

from forum.models import Answer, Question, Reason
from forum.tests.browser import MILLISECONDS_TO_WAIT
from forum.tests.cast import PASSWORD
from forum.tests.walking import PLAIN_TOO, box

pytestmark = pytest.mark.django_db


def focused(response) -> list[str]:
    """What the page gives the focus to: the name of each field, or the element's own."""
    elements = re.findall(r"<(\w+)([^>]*\sautofocus\b[^>]*)>", response.text)
    return [next(iter(re.findall(r'\bname="([^"]+)"', attributes)), tag) for tag, attributes in elements]


@pytest.mark.parametrize(
    ("address", "fields", "field"),
    [
        ("/compte/signup/", {"email": "zoe@example.org", "username": "ab", "password1": "court"}, "username"),
        ("/compte/signup/", {"email": "zoe@example.org", "username": "Zoé", "password1": "court"}, "password1"),
        ("/compte/signup/", {"email": "", "username": "", "password1": ""}, "email"),
        ("/compte/login/", {"login": "alice", "password": "faux"}, "login"),
        ("/compte/login/", {"login": "alice", "password": ""}, "password"),
        ("/compte/password/reset/", {"email": "rien"}, "email"),
    ],
)
def test_first_wrong_field_of_a_strangers_form_takes_the_focus(client, alice, address, fields, field):
    assert focused(client.get(address)) == []
    assert focused(client.post(address, fields)) == [field]


@pytest.mark.parametrize(
    ("address", "fields", "field"),
    [
        ("/compte/email/", {"action_add": "1", "email": "rien"}, "email"),
        (
            "/compte/password/change/",
            {"oldpassword": PASSWORD, "password1": "court", "password2": "court"},
            "password1",
        ),
        ("/compte/2fa/totp/activate/", {"code": "000000"}, "code"),
        ("/compte/2fa/webauthn/add/", {"name": "Téléphone", "credential": "{}"}, "name"),
    ],
)
def test_first_wrong_field_of_a_setting_takes_the_focus(client, alice, address, fields, field):
    client.post("/compte/login/", {"login": "alice", "password": PASSWORD})
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    assert focused(client.post(address, fields)) == [field]


def test_steps_of_the_application_are_read_before_the_code_is_typed(client, alice):
    client.post("/compte/login/", {"login": "alice", "password": PASSWORD})
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    assert focused(client.get("/compte/2fa/totp/activate/")) == []


def test_box_takes_the_focus_when_the_text_is_to_be_mended(client_of, alice, question):
    address = f"/questions/{question.pk}/repondre/"
    assert focused(client_of(alice).get(address)) == []
    assert focused(client_of(alice).post(address, {"text": "?", "key": uuid.uuid4()})) == ["text"]
    client_of(alice).post(address, {"text": "Un texte.", "key": uuid.uuid4()})
    answer = Answer.objects.get()
    edit = f"/reponses/{answer.pk}/modifier/"
    sent = {"text": "?", "key": uuid.uuid4(), "seen": answer.latest_id}
    assert focused(client_of(alice).post(edit, sent)) == ["text"]


def test_report_without_a_reason_puts_the_focus_on_the_reasons(client_of, alice, bob, question):
    Question.objects.update(moderation="after")
    reason = Reason.objects.create(code="spam", label="Publicité", explanation="Sans.", position=1, is_offered=True)
    client_of(bob).post(f"/questions/{question.pk}/repondre/", {"text": "Une réponse.", "key": uuid.uuid4()})
    address = f"/reponses/{Answer.objects.get().pk}/signaler/"
    without = client_of(alice).post(address, {"remark": "Voyez."})
    assert focused(without) == ["fieldset"]
    too_long = client_of(alice).post(address, {"reason": reason.pk, "remark": "a" * 1001})
    assert focused(too_long) == ["remark"]
    for page in (without, too_long):
        told = " ".join(re.findall(r'aria-describedby="([^"]*)"', page.text)).split()
        assert any(name.endswith("_error") for name in told)
        assert set(told) <= set(re.findall(r'\bid="([^"]+)"', page.text))


@PLAIN_TOO
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_goes_on_writing_at_once(new_page, forum, alice, javascript):
    from playwright.sync_api import expect

    page = new_page(member=alice, javascript=javascript, expected={422}, width=360)
    page.goto(f"/questions/{forum.pk}/repondre/")
    box(page).fill("?")
    page.get_by_role("button", name="Publier").click()
    page.get_by_role("alert").get_by_text("trop court").wait_for()
    # htmx gives the focus a moment after it has put the form in place.
    expect(box(page)).to_be_focused(timeout=MILLISECONDS_TO_WAIT)
    page.keyboard.type("Assez long.")
    assert "Assez long." in box(page).input_value()
    assert page.get_by_role("alert").bounding_box()["y"] >= 0
