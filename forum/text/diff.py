"""What an edit changed, word by word, for the moderator who has read the text before."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

# What the comparisons of one diff may cost together, a few tenths of a second. Beyond it hunks are shown whole.
MAX_STEPS = 400_000
# The share of a rewritten passage that must have stayed for a word-by-word view of it to be readable.
MIN_KEPT = 0.4

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+(?:['’]\w+)*['’]?|\n|[^\S\n]+|[^\w\s]")


class Hunk(NamedTuple):
    """A piece of the text before and what stands in its place after; equal where nothing changed."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def diff(before: str, after: str) -> SafeString:
    """The text after, with what was added in ``ins``, and what is gone from the text before in ``del``.

    Line breaks stay line breaks: the element around it needs ``white-space: pre-wrap``. Lines are compared first,
    then the words of those that changed. Long texts with little in common are compared more coarsely, not slower.
    """
    comparison = Comparison(MAX_STEPS)
    hunks = []
    for hunk in comparison.hunks(_LINES.findall(before), _LINES.findall(after)):
        hunks += _by_words(hunk, comparison) if hunk.before and hunk.after and hunk.is_changed else [hunk]
    return format_html_join("", "{}", ((_html(hunk),) for hunk in _without_gaps(hunks)))


def _html(hunk: Hunk) -> SafeString | str:
    if not hunk.is_changed:
        return hunk.after
    sides = (("del", hunk.before), ("ins", hunk.after))
    return format_html_join("", "<{0}>{1}</{0}>", (side for side in sides if side[1]))


def _by_words(hunk: Hunk, comparison: "Comparison") -> list[Hunk]:
    hunks = list(comparison.hunks(_WORDS.findall(hunk.before), _WORDS.findall(hunk.after)))
    kept = sum(len(part.after) for part in hunks if not part.is_changed and not part.after.isspace())
    return hunks if kept >= MIN_KEPT * min(map(len, hunk)) else [hunk]


def _without_gaps(hunks: Iterable[Hunk]) -> list[Hunk]:
    """Replaced words with only spaces between them as one replaced phrase."""
    joined: list[Hunk] = []
    for hunk in hunks:
        if hunk.is_changed and len(joined) > 1 and _is_gap(joined[-1]) and joined[-2].is_changed:
            phrase = Hunk(*("".join(sides) for sides in zip(*joined[-2:], hunk, strict=True)))
            if (joined[-2].before or hunk.before) and (joined[-2].after or hunk.after):
                joined[-2:] = [phrase]
                continue
        joined.append(hunk)
    return joined


def _is_gap(hunk: Hunk) -> bool:
    return not hunk.is_changed and hunk.after.isspace() and "\n" not in hunk.after


class Comparison:
    """Shortest edit scripts (Myers, "An O(ND) difference algorithm", 1986) that share a number of steps.

    `difflib` is cubic on repeated words, which a text of 10,000 characters can hold by the thousand.
    """

    def __init__(self, steps: int):
        self.steps = steps

    def hunks(self, before: list[str], after: list[str]) -> Iterator[Hunk]:
        """The two lists cut where they meet, in order. One comparison spends at most half of the steps left."""
        i = j = 0
        for x, y, length in self._runs(before, after):
            if i < x or j < y:
                yield Hunk("".join(before[i:x]), "".join(after[j:y]))
            if length:
                yield Hunk(*["".join(before[x : x + length])] * 2)
            i, j = x + length, y + length

    def _runs(self, a: list[str], b: list[str]) -> Iterator[tuple[int, int, int]]:
        """Where equal runs begin in both and how long they are; the last, perhaps empty, is at the end."""
        shorter = min(len(a), len(b))
        head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
        tail = next((i for i in range(shorter - head) if a[-1 - i] != b[-1 - i]), shorter - head)
        yield 0, 0, head
        for x, y in self._pairs(a[head : len(a) - tail], b[head : len(b) - tail]):
            yield head + x, head + y, 1
        yield len(a) - tail, len(b) - tail, tail

    def _pairs(self, a: list[str], b: list[str]) -> list[tuple[int, int]]:
        """The indexes of what stayed, in order; nothing when finding them costs too much."""
        if not (a and b):
            return []
        budget = self.steps // 2
        furthest = {1: 0}
        trace = []
        for distance in range(len(a) + len(b) + 1):
            trace.append(furthest.copy())
            for k in range(-distance, distance + 1, 2):
                down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
                x = start = furthest[k + 1] if down else furthest[k - 1] + 1
                while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                    x += 1
                furthest[k] = x
                budget -= 1 + x - start
                if x >= len(a) and x - k >= len(b):
                    self.steps -= self.steps // 2 - budget
                    return _walk_back(trace, len(a), len(b))
            if budget < 0:
                self.steps -= self.steps // 2
                return []
        raise AssertionError("an edit script is never longer than both texts")


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for distance in range(len(trace) - 1, -1, -1):
        furthest, k = trace[distance], x - y
        down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
        previous_k = k + 1 if down else k - 1
        previous_x = furthest[previous_k]
        previous_y = previous_x - previous_k
        while x > previous_x and y > previous_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = previous_x, previous_y
    return pairs[::-1]
