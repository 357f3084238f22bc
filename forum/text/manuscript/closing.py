"""The questions that close a text: under their heading, in a list, or at its very end."""

import re
from typing import NamedTuple

from .blocks import Block
from .dates import parse_date
from .markers import ADDRESSES_READER, is_marker, is_see_also, is_tail, is_weak_marker, plain
from .questions import LONGEST_QUESTION, Found, asks, belongs, found_in, is_all_questions, questions_in
from .sentences import is_question, sentences

# A text is not read to its end again for each of the hundreds of headings that no newsroom writes.
_FREE_BLOCKS, _READINGS = 5000, 4
_MANY = 200  # questions in a row at the end: more than any article has
_LONGEST_ASIDE = 300  # characters under the heading of the questions that are none


class Closing(NamedTuple):
    """What the closing questions leave of the text, the questions, and the headings over them."""

    blocks: list[Block]
    questions: list[Found]
    set_aside: list[str]


def take_questions(blocks: list[Block]) -> Closing:
    """The closing questions: those under a heading for them, else those the text ends with."""
    tail = _tail_flags(blocks)
    doubtful: Closing | None = None
    left_to_read = _FREE_BLOCKS + _READINGS * len(blocks)
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if _announces(block):
            left_to_read -= len(blocks) - index
            if left_to_read < 0:
                break
            closing = _under(blocks, index, tail)
            if closing.questions and (is_marker(block.text) or _ends_text(closing, blocks, index)):
                if not _interrupts_text(closing, blocks[index], index):
                    return closing
                doubtful = doubtful or closing
    closing = _at_end(blocks, tail)
    return closing if closing.questions or not doubtful else doubtful


def split_marker(block: Block) -> list[Block]:
    """A bold "Et vous ?" or a label "Questions :" parted from the questions on its line."""
    match = re.match(r"(\*\*|__)([^*_]{2,80})\1\s*:?\s*(?=\S)", block.text) or re.match(
        r"()((?:et vous|questions?|votre avis|à vous|what do you think|your turn)[^:?.!]{0,40}?)\s*:\s+(?=\S)",
        block.text,
        re.IGNORECASE,
    )
    if block.kind != "paragraph" or not match or match.end() == len(block.text):
        return [block]
    if not (is_marker(match.group(2)) or is_weak_marker(match.group(2))) or "?" not in block.text[match.end() :]:
        return [block]
    return [block.cut(0, match.end()), block.cut(match.end(), own_line=True)]


def _announces(block: Block) -> bool:
    return block.kind in ("heading", "paragraph", "quote") and (is_marker(block.text) or is_weak_marker(block.text))


def _interrupts_text(closing: Closing, marker: Block, index: int) -> bool:
    """The text goes on under the heading: it was one of an interview, or asked in passing."""
    prose = 0
    for block in closing.blocks[index:]:
        if block.kind == "heading" and marker.kind == "heading":
            break
        if block.kind == "paragraph" and not is_tail(block.text):
            prose += len(block.text)
    return prose > _LONGEST_ASIDE


def _ends_text(closing: Closing, blocks: list[Block], index: int) -> bool:
    """Nothing but a tail is left behind the questions of a heading that is none by its words alone."""
    behind = closing.blocks[index:]
    return all(is_tail(block.text) or len(block.text) < 160 or block.kind in ("item", "rule") for block in behind)


def _under(blocks: list[Block], index: int, tail: list[bool]) -> Closing:
    """The questions in the section under the heading at `index`."""
    name = plain(blocks[index].text)
    why = f"sous l’intertitre «\u202f{name.rstrip(' :')}\u202f»"
    questions: list[Found] = []
    left: list[Block] = []
    set_aside: list[str] = [blocks[index].text]
    position = index + 1
    while position < len(blocks):
        block = blocks[position]
        if tail[position] or (block.kind == "heading" and not is_question(plain(block.text))):
            break
        if block.kind == "item":
            position, group = _item_group(blocks, position)
            if any(asks(item) for item in group):
                questions += [found_in(item, item.text, 0, why, set_aside) for item in group]
            else:
                left += group
            continue
        found, rest = questions_in(block, why, set_aside, blocks[position + 1 : position + 2])
        if not found and questions and len(block.text) > 300:
            break
        if found and found[0] is None:  # a quotation that belongs to the next paragraph
            joined = _joined(block, blocks[position + 1])
            found, rest = questions_in(joined, why, set_aside, [])
            position += 1
        questions += found
        left += rest
        position += 1
    first = index
    while first and questions and _announces(blocks[first - 1]) and blocks[first - 1].kind == "heading":
        first -= 1
        set_aside.append(blocks[first].text)
    return Closing(blocks[:first] + left + blocks[position:], questions, set_aside)


def _at_end(blocks: list[Block], tail: list[bool]) -> Closing:
    """The questions that the text ends with, apart from what may follow them."""
    end = len(blocks)
    while end and tail[end - 1]:
        end -= 1
    spare = end
    while spare and end - spare < 2 and not asks(blocks[spare - 1]) and _is_loose_end(blocks[spare - 1]):
        spare -= 1
    if 0 < spare < end and is_all_questions(blocks[spare - 1]) and _is_for_readers(blocks[:spare]):
        end = spare
    questions: list[Found] = []
    set_aside: list[str] = []
    why = "fin du texte"
    left: list[Block] = blocks[end:]
    while end and len(questions) < _MANY:
        block = blocks[end - 1]
        if block.kind == "item" and not questions:
            first = end
            while first and blocks[first - 1].kind == "item":
                first -= 1
            group = blocks[first:end]
            if 2 * sum(asks(item) for item in group) < len(group):
                break
            listed = "liste à la fin du texte"
            questions = [found_in(item, item.text, 0, listed, set_aside) for item in group if asks(item)]
            left = [item for item in group if not asks(item)] + left
            end = first
            break
        if block.kind == "item" or block.kind in ("code", "table", "rule"):
            break
        begin, finish = _run_at_end(block, bool(questions))
        if begin is None:
            break
        run = block.cut(begin, finish)
        found, inner = questions_in(run, why, set_aside, [])
        rest = block.cut(finish)
        questions = found + questions
        left = inner + ([rest] if rest.text else []) + left
        end -= 1
        if begin > 0:
            left = [block.cut(0, begin), *left]
            break
    questions, set_aside = _without_inline_marker(questions, set_aside)
    return Closing(blocks[:end] + left, questions, set_aside)


def _run_at_end(block: Block, more_below: bool) -> tuple[int | None, int]:
    """Where the questions begin and end that a paragraph ends with; nothing where it ends otherwise."""
    text = block.text
    parts = sentences(text)
    said = [text[part.start : part.end] for part in parts]
    asked = [is_question(plain(sentence)) for sentence in said]
    last = max((number for number, one in enumerate(asked) if one), default=None)
    if last is None:
        return None, 0
    behind = text[parts[last].end :].strip()
    if (
        behind
        and not is_tail(behind)
        and (more_below or not ADDRESSES_READER.search(said[last]) or len(behind) > 200)
    ):
        return None, 0
    first = last
    while first and asked[first - 1]:
        first -= 1
    while (
        first
        and not asked[first - 1]
        and belongs(said[first - 1], said[first], first == 1, first > 1 and asked[first - 2])
    ):
        first -= 1
        while first and asked[first - 1]:
            first -= 1
    if first and more_below:  # a paragraph of the text above the closing questions: those to the reader alone
        own = [number for number in range(first, last + 1) if ADDRESSES_READER.search(said[number])]
        if not own:
            return None, 0
        first = own[0]
    return (0 if first == 0 else parts[first].start), parts[last].end


def _without_inline_marker(questions: list[Found], set_aside: list[str]) -> tuple[list[Found], list[str]]:
    """ "Et vous ?" before other questions announces them, it asks nothing by itself."""
    if len(questions) > 1 and re.fullmatch(r"(?:et vous|and you)\W*", questions[0].text, re.IGNORECASE):
        why = f"après «\u202f{questions[0].text}\u202f», fin du texte"
        return [question._replace(why=why) for question in questions[1:]], [*set_aside, questions[0].text]
    return questions, set_aside


def _is_for_readers(blocks: list[Block]) -> bool:
    """Questions with a loose end behind them close the text only if they speak to the reader or are several."""
    return bool(ADDRESSES_READER.search(blocks[-1].text)) or (len(blocks) > 1 and is_all_questions(blocks[-2]))


def _is_loose_end(block: Block) -> bool:
    return block.kind in ("paragraph", "quote") and len(block.text) <= 160


def _item_group(blocks: list[Block], position: int) -> tuple[int, list[Block]]:
    """The items of one list; those indented deeper are part of the item above."""
    group: list[Block] = []
    indent = len(blocks[position].prefix) - len(blocks[position].prefix.lstrip())
    while position < len(blocks) and blocks[position].kind == "item":
        block = blocks[position]
        deeper = len(block.prefix) - len(block.prefix.lstrip()) > indent
        if group and deeper and len(group[-1].text) + len(block.text) < LONGEST_QUESTION:
            group[-1] = _joined(group[-1], block)
        else:
            group.append(block)
        position += 1
    return position, group


def _joined(one: Block, other: Block) -> Block:
    shift = len(one.text) + 1
    marks = one.marks + tuple((start + shift, number) for start, number in other.marks)
    return Block(one.kind, f"{one.text} {other.text}", marks, one.prefix, one.own_line)


def _tail_flags(blocks: list[Block]) -> list[bool]:
    """Which blocks can only come after the questions, never be one."""
    flags: list[bool] = []
    listing = False
    for block in blocks:
        text = plain(block.text)
        if block.kind in ("paragraph", "heading", "item") and is_see_also(text):
            listing = not text.partition(":")[2].strip()
            flags.append(True)
            continue
        short = block.kind in ("item", "paragraph") and len(text) <= 160 and not is_marker(text)
        under = (
            listing
            and short
            and (block.kind == "item" or not flags or "](" in block.text or not ADDRESSES_READER.search(text))
        )
        flags.append(
            under
            or block.kind == "rule"
            or (block.kind != "code" and bool(is_tail(block.text) or parse_date(text)))
        )
        listing = under
    return flags
