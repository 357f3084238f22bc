"""The Markdown that readers and editors may write, parsed into tokens within bounds that no text can break."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_inline import StateInline, link

MAX_LEVEL = 12  # of quotes and lists in each other, a list counting twice: itself and its item
MAX_COLUMNS = 10
MAX_ADDRESS = 2000

# Every step is a line looked at by the block rules or a character tried by the inline rules. Honest texts need
# about one for ten characters, and hostile ones that would take a second need a hundred times as many.
STEPS_PER_CHARACTER = 4
FREE_STEPS = 1000
STEPS_PER_CELL = 4
# Some rules look ahead to the end of the paragraph: in one longer than any reader may write, a character costs as
# many steps more as this goes into it.
LONG_PARAGRAPH = 10_000

# http and https with a host and no user name before it ("https://bank.example@evil.example"); one mail address.
_ADDRESS = re.compile(
    r"(?:https?://(?:[^\W_][\w.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|\Z)|mailto:[^\s@?]+@[^\s@?]+\Z)",
    re.IGNORECASE,
)
_ADDRESS_JUDGE = nh3.Cleaner(tags={"a"}, attributes={"a": {"href"}}, url_relative="deny", link_rel=None)
_BARE_ADDRESS = re.compile(r"://[^\s<>\[\]\"«»“”\\^`{|}]+")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?\Z", re.IGNORECASE)


class TooCostlyError(ValueError):
    """Reading the text would take too long, or its HTML be too large."""


class Parser(MarkdownIt):
    """CommonMark with tables and strike-through, without raw HTML, images, references and indented code.

    A reference definition of some kilobytes could be used hundreds of times; indented code surprises those who
    indent their paragraphs. A character entity stays as it was typed, unless `entities` are wanted: what
    screening reads is what readers see.
    """

    def __init__(self, *, entities: bool = False):
        super().__init__("commonmark", {"html": False, "breaks": True, "xhtmlOut": False})
        self.enable(["table", "strikethrough", "linkify"])
        self.disable(["html_block", "html_inline", "reference", "code"])
        if not entities:
            self.disable("entity")
        self.inline.ruler.at("link", _link)
        self.inline.ruler.at("image", _image_as_link)
        self.inline.ruler.at("linkify", _bare_address)
        self.inline.ruler.before("text", "count", _count_inline)
        everywhere = {"alt": ["paragraph", "blockquote", "list"]}
        self.block.ruler.at("table", _narrow_table, {"alt": ["paragraph"]})
        self.block.ruler.at("blockquote", _shallow(blockquote), everywhere)
        self.block.ruler.at("list", _shallow(list_block), {"alt": ["paragraph", "blockquote"]})
        self.block.ruler.before("table", "count", _count_block, everywhere)

    def read(self, text: str) -> list:
        """The block tokens of a text. Raises TooCostlyError when it was written to keep the parser busy."""
        return self.parse(text, {"steps": FREE_STEPS + STEPS_PER_CHARACTER * len(text)})

    def read_line(self, text: str) -> list:
        """The same for a text without blocks: one inline token."""
        return self.parseInline(text, {"steps": FREE_STEPS + STEPS_PER_CHARACTER * len(text)})

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether the address may be followed, and will not be taken for a broken one by the sanitiser."""
        return bool(_ADDRESS.match(url)) and "href" in _ADDRESS_JUDGE.clean(f'<a href="{escapeHtml(url)}"></a>')

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return normalizeLink(url) if len(url) <= MAX_ADDRESS else ""

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """As typed: the decoded form of a host or path can look like another one."""
        return link


def _count(state: StateBlock | StateInline, steps: int = 1) -> bool:
    state.env["steps"] -= steps
    if state.env["steps"] < 0:
        raise TooCostlyError
    return False


def _count_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # A table asks before every row whether another block begins there.
    return _count(state, state.env["row"] if state.parentType == "table" else 1)


def _count_inline(state: StateInline, silent: bool) -> bool:
    return _count(state, 1 + (state.posMax - 1) // LONG_PARAGRAPH)


def _shallow(rule):
    """The rule of a container, for which a marker too deep is plain text: the parser's own limit drops the text."""

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < MAX_LEVEL and rule(state, start, end, silent)

    return bounded


def _narrow_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table of few columns, and few cells: a row of two characters becomes a cell for every column."""
    if start + 1 >= end:
        return False
    bars = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1])
    state.env["row"] = STEPS_PER_CELL * (bars + 1)
    return bars <= MAX_COLUMNS + 1 and table(state, start, end, silent)


def _link(state: StateInline, silent: bool) -> bool:
    """A link, looked for only where one can still come: a row of brackets is read again for each of them."""
    return state.src.find("](", state.pos, state.posMax + 1) > 0 and link(state, silent)


def _image_as_link(state: StateInline, silent: bool) -> bool:
    """``![alt](address)`` is a link: nobody's browser fetches anything because a reader wrote it."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if _link(state, silent):
        return True
    if silent:
        state.pos -= 1
        return False
    # The bracket was just tried as a link: not again.
    state.append_pending("![")
    state.pos += 1
    return True


def _bare_address(state: StateInline, silent: bool) -> bool:
    """An http or https address in the text is a link, whole, before emphasis can eat its underscores."""
    start = state.pos
    if state.linkLevel or not state.src.startswith("://", start):
        return False
    scheme = _SCHEME.search(state.src, max(0, start - 6), start)
    rest = _BARE_ADDRESS.match(state.src, start, min(state.posMax, start + MAX_ADDRESS))
    if not (scheme and rest):
        return False
    address = scheme[0] + _without_punctuation(rest[0])
    target = state.md.normalizeLink(address)
    if not state.md.validateLink(target):
        return False
    if not silent:
        if not state.pending.endswith(scheme[0]):
            return False
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme[0])
    return True


def _without_punctuation(address: str) -> str:
    """The sentence's own punctuation does not belong to the address, nor a bracket that it did not open."""
    excess = address.count(")") - address.count("(")
    while address[-1] in ".,;:!?…'’*_~" or (address[-1] == ")" and excess > 0):
        excess -= address[-1] == ")"
        address = address[:-1]
    return address
