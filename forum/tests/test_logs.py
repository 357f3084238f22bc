"""The log of a real site: a JSON object a line, with the name of the request, and nothing that anybody sent."""

import json
import logging
import re
import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from django.urls import path

import config.urls
from forum.actions.outbox import send_due
from forum.logs import JsonFormatter
from forum.tests.cast import PASSWORD, logged_in
from forum.tests.checkout import REAL_SITE, run_python
from forum.tests.serving import gunicorn, until_it_serves

SECRET = "Zanzibar"
SECONDS = 30
NOWHERE = "GET an unresolved address"


def breaks(request: HttpRequest):
    raise ValueError(f"a fault with {request.GET} and\nsome {SECRET}")


def forbids(request: HttpRequest):
    raise PermissionDenied(SECRET)


urlpatterns = [
    *config.urls.urlpatterns,
    path("casse/", breaks),
    path("casse/<path:anything>", breaks),
    path("interdit/", forbids),
]
handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404
handler405, handler429, handler500 = config.urls.handler405, config.urls.handler429, config.urls.handler500
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict]]]:
    """What the site's own handler would have written, parsed line by line."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: parsed(written.getvalue())
    logging.getLogger().removeHandler(handler)


def parsed(written: str) -> list[dict]:
    assert SECRET not in written
    return [json.loads(line) for line in written.splitlines()]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


# --- What a line holds -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_fault_is_told_by_its_class_and_its_place(lines, visitor):
    response = visitor.get(f"/casse/?mot={SECRET}", headers={"x-secret": SECRET})
    (line,) = lines()
    assert line["level"] == "ERROR"
    assert line["logger"] == "django.request"
    assert line["message"] == "Internal Server Error"
    assert (line["status"], line["request"]) == (500, "GET /casse/")
    assert line["request_id"] == response["X-Request-ID"]
    assert line["exception"] == "builtins.ValueError"
    assert re.fullmatch(r"forum/tests/test_logs\.py:\d+:breaks", line["frames"][-1])
    assert line["frames"][0].startswith("django/core/handlers/")
    written = datetime.fromisoformat(line["time"])
    assert written.utcoffset().total_seconds() == 0
    assert abs((datetime.now(UTC) - written).total_seconds()) < 3600


def quote_what_is_written(execute, sql, params, many, context):
    """As PostgreSQL does in the DETAIL of its errors."""
    if sql.startswith('INSERT INTO "forum_revision"'):
        raise DataError(f"new row violates a rule\nDETAIL: Failing row contains ({params})")
    return execute(sql, params, many, context)


@pytest.mark.django_db
def test_post_that_fails_in_the_database_leaves_no_word_of_its_text(lines, question, alice):
    client = logged_in(alice, raise_request_exception=False)
    with connection.execute_wrapper(quote_what_is_written):
        response = client.post(
            f"/questions/{question.pk}/repondre/?de={SECRET}",
            {"text": f"Mon {SECRET},\nsur deux lignes.", "key": uuid.uuid4()},
        )
    assert response.status_code == 500
    (line,) = lines()
    assert line["exception"] == "django.db.utils.DataError"
    assert line["request"] == f"POST /questions/{question.pk}/repondre/"
    assert any(":post_answer" in frame for frame in line["frames"])


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_that_does_not_answer_is_told_without_its_words(lines, visitor, error):
    def refuse(*args):
        raise error(f"connection to server at {SECRET}, password {SECRET}")

    with connection.execute_wrapper(refuse):
        assert visitor.get("/").status_code == 503
    first, second = lines()
    assert (first["logger"], first["message"]) == ("forum.middleware", "The database does not answer")
    assert first["request"] == second["request"] == "GET /"
    assert first["request_id"] == second["request_id"] != ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("send", "status", "logger", "request_line"),
    [
        (lambda client: client.get("/", headers={"host": f"{SECRET}.example"}), 400, "DisallowedHost", NOWHERE),
        (
            lambda client: client.get(f"/{SECRET}@example.org/?{SECRET}"),
            404,
            "request",
            NOWHERE,
        ),
        (lambda client: client.get(f"/casse/{SECRET}@é"), 500, "request", "GET casse/<path:anything>"),
        (lambda client: client.get(f"/interdit/?{SECRET}"), 403, "request", "GET /interdit/"),
        (
            lambda client: client.get("/", headers={"content-type": f"{SECRET}; charset=utf-7"}),
            400,
            "request",
            NOWHERE,
        ),
        (lambda client: client.post("/regles/", {"text": SECRET}), 403, "csrf", "POST /regles/"),
        (
            lambda client: client.generic("POST", "/regles/", SECRET, "multipart/form-data; boundary=é"),
            403,
            "csrf",
            "POST /regles/",
        ),
        (lambda client: client.generic(f"{SECRET}\r\nX", "/regles/"), 403, "csrf", "… /regles/"),
    ],
)
def test_broken_request_is_told_without_what_it_sent(lines, visitor, send, status, logger, request_line):
    assert send(visitor).status_code == status
    line = lines()[-1]
    assert line["logger"].rpartition(".")[2] == logger
    assert line["status"] == status
    assert line["request"] == request_line
    assert ("frames" in line) is (status == 500)


@pytest.mark.django_db
def test_form_of_another_origin_is_told_by_its_kind_alone(lines, visitor):
    headers = {"origin": f"https://{SECRET}.example", "referer": f"https://{SECRET}.example/?{SECRET}"}
    assert visitor.post("/compte/login/", {"login": SECRET}, headers=headers).status_code == 403
    (line,) = lines()
    assert line["message"] == "Forbidden: Origin checking failed"


@pytest.mark.django_db
def test_failed_log_in_leaves_neither_name_nor_password(lines, client, alice):
    client.post("/compte/login/", {"login": SECRET, "password": SECRET})
    client.post("/compte/login/", {"login": "alice", "password": PASSWORD})
    assert not [line for line in lines() if "alice" in str(line) or PASSWORD in str(line)]


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("Worker (pid:%s) exited with code %s.", (12, 3), "Worker (pid:12) exited with code 3."),
        ("Error handling request %s", (f"/?{SECRET}",), "Error handling request …"),
        ("error connecting in %r: %s", ("pool-1", OSError(SECRET)), "error connecting in '…': …"),
        ("%(name)s has %(number)d", ({"name": SECRET, "number": 4},), "… has 4"),
        (ValueError(SECRET), (), "ValueError"),
        ("Two\nlines\u2028and \udcff", (), "Two\nlines\u2028and \udcff"),
    ],
)
def test_of_what_a_library_says_only_its_own_words_and_numbers_are_kept(lines, message, args, said):
    logging.getLogger("library").error(message, *args)
    (line,) = lines()
    assert line["message"] == said


def test_message_that_does_not_fit_its_own_form_is_kept_as_written():
    record = logging.makeLogRecord({"name": "library", "msg": "%d of them", "args": (SECRET,)})
    (line,) = parsed(JsonFormatter().format(record))
    assert line["message"] == "%d of them"


# --- The mails ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (f"554 5.7.1 <alice@example.org>: {SECRET}", "refused; try 1: 554 5.7.1"),
        (f"550 alice@example.org {SECRET}", "refused; try 1: 550"),
        (f"451 4.3.0 <alice@example.org> {SECRET}", "could not be sent; try 1"),
    ],
)
def test_refused_mail_is_told_by_its_code_alone(lines, mail_server, published, alice, answer, said):
    published(alice, f"Mon {SECRET}.")
    mail_server.reply = lambda mail: answer
    send_due()
    (line,) = lines()
    assert line["message"].endswith(said)
    assert "@" not in str(line)


@pytest.mark.django_db
def test_code_that_could_not_be_mailed_is_not_in_the_log(lines, mail_server, client):
    mail_server.stop()
    form = {"email": f"{SECRET}@example.org", "username": "nouvelle", "password1": "quatre mots choisis ici"}
    client.post("/compte/signup/", form)
    (line,) = lines()
    assert "not sent" in line["message"]
    assert "@" not in str(line)


# --- The name of a request ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_request_has_a_name_of_its_own(client):
    first, second = client.get("/")["X-Request-ID"], client.get("/nulle-part/")["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first != second


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "sent", "is_taken"),
    [
        (1, "4f2a-0001-abcd", True),
        (0, "4f2a-0001-abcd", False),
        (1, "court", False),
        (1, "4f2a0001\r\nSet-Cookie", False),
        (1, '4f2a0001"}', False),
        (1, "é" * 10, False),
        (1, "a" * 65, False),
    ],
)
def test_name_given_by_a_proxy_is_taken_where_one_stands_there(client, settings, proxies, sent, is_taken):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert (client.get("/", headers={"x-request-id": sent})["X-Request-ID"] == sent) is is_taken


# --- A real server -----------------------------------------------------------------------------------


def test_every_line_of_a_real_server_is_json(project):
    (project / "staticfiles").mkdir()
    with gunicorn(project, workers=1) as (port, process):
        written = list(until_it_serves(process))
        status, name = ask(port, "forum.example.org", f"/sante/?{SECRET}")  # not ready: nothing is migrated
        assert status == 503
        # This checkout has no templates, so the page of the error is an error: gunicorn tells of it.
        assert ask(port, f"{SECRET}.example", f"/?{SECRET}")[0] == 500
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as call:
            call.sendall(f"GET /{SECRET} {SECRET}\r\n\r\n".encode())
            assert b" 400 " in call.recv(1000)
        process.terminate()
        rest, _ = process.communicate(timeout=SECONDS)
    lines = parsed("".join(written) + rest)
    by_logger = {name: [each for each in lines if each["logger"] == name] for name in LOGGERS}
    assert by_logger["gunicorn.error"][0]["message"] == "Starting gunicorn …"
    assert "Invalid request" in [each["message"] for each in by_logger["gunicorn.error"]]
    assert "django.template.exceptions.TemplateDoesNotExist" in str(by_logger["gunicorn.error"])
    unready = by_logger["django.request"][0]
    assert (unready["request_id"], unready["request"]) == (name, "GET /sante/")


LOGGERS = ("gunicorn.error", "django.request")


def ask(port: int, host: str, address: str) -> tuple[int, str]:
    """The status of the answer, and the name of the request."""
    server = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    server.request("GET", address, headers={"Host": host})
    response = server.getresponse()
    response.read()
    server.close()
    return response.status, response.headers["X-Request-ID"]


@pytest.mark.parametrize(("debug", "is_json"), [("1", False), ("0", True)])
def test_development_reads_plain_lines(project, debug, is_json):
    script = "import django, logging; django.setup(); logging.getLogger('forum').warning('Un mot')"
    variables = REAL_SITE | {"DEBUG": debug, "DJANGO_SETTINGS_MODULE": "config.settings"}
    result = run_python(project, "-c", script, **variables)
    assert result.stderr.startswith("{") is is_json
    assert "Un mot" in result.stderr
