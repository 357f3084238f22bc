"""Who may open what: every address, for everyone, in one table."""

import re
import uuid
from collections.abc import Iterator
from copy import copy

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from forum.models import Answer, Article, Member
from forum.models.answers import State
from forum.tests.cast import PASSWORD
from forum.tests.test_second_factor import code_of_the_moment
from forum.tests.town import HIDDEN, NAMES, ROLES, Town, build_town, every_route, taken_back

pytestmark = pytest.mark.django_db

TABLE = """
                                                 anonymous reader author moderator editor admin. suspended banned
# reading
home                                        GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
article                                     GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
question                                    GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
answer:pending                              GET  404       404    302    302       404    302    404       404
                                            POST 405       405    405    405       405    405    405       405
answer:published                            GET  302       302    302    302       302    302    302       302
                                            POST 405       405    405    405       405    405    405       405
answer:returned                             GET  404       404    302    302       404    302    404       404
                                            POST 405       405    405    405       405    405    405       405
answer:refused                              GET  404       404    302    302       404    302    404       404
                                            POST 405       405    405    405       405    405    405       405
answer:withdrawn                            GET  404       404    302    302       404    302    404       404
                                            POST 405       405    405    405       405    405    405       405
answer:deleted                              GET  404       404    404    302       404    302    404       404
                                            POST 405       405    405    405       405    405    405       405
rules                                       GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
health                                      GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
health_live                                 GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
# writing
answer_create                               GET  200       200    200    200       200    200    200       200
                                            POST 403       302    302    302       302    302    403       403
reply_create:pending                        GET  404       404    404    404       404    404    404       404
                                            POST 404       404    404    404       404    404    404       404
reply_create:published                      GET  200       200    200    200       200    200    200       200
                                            POST 403       302    302    302       302    302    403       403
reply_create:returned                       GET  404       404    404    404       404    404    404       404
                                            POST 404       404    404    404       404    404    404       404
reply_create:refused                        GET  404       404    404    404       404    404    404       404
                                            POST 404       404    404    404       404    404    404       404
reply_create:withdrawn                      GET  404       404    404    404       404    404    404       404
                                            POST 404       404    404    404       404    404    404       404
reply_create:deleted                        GET  404       404    404    404       404    404    404       404
                                            POST 404       404    404    404       404    404    404       404
answer_edit:pending                         GET  log       404    200    404       404    404    404       log
                                            POST 403       404    302    404       404    404    404       403
answer_edit:published                       GET  log       404    200    404       404    404    404       log
                                            POST 403       404    302    404       404    404    404       403
answer_edit:returned                        GET  log       404    200    404       404    404    404       log
                                            POST 403       404    302    404       404    404    404       403
answer_edit:refused                         GET  log       404    403    404       404    404    404       log
                                            POST 403       404    403    404       404    404    404       403
answer_edit:withdrawn                       GET  log       404    403    404       404    404    404       log
                                            POST 403       404    403    404       404    404    404       403
answer_edit:deleted                         GET  log       404    404    404       404    404    404       log
                                            POST 403       404    404    404       404    404    404       403
answer_delete:pending                       GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_delete:published                     GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_delete:returned                      GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_delete:refused                       GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_delete:withdrawn                     GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_delete:deleted                       GET  log       404    404    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
answer_report:pending                       GET  log       404    404    404       404    404    404       log
                                            POST log       404    404    404       404    404    404       log
answer_report:published                     GET  log       200    403    200       200    200    403       log
                                            POST log       302    403    302       302    302    403       log
answer_report:returned                      GET  log       404    404    404       404    404    404       log
                                            POST log       404    404    404       404    404    404       log
answer_report:refused                       GET  log       404    404    404       404    404    404       log
                                            POST log       404    404    404       404    404    404       log
answer_report:withdrawn                     GET  log       404    404    404       404    404    404       log
                                            POST log       404    404    404       404    404    404       log
answer_report:deleted                       GET  log       404    404    404       404    404    404       log
                                            POST log       404    404    404       404    404    404       log
my_answers                                  GET  log       200    200    200       200    200    200       log
                                            POST log       405    405    405       405    405    405       log
notifications                               GET  log       200    200    200       200    200    200       log
                                            POST log       200    200    200       200    200    200       log
# moderation
moderation_queue                            GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_take                             GET  log       404    404    405       404    405    404       log
                                            POST log       404    404    302       404    302    404       log
moderation_decide                           GET  log       404    404    405       404    405    404       log
                                            POST log       404    404    302       404    302    404       log
moderation_journal                          GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:pending                   GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:published                 GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:returned                  GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:refused                   GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:withdrawn                 GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_answer:deleted                   GET  log       404    404    200       404    200    404       log
                                            POST log       404    404    405       404    405    404       log
moderation_undo                             GET  log       404    404    405       404    405    404       log
                                            POST log       404    404    302       404    302    404       log
# accounts
signup_restart                              GET  405       405    405    405       405    405    405       405
                                            POST 302       302    302    302       302    302    302       302
account_login                               GET  200       302    302    302       302    302    302       200
                                            POST 302       302    302    302       302    302    302       302
account_logout                              GET  302       200    200    200       200    200    200       302
                                            POST 302       302    302    302       302    302    302       302
account_inactive                            GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
account_signup                              GET  200       302    302    302       302    302    302       200
                                            POST 302       302    302    302       302    302    302       302
account_reauthenticate                      GET  log       200    200    200       200    200    200       log
                                            POST log       302    302    302       302    302    302       log
account_email                               GET  log       200    200    200       200    200    200       log
                                            POST log       302    302    302       302    302    302       log
account_email_verification_sent             GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
account_change_password                     GET  log       200    200    200       200    200    200       log
                                            POST log       302    302    302       302    302    302       log
account_set_password                        GET  log       302    302    302       302    302    302       log
                                            POST log       302    302    302       302    302    302       log
account_reset_password                      GET  200       200    200    200       200    200    200       200
                                            POST 302       302    302    302       302    302    302       302
account_confirm_login_code                  GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
account_confirm_password_reset_code         GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
account_complete_password_reset             GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
account_password_reset_completed            GET  200       200    200    200       200    200    200       200
                                            POST 405       405    405    405       405    405    405       405
mfa_index                                   GET  log       200    200    200       200    200    200       log
                                            POST log       405    405    405       405    405    405       log
mfa_authenticate                            GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
mfa_reauthenticate                          GET  log       302    200    302       302    302    302       log
                                            POST log       302    302    302       302    302    302       log
mfa_activate_totp                           GET  log       200    302    200       200    200    200       log
                                            POST log       302    302    302       302    302    302       log
mfa_deactivate_totp                         GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
mfa_view_recovery_codes                     GET  log       404    200    404       404    404    404       log
                                            POST log       405    405    405       405    405    405       log
mfa_generate_recovery_codes                 GET  log       200    200    200       200    200    200       log
                                            POST log       422    302    422       422    422    422       log
mfa_download_recovery_codes                 GET  log       404    200    404       404    404    404       log
                                            POST log       404    405    404       404    404    404       log
mfa_list_webauthn                           GET  log       200    200    200       200    200    200       log
                                            POST log       405    405    405       405    405    405       log
mfa_add_webauthn                            GET  log       200    200    200       200    200    200       log
                                            POST log       422    422    422       422    422    422       log
mfa_reauthenticate_webauthn                 GET  log       302    200    302       302    302    302       log
                                            POST log       302    302    302       302    302    302       log
mfa_remove_webauthn                         GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
mfa_edit_webauthn                           GET  log       404    200    404       404    404    404       log
                                            POST log       404    302    404       404    404    404       log
mfa_login_webauthn                          GET  302       302    302    302       302    302    302       302
                                            POST 302       302    302    302       302    302    302       302
usersessions_list                           GET  log       200    200    200       200    200    200       log
                                            POST log       302    302    302       302    302    302       log
# admin
admin:index                                 GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    200       200    200    log       log
admin:login                                 GET  log       403    403    302       302    302    403       log
                                            POST log       403    403    422       422    422    403       log
admin:logout                                GET  302       302    302    405       405    405    302       302
                                            POST 302       302    302    200       200    200    302       302
admin:password_change                       GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:password_change_done                  GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    405       405    405    log       log
admin:autocomplete                          GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    405       405    405    log       log
admin:jsi18n                                GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    405       405    405    log       log
admin:view_on_site                          GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_answer_decide                   GET  log       log    log    302       403    302    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_answer_changelist               GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_answer_add                      GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_answer_history                  GET  log       log    log    302       403    302    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_answer_delete                   GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_answer_change                   GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin/forum/answer/<path:object_id>/        GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_article_changelist              GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    200       200    200    log       log
admin:forum_article_add                     GET  log       log    log    403       200    200    log       log
                                            POST log       log    log    403       302    302    log       log
admin:forum_article_history                 GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    200       200    200    log       log
admin:forum_article_delete                  GET  log       log    log    403       200    200    log       log
                                            POST log       log    log    403       302    302    log       log
admin:forum_article_change                  GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    403       302    302    log       log
admin/forum/article/<path:object_id>/       GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_blockedphrase_changelist        GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_blockedphrase_add               GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_blockedphrase_history           GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_blockedphrase_delete            GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_blockedphrase_change            GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin/forum/blockedphrase/<path:object_id>/ GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_decision_changelist             GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_decision_add                    GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_decision_history                GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_decision_delete                 GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_decision_change                 GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    403       403    403    log       log
admin/forum/decision/<path:object_id>/      GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_member_measure                  GET  log       log    log    302       403    302    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_member_changelist               GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_member_add                      GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_member_history                  GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_member_delete                   GET  log       log    log    403       403    403    log       log
                                            POST log       log    log    403       403    403    log       log
admin:forum_member_change                   GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    403       403    302    log       log
admin/forum/member/<path:object_id>/        GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:forum_reason_changelist               GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_reason_add                      GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_reason_history                  GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    200       403    200    log       log
admin:forum_reason_delete                   GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin:forum_reason_change                   GET  log       log    log    200       403    200    log       log
                                            POST log       log    log    302       403    302    log       log
admin/forum/reason/<path:object_id>/        GET  log       log    log    302       302    302    log       log
                                            POST log       log    log    302       302    302    log       log
admin:app_list                              GET  log       log    log    200       200    200    log       log
                                            POST log       log    log    200       200    200    log       log
admin/(?P<url>.*)$                          GET  log       log    log    404       404    404    log       log
                                            POST log       log    log    404       404    404    log       log
"""

AREAS = re.findall(r"^# (\w+)", TABLE, re.MULTILINE)


# --- What the table says ---------------------------------------------------------------------------


@pytest.fixture
def town() -> Town:
    return build_town()


def test_every_address_is_in_the_table_and_none_that_is_gone():
    named = {name.partition(":")[0] if is_about_an_answer(name) else name for name, *_ in rows()}
    assert named == set(every_route())


def test_every_answer_stands_in_the_table_in_every_state():
    named = {name for name, *_ in rows() if is_about_an_answer(name)}
    assert named == {f"{name}:{state}" for name in ANSWERS for state in State}


@pytest.mark.parametrize("area", AREAS)
def test_everyone_opens_what_the_table_says_and_looking_changes_nothing(town, area):
    wrong, before = [], everything_kept()
    for name, method, expected in rows(area):
        if method == "GET":
            got = {role: said(ask(town, name, method, role)) for role in ROLES}
            if got != expected:
                wrong.append((name, differences(expected, got)))
            after = everything_kept()
            if after != before:
                wrong.append((name, differences(before, after)))
                before = after
    assert not wrong


@pytest.mark.parametrize("area", AREAS)
def test_everyone_sends_what_the_table_says(town, area):
    wrong = []
    for name, method, expected in rows(area):
        if method == "POST":
            got = {}
            for role in ROLES:
                with taken_back():
                    got[role] = said(ask(town, name, method, role))
            if got != expected:
                wrong.append((name, differences(expected, got)))
    assert not wrong


@pytest.mark.parametrize("area", AREAS)
def test_no_form_is_taken_without_its_token(town, area):
    before = everything_kept()
    taken = [
        (name, role, response.status_code)
        for name, method, _ in rows(area)
        if method == "POST"
        for role in ROLES
        if (response := send_without_token(town, name, role)).status_code != 403
    ]
    assert not taken
    assert everything_kept() == before


def send_without_token(town: Town, name: str, role: str) -> HttpResponse:
    client = town.client(role, enforce_csrf_checks=True)
    return client.post(path_of(name, town), form_of(name, town, role, client))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused_and_never_an_error(town, method):
    wrong = []
    for area in AREAS:
        for name, named_method, _ in rows(area):
            if named_method == "POST":
                continue
            with taken_back():
                status = town.client("administrator").generic(method, path_of(name, town)).status_code
            if status != 405 if is_of_the_forum(name) else status >= 500:
                wrong.append((name, status))
    assert not wrong


# --- What one may not see is not there ---------------------------------------------------------------

OUTSIDERS = ["anonymous", "reader", "editor", "suspended"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("state", HIDDEN)
def test_hidden_answer_answers_exactly_like_an_unknown_one(town, state, method):
    hidden = town.answers[state]
    unknown = copy(hidden)
    unknown.pk = a_number_like(hidden.pk)
    for name in ANSWERS:
        for role in OUTSIDERS:
            found = []
            for answer in (hidden, unknown):
                with taken_back():
                    town.answers[state] = answer
                    found.append(what_is_seen(ask(town, f"{name}:{state}", method, role), answer.pk))
            assert found[0] == found[1], (name, role)


def a_number_like(pk: int) -> int:
    """A number that no answer has, with as many digits."""
    taken = set(Answer.objects.values_list("pk", flat=True))
    digits = len(str(pk))
    return next(
        number for number in range(10**digits - 1, 0, -1) if number not in taken and len(str(number)) == digits
    )


def what_is_seen(response: HttpResponse, pk: int) -> tuple:
    """Status, bytes, headers and cookies, but for what is random and for the number that was asked for."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", response.content)
    body = re.sub(UUID, b"", body).replace(b"/%d/" % pk, b"/N/").replace(b"%%2F%d%%2F" % pk, b"/N/")
    headers = [
        (name, value.replace(f"/{pk}/", "/N/").replace(f"%2F{pk}%2F", "/N/"))
        for name, value in response.items()
        # The clock may tick between the two, and each request has a name of its own.
        if name not in ("Date", "Expires", "X-Request-ID")
    ]
    return response.status_code, body, headers, sorted(response.cookies)


UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_editor_cannot_tell_by_the_admin_which_answers_there_are(town):
    kind, client = ContentType.objects.get_for_model(Answer).pk, town.client("editor")
    numbers = [*(answer.pk for answer in town.answers.values()), a_number_like(town.answers[State.PENDING].pk)]
    for address in (f"/admin/r/{kind}/{{}}/", "/admin/forum/answer/{}/change/"):
        bodies = {what_is_seen(client.get(address.format(pk)), pk)[:2] for pk in numbers}
        assert len(bodies) == 1


@pytest.mark.parametrize(
    "lookup", ["answers__latest__text__contains", "answers__author__username", "answers__state"]
)
def test_editor_cannot_ask_the_lists_of_the_admin_about_hidden_texts(town, lookup):
    response = town.client("editor").get(f"/admin/forum/article/?questions__{lookup}=alice")
    assert response.status_code == 400


# --- The second factor -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["moderator", "editor", "administrator"])
def test_staff_without_a_second_factor_is_led_to_set_it_up(town, settings, role):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    open_rooms = [
        (name, method)
        for area in ("moderation", "admin")
        for name, method, expected in rows(area)
        if name not in WITHOUT_A_FACTOR
        and expected[role] in ("200", "302")
        and expected["reader"] != expected[role]
    ]
    before = everything_kept()
    wrong = [
        (name, method, page.redirect_chain, page.status_code)
        for name, method in open_rooms
        if not (page := ask(town, name, method, role, follow=True)).redirect_chain
        or page.redirect_chain[-1][0] != "/compte/2fa/"
    ]
    assert not wrong
    assert open_rooms
    assert everything_kept() == before


WITHOUT_A_FACTOR = {"admin:login", "admin:logout"}


def test_staff_changes_its_password_where_all_members_do(town):
    """That page bounds the tries and sends a mail; Django's own does neither."""
    client = town.client("administrator")
    for response in (
        client.get("/admin/password_change/"),
        client.post("/admin/password_change/", form_of("admin:password_change", town, "administrator", client)),
    ):
        assert response["Location"] == "/compte/password/change/"
    assert Member.objects.get(username="ada").check_password(PASSWORD)


# --- Reading the table -------------------------------------------------------------------------------


def rows(area: str = "") -> Iterator[tuple[str, str, dict[str, str]]]:
    """The name of the address (with the state of the answer in it), the method, and what each role gets."""
    name = here = ""
    for line in TABLE.strip("\n").splitlines()[1:]:
        words = line.split()
        if words[0] == "#":
            here = words[1]
            continue
        if line[0] != " ":
            name = words.pop(0)
        if area in ("", here):
            yield name, words[0], dict(zip(ROLES, words[1:], strict=True))


def is_about_an_answer(name: str) -> bool:
    return name.partition(":")[0] in ANSWERS


def is_of_the_forum(name: str) -> bool:
    return not name.startswith(("account_", "mfa_", "usersessions_", "admin"))


def said(response: HttpResponse) -> str:
    """The status, or "log" where one is asked to log in first."""
    to_log_in = response.status_code == 302 and re.match("/(compte|admin)/login/[?]next=", response["Location"])
    return "log" if to_log_in else str(response.status_code)


def differences(expected: dict, got: dict) -> dict:
    return {key: (expected[key], got[key]) for key in expected if expected[key] != got[key]}


def everything_kept() -> dict[str, list]:
    """Every row of every table, but for sessions."""
    kept = [model for model in apps.get_models(include_auto_created=True) if model is not Session]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in kept}


# --- The addresses, and what is sent to them ---------------------------------------------------------


NEW = "quatre mots choisis ici"
ANSWERS = ["answer", "reply_create", "answer_edit", "answer_delete", "answer_report", "moderation_answer"]


def path_of(name: str, town: Town) -> str:
    base, _, state = name.partition(":")
    if base in ANSWERS:
        pk = town.answers[state].pk
        return {
            "answer": f"/reponses/{pk}/",
            "reply_create": f"/reponses/{pk}/repondre/",
            "answer_edit": f"/reponses/{pk}/modifier/",
            "answer_delete": f"/reponses/{pk}/supprimer/",
            "answer_report": f"/reponses/{pk}/signaler/",
            "moderation_answer": f"/moderation/reponses/{pk}/",
        }[base]
    if name not in PATHS:
        return path_in_the_admin(name, town)
    return PATHS[name].format(
        article_type=ContentType.objects.get_for_model(Article).pk,
        reader=town.members["reader"],
        article=town.article,
        bare=town.bare_article,
        question=town.question,
        answer=town.answers[State.PENDING],
        decision=town.decision,
        passkey=town.passkey,
    )


def path_in_the_admin(name: str, town: Town) -> str:
    """Of "admin:forum_answer_change", or of "admin/forum/answer/<path:object_id>/", which has no name."""
    model, _, page = name.removeprefix("admin:forum_").partition("_")
    ending = ADMIN_PAGES.get(page, "{}/")
    model = name.split("/")[2] if ending == "{}/" else model
    row = {
        "answer": town.answers[State.PENDING],
        "article": town.bare_article,
        "blockedphrase": town.phrase,
        "decision": town.decision,
        "member": town.members["reader"],
        "reason": town.spare_reason,
    }[model]
    return f"/admin/forum/{model}/{ending.format(row.pk)}"


PATHS = {
    "home": "/",
    "article": "/articles/{article.slug}/",
    "question": "/questions/{question.pk}/",
    "rules": "/regles/",
    "health": "/sante/",
    "health_live": "/sante/vivant/",
    "answer_create": "/questions/{question.pk}/repondre/",
    "my_answers": "/mes-reponses/",
    "notifications": "/avis/",
    "moderation_queue": "/moderation/",
    "moderation_take": "/moderation/prendre/",
    "moderation_decide": "/moderation/decider/",
    "moderation_journal": "/moderation/journal/",
    "moderation_undo": "/moderation/decisions/{decision.pk}/annuler/",
    "signup_restart": "/compte/recommencer/",
    "account_login": "/compte/login/",
    "account_logout": "/compte/logout/",
    "account_inactive": "/compte/inactive/",
    "account_signup": "/compte/signup/",
    "account_reauthenticate": "/compte/reauthenticate/",
    "account_email": "/compte/email/",
    "account_email_verification_sent": "/compte/confirm-email/",
    "account_change_password": "/compte/password/change/",
    "account_set_password": "/compte/password/set/",
    "account_reset_password": "/compte/password/reset/",
    "account_confirm_login_code": "/compte/login/code/confirm/",
    "account_confirm_password_reset_code": "/compte/password/reset/confirm/",
    "account_complete_password_reset": "/compte/password/reset/complete/",
    "account_password_reset_completed": "/compte/password/reset/done/",
    "mfa_index": "/compte/2fa/",
    "mfa_authenticate": "/compte/2fa/authenticate/",
    "mfa_reauthenticate": "/compte/2fa/reauthenticate/",
    "mfa_activate_totp": "/compte/2fa/totp/activate/",
    "mfa_deactivate_totp": "/compte/2fa/totp/deactivate/",
    "mfa_view_recovery_codes": "/compte/2fa/recovery-codes/",
    "mfa_generate_recovery_codes": "/compte/2fa/recovery-codes/generate/",
    "mfa_download_recovery_codes": "/compte/2fa/recovery-codes/download/",
    "mfa_list_webauthn": "/compte/2fa/webauthn/",
    "mfa_add_webauthn": "/compte/2fa/webauthn/add/",
    "mfa_reauthenticate_webauthn": "/compte/2fa/webauthn/reauthenticate/",
    "mfa_remove_webauthn": "/compte/2fa/webauthn/keys/{passkey.pk}/remove/",
    "mfa_edit_webauthn": "/compte/2fa/webauthn/keys/{passkey.pk}/edit/",
    "mfa_login_webauthn": "/compte/2fa/webauthn/login/",
    "usersessions_list": "/compte/sessions/",
    "admin:index": "/admin/",
    "admin:login": "/admin/login/",
    "admin:logout": "/admin/logout/",
    "admin:password_change": "/admin/password_change/",
    "admin:password_change_done": "/admin/password_change/done/",
    "admin:autocomplete": "/admin/autocomplete/?app_label=forum&model_name=question&field_name=article",
    "admin:jsi18n": "/admin/jsi18n/",
    "admin:view_on_site": "/admin/r/{article_type}/{article.pk}/",
    "admin:app_list": "/admin/forum/",
    "admin:forum_answer_decide": "/admin/forum/answer/decider/",
    "admin:forum_member_measure": "/admin/forum/member/{reader.pk}/mesure/",
    "admin/(?P<url>.*)$": "/admin/nulle-part/",
}
ADMIN_PAGES = {
    "changelist": "",
    "add": "add/",
    "change": "{}/change/",
    "delete": "{}/delete/",
    "history": "{}/history/",
}


def form_of(name: str, town: Town, role: str, client: Client) -> dict:
    """A form that whoever may send it would send in earnest."""
    base, _, state = name.partition(":")
    me = NAMES.get(role, "bob")
    text = {"text": "Une réponse bien assez longue.", "key": uuid.uuid4()}
    if base in ("answer_create", "reply_create"):
        return text
    if base == "answer_edit":
        return text | {"seen": town.answers[state].latest_id}
    if base == "answer_report":
        return {"reason": town.reason.pk}
    if base == "mfa_activate_totp":
        page = client.get(path_of(name, town)).content.decode()
        secret = re.search(r"\b[A-Z2-7]{32}\b", page)
        return {"code": code_of_the_moment(secret[0])} if secret else {}
    if base == "mfa_reauthenticate":
        return {"code": code_of_the_moment()}
    return {
        "moderation_decide": {"verb": "publish", "seen": town.answers[State.PENDING].latest_id},
        "account_login": {"login": me, "password": PASSWORD},
        "account_signup": {"email": "n@example.org", "username": "nouvelle", "password1": NEW},
        "account_reauthenticate": {"password": PASSWORD},
        "account_email": {"action_add": "", "email": "autre@example.org"},
        "account_change_password": {
            "oldpassword": PASSWORD,
            "password1": NEW,
            "password2": NEW,
        },
        "account_reset_password": {"email": f"{me}@example.org"},
        "mfa_edit_webauthn": {"name": "Ma clé"},
        "admin:password_change": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
        "admin:forum_answer_changelist": {
            "action": "publish",
            "_selected_action": town.answers[State.PENDING].pk,
            "seen": town.answers[State.PENDING].latest_id,
        },
        "admin:forum_answer_change": {"_verb": "publish", "seen": town.answers[State.PENDING].latest_id},
        "admin:forum_answer_decide": {"verb": "publish", "seen": town.answers[State.PENDING].latest_id},
        "admin:forum_article_add": an_article(town),
        "admin:forum_article_change": an_article(town),
        "admin:forum_article_delete": {"post": "yes"},
        "admin:forum_blockedphrase_add": {"phrase": "olibrius"},
        "admin:forum_blockedphrase_change": {"phrase": "olibrius"},
        "admin:forum_blockedphrase_delete": {"post": "yes"},
        "admin:forum_reason_add": {"label": "Autre", "code": "other", "explanation": "Autre.", "position": 2},
        "admin:forum_reason_change": {"label": "Autre", "explanation": "Autre.", "position": 2},
        "admin:forum_reason_delete": {"post": "yes"},
        "admin:forum_member_change": {"role": "moderator"},
        "admin:forum_member_measure": {"kind": "hold", "reason": "Trois insultes."},
    }.get(name, {})


def an_article(town: Town) -> dict:
    rows = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    questions = {f"questions-{name}": number for name, number in rows.items()}
    return {"title": "Un titre", "slug": "un-titre", "body": "Un texte.", "language": "fr"} | questions


def ask(town: Town, name: str, method: str, role: str, **options) -> HttpResponse:
    client = town.client(role)
    if method == "GET":
        return client.get(path_of(name, town), **options)
    return client.post(path_of(name, town), form_of(name, town, role, client), **options)
