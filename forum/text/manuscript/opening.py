"""What stands before the text: front matter, labels, title, date, lead."""

import re
from dataclasses import dataclass, field, replace

from .blocks import Block, Line, collapse
from .dates import dateline, find_date, leading_date, parse_date
from .markers import LINKS, is_marker, is_signature, is_tail, plain
from .sentences import is_question, sentences

LONGEST_TITLE = 200
LONGEST_LEAD = 1500
_GOOD_TITLE = 100
_LONGEST_LIST = 2000  # characters of a list in brackets
_PROSE = 60  # characters: a shorter paragraph is hardly one of the article's
_KEYS = {
    name: key
    for key, names in {
        "title": "title titre headline",
        "dated": "date dated published publié published_at pubdate",
        "language": "language lang langue locale",
        "lead": "lead lede chapeau chapo chapô description summary résumé excerpt accroche",
        "sources": "sources source",
        "questions": "questions question",
        "author": "author authors auteur auteurs auteure signature",
    }.items()
    for name in names.split()
}
_PAIR = re.compile(r"([^\W\d_][\w -]{0,30}?)\s*:\s*(.*)$")
_LABELLED = re.compile(
    r"\W{0,4}(titre|title|chap[oôe]a?u?|lead|langue|language|auteure?s?|author)\W{0,3}\s*:\W{0,3}\s*(\S.*)$",
    re.IGNORECASE,
)
_WEAK_START = re.compile(
    r"(?:il|elle|ils|elles|on|ce|cet|cette|ces|cela|c[’']|son|sa|ses|leurs?|mais|or|et|ou|car|donc|ainsi"
    r"|cependant|pourtant"
    r"|toutefois|en effet|par ailleurs|de plus|he|she|it|they|this|these|that|but|and|however|so|also)\b",
    re.IGNORECASE,
)


@dataclass
class Opening:
    """What was found before the text. `questions` are those the front matter lists."""

    title: str = ""
    dated: str = ""
    language: str = ""
    lead: str = ""
    sources: list[str] = field(default_factory=list)
    questions: list[tuple[str, Line]] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def take_front_matter(lines: list[Line]) -> tuple[Opening, list[Line]]:
    """The pairs between two lines of dashes at the very top, and the lines after them."""
    opening = Opening()
    first = next((index for index, line in enumerate(lines) if line.text.strip()), None)
    if first is None or lines[first].text.strip() != "---":
        return opening, lines
    last = next((i for i in range(first + 1, len(lines)) if lines[i].text.strip() in ("---", "...")), None)
    rows = lines[first + 1 : last] if last else []
    if not any(_PAIR.match(row.text) for row in rows[:1]) or len(rows) > 200:
        return opening, lines
    for key, values in _pairs(rows):
        _keep(opening, key, values)
    return opening, lines[last + 1 :]


def take_opening(opening: Opening, blocks: list[Block]) -> list[Block]:
    """Fill in title, date and lead from the first blocks; what is left of them."""
    blocks = _take_head_lines(opening, blocks)
    blocks = _take_title(opening, blocks)
    return _take_head_lines(opening, blocks)


def take_lead(opening: Opening, blocks: list[Block]) -> list[Block]:
    """The lead: a first paragraph in bold or italics, or the first of a text of some length."""
    if len(opening.lead) > LONGEST_LEAD:
        blocks = [Block("paragraph", opening.lead, ((0, 1),)), *blocks]
        opening.lead = ""
    if opening.lead or len(blocks) < 2 or blocks[0].kind != "paragraph" or blocks[1].kind == "item":
        return blocks
    text = blocks[0].text
    emphasised = re.fullmatch(r"(\*\*|__|\*|_)(?!\s)([^*_]+)\1", text)
    prose = sum(
        block.kind == "paragraph" and len(block.text) >= _PROSE and not is_tail(block.text) for block in blocks
    )
    unmarked = prose >= 4 and _PROSE <= len(text) <= 800
    if not (emphasised or unmarked) or len(text) > LONGEST_LEAD or is_tail(text) or "?" in plain(text)[-3:]:
        return blocks
    opening.lead = emphasised.group(2) if emphasised else text
    return blocks[1:]


def make_title(blocks: list[Block]) -> str:
    """A title for a text without one: its first sentence, or that of the next paragraph if that is short."""
    firsts = []
    for block in [block for block in blocks if block.kind in ("paragraph", "item", "heading", "quote")][:3]:
        text = plain(block.text)
        for sentence in sentences(text)[:1]:
            firsts.append(text[sentence.start : sentence.end])
    if not firsts:
        return ""
    for number, first in enumerate(firsts):
        bare = re.sub(r"(?<![.…])\.$", "", first)
        if len(bare) <= _GOOD_TITLE and (number == 0 or _is_headline(bare)):
            return bare
    return _shortened(firsts[0])


def _pairs(rows: list[Line]) -> list[tuple[str, list[tuple[str, Line]]]]:
    """Key and values, each with its line: `key: value`, lists below or in brackets, folded text."""
    pairs: list[tuple[str, list[tuple[str, Line]]]] = []
    for row in rows:
        text = row.text.strip()
        pair = _PAIR.match(row.text)
        if pair:
            value = pair.group(2).strip()
            listed = re.fullmatch(r"\[(.*)\]", value)
            listed = listed if len(value) <= _LONGEST_LIST else None
            values = re.split(r",\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", listed.group(1)) if listed else [value]
            pairs.append(
                (pair.group(1), [(_unquoted(v), row) for v in values if v and v not in (">", "|", ">-", "|-")])
            )
        elif pairs and text.startswith("- "):
            pairs[-1][1].append((_unquoted(text[2:]), row))
        elif pairs and text and not text.startswith("#"):
            values = pairs[-1][1]
            values[-1:] = [(f"{values[-1][0]} {text}" if values else text, values[-1][1] if values else row)]
        elif text:
            pairs.append(("", [(text, row)]))
    return pairs


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _keep(opening: Opening, name: str, values: list[tuple[str, Line]]) -> None:
    key, texts = _KEYS.get(name.lower()), [collapse(value) for value, _ in values if value.strip()]
    joined = " ".join(texts)
    if key == "title" and 0 < len(joined) <= LONGEST_TITLE and not opening.title:
        opening.title = joined
    elif key == "dated" and (found := parse_date(joined) or (find_date(joined) or ("",))[0]):
        opening.dated = found
        name = f"{name} {joined}"
    elif key == "language" and re.match(r"[a-zA-Z]{2}(?:$|[-_])", joined):
        opening.language = joined[:2].lower()
        name = f"{name} {joined}"
    elif key == "lead":
        opening.lead = joined
    elif key == "sources":
        opening.sources += texts
    elif key == "questions":
        opening.questions += [(collapse(value), line) for value, line in values if value.strip()]
    elif key == "author":
        opening.signature.append(joined)
    else:
        name = f"{name} {joined}"
    opening.set_aside.append(name.strip())


def _take_head_lines(opening: Opening, blocks: list[Block]) -> list[Block]:
    """Dates, labels and signatures that stand on lines of their own, or a date before the text."""
    while blocks:
        block = blocks[0]
        line = plain(block.text)
        if block.kind == "rule":
            blocks = blocks[1:]
        elif block.kind not in ("paragraph", "heading", "quote"):
            return blocks
        elif (label := _LABELLED.match(line)) and _take_label(opening, *label.groups()):
            _note_markup(opening, block.text)
            blocks = blocks[1:]
        elif dated := parse_date(line):
            opening.dated = opening.dated or dated
            opening.set_aside.append(line)
            blocks = blocks[1:]
        elif block.kind == "paragraph" and len(line) <= 120 and is_signature(line) and _BYLINE_START.match(line):
            found = find_date(line)
            opening.dated = opening.dated or (found[0] if found else "")
            opening.signature.append(block.text)
            blocks = blocks[1:]
        elif block.kind == "paragraph" and not opening.dated and (leading := leading_date(block.text)):
            opening.dated = opening.dated or leading[0]
            opening.set_aside.append(block.text[: leading[1]].strip())
            blocks = [block.cut(leading[1], own_line=True), *blocks[1:]]
        else:
            opening.dated = opening.dated or dateline(block.text)
            return blocks
    return blocks


_BYLINE_START = re.compile(
    r"\W{0,3}(?:par|by|propos recueillis|de notre|rédigé|written|auteur|author)\b", re.IGNORECASE
)


def _take_label(opening: Opening, name: str, value: str) -> bool:
    key = _KEYS.get(name.lower(), "")
    if (key == "title" and (opening.title or len(value) > LONGEST_TITLE)) or (key == "lead" and opening.lead):
        return False
    if not key or (key == "language" and len(value) > 8) or (key == "author" and len(value) > 120):
        return False
    _keep(opening, name, [(value, Line(0, value))])
    return True


def _take_title(opening: Opening, blocks: list[Block]) -> list[Block]:
    for index, block in enumerate(blocks[:5]):
        if block.kind == "heading" and (block.prefix == "# " or index == 0) and not is_marker(block.text):
            title = plain(block.text)
            if len(blocks) < 2 or not 0 < len(title) <= LONGEST_TITLE:
                return blocks
            if opening.title and opening.title != title:
                return blocks
            opening.title = title
            _note_markup(opening, block.text)
            return blocks[:index] + blocks[index + 1 :]
        if len(block.text) > LONGEST_TITLE:
            break
    if blocks and not opening.title and _is_title_line(blocks):
        opening.title = plain(blocks[0].text)
        _note_markup(opening, blocks[0].text)
        return blocks[1:]
    if len(blocks) > 1 and blocks[0].text == opening.title:
        return blocks[1:]
    return blocks


def _note_markup(opening: Opening, text: str) -> None:
    """The addresses of links are lost from a title; they are told."""
    opening.set_aside += [target for _, target in LINKS.findall(text)]


def _is_title_line(blocks: list[Block]) -> bool:
    """The first line, when it is short, ends like a title and is followed by the text."""
    first = blocks[0]
    text = plain(first.text)
    if first.kind != "paragraph" or len(first.marks) > 1 or not text or len(text) > 160 or is_marker(text):
        return False
    if text.endswith((":", ";", ",", "…", "...")) or (text.endswith(".") and len(text) > 1):
        return False
    following = [block for block in blocks[1:] if block.kind != "rule"]
    if not following or following[0].marks[0][1] == first.marks[0][1]:
        return False
    if len(sentences(text)) > 2:
        return False
    return not is_question(text) or not all(is_question(plain(block.text)) for block in following[:1])


def _is_headline(sentence: str) -> bool:
    return (
        len(sentence) >= 25
        and not _WEAK_START.match(sentence)
        and sentence[:1] not in '«“"–—'
        and "?" not in sentence
    )


def _shortened(sentence: str) -> str:
    """The sentence up to a comma, else to a word, with the mark of what is missing."""
    head = sentence[:_GOOD_TITLE]
    clause = max(head.rfind(mark) for mark in (", ", " ;", " :", ". ", " –", " —"))
    if clause < _GOOD_TITLE // 2:
        clause = head.rfind(" ")
    return (head[:clause] if clause > 0 else head).rstrip(" ,;:–—\u00a0\u202f") + "…"


def with_title(opening: Opening, blocks: list[Block]) -> Opening:
    """The opening, with a title taken from the text where it gives none."""
    return opening if opening.title else replace(opening, title=make_title(blocks))
