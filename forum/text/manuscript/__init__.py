"""An editor's text, plain or Markdown, read as title, date, lead, body, sources and closing questions."""

from dataclasses import dataclass

from .blocks import Block, Line, as_lines, clean, read_blocks
from .closing import split_marker, take_questions
from .dates import parse_date
from .language import guess_language
from .opening import LONGEST_LEAD, LONGEST_TITLE, take_front_matter, take_lead, take_opening, with_title
from .questions import LONGEST_QUESTION, Found
from .sources import split_labels, take_sources

__all__ = [
    "LONGEST_LEAD",
    "LONGEST_QUESTION",
    "LONGEST_TITLE",
    "FoundQuestion",
    "Line",
    "Manuscript",
    "parse_date",
    "read_manuscript",
]
_WHOLE_LINE = 200  # characters of a source line that are shown whole; of a longer one, the sentence


@dataclass(frozen=True)
class FoundQuestion:
    """A closing question, the source line it came from, and why it was taken for one, in French."""

    text: str
    line: Line
    why: str


@dataclass(frozen=True)
class Manuscript:
    """What was found in a text.

    `body` is Markdown, its paragraphs parted by blank lines. `dated` is as exact as the text:
    "2021-02-16", "2021-02", "2021" or empty. `set_aside` holds the words of the source that are
    in none of the other parts: labels, headings over the questions, unknown front matter.
    """

    title: str
    dated: str
    language: str
    lead: str
    body: str
    sources: list[str]
    questions: list[FoundQuestion]
    set_aside: list[str]

    @property
    def paragraphs(self) -> int:
        return len(self.body.split("\n\n")) if self.body else 0


def read_manuscript(text: str) -> Manuscript:
    """Read any text. What is not found stays empty; no text raises an error, no word is lost."""
    lines = as_lines(clean(text))
    opening, rest = take_front_matter(lines)
    blocks = [part for block in read_blocks(rest) for whole in split_labels(block) for part in split_marker(whole)]
    blocks = take_opening(opening, blocks)
    blocks, sources, labels = take_sources(blocks)
    closing = take_questions(blocks)
    opening = with_title(opening, closing.blocks or blocks)
    body = take_lead(opening, closing.blocks)
    body += [Block("paragraph", signature, ((0, 1),)) for signature in opening.signature]
    listed = [Found(question, line.number, "en-tête du fichier") for question, line in opening.questions]
    return Manuscript(
        title=opening.title,
        dated=opening.dated,
        language=opening.language or guess_language(text),
        lead=opening.lead,
        body=_as_markdown(body),
        sources=opening.sources + sources,
        questions=[_with_line(found, lines) for found in listed + closing.questions],
        set_aside=[words for words in opening.set_aside + labels + closing.set_aside if words],
    )


def _as_markdown(blocks: list[Block]) -> str:
    """The blocks as Markdown; the items of one list stay together."""
    while blocks and blocks[-1].kind == "rule":
        blocks = blocks[:-1]
    text = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        if before:
            in_list = before.kind == block.kind == "item" and block.prefix.strip() not in ("–", "—")
            text += "\n" if in_list else "\n\n"
        text += block.markdown
    return text


def _with_line(found: Found, lines: list[Line]) -> FoundQuestion:
    line = lines[found.number - 1]
    shown = line.text.strip()
    if len(shown) > _WHOLE_LINE:
        shown = f"… {found.text}" if shown.find(found.text[:40]) > 0 else found.text
    return FoundQuestion(found.text, Line(found.number, shown), found.why)
