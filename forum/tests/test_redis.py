"""Limits counted in a real Redis: by several processes together, and while it is gone or hangs."""

import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.db import InterfaceError
from django.test import Client

from forum import health
from forum.models import Answer
from forum.tests.cast import PASSWORD
from forum.tests.checkout import REAL_SITE, run_python
from forum.tests.redis_server import RedisServer, throwaway_redis, what_is_missing
from forum.tests.test_errors import box
from forum.tests.workers import database_url

pytestmark = pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())

TEXT = "Un texte auquel je tiens, écrit pendant que Redis s’en allait."
SILENT = "does not answer: nobody can log in or sign up"
WRONG = {"login": "alice", "password": "un autre mot de passe"}
RIGHT = {"login": "alice", "password": PASSWORD}


@pytest.fixture
def redis_server(settings) -> Iterator[RedisServer]:
    """The cache of the tests' own process is in it."""
    with throwaway_redis() as server:
        settings.CACHES = {"default": {"BACKEND": "config.redis_cache.OutspokenRedisCache", "LOCATION": server.url}}
        yield server


@pytest.fixture
def visitor(db) -> Client:
    return Client(raise_request_exception=False)


def log_in(client: Client, form: dict[str, str]):
    return client.post("/compte/login/", form)


def answer_to(question, client: Client):
    return client.post(f"/questions/{question.pk}/repondre/", {"text": TEXT, "key": str(uuid.uuid4())})


# --- Counted together -------------------------------------------------------------------------------

FAIL = """
import sys, django
django.setup()
from django.test import Client
for _ in range(int(sys.argv[1])):
    page = Client().post("/compte/login/", {"login": "alice", "password": "un autre mot de passe"})
    print("Trop d’essais manqués" in page.text)
"""


def test_failed_log_ins_of_two_processes_are_counted_together(alice, transactional_db, redis_server):
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "CACHE_URL": redis_server.url,
        "PYTHONUTF8": "1",
    }

    def fail(times: int) -> list[str]:
        result = run_python(project_settings.BASE_DIR, "-c", FAIL, str(times), **variables)
        assert result.returncode == 0, result.stderr
        return result.stdout.split()

    assert fail(3) == ["False", "False", "False"]
    assert fail(3) == ["False", "False", "True"]  # allauth's limit: five for a name, in five minutes


@pytest.mark.parametrize("value", [True, "y", 5, [1764292295.1, 1764292290.25]], ids=repr)
def test_what_the_limits_keep_comes_back_as_it_was(redis_server, value):
    assert cache.add("key", value, timeout=60)
    assert not cache.add("key", "second", timeout=60)
    assert cache.get("key") == value
    assert cache.delete("key")
    assert cache.get("key", "nothing") == "nothing"


def test_what_redis_holds_is_data_and_no_code(redis_server):
    from redis import Redis

    cache.set("limit", [1.5])
    with Redis.from_url(redis_server.url) as plain:
        assert plain.get(cache.make_key("limit")) == b"[1.5]"


# --- Killed, and started anew -----------------------------------------------------------------------


def test_redis_that_is_gone_keeps_log_ins_out_until_it_is_back(alice, visitor, redis_server):
    assert log_in(visitor, WRONG).status_code == 422
    redis_server.kill()
    refused = log_in(visitor, RIGHT)
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "Le site est très occupé" in refused.text
    redis_server.start()
    assert log_in(visitor, RIGHT).status_code == 302


def test_text_of_a_stranger_comes_back_in_its_box(question, visitor, redis_server):
    redis_server.kill()
    refused = answer_to(question, visitor)
    assert (refused.status_code, box(refused)) == (503, TEXT)
    redis_server.start()
    assert answer_to(question, visitor).status_code == 403  # kept until he has logged in


def test_who_reads_and_who_is_logged_in_notices_nothing(question, alice, client_of, visitor, redis_server):
    redis_server.kill()
    assert visitor.get(f"/questions/{question.pk}/").status_code == 200
    assert visitor.get("/compte/login/").status_code == 200
    alices = client_of(alice)
    assert answer_to(question, alices).status_code == 302
    assert Answer.objects.get().author == alice
    assert alices.get("/mes-reponses/").status_code == 200


def test_redis_that_was_started_anew_is_found_without_an_error(redis_server):
    """The connections of before are dead, and nobody is to be told."""
    cache.set("key", 1)
    redis_server.kill()
    redis_server.start()
    assert cache.get("key") is None


@pytest.mark.django_db
def test_health_says_what_is_wrong(client, redis_server):
    assert client.get("/sante/").json()["checks"]["cache"] == "ok"
    redis_server.kill()
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.json()["checks"] | {"cache": ""} == dict.fromkeys(health.READY, "ok") | {"cache": ""}
    assert response.json()["checks"]["cache"] == SILENT
    assert client.get("/sante/vivant/").status_code == 200


# --- Hanging ----------------------------------------------------------------------------------------


def test_redis_that_hangs_is_one_that_is_gone(redis_server):
    cache.set("key", 1)
    redis_server.hang()
    with pytest.raises(InterfaceError, match="TimeoutError"):
        cache.get("key")


@pytest.mark.django_db
def test_health_does_not_mistake_a_redis_that_hangs_for_the_database(client, redis_server):
    redis_server.hang()
    assert client.get("/sante/").json()["checks"] == dict.fromkeys(health.READY, "ok") | {"cache": SILENT}


# --- What the operator reads ------------------------------------------------------------------------


def test_command_says_what_is_wrong(project, redis_server):
    variables = REAL_SITE | {"CACHE_URL": redis_server.url}
    assert run_python(project, "manage.py", "migrate", **variables).returncode == 0
    assert "ok     cache: answers\n" in run_python(project, "manage.py", "health", **variables).stdout
    redis_server.kill()
    result = run_python(project, "manage.py", "health", **variables)
    assert (result.returncode, f"WRONG  cache: {SILENT}\n" in result.stdout) == (1, True)
    assert str(redis_server.socket) not in result.stdout + result.stderr


def test_real_site_with_redis_passes_the_deployment_checks(project):
    arguments = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = run_python(project, *arguments, **REAL_SITE | {"CACHE_URL": "redis://127.0.0.1:1/0"})
    assert (result.returncode, result.stderr) == (0, "")
