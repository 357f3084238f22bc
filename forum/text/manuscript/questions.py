"""Single questions: cut out of a block together with the statements that belong to them."""

import re
from typing import NamedTuple

from .blocks import Block
from .markers import ADDRESSES_READER, LINKS, plain
from .sentences import begins_with_quotation, is_question, sentences

LONGEST_QUESTION = 1000
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


def questions_in(block: Block, why: str, set_aside: list[str], following: list[Block]) -> tuple[list, list[Block]]:
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
    found = [found_in(block, text[begin:end], begin, why, set_aside) for begin, end in spans]
    rest = block.cut(parts[last].end)
    return found, [*left, rest] if rest.text else left


def belongs(statement: str, question: str, opens_paragraph: bool, after_question: bool) -> bool:
    """Whether a statement is the first half of the question after it."""
    if len(statement) > _LONGEST_STATEMENT or not (opens_paragraph or after_question):
        return False
    if begins_with_quotation(statement):
        return bool(_DEPENDENT.match(question) or ADDRESSES_READER.search(question))
    dependent = _DEPENDENT.match(question)
    return bool(
        dependent and opens_paragraph and not re.match(r"et vous|and you|qu[’']en|vous", question, re.IGNORECASE)
    )


def asks(block: Block) -> bool:
    return block.kind in ("item", "paragraph", "heading", "quote") and any(
        is_question(plain(block.text[part.start : part.end])) for part in sentences(block.text)[-3:]
    )


def is_all_questions(block: Block) -> bool:
    parts = sentences(block.text)
    return asks(block) and (block.kind == "item" or is_question(plain(block.text[parts[-1].start : parts[-1].end])))


def found_in(block: Block, text: str, position: int, why: str, set_aside: list[str]) -> Found:
    bare = plain(text)
    number = _ENUMERATOR.match(bare)
    set_aside += [target for _, target in LINKS.findall(text)]
    if number:
        set_aside.append(number.group().strip())
        bare = bare[number.end() :]
    if block.prefix.strip(" -*+>#"):
        set_aside.append(block.prefix.strip())
    return Found(bare, block.line_at(position), why)
