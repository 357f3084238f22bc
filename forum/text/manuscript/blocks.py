"""A manuscript's text as a list of blocks: headings, paragraphs, list items; each knows its source lines."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import NamedTuple

from .markers import is_marker
from .sentences import paragraphs

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DROPPED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)")
_HEADING_END = re.compile(r"\s#+$")
_RULE = re.compile(r"\s*(?:([-*_=~])(?:\s*\1){2,}|\*|[⁂§])\s*$")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"(\s*)([-*+•‣▪◦·●→➔➤►▶☞👉✓✔–—]|:\w{2,12}:|\(?\d{1,2}[.)]|[a-hA-H]\))\s+(?=\S)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_STARTS_LINE = re.compile(
    r"\W{0,4}(?:sources?|via|tags?|mots[- ]cl[ée]s|catégories?|voir aussi|(?:à )?(?:lire|relire)(?: aussi)?"
    r"|see also|read more"
    r"|related|questions?|publié|mis à jour|published|updated|date|titre|title|chap[oôe]a?u?|langue|language"
    r"|auteure?s?|author|propos recueillis|photo|crédits?)\b[^.?!]{0,40}?\s?:",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.!?…:;？][\s»”\")\]*_]*$")
_BULLETS = "•‣▪◦·●→➔➤►▶☞👉✓✔"  # of word processors and forums; Markdown knows them not
_DEEPEST = 12  # quotes in each other; what is deeper is text, as on the page
NARROW = 120  # columns: longer lines are paragraphs, not lines of a wrapped text


class Line(NamedTuple):
    """One line of the source: its number from 1, and its text."""

    number: int
    text: str


def _position(mark: tuple[int, int]) -> int:
    return mark[0]


@dataclass(frozen=True)
class Block:
    kind: str  # heading, paragraph, item, quote, code, table or rule
    text: str
    marks: tuple[tuple[int, int], ...]  # (position in the text, number of the source line that begins there)
    prefix: str = ""  # its Markdown: "## ", "- ", "> "
    own_line: bool = True  # begins at a line's start, was not cut from within one

    def line_at(self, position: int) -> int:
        return self.marks[max(0, bisect_right(self.marks, position, key=_position) - 1)][1]

    def cut(self, start: int, end: int | None = None, **changes) -> "Block":
        """The part of it between two positions, without outer spaces."""
        end = len(self.text) if end is None else end
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        first = max(0, bisect_right(self.marks, start, key=_position) - 1)
        last = bisect_left(self.marks, max(end, start + 1), key=_position)
        marks = tuple((max(0, position - start), number) for position, number in self.marks[first:last])
        changes.setdefault("own_line", self.own_line and start == 0)
        return replace(self, text=self.text[start:end].strip(), marks=marks, **changes)

    @property
    def markdown(self) -> str:
        return self.prefix + self.text


def clean(text: str) -> str:
    """NFC, one kind of line end, without invisible controls; nothing that can be read is lost."""
    text = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def as_lines(text: str) -> list[Line]:
    return [Line(number, line.rstrip()) for number, line in enumerate(text.split("\n"), start=1)]


def collapse(text: str) -> str:
    """Single spaces; a no-break space stays what it is."""
    return _SPACES.sub(
        lambda run: next((char for char in run.group() if char in "\u00a0\u202f"), " "), text
    ).strip()


def read_blocks(lines: list[Line]) -> list[Block]:
    """The blocks in order. Wrapped lines are joined, glued paragraphs taken apart."""
    layout = _Layout.of(lines)
    blocks, index = [], 0
    while index < len(lines):
        line = lines[index]
        if not line.text.strip():
            index += 1
        elif fence := _FENCE.match(line.text):
            end = _end_of_code(lines, index, fence.group(1))
            blocks.append(_as_it_stands("code", lines[index:end]))
            index = end
        elif line.text.lstrip().startswith("|"):
            end = next(
                (i for i in range(index, len(lines)) if not lines[i].text.lstrip().startswith("|")), len(lines)
            )
            blocks.append(_as_it_stands("table", lines[index:end]))
            index = end
        elif heading := _HEADING.match(line.text):
            words = _HEADING_END.sub("", collapse(line.text[heading.end() :]))
            blocks.append(_block("heading", [Line(line.number, words)], heading.group(1) + " "))
            index += 1
        elif _RULE.match(line.text):
            blocks.append(_block("rule", [line]))
            index += 1
        else:
            index = _take_prose(blocks, lines, index, layout)
    return [part for block in blocks for part in _unglued(block) if part.text or part.kind == "rule"]


class _Layout(NamedTuple):
    """How the text is laid out: its width in columns, and whether blank lines part its paragraphs."""

    width: int
    spaced: bool

    @classmethod
    def of(cls, lines: list[Line]) -> "_Layout":
        lengths = [len(line.text) for line in lines if line.text.strip()]
        long = sum(length > NARROW for length in lengths)
        if long > 0.15 * len(lengths):
            return cls(max(lengths, default=0), spaced=False)
        width = max((length for length in lengths if length <= NARROW), default=0)
        filled = [bool(line.text.strip()) for line in lines]
        runs = sum(now and not before for before, now in zip([False, *filled], filled, strict=False))
        return cls(max(width, 60), spaced=runs >= 3)

    def joins(self, line: str, following: str) -> bool:
        """Whether the line break between the two is only where the line was full."""
        word = following.split(maxsplit=1)[0]
        if word[0].islower():
            return True
        full = len(line) + 1 + len(word) > self.width
        if self.width > NARROW:
            return full and not _ENDS_SENTENCE.search(line)
        if _ENDS_SENTENCE.search(line):
            return self.spaced or full
        return True


def _take_prose(blocks: list[Block], lines: list[Line], index: int, layout: _Layout) -> int:
    """One paragraph, list item or quotation, from the line at `index` on."""
    kind, prefix, first = _opening_of(lines[index])
    taken = [first]
    index += 1
    while index < len(lines) and lines[index].text.strip():
        raw = lines[index].text
        if len(taken) == 1 and kind == "paragraph" and (underline := _UNDERLINE.match(raw)):
            kind, prefix = "heading", "# " if underline.group(1)[0] == "=" else "## "
            index += 1
            break
        if _FENCE.match(raw) or _HEADING.match(raw) or _RULE.match(raw) or _STARTS_LINE.match(raw):
            break
        next_kind, mark, content = _opening_of(lines[index])
        if next_kind == "item" and kind != "item" and not _interrupts(mark.strip("> "), taken[-1].text):
            next_kind, content = kind, lines[index]
        if (next_kind != kind and not (kind == "item" and next_kind == "paragraph")) or next_kind == "item":
            break
        if not content.text.strip():
            index += 1
            break
        if _stands_alone(taken, kind, blocks, content.text, layout):
            break
        if kind != "quote" and not layout.joins(taken[-1].text, content.text.strip()):
            break
        taken.append(content)
        index += 1
    blocks.append(_block(kind, taken, prefix))
    return index


def _interrupts(mark: str, line: str) -> bool:
    """Whether a list may begin under the line: a dash or a number can stand anywhere in a wrapped text."""
    return (mark not in "–—" and (not mark[:1].isdigit() or mark == "1.")) or bool(_ENDS_SENTENCE.search(line))


def _stands_alone(taken: list[Line], kind: str, blocks: list[Block], following: str, layout: _Layout) -> bool:
    """A first line much shorter than the others is a title, a bold line an intertitle, "Et vous ?" as well."""
    line = taken[-1].text.strip()
    if kind != "paragraph" or len(taken) > 1 or following.strip()[:1].islower():
        return False
    if is_marker(line) or _STARTS_LINE.match(line) or re.fullmatch(r"(\*\*|__)[^*_]+\1", line):
        return True
    return not any(block.kind == "paragraph" for block in blocks) and len(line) < 0.75 * layout.width


def _opening_of(line: Line, depth: int = 0) -> tuple[str, str, Line]:
    """What kind of block the line begins, the Markdown before it, and the rest."""
    if depth < _DEEPEST and (quote := _QUOTE.match(line.text)):
        kind, prefix, inner = _opening_of(Line(line.number, line.text[quote.end() :]), depth + 1)
        return ("item" if kind == "item" else "quote"), f"> {prefix}", inner
    if item := _ITEM.match(line.text):
        mark = item.group(2) if item.group(2) not in _BULLETS else "-"
        indent = " " * min(len(item.group(1).expandtabs(4)), 12)
        return "item", f"{indent}{mark} ", Line(line.number, line.text[item.end() :])
    return "paragraph", "", line


def _end_of_code(lines: list[Line], index: int, fence: str) -> int:
    """Behind the line that closes the code block, or the end of the text."""
    closing = (number for number in range(index + 1, len(lines)) if lines[number].text.strip().startswith(fence))
    return next(closing, len(lines) - 1) + 1


def _as_it_stands(kind: str, lines: list[Line]) -> Block:
    return Block(kind, "\n".join(line.text for line in lines), ((0, lines[0].number),))


def _block(kind: str, lines: list[Line], prefix: str = "") -> Block:
    text, marks = "", []
    for line in lines:
        content = collapse(line.text[:-1] if line.text.endswith("\\") else line.text)
        if content:
            text += " " if text else ""
            marks.append((len(text), line.number))
            text += content
    return Block(kind, text, tuple(marks) or ((0, lines[0].number),), prefix)


def _unglued(block: Block) -> list[Block]:
    if block.kind != "paragraph":
        return [block]
    return [block.cut(start, end) for start, end in paragraphs(block.text)] or [block]
