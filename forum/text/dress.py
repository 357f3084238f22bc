"""Between parsing and printing: the tokens of a text get their typography, their marks, their plain links."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it.token import Token

from .marks import Range, find_ranges, merged
from .typography import PLACEHOLDER, Edit, apply, edits


def dress(tokens: list[Token], needles: Sequence[str] = ()) -> list[Token]:
    """The tokens with typography in the prose and ``mark`` around the needles, also where markup cuts them."""
    dressed = []
    for token in tokens:
        if token.type == "fence":
            dressed += _code_block(token, needles)
            continue
        if token.type == "inline":
            token.children = _dress_inline(token.children, needles)
        token.attrs = {name: value for name, value in token.attrs.items() if name == "start"}
        dressed.append(token)
    return dressed


def words(tokens: list[Token]) -> str:
    """What dressed tokens say, without markup: a space between blocks and for the end of a line."""
    parts = []
    for token in tokens:
        if token.type == "inline":
            parts += map(_written, token.children)
        elif token.block:
            parts.append(" ")
    return " ".join("".join(parts).split("\n"))


def _code_block(token: Token, needles: Sequence[str]) -> list[Token]:
    """A fence as plain tokens. Its info string, which no page shows, is dropped."""
    code = Token("code_inline", "code", 0, content=token.content)
    return [
        Token("pre_open", "pre", 1, block=True),
        Token("inline", "", 0, children=_dress_inline([code], needles)),
        Token("pre_close", "pre", -1, block=True),
    ]


def _dress_inline(children: list[Token], needles: Sequence[str]) -> list[Token]:
    children = list(_plain_links(children))
    text = "".join(map(_written, children))
    ranges = find_ranges(text, needles)
    if needles:
        ranges = merged(ranges + list(_labels_that_hide(children, needles)))
    line = _Line(text, edits("".join(map(_prose, children))), ranges)
    dressed, end = [], 0
    for child in children:
        start, end = end, end + len(_written(child))
        if child.type == "text":
            dressed += line.tokens(start, end)
        elif child.type == "code_inline":
            dressed += [Token("code_open", "code", 1), *line.tokens(start, end), Token("code_close", "code", -1)]
        else:
            dressed.append(child)
    return dressed


def _plain_links(children: list[Token]) -> Iterator[Token]:
    """Links one deep, that lead somewhere, without title, and with a label that can be seen."""
    addresses, label = [], []
    for child in children:
        if child.type == "link_open":
            address = "" if any(addresses) else child.attrGet("href")
            addresses.append(address)
            if not address:
                continue
            label = []
            child.attrs = {"href": address}
        elif child.type == "link_close":
            address = addresses.pop()
            if not address:
                continue
            if not any(map(_is_seen, label)):
                yield Token("text", "", 0, content=address)
        label.append(_written(child))
        yield child


def _is_seen(text: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in text)


def _labels_that_hide(children: list[Token], needles: Sequence[str]) -> Iterator[Range]:
    """The labels of links whose address holds a needle: nobody sees the address, so the label is marked."""
    start = end = 0
    hides = False
    for child in children:
        if child.type == "link_open":
            start, hides = end, bool(find_ranges(unquote(child.attrGet("href")), needles))
        elif child.type == "link_close" and hides:
            yield start, end
        end += len(_written(child))


def _written(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    return "\n" if token.type in ("softbreak", "hardbreak") else ""


def _prose(token: Token) -> str:
    return PLACEHOLDER * len(token.content) if token.type == "code_inline" else _written(token)


class _Line(NamedTuple):
    """The text of one inline token, with what is to change in it and what is to be marked, both in order."""

    text: str
    changes: list[Edit]
    ranges: list[Range]

    def tokens(self, start: int, end: int) -> Iterator[Token]:
        """The tokens of a piece of the line. A change that would cross the piece's ends is left out."""
        position = start
        for first, last in self._ranges_within(start, end):
            yield from self._text(position, first)
            yield Token("mark_open", "mark", 1)
            yield from self._text(first, last)
            yield Token("mark_close", "mark", -1)
            position = last
        yield from self._text(position, end)

    def _ranges_within(self, start: int, end: int) -> Iterator[Range]:
        index = max(0, bisect_right(self.ranges, (start, len(self.text))) - 1)
        while index < len(self.ranges) and self.ranges[index][0] < end:
            first, last = max(start, self.ranges[index][0]), min(end, self.ranges[index][1])
            if first < last:
                yield first, last
            index += 1

    def _text(self, start: int, end: int) -> Iterator[Token]:
        if start == end:
            return
        index, inside = bisect_left(self.changes, (start,)), []
        while index < len(self.changes) and self.changes[index].start < end:
            edit = self.changes[index]
            if edit.end <= end:
                inside.append(Edit(edit.start - start, edit.end - start, edit.text))
            index += 1
        yield Token("text", "", 0, content=apply(self.text[start:end], inside))
