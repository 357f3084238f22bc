"""Where in a rendered text the passages stand that a moderator must see."""

import re
from collections.abc import Iterable

# What Markdown takes away, so that a passage of the source is found in the text its markup makes.
_MARKUP = frozenset("*_~`\\[]()<>#|!")
_MAX_NEEDLES = 200
_MAX_CHARACTERS = 20_000  # of all passages together

Range = tuple[int, int]


def needles_of(passages: Iterable[str]) -> tuple[str, ...]:
    """What to look for, made once for all the lines of a text; a passage of several lines is one for each line.

    Bounded: the passages that come first are looked for.
    """
    needles: dict[str, None] = {}
    left = _MAX_CHARACTERS
    for passage in dict.fromkeys(passages):
        left -= len(passage)
        if left < 0:
            break
        needles |= dict.fromkeys(_reduced(line)[0].strip() for line in passage.split("\n"))
    needles.pop("", None)
    return tuple(needles)[:_MAX_NEEDLES]


def find_ranges(text: str, needles: Iterable[str]) -> list[Range]:
    """The places of the needles in the text, in order, merged where they touch.

    Case, markup and the width of spaces do not count. A needle is looked for as whole words first ("con" is not
    marked in "content"), and inside words only where it stands nowhere else.
    """
    if not needles:
        return []
    haystack, places = _reduced(text)
    found = []
    for needle in needles:
        if needle in haystack:
            spots = [match.start() for match in re.finditer(re.escape(needle), haystack)]
            whole = [spot for spot in spots if _is_whole(haystack, spot, spot + len(needle))]
            found += [(places[spot], places[spot + len(needle) - 1] + 1) for spot in whole or spots]
    return merged(found)


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
