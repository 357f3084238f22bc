"""What an operator meets when a setting is missing or wrong: one line that names it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from forum.tests.checkout import REAL_SITE, ROOT, run_python


def setting(project: Path, expression: str, **variables: str) -> str:
    """The value of an expression over the settings, as the server would see it."""
    result = run_python(project, "-c", f"from config.settings import *; print({expression})", **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def assert_refused(result: subprocess.CompletedProcess, name: str) -> None:
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, "one line, no traceback"
    assert name in result.stderr


def test_without_any_variable_it_runs_for_development_on_sqlite(project):
    assert setting(project, "DEBUG") == "True"
    assert setting(project, "DATABASES['default']['ENGINE']") == "config.sqlite"
    assert setting(project, "DATABASES['default']['NAME']") == str(project / "data" / "forum.sqlite3")
    assert setting(project, "SITE_URL") == "http://127.0.0.1:8000"


def test_development_passes_its_own_checks(project):
    result = run_python(project, "manage.py", "check", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr


def test_development_answers_to_the_host_of_its_address(project):
    assert "'forum.test'" in setting(project, "ALLOWED_HOSTS", SITE_URL="http://forum.test:8000")


def test_real_site_passes_the_deployment_checks(project):
    result = run_python(project, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **REAL_SITE)
    assert (result.returncode, result.stderr) == (0, "")


def test_real_site_sends_readers_to_https_at_its_own_address(project):
    variables = REAL_SITE | {
        "SITE_URL": "https://forum.example.org:8443",
        "ALLOWED_HOSTS": "forum.example.org,autre",
    }
    assert setting(project, "SECURE_SSL_HOST", **variables) == "forum.example.org:8443"


@pytest.mark.parametrize(("asked", "said"), [({}, "False"), ({"SECURE_HSTS_SUBDOMAINS": "1"}, "True")])
def test_real_site_speaks_for_its_subdomains_only_when_told_to(project, asked, said):
    value = setting(project, "SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD", **REAL_SITE, **asked)
    assert value == f"{said} {said}"
    assert setting(project, "SECURE_HSTS_SECONDS", **REAL_SITE, **asked) == "31536000"


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"])
@pytest.mark.parametrize("missing", ["", " "], ids=["unset", "blank"])
def test_real_site_refuses_to_start_without(project, name, missing):
    variables = {key: value for key, value in REAL_SITE.items() if key != name}
    if missing:
        variables[name] = missing
    assert_refused(run_python(project, "manage.py", "check", **variables), name)


@pytest.mark.parametrize("command", ["first_start", "migrate", "runserver"])
def test_every_command_refuses_in_one_line(project, command):
    assert_refused(run_python(project, "manage.py", command, DEBUG="0"), "SECRET_KEY")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("STAFF_NEEDS_SECOND_FACTOR", "2"),
        ("EMAIL_USE_TLS", "tls"),
        ("EMAIL_PORT", "smtp"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("FORUM_LINKS_ALLOWED", "²"),
        ("FORUM_MODERATION_MODE", "never"),
        ("TIME_ZONE", "Mars"),
        ("TIME_ZONE", "../etc/passwd"),
        ("DATABASE_URL", "forum.sqlite3"),
        ("DATABASE_URL", "mango://localhost/forum"),
        ("DATABASE_URL", "mysql://localhost/forum"),
        ("CACHE_URL", "10.0.0.2:6379"),
        ("CACHE_URL", "memcached://10.0.0.2"),
    ],
)
def test_wrong_value_is_refused_by_name(project, name, value):
    assert_refused(run_python(project, "manage.py", "check", **{name: value}), name)


@pytest.mark.parametrize("address", ["http://forum.example.org", "forum.example.org", "https://"])
def test_real_site_needs_an_https_address(project, address):
    variables = REAL_SITE | {"SITE_URL": address}
    assert_refused(run_python(project, "manage.py", "check", **variables), "SITE_URL")


def test_real_site_needs_one_host_at_least(project):
    assert_refused(run_python(project, "manage.py", "check", **REAL_SITE | {"ALLOWED_HOSTS": ","}), "ALLOWED_HOSTS")


def test_redis_without_its_package_is_refused_with_the_command_that_installs_it(project):
    """As on a site that has none: a name in `sys.modules` that is None cannot be found."""
    asked = "import sys; sys.modules['redis'] = None; import manage; manage.main()"
    result = run_python(project, "-c", asked, "check", CACHE_URL="redis://127.0.0.1/0")
    assert_refused(result, "CACHE_URL needs: pip install --require-hashes -r requirements-redis.txt")


def test_dotenv_is_read(project):
    (project / ".env").write_text(
        "# a comment\n\nexport SITE_NAME='Et moi ?'\n"
        'CONTACT_EMAIL = nous@example.org\nTIME_ZONE="Europe/Brussels"\n',
        encoding="utf-8",
    )
    names = setting(project, "(SITE_NAME, CONTACT_EMAIL, TIME_ZONE)", PYTHONUTF8="1")
    assert names == "('Et moi ?', 'nous@example.org', 'Europe/Brussels')"


def test_environment_wins_over_dotenv(project):
    (project / ".env").write_text("DEBUG=0\nSITE_URL=http://ici.test\n", encoding="utf-8")
    assert setting(project, "(DEBUG, SITE_URL)", DEBUG="1") == "(True, 'http://ici.test')"


def test_dotenv_that_cannot_be_read_is_refused_with_its_line(project):
    (project / ".env").write_text("DEBUG=1\nDEBUG\n", encoding="utf-8")
    assert_refused(run_python(project, "manage.py", "check"), ".env, line 2")


def test_example_of_dotenv_runs_for_development(project):
    shutil.copy(ROOT / ".env.example", project / ".env")
    assert setting(project, "(DEBUG, SITE_URL)") == "(True, 'http://127.0.0.1:8000')"


def test_example_of_a_real_site_lacks_its_secret_alone(project):
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    (project / ".env").write_text(example, encoding="utf-8")
    assert_refused(run_python(project, "manage.py", "check"), "SECRET_KEY")
    filled_in = example.replace("SECRET_KEY=", f"SECRET_KEY={REAL_SITE['SECRET_KEY']}")
    (project / ".env").write_text(filled_in, encoding="utf-8")
    result = run_python(project, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (result.returncode, result.stderr) == (0, "")


def test_example_of_dotenv_names_every_variable(project):
    """What the settings ask the environment for is what the example explains."""
    asked = (
        "import os, sys; from config import env; names = set(); plain = env.text;"
        "env.text = lambda name, default='': names.add(name) or plain(name, default);"
        "import config.settings; print('\\n'.join(sorted(names)))"
    )
    found = set(run_python(project, "-c", asked).stdout.split())
    found |= set(run_python(project, "-c", asked, **REAL_SITE).stdout.split())
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = {line[2:].partition("=")[0] for line in example.splitlines() if line[:2] == "# " and "=" in line}
    assert found
    assert found == {name for name in explained if name.isupper()}
