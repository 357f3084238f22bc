"""Finding phrases in a text, however they are dressed: whole words, letter by letter, in linear time."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

from .folding import APART, Folded, Kind, fold, fold_markdown

# So far apart at most, in characters, are the words of a phrase, and the letters of a word.
WORD_GAP = APART - 1
LETTER_GAP = 5
TIGHT_GAP = 3
# Words up to this length are found only as they are, or with every letter spaced.
SHORT = 3
# A letter three times is written for effect, and stands for one or two.
STRETCHED = 3
# How often one letter may come again over gaps; bounds the work on « a a a a a … ».
REPEATS = 4
# What may be read as either letter, and what stands for it in a word that is read.
I_OR_L = "il"
EITHER = "I"
PLURAL = "sx"
STRETCHES = re.compile(rb"\x00+|\x01+|\x02+|\x03")
LONGEST_KEPT = 24  # letters of a word: those that are written again and again


class Token(NamedTuple):
    """A stretch of letters, of digits, or one sign: letters counted (« nn » is one run of two)."""

    runs: tuple[tuple[str, int], ...]
    start: int  # in the original text
    end: int
    gap: int  # characters between this token and the one before
    is_tight: bool  # nothing but a few signs in that gap, no white space

    @property
    def is_single(self) -> bool:
        return len(self.runs) == 1 and self.runs[0][1] == 1


class Phrase(NamedTuple):
    """A phrase as one string of runs; depth = number of runs read."""

    text: str
    counts: tuple[int, ...]
    word_ends: frozenset[int]  # depths at which a word other than the last ends
    words: int
    letters: int


class Node:
    """A place in the tree of all phrases."""

    __slots__ = ("children", "phrases", "takes_plural")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.phrases: list[Phrase] = []
        self.takes_plural = False


class Path(NamedTuple):
    """What was read of a text from one token on, and where in the tree it leads."""

    node: Node
    last: str = ""
    counts: tuple[int, ...] = ()
    crossings: tuple[tuple[int, int], ...] = ()  # of gaps: the depth, and the token after the gap
    repeats: int = 0


class Hit(NamedTuple):
    """A phrase, and where it stands in the original: `text[start:end]`."""

    phrase: str
    start: int
    end: int


def find(phrases: Iterable[str], text: str) -> list[Hit]:
    """Every place of each normalised phrase in a Markdown text; places of one phrase never overlap."""
    wanted = tuple(phrases)
    folded = fold_markdown(text)
    hits = [*_find_words(_tree(wanted), _tokens(folded, text)), *_find_pictures(_pictures(wanted), folded)]
    return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.phrase))


def _find_words(root: Node, tokens: list[Token]) -> Iterator[Hit]:
    searched: dict[Phrase, int] = {}
    for first, token in enumerate(tokens):
        if len(token.runs) <= LONGEST_KEPT and not _may_begin(root, token.runs):
            continue
        for phrase, last in _read_from(root, tokens, first).items():
            if searched.get(phrase, 0) <= first:
                searched[phrase] = last + 1
                yield Hit(phrase.text, token.start, tokens[last].end)


@lru_cache(maxsize=4096)
def _may_begin(root: Node, runs: tuple[tuple[str, int], ...]) -> bool:
    """Whether a phrase could begin with this token, which is less work to say: most words are in most texts."""
    paths = [Path(root)]
    for number, run in enumerate(runs, 1):
        onward = [further for path in paths for further in _read_run(path, run)]
        paths = [*paths, *onward] if number == len(runs) and run[0] in PLURAL else onward
    return bool(paths)


def _read_from(root: Node, tokens: list[Token], first: int) -> dict[Phrase, int]:
    """The phrases that begin with a token, each with the last token that it reaches."""
    found: dict[Phrase, int] = {}
    to_read = [(Path(root), first, 0)]
    while to_read:
        path, place, run = to_read.pop()
        token = tokens[place]
        is_last = run == len(token.runs) - 1
        onward = list(_read_run(path, token.runs[run]))
        if is_last and _is_plural_mark(path, tokens, place, run):
            onward.append(path._replace(repeats=path.repeats + 1))
        if not is_last:
            to_read += [(further, place, run + 1) for further in onward]
            continue
        for further in onward:
            for phrase in further.node.phrases:
                if _is_whole(phrase, further, tokens, first, place):
                    found[phrase] = max(place, found.get(phrase, 0))
            if place + 1 < len(tokens) and tokens[place + 1].gap <= WORD_GAP:
                crossing = (len(further.counts), place + 1)
                to_read.append((further._replace(crossings=(*further.crossings, crossing)), place + 1, 0))
    return found


def _read_run(path: Path, run: tuple[str, int]) -> Iterator[Path]:
    read, count = run
    for char in read:
        if char == path.last and not char.isdigit():
            if path.repeats < REPEATS:
                counts = (*path.counts[:-1], path.counts[-1] + count)
                yield path._replace(counts=counts, repeats=path.repeats + 1)
        elif child := path.node.children.get(char):
            yield path._replace(node=child, last=char, counts=(*path.counts, count), repeats=0)


def _is_plural_mark(path: Path, tokens: list[Token], place: int, run: int) -> bool:
    """Whether the last run of a token can be left aside as the -s or -x of a plural."""
    char, count = tokens[place].runs[run]
    is_attached = run > 0 or (place > 0 and tokens[place - 1].is_single)
    is_plural = char in PLURAL and char != path.last and count != 2
    return is_plural and is_attached and path.node.takes_plural and path.repeats < REPEATS


def _is_whole(phrase: Phrase, path: Path, tokens: list[Token], first: int, last: int) -> bool:
    """Whether what was read is the phrase to a reader: its letters counted, its gaps in due places."""
    counts = zip(path.counts, phrase.counts, strict=True)
    if any(read != count and read < STRETCHED for read, count in counts):
        return False
    within = [after for depth, after in path.crossings if depth not in phrase.word_ends]
    if phrase.letters > SHORT:
        return all(tokens[after].is_tight or _is_spaced(tokens, after) for after in within)
    between = {depth for depth, _ in path.crossings if depth in phrase.word_ends}
    if len(between) < phrase.words - 1:
        return False
    return not within or (all(_is_spaced(tokens, after) for after in within) and _stands_alone(tokens, first, last))


def _is_spaced(tokens: list[Token], after: int) -> bool:
    return tokens[after].gap <= LETTER_GAP and tokens[after].is_single and tokens[after - 1].is_single


def _stands_alone(tokens: list[Token], first: int, last: int) -> bool:
    """« c.o.n » does, but not within « C.O.N.F.E.D. »."""
    is_tight = tokens[last].is_tight
    goes_on_before = first > 0 and tokens[first].is_tight == is_tight and _is_spaced(tokens, first)
    goes_on_after = (
        last + 1 < len(tokens) and tokens[last + 1].is_tight == is_tight and _is_spaced(tokens, last + 1)
    )
    return not goes_on_before and not goes_on_after


def _find_pictures(phrases: tuple[str, ...], folded: Folded) -> Iterator[Hit]:
    for phrase in phrases:
        place = folded.chars.find(phrase)
        while place >= 0:
            end = place + len(phrase)
            yield Hit(phrase, folded.starts[place], folded.ends[end - 1])
            place = folded.chars.find(phrase, end)


@lru_cache(maxsize=8)
def _pictures(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Phrases with an emoji or another picture, and those without any word, are looked for as they are."""
    return tuple(phrase for phrase in phrases if phrase and _is_picture(phrase))


def _is_picture(phrase: str) -> bool:
    folded = fold(phrase)
    gaps = (char for char, kind in zip(folded.chars, folded.kinds, strict=True) if kind == Kind.GAP)
    return not folded.words or any(category(char) == "So" for char in gaps)


@lru_cache(maxsize=8)
def _tree(phrases: tuple[str, ...]) -> Node:
    root = Node()
    for phrase in phrases:
        tokens = _tokens(fold(phrase), phrase)
        # A single letter is in every text.
        if _is_picture(phrase) or (len(tokens) == 1 and tokens[0].is_single and phrase.isascii()):
            continue
        _plant(root, phrase, tokens)
    return root


def _plant(root: Node, text: str, tokens: list[Token]) -> None:
    path, word_ends, letters = Path(root), set(), 0
    for token in tokens:
        for char, count in token.runs:
            if char == path.last and not char.isdigit():
                path = path._replace(counts=(*path.counts[:-1], path.counts[-1] + count))
                continue
            child = path.node.children.setdefault(char, Node())
            path = path._replace(node=child, last=char, counts=(*path.counts, count))
        length = sum(count for _, count in token.runs)
        letters += length
        word_ends.add(len(path.counts))
        if length > SHORT:
            path.node.takes_plural = True
    word_ends.discard(len(path.counts))
    path.node.phrases.append(Phrase(text, path.counts, frozenset(word_ends), len(tokens), letters))


def _tokens(folded: Folded, text: str) -> list[Token]:
    tokens: list[Token] = []
    gap, is_tight = 0, True
    chars, kinds, starts, ends = folded
    has_either = "1" in text or "I" in text
    for stretch in STRETCHES.finditer(kinds):
        start, end = stretch.span()
        word = chars[start:end]
        if kinds[start] == Kind.GAP:
            gap = end - start
            is_tight = gap <= TIGHT_GAP and " " not in word
            continue
        if has_either and "i" in word:
            word = "".join(
                EITHER if char == "i" and _may_be_l(text, place) else char
                for char, place in zip(word, starts[start:end], strict=True)
            )
        runs = _runs(word) if len(word) <= LONGEST_KEPT else _counted(word)
        tokens.append(Token(runs, starts[start], ends[end - 1], gap, is_tight))
        gap, is_tight = 0, True
    return tokens


@lru_cache(maxsize=4096)
def _runs(word: str) -> tuple[tuple[str, int], ...]:
    return _counted(word)


def _counted(word: str) -> tuple[tuple[str, int], ...]:
    runs: list[tuple[str, int]] = []
    for char in word:
        letter = I_OR_L if char == EITHER else char
        if runs and runs[-1][0] == letter and not letter.isdigit():
            runs[-1] = (letter, runs[-1][1] + 1)
        else:
            runs.append((letter, 1))
    return tuple(runs)


def _may_be_l(text: str, place: int) -> bool:
    """A digit one, or a capital after a small letter, as in « saIope »."""
    return text[place] == "1" or (text[place] == "I" and place > 0 and text[place - 1].islower())
