"""Where in a rendered text the passages stand that a moderator must see."""

import re
from collections.abc import Iterable, Sequence

# What Markdown takes away, so that a passage of the source is found in the text its markup makes.
_MARKUP = frozenset("*_~`\\[]()<>#|!")
_MAX_PASSAGES = 50

Range = tuple[int, int]


def find_ranges(text: str, passages: Sequence[str]) -> list[Range]:
    """The places of the passages in the text, in order, merged where they touch.

    Case, markup and the width of spaces do not count. A passage is looked for as whole words first ("con" is not
    marked in "content"), and inside words only where it stands nowhere else.
    """
    if not passages:
        return []
    haystack, places = _reduced(text)
    found = []
    for needle in _needles(passages):
        spots = [match.start() for match in re.finditer(re.escape(needle), haystack)]
        whole = [spot for spot in spots if _is_whole(haystack, spot, spot + len(needle))]
        found += [(places[spot], places[spot + len(needle) - 1] + 1) for spot in whole or spots]
    return merged(found)


def _needles(passages: Sequence[str]) -> Iterable[str]:
    parts = (part for passage in passages[:_MAX_PASSAGES] for part in passage.split("\n"))
    return dict.fromkeys(filter(None, (_reduced(part)[0].strip() for part in parts)))


def _reduced(text: str) -> tuple[str, list[int]]:
    """The text without case, markup and runs of space, and for each character kept its place in the text."""
    kept, places = [], []
    for place, char in enumerate(text):
        if char in _MARKUP:
            continue
        if char.isspace():
            if kept and kept[-1] == " ":
                continue
            char = " "
        lower = char.lower()
        kept.append(lower if len(lower) == 1 else char)
        places.append(place)
    return "".join(kept), places


def _is_whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())


def merged(ranges: list[Range]) -> list[Range]:
    """The ranges in order, those that touch as one."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
