"""Signing up, logging in, and keeping an account."""

import re
import time
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum.actions.members import sanction
from forum.actions.sessions import end_sessions
from forum.models import Member
from forum.tests.cast import PASSWORD, make_member

pytestmark = pytest.mark.django_db

NEXT = "/compte/sessions/"  # a page that any member may come back to
NEW = {"email": "zoe@example.org", "username": "Zoé", "password1": "trois mots choisis"}


def sign_up(client: Client, **changes: str):
    return client.post("/compte/signup/", NEW | changes)


def code_in(message) -> str:
    return re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1]


def enter_code(client: Client, code: str):
    return client.post("/compte/confirm-email/", {"code": code})


def open_account(client: Client, **changes: str) -> None:
    assert sign_up(client, **changes).status_code == 302
    assert enter_code(client, code_in(mail.outbox[-1])).status_code == 302


def log_in(client: Client, login: str, password: str = PASSWORD, **fields: str):
    return client.post("/compte/login/", {"login": login, "password": password} | fields)


def is_in(client: Client) -> bool:
    return client.get("/compte/sessions/").status_code == 200


# --- Sign-up -------------------------------------------------------------------------------------


def test_sign_up_and_code_lead_back_to_the_page_one_came_from(client):
    page = client.get("/compte/signup/", {"next": NEXT})
    assert f'name="next" value="{NEXT}"' in page.content.decode()
    assert sign_up(client, next=NEXT).url == "/compte/confirm-email/"
    assert not is_in(client)
    assert enter_code(client, code_in(mail.outbox[0])).url == NEXT
    assert is_in(client)
    zoe = Member.objects.get(username="Zoé")
    assert EmailAddress.objects.get(user=zoe).verified


def test_what_the_session_held_is_still_there_after_sign_up(client):
    session = client.session
    session["parked"] = "Mon texte"
    session.save()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = session.session_key
    sign_up(client)
    enter_code(client, code_in(mail.outbox[0]))
    assert client.session["parked"] == "Mon texte"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Zo", "Ce nom est trop court\u202f: choisissez-en un de 3 à 30 caractères."),
        (" Zo ", "Ce nom est trop court\u202f: choisissez-en un de 3 à 30 caractères."),
        ("Zoé" * 11, "Ce nom est trop long\u202f: choisissez-en un de 3 à 30 caractères."),
        ("Zoé" * 1000, "Ce nom est trop long\u202f: choisissez-en un de 3 à 30 caractères."),
    ],
)
def test_name_of_another_length_is_answered_in_our_own_words(client, name, says):
    response = sign_up(client, username=name)
    assert response.status_code == 422
    assert says in response.text
    assert "Assurez-vous" not in response.text


def test_wrong_code_opens_nothing(client):
    sign_up(client)
    assert "n’est pas le bon" in enter_code(client, "BCDF-GHJK").content.decode()
    assert not is_in(client)


def test_a_new_code_replaces_the_first(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "9/m/key"}
    sign_up(client)
    client.post("/compte/confirm-email/", {"action": "resend"})
    first, second = map(code_in, mail.outbox)
    assert enter_code(client, first).status_code == 422
    assert enter_code(client, second).status_code == 302


def test_a_sign_up_is_no_account_until_its_code_is_entered(client):
    sign_up(client)
    assert not Member.objects.exists()
    other = Client()
    assert log_in(other, "Zoé", NEW["password1"]).status_code == 422
    assert not is_in(other)
    enter_code(client, code_in(mail.outbox[0]))
    assert log_in(other, "Zoé", NEW["password1"]).status_code == 302
    assert is_in(other)


def test_neither_name_nor_password_of_a_sign_up_tells_whether_the_address_was_taken(alice, settings):
    """What a stranger can try, once he has signed up with somebody's address."""
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "9/m/key"}
    tries = {}
    for name, email in {"libre": "libre@example.org", "prise": alice.email}.items():
        sign_up(Client(), username=name, email=email)
        tries[name] = [
            log_in(Client(), name, NEW["password1"]).status_code,
            log_in(Client(), email, NEW["password1"]).status_code,
            sign_up(Client(), username=name, email=f"{name}-bis@example.org").status_code,
            sign_up(Client(), username=f"{name}-bis", email=email).status_code,
        ]
    assert tries["libre"] == tries["prise"] == [422, 422, 302, 302]


def test_code_that_is_asked_for_again_costs_and_shows_the_same_for_a_taken_address(alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "9/m/key"}
    shown = []
    for email in ("libre@example.org", alice.email):
        client = Client()
        sign_up(client, email=email)
        mail.outbox.clear()
        for _ in range(2):
            assert client.post("/compte/confirm-email/", {"action": "resend"}).url == "/compte/confirm-email/"
        page = tokenless(client.get("/compte/confirm-email/")).replace(email, "")
        shown.append((page, [message.to for message in mail.outbox] == [[email]] * 2))
    assert shown[0] == shown[1]
    assert "Envoyer un autre code" not in shown[0][0]
    assert shown[0][1]


def test_password_of_a_sign_up_waits_as_a_hash(client):
    sign_up(client)
    assert NEW["password1"] not in str(dict(client.session))


def test_three_wrong_codes_end_the_sign_up_and_say_where_to_begin_again(client, alice):
    for client, email in ((Client(), NEW["email"]), (Client(), alice.email)):
        sign_up(client, email=email, next=NEXT)
        answers = [enter_code(client, "BCDF-GHJK") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 302]
        assert answers[2].url == f"/compte/signup/?next={quote(NEXT, safe='')}"
        assert "Trop de codes faux" in client.get(answers[2].url).text
    assert enter_code(client, code_in(mail.outbox[0])).url == "/compte/login/"


def test_code_that_is_too_old_says_where_to_begin_again(client, monkeypatch):
    sign_up(client, next=NEXT)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 14 * 60)
    client.post("/compte/confirm-email/", {"action": "resend"})
    monkeypatch.setattr("time.time", lambda: now + 28 * 60)
    assert enter_code(client, "BCDF-GHJK").status_code == 422  # the second code is a quarter of an hour's too
    monkeypatch.setattr("time.time", lambda: now + 30 * 60)
    late = enter_code(client, code_in(mail.outbox[1]))
    assert late.url == f"/compte/signup/?next={quote(NEXT, safe='')}"
    assert "n’est plus valable" in client.get(late.url).text
    assert not Member.objects.exists()


def test_the_first_code_opens_the_account_and_the_second_sign_up_hears_of_it(settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "9/m/key"}
    first, same_address, same_name = Client(), Client(), Client()
    sign_up(first)
    sign_up(same_address, username="Zoélie")
    sign_up(same_name, email="zoelie@example.org", next=NEXT)
    codes = [code_in(message) for message in mail.outbox]
    assert enter_code(first, codes[0]).url == "/"
    late = enter_code(same_address, codes[1])
    assert late.status_code == 422
    assert "sert déjà à un autre compte" in late.text
    refused = enter_code(same_name, codes[2])
    assert refused.url == f"/compte/signup/?next={quote(NEXT, safe='')}"
    assert "vient de prendre" in same_name.get(refused.url).text
    assert Member.objects.get().email == NEW["email"]


def test_sign_up_of_who_has_logged_in_since_opens_no_second_account(client, alice):
    sign_up(client)
    client.force_login(alice)
    assert enter_code(client, code_in(mail.outbox[0])).url == "/compte/email/"
    assert Member.objects.get() == alice


def tokenless(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_taken_address_is_told_to_its_owner_alone(client, alice):
    free, taken = Client(), Client()
    answers = [
        sign_up(free, email="libre@example.org"),
        sign_up(taken, username="Autre", email="ALICE@Example.org"),
    ]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/compte/confirm-email/")}
    shown = [tokenless(each.get("/compte/confirm-email/")) for each in (free, taken)]
    assert shown[0].replace("libre@", "alice@") == shown[1]
    wrong = [enter_code(each, "BCDF-GHJK") for each in (free, taken)]
    assert [response.status_code for response in wrong] == [422, 422]
    assert tokenless(wrong[0]).replace("libre@", "alice@") == tokenless(wrong[1])
    assert not Member.objects.filter(username="Autre").exists()
    message = mail.outbox[1]
    assert message.to == ["alice@example.org"]
    assert message.subject == "Vous avez déjà un compte"


def test_two_addresses_that_differ_by_case_are_one(client):
    open_account(client, email="Zoe@Example.ORG")
    assert Member.objects.get().email == "zoe@example.org"
    cache.clear()  # the limit on mails to one address
    sign_up(Client(), username="Autre", email="zOE@example.org")
    assert mail.outbox[1].subject == "Vous avez déjà un compte"


def test_robot_that_fills_the_trap_gets_no_account(client):
    assert sign_up(client, site_web="https://spam.example").status_code == 302
    assert not Member.objects.exists()
    assert not mail.outbox


def test_trap_is_hidden_by_class_and_not_by_an_inline_style(client):
    page = client.get("/compte/signup/").content.decode()
    trap = re.search(r'<div class="trap" aria-hidden="true">.*?</div>', page, re.DOTALL)[0]
    assert 'name="site_web"' in trap
    assert 'tabindex="-1"' in trap
    assert "style=" not in page


@pytest.mark.parametrize("name", ["Zoé", "Jean-Pierre", "Ольга", "Νίκος", "李小龍", "محمد", "O'Brien", "Zoé 2"])
def test_honest_names_of_all_scripts_are_taken(client, name):
    open_account(client, username=name)
    assert Member.objects.get().username == name


@pytest.mark.parametrize(
    "name", ["ALICE", "Аlice", "al\u200bice", "álice", "admin", "Modération", "ab", "a" * 31, "Zo\nBcc: x"]
)
def test_name_that_misleads_or_does_not_fit_is_refused_with_a_way_out(client, alice, name):
    response = sign_up(client, username=name)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"username"}
    assert not mail.outbox


@pytest.mark.parametrize(
    "email", ["zoe@example.org\nBcc: tous@example.org", "zoe@example.org\r\nSubject: x", "zoe"]
)
def test_address_cannot_carry_another_header(client, email):
    assert sign_up(client, email=email).status_code == 422
    assert not mail.outbox


def test_name_is_kept_in_its_plain_form(client):
    open_account(client, username=" O’Ｂrien ")
    assert Member.objects.get().username == "O'Brien"


# --- A slip in the address -----------------------------------------------------------------------


def test_sign_up_can_start_again_with_the_same_name(client):
    sign_up(client, email="zeo@example.org", next=NEXT)
    response = client.post("/compte/recommencer/")
    assert response.url == "/compte/signup/?next=%2Fcompte%2Fsessions%2F"
    sign_up(client, next=NEXT)
    assert enter_code(client, code_in(mail.outbox[1])).url == NEXT
    assert Member.objects.get().email == "zoe@example.org"


def test_starting_again_looks_the_same_for_a_taken_address(client, alice):
    sign_up(client, email=alice.email, next=NEXT)
    assert client.post("/compte/recommencer/").url == "/compte/signup/?next=%2Fcompte%2Fsessions%2F"
    assert Member.objects.get() == alice


def test_starting_again_closes_no_account_that_was_opened(client, client_of, alice):
    client_of(alice).post("/compte/recommencer/")
    EmailAddress.objects.update(verified=False)
    log_in(client, "alice")
    client.post("/compte/recommencer/")
    assert Member.objects.filter(pk=alice.pk).exists()


def test_code_of_an_account_that_is_gone_opens_nothing(client, alice):
    EmailAddress.objects.update(verified=False)
    log_in(client, "alice")
    alice.delete()
    assert enter_code(client, code_in(mail.outbox[0])).url == "/compte/login/"
    assert not is_in(client)


def test_account_made_on_the_server_needs_no_code(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="adele", email="Adele@example.org", verbosity=0)
    assert log_in(client, "adele").url == "/"
    assert is_in(client)
    assert not mail.outbox
    assert log_in(Client(), "adele@example.org").url == "/"


# --- Forms to mend -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/compte/email/", {"action_add": "1", "email": "rien"}),
        ("/compte/email/", {"action_add": "1", "email": "alice@example.org"}),
        ("/compte/password/change/", {"oldpassword": "faux", "password1": "a", "password2": "b"}),
        ("/compte/reauthenticate/", {"password": "faux"}),
        ("/compte/2fa/totp/activate/", {"code": "000000"}),
        ("/compte/2fa/recovery-codes/generate/", {}),
        ("/compte/2fa/webauthn/add/", {"name": "Téléphone", "credential": "{}"}),
    ],
)
def test_form_of_the_settings_comes_back_to_be_mended(client, alice, address, fields):
    log_in(client, "alice")
    assert client.get(address, follow=True).status_code == 200
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    response = client.post(address, fields)
    assert response.status_code == 422
    assert 'role="alert"' in response.text or 'aria-invalid="true"' in response.text


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/compte/signup/", {"email": "", "username": "", "password1": ""}),
        ("/compte/login/", {"login": "", "password": ""}),
        ("/compte/password/reset/", {"email": "rien"}),
    ],
)
def test_form_of_a_stranger_comes_back_to_be_mended(client, address, fields):
    assert client.get(address).status_code == 200
    assert client.post(address, fields).status_code == 422


# --- Log-in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["émilie", "ÉMILIE", "Émilie", "emilie@example.org", "Emilie@EXAMPLE.org"])
def test_log_in_by_name_or_address_in_any_case(client, login):
    make_member("Émilie", joined_at="2026-01-01T00:00Z")
    Member.objects.update(email="emilie@example.org")
    EmailAddress.objects.update(email="emilie@example.org")
    assert log_in(client, login, next=NEXT).url == NEXT
    assert is_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "//ailleurs.example/",
        "https://ailleurs.example/",
        "/\\ailleurs.example",
        "http://testserver/compte/",
        "javascript:alert(1)",
        "\t//ailleurs.example",
    ],
)
def test_log_in_leads_to_no_other_site(client, alice, target):
    assert log_in(client, "alice", next=target).url == "/"
    assert client.post("/compte/logout/", {"next": target}).url == "/"


@pytest.mark.parametrize(
    ("login", "password"), [("alice", "faux"), ("personne", PASSWORD), ("alice@example.org", "faux")]
)
def test_wrong_log_in_says_the_same_whatever_was_wrong(client, alice, login, password):
    response = log_in(client, login, password)
    assert response.status_code == 422
    assert "ne va pas avec ce mot de passe" in response.text
    assert not is_in(client)


def test_sixth_failure_is_refused_however_the_name_is_spelled(client, alice):
    for name in ("alice", "ALICE", "Alice", "áliCe", "alice"):
        log_in(client, name, "faux")
    response = log_in(client, "alice")
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert "Trop d’essais manqués" in response.text


def test_failures_are_counted_together_whatever_the_host_says(alice):
    for port in range(5):
        log_in(Client(headers={"host": f"testserver:{port + 1}"}), "alice", "faux")
    page = log_in(Client(headers={"host": "testserver:99"}), "alice").content.decode()
    assert "Trop d’essais manqués" in page


def test_too_many_log_ins_from_one_address_wait_in_french(client):
    for _ in range(31):
        response = log_in(client, "personne", "faux")
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Attendez une minute" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "form", "many"),
    [
        ("/compte/login/", {"login": "personne{}", "password": "faux"}, 30),
        ("/compte/signup/", {"email": "non", "username": "x", "password1": "y"}, 20),
        ("/compte/password/reset/", {"email": "personne{}@example.org"}, 20),
    ],
)
def test_limits_count_a_household_by_ipv6_as_one_address_and_its_neighbour_as_another(address, form, many):
    def send(from_address: str, number: int) -> HttpResponse:
        fields = {name: value.format(number) for name, value in form.items()}  # an account has limits of its own
        return Client(REMOTE_ADDR=from_address).post(address, fields)

    for number in range(many):
        send(f"2001:db8:0:1::{number:x}", number)
    refused = send("2001:db8:0:1:ffff:ffff:ffff:ffff", many)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert send("2001:db8:0:2::1", many).status_code != 429


def answer_and_work(monkeypatch, address: str, form: dict) -> tuple[tuple, int]:
    """All of an answer but what is random or said back, and what takes time: the passwords that were hashed, the
    mails that left, and how often the disk was waited for. Apart from it the queries: ten take a thousandth of a
    second or two.
    """
    hashed, plain = [], MD5PasswordHasher.encode
    mail.outbox.clear()
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(MD5PasswordHasher, "encode", lambda *args, **kw: hashed.append(1) or plain(*args, **kw))
        response = Client().post(address, form)
    said_back = form.get("login", form.get("email"))
    headers = [(name, value) for name, value in response.items() if name not in ("X-Request-ID", "Expires", "Date")]
    answer = response.status_code, headers, tokenless(response).replace(said_back, "")
    return (*answer, len(hashed), len(mail.outbox), waits_for_the_disk(queries)), len(queries)


def waits_for_the_disk(queries: CaptureQueriesContext) -> int:
    """Each transaction that wrote, and each write without one."""
    waits, is_open, wrote = 0, False, False
    for verb in (query["sql"].split()[0] for query in queries):
        if verb in ("BEGIN", "COMMIT"):
            is_open = verb == "BEGIN"
            waits += wrote
            wrote = False
        elif verb in ("INSERT", "UPDATE", "DELETE"):
            waits += not is_open
            wrote = is_open
    return waits


WRONG = {"password": "un autre mot de passe"}


@pytest.mark.parametrize(
    ("address", "known", "unknown"),
    [
        ("/compte/login/", WRONG | {"login": "alice"}, WRONG | {"login": "alise"}),
        ("/compte/login/", WRONG | {"login": "alice@example.org"}, WRONG | {"login": "alise@example.org"}),
        (
            "/compte/login/",
            WRONG | {"login": "ada", "next": "/admin/"},
            WRONG | {"login": "adi", "next": "/admin/"},
        ),
        ("/admin/login/", WRONG | {"login": "", "username": "ada"}, WRONG | {"login": "", "username": "adi"}),
        ("/compte/login/", WRONG | {"login": "brice"}, WRONG | {"login": "alise"}),  # whose account is closed
        ("/compte/login/", WRONG | {"login": "camille"}, WRONG | {"login": "camilla"}),  # who never had a password
        ("/compte/signup/", NEW | {"email": "alice@example.org"}, NEW | {"email": "alise@example.org"}),
        ("/compte/password/reset/", {"email": "alice@example.org"}, {"email": "alise@example.org"}),
        ("/compte/password/reset/", {"email": "brice@example.org"}, {"email": "alise@example.org"}),
    ],
)
def test_who_has_an_account_is_seen_neither_in_the_answer_nor_in_the_work_for_it(
    alice, ada, settings, monkeypatch, transactional_db, address, known, unknown
):
    make_member("brice", is_active=False)
    Member.objects.create_user("camille", "camille@example.org")
    settings.CACHES = {"default": {"BACKEND": "config.cache.OutspokenDatabaseCache", "LOCATION": "cache_entries"}}
    call_command("createcachetable", verbosity=0)
    cache.clear()
    answer_and_work(monkeypatch, address, unknown | {"login": "x", "email": "x"})  # what is loaded but once
    (first, queries), (second, others) = (answer_and_work(monkeypatch, address, form) for form in (known, unknown))
    assert first == second
    assert abs(queries - others) <= 10


def test_closed_account_is_out_at_once(client, alice):
    log_in(client, "alice")
    Member.objects.update(is_active=False)
    assert not is_in(client)
    assert log_in(client, "alice").url == "/compte/inactive/"


def test_ended_sessions_are_gone_in_every_browser(alice, bob):
    at_home, at_work, of_bob = Client(), Client(), Client()
    log_in(at_home, "alice")
    log_in(at_work, "alice")
    log_in(of_bob, "bob")
    assert end_sessions(alice) == 2
    assert [is_in(each) for each in (at_home, at_work, of_bob)] == [False, False, True]


def test_ban_ends_every_session_at_once_and_no_other(alice, bob, mona):
    banned, other = Client(), Client()
    log_in(banned, "alice")
    log_in(other, "bob")
    sanction(by=mona, member=alice, kind="ban", reason="Des insultes.")
    Member.objects.filter(pk=alice.pk).update(is_active=True)  # what is gone stays gone
    assert (is_in(banned), is_in(other)) == (False, True)


def test_member_closes_his_other_sessions(alice):
    here, there = Client(), Client()
    log_in(here, "alice")
    log_in(there, "alice")
    here.post("/compte/sessions/")
    assert (is_in(here), is_in(there)) == (True, False)


def rows_of_sessions(client: Client) -> list[str]:
    page = client.get("/compte/sessions/").text
    return re.findall(r"<tr.*?</tr>", page[page.index("<tbody>") :], re.DOTALL)


def test_sessions_are_told_by_browser_and_time_and_the_present_one_is_marked(alice):
    phone = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    here, there = Client(headers={"user-agent": phone}), Client(headers={"user-agent": 'robot"<b>'})
    log_in(here, "alice")
    log_in(there, "alice")
    own, other = rows_of_sessions(here)
    assert f'title="{phone}">Firefox sur Android<' in own
    assert 'title="robot&quot;&lt;b&gt;">Navigateur inconnu<' in other
    assert ["celui-ci" in row for row in (own, other)] == [True, False]
    assert "à l’instant" in own


def test_notice_of_a_change_names_the_browser_in_words(alice):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client = Client(headers={"user-agent": agent})
    log_in(client, "alice")
    new = "quatre mots choisis ici"
    client.post("/compte/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert "navigateur\u202f: Firefox sur Linux\n" in mail.outbox[0].body


# --- Password and address ------------------------------------------------------------------------


def test_new_password_keeps_this_session_and_ends_the_others(alice):
    here, there = Client(), Client()
    log_in(here, "alice")
    log_in(there, "alice")
    new = "quatre mots choisis ici"
    here.post("/compte/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)
    assert mail.outbox[0].subject == "Votre mot de passe a changé"


def test_forgotten_password_is_replaced_by_code_and_leads_back(client, alice):
    thief = Client()
    log_in(thief, "alice")
    assert client.post("/compte/password/reset/", {"email": "ALICE@example.org", "next": NEXT}).status_code == 302
    client.post("/compte/password/reset/confirm/", {"code": code_in(mail.outbox[0]), "next": NEXT})
    new = "quatre mots choisis ici"
    response = client.post("/compte/password/reset/complete/", {"password1": new, "password2": new, "next": NEXT})
    assert response.url == NEXT
    assert (is_in(client), is_in(thief)) == (True, False)


def test_reset_answers_the_same_for_an_unknown_address(client, alice):
    known, unknown = Client(), Client()
    for each, address in ((known, alice.email), (unknown, "bruno@example.org")):
        assert each.post("/compte/password/reset/", {"email": address}).url == "/compte/password/reset/confirm/"
    address = "/compte/password/reset/confirm/"
    for ask in (Client.get, lambda each, address: each.post(address, {"code": "BCDF-GHJK"})):
        pages = [ask(each, address) for each in (known, unknown)]
        assert pages[0].status_code == pages[1].status_code
        assert tokenless(pages[0]).replace("alice@", "bruno@") == tokenless(pages[1])


def test_address_changes_when_the_code_is_entered_and_not_before(client, alice):
    log_in(client, "alice")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    client.post("/compte/email/", {"action_add": "1", "email": "Neuve@example.org"})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    enter_code(client, code_in(mail.outbox[0]))
    alice.refresh_from_db()
    assert alice.email == "neuve@example.org"
    assert [address.email for address in EmailAddress.objects.all()] == ["neuve@example.org"]
    notice = mail.outbox[1]
    assert notice.to == ["alice@example.org"]
    assert site_settings.CONTACT_EMAIL in notice.body  # a code for a new password would go to the thief
