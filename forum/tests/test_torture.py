"""`make torture` in small: a real site, killed while people write; and that the comparison would tell a loss."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.db import connection

from forum.tests.cluster import NoClusterError, find_programs
from torture.ledger import Ledger, compare
from torture.mails import Post, missing
from torture.visitors import Page
from torture.writers import Writer

SECONDS = 300  # on a very busy machine; by itself it takes less than a tenth


def test_what_was_acknowledged_is_there_once_after_kills_restarts_and_locks():
    if connection.vendor == "postgresql":
        try:
            find_programs()
        except NoClusterError as reason:
            pytest.skip(str(reason))
    run = subprocess.run(
        [sys.executable, "-m", "torture", "--short", "--only", connection.vendor],
        cwd=project.BASE_DIR,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    posts = re.search(r"posts: (\d+) acknowledged, 0 lost, 0 twice, 0 altered", run.stdout)
    assert int(posts[1]) >= 150
    assert re.search(r"^server killed +2 ", run.stdout, re.MULTILINE)
    assert re.search(r"mails: [1-9]\d* delivered, .* 0 under two names, 0 never came, 0 unsent", run.stdout)


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    for mark in ("a", "b", "c"):
        ledger.send(mark, f"Texte {mark}")
    ledger.acknowledge("a")
    ledger.acknowledge("b")
    return ledger


SENT = [("a", "Texte a"), ("b", "Texte b")]


@pytest.mark.parametrize(
    ("rows", "lost", "twice", "altered", "unacknowledged", "foreign"),
    [
        (SENT, [], [], [], 0, 0),
        ([*SENT, ("c", "Texte c")], [], [], [], 1, 0),
        (SENT[:1], ["b"], [], [], 0, 0),
        ([*SENT, SENT[0]], [], ["a"], [], 0, 0),
        ([*SENT, ("c", "Texte c"), ("c", "Texte c")], [], ["c"], [], 1, 0),
        ([SENT[0], ("b", "Texte")], [], [], ["b"], 0, 0),
        ([*SENT, ("d", "Texte d")], [], [], [], 0, 1),
    ],
    ids=["all there", "answer never came", "lost", "twice", "unacknowledged twice", "cut", "never sent"],
)
def test_comparison_tells_what_is_wrong(ledger, rows, lost, twice, altered, unacknowledged, foreign):
    found = compare(ledger, rows)
    assert (found.lost, found.twice, found.altered) == (lost, twice, altered)
    assert (found.unacknowledged, found.foreign) == (unacknowledged, foreign)


BACK = '<form action="/x/"><input type="hidden" name="key" value="k"><textarea name="text">\n{}</textarea></form>'


@pytest.mark.parametrize(
    ("status", "headers", "body", "breach"),
    [
        (503, {"Retry-After": "5"}, BACK.format("a &lt;b&gt;"), False),
        (503, {}, BACK.format("a &lt;b&gt;"), True),
        (503, {"Retry-After": "5"}, BACK.format("a"), True),
        (503, {"Retry-After": "5"}, "<h1>Erreur</h1>", True),
        (500, {"Retry-After": "5"}, BACK.format("a &lt;b&gt;"), True),
        (403, {}, BACK.format("a &lt;b&gt;"), True),
    ],
    ids=["as it must be", "no Retry-After", "cut", "no text", "an error", "logged out"],
)
def test_refusal_without_the_text_is_a_breach(ledger, status, headers, body, breach):
    writer = Writer(0, iter(()), [], ledger, None)
    given_back = writer._given_back(Page(status, headers, body), "a <b>")
    assert bool(ledger.breaches) == breach
    assert given_back == (None if breach else {"key": "k", "text": "a <b>"})


def test_mail_that_never_came_is_missed():
    post = Post()
    post.server.stop()
    assert missing(
        post, [("5" * 32, "2026-01-01", True), ("6" * 32, "2026-01-01", False), ("7" * 32, None, False)]
    ) == (1, 1)
