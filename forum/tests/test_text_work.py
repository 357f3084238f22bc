"""What reading a hostile text costs, counted in calls: seconds depend on what else the machine does."""

import sys
from collections.abc import Callable
from itertools import count

import pytest

from forum.text.manuscript import read_manuscript
from forum.text.render import plain, render, render_article, render_inline

from .test_text_safety import HEAVY, filled

MOST_CALLS = 400  # and returns, for a character; some 310 of them take a third of a second for 10,000
COSTLY = {name: HEAVY[name] for name in ("quoted fences", "quoted links", "image brackets", "brackets")} | {
    "tables in a row": filled("a|b\n-|-\n"),
    "heads of tables": filled("|a\n|-\n"),
    "open containers": filled("> - "),
    "links to nothing": filled("[]("),
}


def first_words(text: str) -> str:
    return plain(text, 200)


MANUSCRIPTS = ["Questions :\n", "questions:\n- a\n", "A?\n", '?"', "a\n\n", "**a**\n", "> > ", "- a ?\n"]


def calls_of(function: Callable[[str], object], text: str) -> int:
    events = count()
    sys.setprofile(lambda *_: next(events))
    try:
        function(text)
    finally:
        sys.setprofile(None)
    return next(events)


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
@pytest.mark.parametrize("show", [render, render_article.__wrapped__, render_inline.__wrapped__, first_words])
def test_longest_text_costs_a_bounded_number_of_calls(show, text):
    assert calls_of(show, text) < MOST_CALLS * len(text)


@pytest.mark.parametrize("unit", ["[", ">"])
def test_long_paragraph_is_given_up_before_it_costs_its_square(unit):
    """Some rules look ahead to the end each time, which no count of calls shows: so they are called less often."""
    text = unit * 100_000
    assert calls_of(render_article.__wrapped__, text) < 25 * len(text)  # all of it would take some 44
    assert render_article(text).startswith("<p>")


def test_article_in_one_paragraph_is_read_all_the_same():
    text = "Le fleuve est *haut*, et la ville le regarde monter. " * 3000
    assert render_article(text).count("<em>haut</em>") == 3000


@pytest.mark.parametrize("beginning", ["", "Un titre\n\nUn texte.\n\nEt vous ?\n\n"])
@pytest.mark.parametrize("unit", MANUSCRIPTS)
def test_manuscript_costs_a_bounded_number_of_calls(beginning, unit):
    text = beginning + unit * (10_000 // len(unit))
    assert calls_of(read_manuscript, text) < MOST_CALLS * len(text)
