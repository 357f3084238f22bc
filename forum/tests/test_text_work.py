"""What rendering a hostile text costs, counted in calls: seconds depend on what else the machine does."""

import sys
from itertools import count

import pytest

from forum.text.render import render

from .test_text_safety import HEAVY, filled

MOST_CALLS = 400  # and returns, for a character; some 310 of them take a third of a second for 10,000
COSTLY = {name: HEAVY[name] for name in ("quoted fences", "quoted links", "image brackets", "brackets")} | {
    "tables in a row": filled("a|b\n-|-\n"),
    "heads of tables": filled("|a\n|-\n"),
    "open containers": filled("> - "),
    "links to nothing": filled("[]("),
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
def test_longest_text_costs_a_bounded_number_of_calls(text):
    events = count()
    sys.setprofile(lambda *_: next(events))
    try:
        render(text)
    finally:
        sys.setprofile(None)
    assert next(events) < MOST_CALLS * len(text)
