"""What is kept of a text that somebody typed or pasted."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.clean import MARKS_PER_BASE, MAX_LENGTH, MIN_LENGTH, clean_line, clean_text

# Texts of the characters that the rules are about, which arbitrary text rarely puts side by side.
ODD = (
    "ae\u0301\u0323\u20dd \n\r\t\xa0\u200b\u200c\u200d\u200e\u200f\u202e\u2066\ufeff\ufe0f"
    "\u0627\u064b\u0928\u094d\u0e01😀🏴\U000e0067\U000e007f"
)
texts = st.text(st.one_of(st.characters(), st.sampled_from(ODD)))
odd_texts = st.text(st.sampled_from(ODD), max_size=40)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("cafe\u0301", "café"),
        ("un\r\ndeux\rtrois", "un\ndeux\ntrois"),
        ("un\u2028deux\u0085trois", "un\ndeux\ntrois"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("colonne\tcolonne", "colonne\tcolonne"),
        ("abc\u202edef\u202c", "abcdef"),
        ("a\u2066b\u2069c", "abc"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufdd0b\uffffc\U0010fffed", "abcd"),
        ("\ufeffdébut", "début"),
        ("insou\u00adciant", "insouciant"),
        ("con\u200bnard", "connard"),
        ("con\u200d\u200d\u200dnard", "connard"),
        ("e\u200d\u0301", "é"),
        ("vide\u3164\u2800", "vide"),
        ("caché\U000e0041\U000e0042", "caché"),
        ("abc\u200f", "abc"),
        ("  \n\n début  \nfin \t \n\n", " début\nfin"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("a\n \n\t\n \n \nb", "a\n\n\nb"),
        (" \n\u3000\n", ""),
        ("n’est-ce pas\u202f?", "n’est-ce pas\u202f?"),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    "written",
    [
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "👩🏽‍🚀",
        "❤️‍🔥",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "می‌خواهم",
        "क्‍ष",
        "ශ්‍රී",
        "ភាសា\u200bខ្មែរ",
        "שלום \u200f(עולם)",
        "Việt Nam",
    ],
)
def test_languages_and_emoji_keep_the_invisible_characters_they_need(written):
    assert clean_text(written) == unicodedata.normalize("NFC", written)


def test_piled_up_marks_are_cut_to_four():
    assert clean_text("z" + "\u0336" * 500 + "algo") == "z" + "\u0336" * MARKS_PER_BASE + "algo"


def test_marks_cannot_be_piled_up_over_an_invisible_character():
    assert clean_text("z" + "\u0336\u200d" * 50) == "z" + "\u0336" * MARKS_PER_BASE


def test_name_stands_on_one_line():
    assert clean_line("  Les \n\n réseaux\t sociaux ") == "Les réseaux sociaux"


def test_line_keeps_its_no_break_spaces():
    assert clean_line("Et vous\u202f? 10\u00a0000") == "Et vous\u202f? 10\u00a0000"


def test_lengths_of_an_answer():
    assert (MIN_LENGTH, MAX_LENGTH) == (2, 10_000)


@settings(deadline=None, max_examples=300)
@given(st.one_of(texts, odd_texts))
def test_cleaning_is_done_once_and_for_all(value):
    for clean in (clean_text, clean_line):
        kept = clean(value)
        assert clean(kept) == kept
        assert len(kept) <= 3 * len(value)


@settings(deadline=None, max_examples=300)
@given(st.one_of(texts, odd_texts))
def test_every_database_accepts_a_clean_text(value):
    kept = clean_text(value)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert unicodedata.is_normalized("NFC", kept)
    assert "\n\n\n\n" not in kept
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in kept)


@settings(deadline=None, max_examples=300)
@given(st.one_of(texts, odd_texts))
def test_line_has_no_line_break(value):
    kept = clean_line(value)
    assert "\n" not in kept
    assert "  " not in kept
    assert kept == kept.strip()
