"""A reader's or an editor's text as HTML: the only place of the forum, with `diff`, that calls a string safe."""

import logging
import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from .clean import MAX_LENGTH, clean_line, clean_text
from .dress import dress, words
from .markdown import Parser, TooCostlyError
from .marks import find_ranges, needles_of
from .typography import french

logger = logging.getLogger(__name__)

RENDERER = 2  # raise it when the same text gets other HTML, and rebuild what is stored
MAX_GROWTH = 60  # times the length of the text

_INLINE = {"br", "strong", "em", "s", "code", "a"}
_BLOCKS = {"p", "blockquote", "ul", "ol", "li", "pre", "hr", "div", "table", "thead", "tbody", "tr", "th", "td"}
# The box in which a wide table scrolls sideways: by the keyboard too, which needs a place in the tab order.
_TABLE_BOX = {"aria-label": "Tableau", "role": "group", "tabindex": "0"}
_BOX_VALUES = {name: {value} for name, value in _TABLE_BOX.items()}


def _cleaner(tags: set[str], rel: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={tag: names for tag, names in {"a": {"href"}, "ol": {"start"}}.items() if tag in tags},
        tag_attribute_values={"div": _BOX_VALUES} if "div" in tags else {},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=rel,
    )


_READERS = _cleaner(_INLINE | _BLOCKS | {"mark"}, "nofollow ugc noopener")
_EDITORS = _cleaner(_INLINE | _BLOCKS | {"h2", "h3"}, "noopener")
_ONE_LINE = _cleaner(_INLINE, "noopener")
_ONE_LINE_WITHOUT_LINKS = _cleaner(_INLINE - {"a"}, None)


def _reader_heading_open(renderer, tokens: list[Token], index: int, options, env) -> str:
    """A reader's heading is a strong line: the page's outline belongs to the forum."""
    return "<p><strong>"


def _reader_heading_close(renderer, tokens: list[Token], index: int, options, env) -> str:
    return "</strong></p>\n"


def _article_heading(renderer, tokens: list[Token], index: int, options, env) -> str:
    """The page's h1 is the article's title, so its own headings begin at h2 and need no more than two levels."""
    token = tokens[index]
    token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
    return renderer.renderToken(tokens, index, options, env)


def _table_open(renderer, tokens: list[Token], index: int, options, env) -> str:
    return f"<div{flatatt(_TABLE_BOX)}>{renderer.renderToken(tokens, index, options, env)}"


def _table_close(renderer, tokens: list[Token], index: int, options, env) -> str:
    return f"{renderer.renderToken(tokens, index, options, env).rstrip()}</div>\n"


_reader_parser = Parser()
_reader_parser.disable("lheading")  # a row of dashes under a line is a break to those who write mail
_reader_parser.add_render_rule("heading_open", _reader_heading_open)
_reader_parser.add_render_rule("heading_close", _reader_heading_close)

_article_parser = Parser(entities=True)
_article_parser.add_render_rule("heading_open", _article_heading)
_article_parser.add_render_rule("heading_close", _article_heading)

for _parser in (_reader_parser, _article_parser):
    _parser.add_render_rule("table_open", _table_open)
    _parser.add_render_rule("table_close", _table_close)


def render(text: str, passages: Sequence[str] = ()) -> SafeString:
    """The HTML of a reader's text, with the passages marked for a moderator.

    Passages are exact substrings of the text; they are marked also where markup cuts them and in code, and the
    label of a link is marked when its address holds one. A text that cannot be rendered within its bounds
    (`MAX_LENGTH`, `MAX_GROWTH`, the parser's steps) is shown as it was typed. Never raises.
    """
    text, needles = clean_text(text), needles_of(passages)
    try:
        if len(text) > MAX_LENGTH:
            raise TooCostlyError
        html = _in_proportion(_READERS.clean(_html(_reader_parser, text, needles)), text)
    except TooCostlyError:
        html = _as_typed(text, needles)
    except Exception:
        logger.exception("A text of %d characters is shown as it was typed", len(text))
        html = _as_typed(text, needles)
    return mark_safe(html)  # noqa: S308 - cleaned by the allow-list, or escaped


def stored(html: str) -> SafeString:
    """The HTML kept on a revision, as `render` made it."""
    return mark_safe(html)  # noqa: S308 - made by `render`


@lru_cache(maxsize=64)
def render_article(text: str) -> SafeString:
    """The HTML of an article's body, which trusted editors write: headings h2 and h3, links that are followed.

    Shown as it was typed where it would take too long (the parser's steps) or be too large (`MAX_GROWTH`).
    """
    text = clean_text(text)
    try:
        html = _in_proportion(_EDITORS.clean(_html(_article_parser, text)), text)
    except TooCostlyError:
        html = _as_typed(text)
    except Exception:
        logger.exception("An article of %d characters is shown as it was typed", len(text))
        html = _as_typed(text)
    return mark_safe(html)  # noqa: S308 - cleaned by the allow-list, or escaped


@lru_cache(maxsize=512)
def render_inline(text: str, *, links: bool = True) -> SafeString:
    """The HTML of one line, a question or a source. Without links where the line itself stands in a link."""
    text = clean_line(text)
    cleaner = _ONE_LINE if links else _ONE_LINE_WITHOUT_LINKS
    try:
        tokens = dress(_article_parser.read_line(text))
        html = cleaner.clean(_article_parser.renderer.render(tokens, _article_parser.options, {}))
    except TooCostlyError:
        html = escape(french(text))
    except Exception:
        logger.exception("A line of %d characters is shown as it was typed", len(text))
        html = escape(french(text))
    return mark_safe(html)  # noqa: S308 - cleaned by the allow-list, or escaped


def plain(text: str, limit: int) -> str:
    """At most `limit` characters of what a text says, on one line and without markup, cut after a word with "…".

    Not safe for HTML: a template escapes it. Of a text longer than `MAX_LENGTH` only the beginning is read.
    """
    text = clean_text(text)
    beginning = text[:MAX_LENGTH]
    try:
        said = words(dress(_reader_parser.read(beginning)))
    except TooCostlyError:
        said = french(beginning)
    except Exception:
        logger.exception("The excerpt of a text of %d characters is taken as it was typed", len(text))
        said = beginning
    said = clean_line(said)
    return said if len(said) <= limit and beginning == text else _cut(said, limit)


def opening(text: str, limit: int) -> str:
    """The beginning of an article's first paragraph as `plain` says it; of an article without one, nothing."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    first = next((block for block in blocks if block and not block.startswith(("#", ">", "|"))), "")
    return plain(first, limit)


def _html(parser: Parser, text: str, needles: Sequence[str] = ()) -> str:
    return parser.renderer.render(dress(parser.read(text), needles), parser.options, {})


def _in_proportion(html: str, text: str) -> str:
    if len(html) > MAX_GROWTH * len(text):
        raise TooCostlyError
    return html


def _as_typed(text: str, needles: Sequence[str] = ()) -> str:
    """Paragraphs and line breaks, everything else escaped; needles are marked here as well."""
    paragraphs = (paragraph.strip("\n") for paragraph in text.split("\n\n"))
    return "\n".join(f"<p>{_marked(paragraph, needles)}</p>" for paragraph in paragraphs if paragraph)


def _marked(text: str, needles: Sequence[str]) -> str:
    parts, position = [], 0
    for start, end in find_ranges(text, needles):
        parts += escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"
        position = end
    return "".join([*parts, escape(text[position:])]).replace("\n", "<br>\n")


def _cut(text: str, limit: int) -> str:
    if limit < 1:
        return ""
    head = text[: limit - 1]
    if text[limit - 1 : limit] and not text[limit - 1].isspace():
        # Inside a word: back to its beginning, unless the word alone is longer than what may stay.
        head = head[: head.rfind(" ")] if " " in head else head
    return head.rstrip(" \u00a0\u202f,;:.…«(—–-") + "…"
