"""The questions that close a text: under their heading, in a list, or at its very end."""

import re
from typing import NamedTuple

from .blocks import Block
from .dates import parse_date
from .markers import ADDRESSES_READER, LINKS, is_marker, is_see_also, is_tail, is_weak_marker, plain
from .sentences import begins_with_quotation, is_question, sentences

LONGEST_QUESTION = 1000
_LONGEST_ASIDE = 300  # characters under the heading of the questions that are none
_LONGEST_STATEMENT = 400  # characters before a question that may be part of it
_FOLLOW_UP = re.compile(
    r"(?:(?:et |and )?(?:pourquoi(?: pas)?|comment|lesquels?|lesquelles|laquelle|lequel|combien|ou pas|ou non"
    r"|si oui, \w+|si non, \w+"
    r"|sinon, \w+|why(?: or why not)?|why not|how(?: so)?|which ones?|if so, \w+|if not, \w+)|et vous"
    r"|and you)\s*[?!？ \u00a0\u202f]+$",
    re.IGNORECASE,
)
# Questions that ask about the sentence before them.
_DEPENDENT = re.compile(
    r"(?:et vous|and you|(?:qu[’']en|y|en)\b|(?:et )?vous, |(?:êtes|seriez)-vous (?:d[’']accord|pour"
    r"|favorable|du même avis)"
    r"|partagez-vous|approuvez-vous|pour ou contre|a-t-(?:il|elle) raison|ont-(?:ils|elles) raison|(?:bonne"
    r"|mauvaise) idée"
    r"|do you (?:agree|share)|is (?:he|she|it|this)|are they|would you|for or against)",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(
    r"(?:\[[ xX]?\]\s*|(?:q(?:uestion)?\s*(?:n[°o]\s*)?)?\(?\d{1,2}\s?[.):–-]\s*|[–—•-]\s+"
    r"|q(?:uestion)?\s*:\s*)(?=\S)",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A question, the number of the source line where it begins, and why it is taken for one."""

    text: str
    number: int
    why: str


class Closing(NamedTuple):
    """What the closing questions leave of the text, the questions, and the headings over them."""

    blocks: list[Block]
    questions: list[Found]
    set_aside: list[str]


def take_questions(blocks: list[Block]) -> Closing:
    """The closing questions: those under a heading for them, else those the text ends with."""
    tail = _tail_flags(blocks)
    doubtful: Closing | None = None
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if _announces(block):
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
            if any(_asks(item) for item in group):
                questions += [_found(item, item.text, 0, why, set_aside) for item in group]
            else:
                left += group
            continue
        found, rest = _questions_in(block, why, set_aside, blocks[position + 1 : position + 2])
        if not found and questions and len(block.text) > 300:
            break
        if found and found[0] is None:  # a quotation that belongs to the next paragraph
            joined = _joined(block, blocks[position + 1])
            found, rest = _questions_in(joined, why, set_aside, [])
            position += 1
        questions += found
        left += rest
        position += 1
    first = index
    while first and questions and _announces(blocks[first - 1]) and blocks[first - 1].kind == "heading":
        first -= 1
        set_aside.append(blocks[first].text)
    return Closing(blocks[:first] + left + blocks[position:], questions, set_aside)


def _questions_in(block: Block, why: str, set_aside: list[str], following: list[Block]) -> tuple[list, list[Block]]:
    """The questions of a paragraph with the statements that lead to them, and what is left of it."""
    text = block.text
    parts = sentences(text)
    last = max(
        (number for number, part in enumerate(parts) if is_question(plain(text[part.start : part.end]))),
        default=None,
    )
    if last is None:
        belongs = (
            following
            and following[0].kind == "paragraph"
            and begins_with_quotation(text)
            and len(text) <= _LONGEST_STATEMENT
        )
        if belongs and is_question(plain(following[0].text)):
            return [None], []
        return [], [block]
    spans: list[tuple[int, int]] = []
    left: list[Block] = []
    start = 0
    for number, part in enumerate(parts[: last + 1]):
        if not is_question(plain(text[part.start : part.end])):
            continue
        begin = parts[start].start
        while start < number and part.end - begin > _LONGEST_STATEMENT + (part.end - part.start):
            left.append(block.cut(parts[start].start, parts[start].end))
            start += 1
            begin = parts[start].start
        if spans and start == number and _FOLLOW_UP.match(text[part.start : part.end]):
            spans[-1] = (spans[-1][0], part.end)
        else:
            spans.append((begin, part.end))
        start = number + 1
    found = [_found(block, text[begin:end], begin, why, set_aside) for begin, end in spans]
    rest = block.cut(parts[last].end)
    return found, [*left, rest] if rest.text else left


def _at_end(blocks: list[Block], tail: list[bool]) -> Closing:
    """The questions that the text ends with, apart from what may follow them."""
    end = len(blocks)
    while end and tail[end - 1]:
        end -= 1
    spare = end
    while spare and end - spare < 2 and not _asks(blocks[spare - 1]) and _is_loose_end(blocks[spare - 1]):
        spare -= 1
    if 0 < spare < end and _is_all_questions(blocks[spare - 1]) and _is_for_readers(blocks[:spare]):
        end = spare
    questions: list[Found] = []
    set_aside: list[str] = []
    why = "fin du texte"
    left: list[Block] = blocks[end:]
    while end:
        block = blocks[end - 1]
        if block.kind == "item" and not questions:
            first = end
            while first and blocks[first - 1].kind == "item":
                first -= 1
            group = blocks[first:end]
            if 2 * sum(_asks(item) for item in group) < len(group):
                break
            listed = "liste à la fin du texte"
            questions = [_found(item, item.text, 0, listed, set_aside) for item in group if _asks(item)]
            left = [item for item in group if not _asks(item)] + left
            end = first
            break
        if block.kind == "item" or block.kind in ("code", "table", "rule"):
            break
        begin, finish = _run_at_end(block, bool(questions))
        if begin is None:
            break
        run = block.cut(begin, finish)
        found, inner = _questions_in(run, why, set_aside, [])
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
    asks = [is_question(plain(sentence)) for sentence in said]
    last = max((number for number, asked in enumerate(asks) if asked), default=None)
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
    while first and asks[first - 1]:
        first -= 1
    while (
        first
        and not asks[first - 1]
        and _belongs(said[first - 1], said[first], first == 1, first > 1 and asks[first - 2])
    ):
        first -= 1
        while first and asks[first - 1]:
            first -= 1
    if first and more_below:  # a paragraph of the text above the closing questions: those to the reader alone
        own = [number for number in range(first, last + 1) if ADDRESSES_READER.search(said[number])]
        if not own:
            return None, 0
        first = own[0]
    return (0 if first == 0 else parts[first].start), parts[last].end


def _belongs(statement: str, question: str, opens_paragraph: bool, after_question: bool) -> bool:
    """Whether a statement is the first half of the question after it."""
    if len(statement) > _LONGEST_STATEMENT or not (opens_paragraph or after_question):
        return False
    if begins_with_quotation(statement):
        return bool(_DEPENDENT.match(question) or ADDRESSES_READER.search(question))
    dependent = _DEPENDENT.match(question)
    return bool(
        dependent and opens_paragraph and not re.match(r"et vous|and you|qu[’']en|vous", question, re.IGNORECASE)
    )


def _without_inline_marker(questions: list[Found], set_aside: list[str]) -> tuple[list[Found], list[str]]:
    """ "Et vous ?" before other questions announces them, it asks nothing by itself."""
    if len(questions) > 1 and re.fullmatch(r"(?:et vous|and you)\W*", questions[0].text, re.IGNORECASE):
        why = f"après «\u202f{questions[0].text}\u202f», fin du texte"
        return [question._replace(why=why) for question in questions[1:]], [*set_aside, questions[0].text]
    return questions, set_aside


def _asks(block: Block) -> bool:
    return block.kind in ("item", "paragraph", "heading", "quote") and any(
        is_question(plain(block.text[part.start : part.end])) for part in sentences(block.text)[-3:]
    )


def _is_all_questions(block: Block) -> bool:
    parts = sentences(block.text)
    return _asks(block) and (
        block.kind == "item" or is_question(plain(block.text[parts[-1].start : parts[-1].end]))
    )


def _is_for_readers(blocks: list[Block]) -> bool:
    """Questions with a loose end behind them close the text only if they speak to the reader or are several."""
    return bool(ADDRESSES_READER.search(blocks[-1].text)) or (len(blocks) > 1 and _is_all_questions(blocks[-2]))


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


def _found(block: Block, text: str, position: int, why: str, set_aside: list[str]) -> Found:
    bare = plain(text)
    number = _ENUMERATOR.match(bare)
    set_aside += [target for _, target in LINKS.findall(text)]
    if number:
        set_aside.append(number.group().strip())
        bare = bare[number.end() :]
    if block.prefix.strip(" -*+>#"):
        set_aside.append(block.prefix.strip())
    return Found(bare, block.line_at(position), why)


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
