"""What every page carries that a crawl finds: its policy, its privacy, and no more than it should."""

import re

import pytest

from forum.tests.crawling import Page
from forum.tests.test_headers import ON_EVERY_ANSWER
from forum.tests.test_mangled import walked
from forum.tests.town import build_town

pytestmark = pytest.mark.django_db

# What is read; the rest is for writing, and has a form whose token is in a cookie.
READING = re.compile(r"/|/regles/|/articles/[^/]+/|/questions/[0-9]+/(\?.*)?|/reponses/[0-9]+/")
# No list is given out as CSV, in which a reader's "=HYPERLINK(…)" would be a formula.
KINDS = {"text/html", "text/javascript", "application/json"}


@pytest.mark.parametrize("role", ["anonymous", "reader", "editor", "administrator"])
def test_every_page_keeps_to_its_policy_and_to_itself(role):
    found = walked(build_town(), role)
    pages = [page for page in found.values() if not page.address.startswith("/static/")]
    assert len(pages) > 20
    for page in pages:
        assert ON_EVERY_ANSWER.items() <= page.headers.items(), page.address
        assert page.headers["Content-Type"].partition(";")[0] in KINDS, page.address
        assert "Last-Modified" not in page.headers, page.address
        assert is_private(page) if role != "anonymous" else is_free_of_cookies(page), page.address


def is_private(page: Page) -> bool:
    asked = {part.strip() for part in page.headers.get("Cache-Control", "").split(",")}
    return {"private", "no-store"} <= asked and "Cookie" in page.headers.get("Vary", "")


def is_free_of_cookies(page: Page) -> bool:
    return not READING.fullmatch(page.address) or (not page.cookies and "no-store" not in str(page.headers))
