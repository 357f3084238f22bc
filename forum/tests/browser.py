"""A real Chromium for the tests marked `browser`, and what every page must keep to in it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec

import pytest

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MILLISECONDS_TO_WAIT = 10_000


def find_chromium() -> str | None:
    """What CHROMIUM names, else the first known name on the PATH."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    return next(filter(None, map(shutil.which, names)), None)


def what_is_missing() -> str:
    """Why browser tests cannot run here and what to do; empty where they can."""
    if find_chromium() is None:
        return "there is no Chromium (Debian: apt install chromium; elsewhere: CHROMIUM=/path/to/it)"
    if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
        return "Playwright is not installed (pip install --require-hashes -r requirements-dev.txt)"
    if not driver_starts():
        return "Playwright does not start (Debian: apt install libatomic1)"
    return ""


@cache
def driver_starts() -> bool:
    """Playwright brings a program of its own, which needs a library that a bare Debian has not."""
    return subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True).returncode == 0


class Watch:
    """Writes down what a page must never do: log an error, break the policy, ask another site."""

    def __init__(self, context, home: str, expected: set[int]) -> None:
        self.home = home
        self.expected = expected
        self.complaints: list[str] = []
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("request", self.on_request)

    def on_console(self, message) -> None:
        if message.type not in ("error", "warning") or self._is_expected(message.text):
            return
        self.complaints.append(f"{message.type} in the console: {message.text}")

    def on_request(self, request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "blob:")):
            self.complaints.append(f"request to another site: {request.url}")

    def _is_expected(self, text: str) -> bool:
        """Chromium logs each answer of 400 and above; a test may have asked for one."""
        status = re.search(r"responded with a status of (\d+)", text)
        return status is not None and int(status[1]) in self.expected


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium, started once. Playwright keeps an event loop running in this thread, beside
    which Django would refuse to use its database although nothing here is asynchronous."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, live_server, settings) -> Iterator[Callable]:
    """Open a page of the running site, `page.goto("/…")`, each with cookies of its own.

    new_page(width=1280, height=900, dark=False, javascript=True, member=None, expected=(), policy=True)
    logs `member` in and tolerates the answers in `expected` (such as 409); without `policy`, the
    browser does not keep to the content security policy. The test fails when a page logged an error
    or warning, broke the policy or asked another site.
    `page.watch.complaints` is what was found so far.
    """
    settings.SITE_URL = live_server.url
    contexts, watches = [], []

    def open_page(*, width=1280, height=900, dark=False, javascript=True, member=None, expected=(), policy=True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            bypass_csp=not policy,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        contexts.append(context)
        context.set_default_timeout(MILLISECONDS_TO_WAIT)
        if member is not None:
            context.add_cookies([session_cookie(member, live_server.url)])
        watches.append(Watch(context, live_server.url, set(expected)))
        page = context.new_page()
        page.watch = watches[-1]
        page.has_javascript = javascript
        return page

    open_page.home = live_server.url
    yield open_page
    for context in contexts:
        context.close()
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def session_cookie(member, url: str) -> dict[str, str]:
    """The cookie of a member who has just logged in."""
    from django.conf import settings

    from .cast import logged_in

    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": logged_in(member).cookies[name].value, "url": url}


def assert_accessible(page) -> None:
    """No violation of WCAG 2.2 AA that axe can find on the page as it stands.

    Raises ValueError for a page opened without JavaScript, where axe would wait for ever.
    """
    from axe_playwright_python.sync_playwright import Axe

    if not page.has_javascript:
        raise ValueError("axe needs JavaScript: open the same page with it.")
    options = {
        "runOnly": {"type": "tag", "values": WCAG_22_AA},
        "resultTypes": ["violations"],
        # Would read style sheets by writing <style> into the page, against the policy, for no rule of these.
        "preload": False,
    }
    violations = Axe().run(page, options=options).response["violations"]
    found = [
        f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)
