"""What a moderator sees of an edit."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.diff import diff


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Un mot", "Un mot", "Un mot"),
        ("Il fait beau ici", "Il fait chaud ici", "Il fait <del>beau</del><ins>chaud</ins> ici"),
        ("Il fait beau", "Il fait très beau", "Il fait <ins>très </ins>beau"),
        ("Il fait très beau", "Il fait beau", "Il fait <del>très </del>beau"),
        ("a b c d e f", "a 1 2 d e f", "a <del>b c</del><ins>1 2</ins> d e f"),
        ("", "Tout", "<ins>Tout</ins>"),
        ("Tout", "", "<del>Tout</del>"),
        ("", "", ""),
        ("Un.\nDeux.", "Un.\n\nDeux.", "Un.\n<ins>\n</ins>Deux."),
        ("Un.\nDeux.\nTrois.", "Un.\nTrois.", "Un.\n<del>Deux.\n</del>Trois."),
        ("l'ami de Jean", "l'ami de Jeanne", "l&#x27;ami de <del>Jean</del><ins>Jeanne</ins>"),
        ("pomme poire figue", "radis navet chou", "<del>pomme poire figue</del><ins>radis navet chou</ins>"),
        ("Un <b> & deux", "Un <i> & deux", "Un &lt;<del>b</del><ins>i</ins>&gt; &amp; deux"),
        ("<script>", "</del><script>", "&lt;<ins>/del&gt;&lt;</ins>script&gt;"),
    ],
)
def test_moderator_sees_the_words_that_changed(before, after, shown):
    assert diff(before, after) == shown


def without(tag, other, shown):
    return html.unescape(re.sub(rf"<{tag}>.*?</{tag}>|</?{other}>", "", shown, flags=re.DOTALL))


edited = st.lists(st.sampled_from(["a", "b", "mot", " ", "\n", ".", "<", "&", "'", "é"]), max_size=40).map("".join)


@settings(deadline=None, max_examples=300)
@given(st.one_of(edited, st.text()), st.one_of(edited, st.text()))
def test_both_texts_can_be_read_whole(before, after):
    shown = diff(before, after)
    assert without("ins", "del", shown) == before
    assert without("del", "ins", shown) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 2500, "b a " * 2500),
        ("a " * 5000, "b " * 5000),
        (" ".join(map(str, range(2000))), " ".join(map(str, range(2000, 0, -1)))),
        ("".join(f"{i % 7}\n" for i in range(5000)), "".join(f"{i % 5}\n" for i in range(5000))),
    ],
)
def test_long_texts_with_little_in_common_are_still_compared(before, after):
    shown = diff(before, after)
    assert without("ins", "del", shown) == before
    assert without("del", "ins", shown) == after


def test_small_edit_of_a_long_text_is_seen_small():
    before = "".join(f"La phrase numéro {i} de ce texte.\n" for i in range(300))
    shown = diff(before, before.replace("numéro 150", "n° 150"))
    assert re.findall(r"<(?:ins|del)>.*?</(?:ins|del)>", shown) == ["<del>numéro</del>", "<ins>n°</ins>"]
