"""Where sentences end, and where two were glued together because a paragraph break got lost."""

import re
from dataclasses import dataclass

OPENING, CLOSING = "«“", "»”"
_STOP = re.compile(r"[.!?…？]+")
_SPACE = " \t\n\u00a0\u202f\u2009"
_BEFORE_NAME = re.compile("MM?|Mmes?|Mlles?|Dr|Pr|Ste?|Sts|Mgr|Mrs?|Ms|Prof|Sen|Rep|Gov|Gen|Lt|Sgt|cf|vs|av")
_BEFORE_NUMBER = re.compile(
    "pp?|art|chap|fig|vol|no?|nos|janv|févr|avr|juil|sept|oct|nov|déc|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Oct|Nov|Dec"
)
_DOMAIN = re.compile("com|net|org|fr|eu|io|js|py|html?|pdf|php|tv|info|be|ch|uk|md|txt", re.IGNORECASE)
_MASKED = re.compile(
    r"`[^`\n]*`|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)|<?\bhttps?://[^\s<>«»\"”]+|\bwww\.[^\s<>«»\"”]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[a-z]+)+"
)
_LONGEST_QUOTATION = 900  # beyond it a quotation mark is taken for a slip, lest it swallow the text
_MARKS = 40  # characters at the end of a sentence that can be its stop, quotation marks and brackets
_WORD_BEFORE = re.compile(r"[\w-]*$")
_AFTER_LETTER = re.compile(
    r"\b[a-zà-ÿ]{4,} [A-Z]\.\s+(?:L[ea]s?|Une?|Des|Ce|Cette|Ils?|Elles?|On|Nous|Vous|Que|Quel|Quelle|Quels"
    r"|Quelles|Qui"
    r"|Pourquoi|Comment|Où|Et|Mais|The|This|What|Who|How|Why|Do|Does|Is|Are|Should|It|He|She|They|We|You)\b"
)
_QUESTION = re.compile(r"[?？][?!？….]*[\s»”\")\]*_]*$")


@dataclass(frozen=True)
class Sentence:
    start: int
    end: int
    glued: bool  # the next one follows without a space


def sentences(text: str) -> list[Sentence]:
    """The text cut in sentences, without the spaces between them; a quotation stays in one piece."""
    quoted = _quotations(text)
    masked = [match.span() for match in _MASKED.finditer(text)]
    found, start, inside, hidden = [], _skip(text, 0), 0, 0
    for stop in _STOP.finditer(text):
        while hidden < len(masked) and masked[hidden][1] <= stop.start():
            hidden += 1
        if hidden < len(masked) and masked[hidden][0] <= stop.start() and masked[hidden][1] > stop.end():
            continue
        while inside < len(quoted) and quoted[inside][1] < stop.end():
            inside += 1
        end = _past_closers(text, stop.end(), quoted[inside : inside + 1])
        if inside < len(quoted) and quoted[inside][0] < stop.start() and end <= quoted[inside][1]:
            continue
        following = _skip(text, end)
        if stop.end() <= start or not _begins(text, stop, end, following, quoted, inside):
            continue
        if stop.group() == "." and _is_abbreviation(text, start, stop.start(), following):
            continue
        found.append(Sentence(start, end, glued=following == end < len(text)))
        start = following
    if text[start:].strip():
        found.append(Sentence(start, len(text.rstrip()), glued=False))
    return found


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs of a text begin and end whose breaks were lost: at its glued sentences."""
    found, start, end = [], None, 0
    for sentence in sentences(text):
        start = sentence.start if start is None else start
        end = sentence.end
        if sentence.glued:
            found.append((start, end))
            start = None
    return found if start is None else [*found, (start, end)]


def is_question(sentence: str) -> bool:
    """It asks by itself: a question that is only reported at its end ("Il demande : « Où ? »") is none."""
    if not _QUESTION.search(sentence[-_MARKS:]):
        return False
    last = sentence.rstrip(" \t\n\u00a0\u202f)]*_")
    return last[-1:] not in '»”"' or sentence.lstrip("*_ ")[:1] in '«“"'


def begins_with_quotation(sentence: str) -> bool:
    return sentence.lstrip("*_–— ")[:1] in ("«", "“", '"')


def _quotations(text: str) -> list[tuple[int, int]]:
    """Opening and closing position of each quotation, outermost ones, in order."""
    found, opened, mark = [], None, ""
    for position in (match.start() for match in re.finditer(r'[«»“”"]', text)):
        char = text[position]
        if opened is not None and position - opened > _LONGEST_QUOTATION:
            opened = None
        if opened is None:
            if char in OPENING or (char == '"' and _can_open(text, position)):
                opened, mark = position, CLOSING[OPENING.index(char)] if char in OPENING else char
        elif char == mark:
            found.append((opened, position))
            opened = None
        elif char == "«":  # the one before was never closed
            opened, mark = position, "»"
    return found


def _can_open(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    return not after.isspace() and after != "" and not before.isdigit()


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _past_closers(text: str, end: int, quotation: list[tuple[int, int]]) -> int:
    """Behind the brackets, quotation marks and emphasis that close together with the sentence."""
    closes_at = quotation[0][1] if quotation else -1
    while end < len(text):
        ahead = _skip(text, end)
        if ahead == closes_at or (ahead < len(text) and text[ahead] in CLOSING):
            end = ahead + 1
        elif text[end] in ")]" or (text[end] in "*_" and not text[end + 1 : end + 2].isupper()):
            end += 1
        else:
            return end
    return end


def _begins(text, stop, end, following, quoted, inside) -> bool:
    """Whether a sentence can begin at `following`, after the stop whose sentence ended at `end`."""
    if following >= len(text):
        return True
    head = text[following : following + 3].lstrip("([*_¿¡–— \u00a0\u202f")[:1] or text[following]
    if following > end:
        if head.isupper() or head.isdigit() or head in "#«“@" or text[following] in "–—•":
            return True
        return head == '"' or (not head.isalnum() and ord(head) > 0x2190)  # an emoji, an arrow
    if text[following] in OPENING:
        return True
    if text[following] == '"':
        return any(opening == following for opening, _ in quoted[inside : inside + 2])
    return text[following].isupper() and _glued_word(text, stop, end, following)


def _glued_word(text, stop, end, following) -> bool:
    """A sentence's first word rather than the rest of a name: "Parler.com", "ASP.NET", "J.K.", "Node.Js"."""
    word = re.compile(r"[\w]+").match(text, following).group()
    if stop.group() != "." or end > stop.end():
        return True
    before = _WORD_BEFORE.search(text, max(0, stop.start() - 30), stop.start()).group()
    if _DOMAIN.fullmatch(word) or (len(before) == 1 and before.isupper()):
        return False
    if len(word) == 1:
        return text[following + 1 : following + 2] in " ’'" and word in "ÀAYÔLDJCSNMQI" and not before.isdigit()
    return not (word.isupper() and before.isupper())


def _is_abbreviation(text: str, start: int, stop: int, following: int) -> bool:
    word = _WORD_BEFORE.search(text, max(0, stop - 30), stop).group()
    if _BEFORE_NAME.fullmatch(word):
        return True
    if len(word) == 1 and word.isupper():  # an initial, but not "du plan A. Que pensez-vous …"
        return not _AFTER_LETTER.search(text[max(0, stop - 20) : following + 12])
    if word.rpartition("-")[2] in {"C", "M", "L", "P", "J"} and "-" in word:  # J.-C., J.-M.
        return True
    if stop - start <= 3 and text[start:stop].strip("*_ ").isdigit():  # the number of a list
        return True
    return text[following : following + 1].isdigit() and _BEFORE_NUMBER.fullmatch(word) is not None
