"""What enters the forum: one normal form, nothing invisible that misleads, nothing a database refuses."""

import re
import unicodedata

MIN_LENGTH = 2
MAX_LENGTH = 10_000  # characters of one answer, counted after `clean_text`
MAX_ARTICLE = 100_000  # characters of an article’s text, some 17,000 words: in French a form of it is still taken

MARKS_PER_BASE = 4

# Marks of the end of a line, whatever system wrote them. The form feed and the vertical tab are not among them.
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")

# Controls; soft hyphen; joiners of nothing; fillers that look like nothing; direction overrides and isolates;
# annotation marks; lone surrogates; noncharacters. Each can hide words from a moderator or turn a line around.
_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Tag characters spell invisible ASCII; the only use left to them is the flag of a region (Unicode TR 51).
_TAGS = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)|[\U000e0000-\U000e007f]"
)

_ZWSP, _ZWNJ, _ZWJ = "\u200b", "\u200c", "\u200d"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_INVISIBLE = frozenset(_ZWSP + _ZWNJ + _ZWJ + _DIRECTION_MARKS)
# Scripts whose spelling needs the joiners: Arabic to Mandaic, the Indic family, Myanmar, Mongolian.
_JOINED_SCRIPTS = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua800-\ua8ff\ua980-\uaaff\uabc0-\uabff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00011000-\U00011fff]"
)
# Scripts that write no space between words and break lines at U+200B: Thai, Lao, Myanmar, Khmer.
_UNSPACED_SCRIPTS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_EMOJI = re.compile("[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")

# Latin letters, typographic signs and currencies: no mark is among them, and nothing invisible.
_PLAIN = re.compile("[\x00-\u02ff\u1e00-\u1eff\u2010-\u2027\u202f-\u205f\u20a0-\u20bf]*")

_BLANK_LINES = re.compile(r"\n{4,}")
_SPACES = re.compile(r"\s+")


def clean_text(value: str) -> str:
    """The text as it is kept: NFC, lines ended by ``\\n``, nothing hidden, at most two blank lines in a row.

    Cleaning twice changes nothing. The result is at most three times as long as the value (some characters
    have a normal form of three), so a length is judged after cleaning.
    """
    text = _LINE_ENDS.sub("\n", value)
    text = _TAGS.sub(lambda match: match[1] or "", _DROPPED.sub("", text)).replace("\u2800", " ")
    text = unicodedata.normalize("NFC", text)
    if not _PLAIN.fullmatch(text):
        # Again, because an accent may now follow its letter at once.
        text = unicodedata.normalize("NFC", _bound_invisible(text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n\n", text.strip("\n"))


def clean_line(value: str) -> str:
    """The same for what stands on one line (a name, a note): single spaces, no-break spaces kept as they are."""
    return _SPACES.sub(_one_space, clean_text(value)).strip()


def _one_space(match: re.Match) -> str:
    return match[0] if match[0] in ("\u00a0", "\u202f") else " "


def _bound_invisible(text: str) -> str:
    """At most four marks on a base, and only those invisible characters that the letters around them need."""
    kept, base, marks = [], "", 0
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text if char not in _INVISIBLE)
    for char, following in zip(text, text[1:] + "\n", strict=True):
        if char in _INVISIBLE:
            if _is_needed(char, base, following, rtl):
                kept.append(char)
        elif unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            if marks <= MARKS_PER_BASE:
                kept.append(char)
        else:
            base, marks = char, 0
            kept.append(char)
    return "".join(kept)


def _is_needed(char: str, base: str, following: str, rtl: bool) -> bool:
    """Whether an invisible character does its work here: between its own letters, the last one of a run."""
    if following in _INVISIBLE or unicodedata.category(following) in ("Mn", "Me"):
        return False
    if char in _DIRECTION_MARKS:
        return rtl
    if char == _ZWSP:
        return bool(_UNSPACED_SCRIPTS.match(base) and _UNSPACED_SCRIPTS.match(following))
    if _JOINED_SCRIPTS.match(base) and _JOINED_SCRIPTS.match(following):
        return True
    return char == _ZWJ and bool(_EMOJI.match(base) and _EMOJI.match(following))
