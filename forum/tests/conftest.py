"""What every test finds: its database, an empty cache, the cast, and a browser where there is one."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from forum.kept_pages import PAGES
from forum.tests.backing import backups, elsewhere  # noqa: F401
from forum.tests.browser import browser, new_page, what_is_missing  # noqa: F401
from forum.tests.cast import (  # noqa: F401
    ada,
    alice,
    article,
    bob,
    client_of,
    eddy,
    in_favour,
    mona,
    question,
    reason,
)
from forum.tests.checkout import project  # noqa: F401
from forum.tests.desk import moderator, post, published  # noqa: F401
from forum.tests.settled import settled  # noqa: F401
from forum.tests.smtp import mail_server  # noqa: F401
from forum.tests.walking import decided, forum  # noqa: F401
from forum.views.own import USUAL_WAIT

SECONDS_TO_MEET = 10


# --- The database ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory) -> None:
    """SQLite in a file: one in memory has neither WAL nor a second connection."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "forum.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, pytestconfig) -> None:
    with django_db_blocker.unblock():
        connection.ensure_connection()
        version = ".".join(map(str, connection.get_database_version()))
        pytestconfig.stash[DATABASE] = f"{connection.display_name} {version}"
        if connection.vendor == "sqlite":
            let_flush_pass_the_guards()


def let_flush_pass_the_guards() -> None:
    """After a test with real transactions Django empties every table: on SQLite by DELETE,
    which the append-only triggers refuse (on PostgreSQL by TRUNCATE, which they do not see).
    So the same transaction drops them before and raises them again after."""
    # On the class: once Playwright's event loop runs, Django opens another connection in this thread.
    operations = type(connection.ops)
    plain_flush = operations.sql_flush

    def flush(self, style, tables, **options) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*drops, *plain_flush(self, style, tables, **options), *(sql for _, sql in triggers)]

    operations.sql_flush = flush


@pytest.fixture
def concurrent(transactional_db) -> Callable[..., list]:
    """`concurrent(first, second, …)`: call all at the same moment, each with a connection of its
    own, and list what each returned, or the exception that it raised."""

    def run(*functions: Callable) -> list:
        start = threading.Barrier(len(functions))

        def call(function: Callable):
            try:
                connection.ensure_connection()
                start.wait(SECONDS_TO_MEET)
                return function()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as threads:
            return list(threads.map(call, functions))

    return run


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()
    PAGES.clear()
    USUAL_WAIT.clear()


# --- What ran, said at the end -------------------------------------------------------------------

DATABASE = pytest.StashKey[str]()
NOT_RUN = re.compile("NOT RUN: [^'\n]+")  # as a test says that cannot be tried for want of a program


def pytest_addoption(parser) -> None:
    parser.addoption("--summary-to", help="Append to this file a line that says what ran.")
    parser.addoption("--malformed", type=int, default=400, help="How many malformed requests each role sends.")


def pytest_collection_modifyitems(items) -> None:
    """Browser tests last: once started, Playwright's event loop runs to the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    missing = what_is_missing()
    if missing:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=missing))


def pytest_terminal_summary(terminalreporter, config) -> None:
    outcomes = {name: terminalreporter.stats.get(name, []) for name in ("passed", "failed", "error", "skipped")}
    reports = [report for found in outcomes.values() for report in found]
    # A file that could not be read has a report without keywords, and its own words to say.
    in_browser = [report for report in reports if "browser" in getattr(report, "keywords", ())]
    ran = sum(report.when == "call" for report in in_browser)
    skipped = sum(report.skipped for report in in_browser)
    if skipped:
        terminalreporter.write_line("")
        terminalreporter.write_sep("!", f"{skipped} BROWSER TESTS SKIPPED", red=True, bold=True)
        terminalreporter.write_line(f"Nothing was tried in a browser: {what_is_missing()}.", red=True, bold=True)
    not_run = sorted({found[0] for report in outcomes["skipped"] if (found := NOT_RUN.search(report.longreprtext))})
    for line in not_run:
        terminalreporter.write_line(line, red=True, bold=True)
    passed, failed = len(outcomes["passed"]), len(outcomes["failed"]) + len(outcomes["error"])
    line = (
        f"{config.stash.get(DATABASE, 'No database')}: {passed} passed, {failed} failed; "
        f"browser tests: {f'{skipped} SKIPPED, {what_is_missing()}' if skipped else f'{ran} ran'}"
    )
    line = "; ".join([line, *not_run])
    terminalreporter.write_line(line)
    if config.option.summary_to:
        with Path(config.option.summary_to).open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
