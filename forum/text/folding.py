"""A text in plain letters, each with its place in the original."""

import html
import re
import unicodedata
from collections.abc import Container, Sequence
from enum import IntEnum
from functools import cache, lru_cache
from html.entities import html5
from itertools import compress
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


LEET_SIGN = 4  # in the place of a gap, until it is known whether it stands in a word
WORDS = re.compile(rb"[\x01-\x04]+")
NUMBERS_AND_SIGNS = re.compile(rb"\x02+|\x04")


class Folded(NamedTuple):
    """Plain characters, and the part of the original, `text[start:end]`, that each of them stands for."""

    chars: str
    kinds: bytes  # a `Kind` for each
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def words(self) -> str:
        """Without what is between them."""
        return "".join(compress(self.chars, self.kinds))


def fold(text: str) -> Folded:
    """The plain characters of a text, in their order."""
    folding = _Folding()
    folding.add(text, 0, len(text))
    return folding.done()


def fold_to_read(text: str) -> Folded:
    """The same, with digits and signs read that pass for letters."""
    folding = _Folding()
    folding.add(text, 0, len(text))
    folding.read_leet()
    return folding.done()


@lru_cache(maxsize=2)  # a text that comes in is asked for twice in a row
def fold_markdown(text: str) -> Folded:
    """The same of Markdown as a reader sees it: entities decoded, and marks dropped that he does not see.

    Link targets come last, `APART` gaps from the words that they interrupt.
    """
    folding, targets, place = _Folding(), [], 0
    for target in LINK_TARGET.finditer(text):
        _add_seen(folding, text, place, target.start())
        targets.append(target.span())
        place = target.end()
    _add_seen(folding, text, place, len(text))
    for start, end in targets:
        folding.add_gap(APART, start)
        _add_seen(folding, text, start, end)
    folding.read_leet()
    return folding.done()


def _add_seen(folding: "_Folding", text: str, start: int, end: int) -> None:
    """The characters without unseen markup; an entity is the characters that it stands for."""
    folding.begin()
    place = start
    for entity in ENTITY.finditer(text, start, end):
        folding.add(text, place, entity.start(), without=UNSEEN_MARKUP)
        for char in _decode(entity[0]):
            folding.add_glyph(char, *entity.span())
        place = entity.end()
    folding.add(text, place, end, without=UNSEEN_MARKUP)


def _decode(entity: str) -> str:
    return html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)


class _Folding:
    """The characters that have been folded so far."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.kinds = bytearray()
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.beginning = 0

    def begin(self) -> None:
        """What follows has no part in what is before."""
        self.beginning = len(self.chars)

    def add(self, text: str, start: int, end: int, without: Container[str] = "") -> None:
        """A stretch of the text, but for some of its characters: plain ones at once, the others each for itself."""
        plain = _plain_ones()
        for stretch in plain.stretches.finditer(text, start, end):
            if stretch[1]:
                self.chars += stretch[1].translate(plain.chars)
                self.kinds += stretch[1].translate(plain.kinds).encode("latin-1")
                self.starts += range(*stretch.span())
                self.ends += range(stretch.start() + 1, stretch.end() + 1)
            elif stretch[0] not in without:
                self.add_glyph(stretch[0], *stretch.span())

    def add_glyph(self, glyph: str, start: int, end: int) -> None:
        folded = _fold_glyph(glyph)
        for char, kind, is_mark_of_script in folded:
            # A mark of another script, on a plain letter or on nothing, is only dress.
            if not is_mark_of_script or (self._has_begun() and not self.chars[-1].isascii()):
                self.chars.append(char)
                self.kinds.append(kind)
                self.starts.append(start)
                self.ends.append(end)
        if not folded and self._has_begun() and is_mark(glyph):
            self.ends[-1] = end

    def add_gap(self, width: int, place: int) -> None:
        self.chars += " " * width
        self.kinds += bytes([Kind.GAP]) * width
        self.starts += [place] * width
        self.ends += [place] * width

    def _has_begun(self) -> bool:
        return len(self.chars) > self.beginning

    def read_leet(self) -> None:
        """Read digits and signs as letters in words of two letters or more; « covid19 » keeps its number."""
        if Kind.DIGIT not in self.kinds and LEET_SIGNS.isdisjoint(self.chars):
            return
        kinds = bytes(
            LEET_SIGN if char in LEET_SIGNS else kind for char, kind in zip(self.chars, self.kinds, strict=True)
        )
        for word in WORDS.finditer(kinds):
            if kinds.count(Kind.LETTER, *word.span()) >= 2:
                for run in NUMBERS_AND_SIGNS.finditer(kinds, *word.span()):
                    self._read(*run.span(), is_sign=kinds[run.start()] == LEET_SIGN)

    def _read(self, start: int, end: int, *, is_sign: bool) -> None:
        signs = self.chars[start:end]
        if all(sign in LEET for sign in signs):
            self.chars[start:end] = [LEET[sign] for sign in signs]
        if is_sign:
            self.kinds[start] = Kind.SIGN

    def done(self) -> Folded:
        return Folded("".join(self.chars), bytes(self.kinds), self.starts, self.ends)


class _Plain(NamedTuple):
    """Characters that become one character each, whatever stands beside them."""

    stretches: re.Pattern[str]  # of them, as its group; or a single one of the others
    chars: dict[int, str]
    kinds: dict[int, str]


@cache
def _plain_ones() -> _Plain:
    """Of those that Western European languages are written in."""
    chars, kinds = {}, {}
    for glyph in map(chr, [*range(0x09, 0x0B), *range(0x20, 0x250), *range(0x2010, 0x2030), 0x202F, 0x20AC]):
        match _fold_glyph(glyph):
            case ((char, kind, False),) if glyph not in UNSEEN_MARKUP:
                chars[ord(glyph)], kinds[ord(glyph)] = char, chr(kind)
    stretches = re.compile(f"([{re.escape(''.join(map(chr, chars)))}]+)|.", re.DOTALL)
    return _Plain(stretches, chars, kinds)


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
