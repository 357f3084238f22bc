"""A text in plain letters, each with its place in the original."""

import html
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from html.entities import html5
from itertools import groupby
from typing import NamedTuple

from .lookalikes import fold_character, is_mark

# Digits and signs that stand for letters, inside a word.
LEET = {
    **{"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"},
    **{"@": "a", "$": "s", "€": "e", "|": "l"},
}
LEET_SIGNS = frozenset("@$€|")
APART = 21  # gaps between a link's words and its target: more than there may be between the words of a phrase

# Markdown that a reader does not see when it stands inside a word.
UNSEEN_MARKUP = frozenset("*~`\\")
LINK_TARGET = re.compile(r"(?<=\])\([^()\n]*\)")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Thai to Khmer, kana, Han: written without spaces, so each letter counts as a word.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


class Kind(IntEnum):
    """What a character is to words: letters run on, digits run on, a sign stands alone."""

    GAP = 0
    LETTER = 1
    DIGIT = 2
    SIGN = 3  # a sign that passes for a letter, or a letter of a script written without spaces


class Unit(NamedTuple):
    """One plain character and the part of the original, `text[start:end]`, that it stands for."""

    char: str
    kind: Kind
    start: int
    end: int


Glyph = tuple[str, int, int]  # a character, and where in the original it begins and ends


def fold(text: str) -> list[Unit]:
    """The plain characters of a text, in their order."""
    return _fold_glyphs(_each(text, 0, len(text)))


@lru_cache(maxsize=2)  # a text that comes in is asked for twice in a row
def fold_markdown(text: str) -> tuple[Unit, ...]:
    """The same of Markdown as a reader sees it: entities decoded, marks that he does not see dropped, signs and
    digits that pass for letters read.

    Link targets come last, `APART` gaps from the words that they interrupt.
    """
    units, targets, place = [], [], 0
    for target in LINK_TARGET.finditer(text):
        units += _fold_glyphs(_seen(text, place, target.start()))
        targets.append(target.span())
        place = target.end()
    units += _fold_glyphs(_seen(text, place, len(text)))
    for start, end in targets:
        units += [Unit(" ", Kind.GAP, start, start)] * APART
        units += _fold_glyphs(_seen(text, start, end))
    return tuple(read_leet(units))


def _each(text: str, start: int, end: int, without: Container[str] = "") -> list[Glyph]:
    return [(char, place, place + 1) for place, char in enumerate(text[start:end], start) if char not in without]


def _seen(text: str, start: int, end: int) -> Iterator[Glyph]:
    """The characters without unseen markup; an entity is the characters that it stands for."""
    place = start
    for entity in ENTITY.finditer(text, start, end):
        yield from _each(text, place, entity.start(), without=UNSEEN_MARKUP)
        yield from ((char, *entity.span()) for char in _decode(entity[0]))
        place = entity.end()
    yield from _each(text, place, end, without=UNSEEN_MARKUP)


def _decode(entity: str) -> str:
    return html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)


def _fold_glyphs(glyphs: Iterable[Glyph]) -> list[Unit]:
    units: list[Unit] = []
    for glyph, start, end in glyphs:
        folded = _fold_glyph(glyph)
        for char, kind, is_mark_of_script in folded:
            # A mark of another script, on a plain letter or on nothing, is only dress.
            if not is_mark_of_script or (units and not units[-1].char.isascii()):
                units.append(Unit(char, kind, start, end))
        if not folded and units and is_mark(glyph):
            units[-1] = units[-1]._replace(end=end)
    return units


@lru_cache(maxsize=20_000)
def _fold_glyph(glyph: str) -> tuple[tuple[str, Kind, bool], ...]:
    is_sign = unicodedata.category(glyph)[0] in "SP"
    folded = fold_character(glyph)
    return tuple((char, _kind(char, is_sign), not char.isascii() and is_mark(char)) for char in folded)


def _kind(char: str, is_sign: bool) -> Kind:
    if not char.isalnum() and not is_mark(char):
        return Kind.GAP
    if is_sign or UNSPACED.match(char):
        return Kind.SIGN
    return Kind.DIGIT if char.isdigit() else Kind.LETTER


def read_leet(units: list[Unit]) -> list[Unit]:
    """Read digits and signs as letters in words of two letters or more; « covid19 » keeps its number."""
    if not any(unit.kind == Kind.DIGIT or unit.char in LEET_SIGNS for unit in units):
        return units
    read: list[Unit] = []
    for is_word, group in groupby(units, lambda unit: unit.kind != Kind.GAP or unit.char in LEET_SIGNS):
        word = list(group)
        if not is_word or sum(unit.kind == Kind.LETTER for unit in word) < 2:
            read += word
            continue
        for kind, run in groupby(word, lambda unit: unit.kind):
            letters = list(run)
            read += _read_number(letters) if kind == Kind.DIGIT else map(_read_sign, letters)
    return read


def _read_number(digits: list[Unit]) -> list[Unit]:
    if all(digit.char in LEET for digit in digits):
        return [digit._replace(char=LEET[digit.char]) for digit in digits]
    return digits


def _read_sign(unit: Unit) -> Unit:
    return unit._replace(char=LEET[unit.char], kind=Kind.SIGN) if unit.kind == Kind.GAP else unit
