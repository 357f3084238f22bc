"""What a server loads before its first page, and what its workers take over from the process they come from."""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa import urls as of_allauth
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import import_string
from whitenoise.base import WhiteNoise

from config import urls_2fa
from forum.tests.checkout import make_site, run_python
from forum.tests.serving import gunicorn, until_it_serves

FIRST_PAGE = """
import gc, sys
from io import BytesIO
from config.wsgi import application

environment = {
    "REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
    "HTTP_HOST": "forum.example.org", "HTTP_X_FORWARDED_PROTO": "https", "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
}
loaded = set(sys.modules)
page = application(environment, lambda status, headers: print(status))
assert b"</html>" in b"".join(page)
page.close()
print(gc.isenabled(), gc.get_freeze_count() > 50_000)
print(*sorted(set(sys.modules) - loaded))
print(*sorted(sys.modules))
"""
# What somebody may need one day, but no server that starts: each takes a tenth of a start or more.
FOR_LATER = [
    "fido2",
    "cryptography",
    "qrcode",
    "allauth.mfa.webauthn",
    "forum.text.manuscript",
    "forum.backups",
    "psycopg",
    "redis",
    "requests",
    "smtplib",
    "django.test",
]


@pytest.fixture(scope="module")
def first_page(tmp_path_factory) -> list[str]:
    """What the server says of itself: status, garbage collector, what the page alone loaded, all that is loaded."""
    site, variables = make_site(tmp_path_factory.mktemp("start"))
    assert run_python(site, "manage.py", "first_start", **variables).returncode == 0
    (site / "staticfiles").mkdir(exist_ok=True)
    told = run_python(site, "-c", FIRST_PAGE, **variables)
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


@pytest.mark.parametrize("name", FOR_LATER)
def test_first_page_needs_none_of(first_page, name):
    assert first_page[0] == "200 OK"
    assert [each for each in first_page[3].split() if each == name or each.startswith(f"{name}.")] == []


def test_what_workers_share_is_loaded_before_the_first_request(first_page):
    """The views above all: their modules are the most of what is left to load once the application is there."""
    assert [name for name in first_page[2].split() if name.startswith(("forum.", "config."))] == []


def test_what_is_loaded_for_good_is_not_looked_through_for_garbage(first_page):
    assert first_page[1] == "True True"


# --- Static files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forum/css/base.css", "django_htmx/htmx-2.min.js", "admin/img/LICENSE"])
def test_file_that_has_its_hash_in_its_name_is_kept_by_browsers_for_good(name):
    is_immutable = WhiteNoise(None, immutable_file_test=settings.WHITENOISE_IMMUTABLE_FILE_TEST).immutable_file_test
    hashed = ManifestStaticFilesStorage("static", settings.STATIC_URL).hashed_name(name, ContentFile(b"A file."))
    assert is_immutable("", f"/static/{hashed}")
    assert not is_immutable("", f"/static/{name}")


# --- The second factor's pages ---------------------------------------------------------------------


def places(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str, object]]:
    """Where each view of some addresses is, its name, and the view."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from places(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each.name, each.callback


def test_addresses_of_the_second_factor_are_those_of_allauth():
    named = inspect.getclosurevars
    ours = {
        (place, name, import_string(f"allauth.mfa.{named(view).nonlocals['name']}"))
        for place, name, view in places(urls_2fa.urlpatterns)
    }
    assert ours == set(places(of_allauth.urlpatterns))


def test_no_view_of_the_second_factor_asks_for_more_than_its_call():
    """What a decorator writes on a view, such as `csrf_exempt`, would be lost on the way."""
    said = {name for _, _, view in places(of_allauth.urlpatterns) for name in vars(view)}
    assert said - {"__wrapped__", "view_class", "view_initkwargs"} == OF_A_MIDDLEWARE
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" not in settings.MIDDLEWARE


# Read by one that the forum does not have.
OF_A_MIDDLEWARE = {"login_required", "login_url", "redirect_field_name"}


# --- Workers ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="NOT RUN: there is no /proc here")
def test_workers_are_forked_from_a_process_that_holds_no_line_to_the_database(tmp_path):
    """One connection or thread in two processes would be nobody's."""
    site, variables = make_site(tmp_path)
    assert run_python(site, "manage.py", "first_start", **variables).returncode == 0
    with gunicorn(site, **variables) as (_, process):
        list(until_it_serves(process))
        first = Path(f"/proc/{process.pid}")
        assert any("libsqlite3" in line or "_sqlite3" in line for line in (first / "maps").read_text().splitlines())
        opened = [os.readlink(each) for each in (first / "fd").iterdir()]
        assert [name for name in opened if "sqlite3" in name] == []
        assert len(list((first / "task").iterdir())) == 1
