"""French micro-typography: the spaces, quotes, apostrophes and dashes that a keyboard does not write."""

import re
from typing import NamedTuple

# One width for all, the narrow no-break space, as in the forum's own pages and most French newspapers; the
# Lexique of the Imprimerie nationale sets a full no-break space before the colon and inside guillemets.
NARROW = "\u202f"
PLACEHOLDER = "\ufffc"  # stands for what is not prose (code, addresses) so that its neighbours are still seen

_SPACE = "[ \u00a0\u2009\u202f]"
# What may follow a mark that ends a phrase: not a letter or a digit, which would make it 10:30, a?b or :name:.
_END = r"(?=[\s)\]}»”\"'’.,…*–—-]|\Z)"
_MARK = rf"(?:[;!?]+{_END}|:(?=[\s\"«»“]|\Z))"
_EMOTICON = r"[:;=8][-^o']{0,2}[)(\]DdPpOoSs/\\|*3](?!\w)"
_RULES = re.compile(
    rf"""
    (?P<kept>
        (?:https?|ftp)://[^\s<>"»]+ | www\.[^\s<>"»]+ | mailto:[^\s<>"»]+
      | (?<![\w.+-])[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+
      | &\#?\w{{1,32}};
      | (?<![^\s«]):[\w+-]{{1,40}}:(?!\w)
      | (?<![^\s«]){_EMOTICON}
      | «{_SPACE}*»
    )
  | (?P<ellipsis>(?<!\.)\.\.\.(?!\.))
  | (?P<apostrophe>(?<=[^\W\d_])'(?=[\w«"“{PLACEHOLDER}]))
  | (?P<open>«)(?P<after_open>{_SPACE}*)(?=\S)
  | (?<=\S)(?P<before_close>{_SPACE}*)(?=»)
  | (?<=\S)(?P<spaced>{_SPACE}+)(?!{_EMOTICON})(?={_MARK})
  | (?:(?<=[\w)\]»”’"%…€{PLACEHOLDER}])|(?<=(?<!\.)\.\.\.))(?P<unspaced>)(?={_MARK})
  | (?P<thousands>(?<!\d)(?<!\d[.,])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d))
  | (?<=\d)(?P<unit>{_SPACE})(?=[%€])
  | (?<=[^\s«][ \u00a0\u202f])(?P<dash>--?)(?=[ \u00a0\u202f]+[^\s»;:!?])
  | (?P<quote>")
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"(?:\A|(?<=[\s(\[«“'’\-–—/]))\"(?=[^\s\";:!?«»])")
_CLOSING = re.compile(r"(?<=[^\s\"«»])\"(?=[\s)\]»”.,;:!?…\-–—/]|\Z)")
# Words that one language has and the other has not.
_FRENCH = re.compile(
    r"\b(?:les?|la|des?|du|une?|et|est|que|qui|dans|pour|pas|nous|vous|je|il|elle|ce|sur|avec|aux?|ou)\b", re.I
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|is|are|was|you|that|it|for|with|this|not|have|they|what|from|be)\b", re.I
)


class Edit(NamedTuple):
    """Put `text` in the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def french(text: str) -> str:
    """The text as a French printer sets it. Words, addresses, times and emoticons stay; twice is the same as once.

    A text with more English than French words gets none of the spaces and quotes its writer did not type.
    """
    return apply(text, edits(text))


def apply(text: str, changes: list[Edit]) -> str:
    """The text with the changes made; they are in order and do not overlap."""
    parts, position = [], 0
    for start, end, replacement in changes:
        parts += text[position:start], replacement
        position = end
    return "".join([*parts, text[position:]])


def edits(text: str) -> list[Edit]:
    """What `french` would change, as edits in order, for a caller that cuts the text into pieces."""
    is_french = _looks_french(text)
    quotes = _paired_quotes(text) if is_french else {}
    found = []
    for match in _RULES.finditer(text):
        found += _edits_of(match, is_french, quotes)
    return [edit for edit in found if text[edit.start : edit.end] != edit.text]


def _edits_of(match: re.Match, is_french: bool, quotes: dict[int, str]) -> list[Edit]:
    kind = match.lastgroup
    start, end = match.span(kind)
    if kind == "ellipsis":
        return [Edit(start, end, "…")]
    if kind == "apostrophe":
        return [Edit(start, end, "’")]
    if kind in ("spaced", "unit"):
        return [Edit(start, end, NARROW)]
    if kind == "thousands":
        return [Edit(i, i + 1, NARROW) for i in range(start, end) if not match.string[i].isdigit()]
    if kind == "quote" and start in quotes:
        return [Edit(start, end, quotes[start])]
    if kind == "unspaced" and match.string[start - 1] == '"' and not quotes.get(start - 1, "").endswith("»"):
        return []  # a mark just inside quotes that open, or that are not understood
    if is_french and kind in ("unspaced", "after_open", "before_close"):
        return [Edit(start, end, NARROW)]
    if is_french and kind == "dash" and not _is_between_digits(match):
        return [Edit(start, end, "–")]
    return []


def _looks_french(text: str) -> bool:
    return len(_FRENCH.findall(text)) >= len(_ENGLISH.findall(text))


def _is_between_digits(match: re.Match) -> bool:
    return match.string[match.start() - 2].isdigit() and match.string[match.end() + 1].isdigit()


def _paired_quotes(text: str) -> dict[int, str]:
    """Where straight quotes become guillemets: every one of the text opens or closes in turn, or none does."""
    places = [i for i, char in enumerate(text) if char == '"']
    if len(places) % 2:
        return {}
    guillemets = {}
    for opening, closing in zip(places[::2], places[1::2], strict=True):
        if not (_OPENING.match(text, opening) and _CLOSING.match(text, closing)):
            return {}
        guillemets |= {opening: "«" + NARROW, closing: NARROW + "»"}
    return guillemets
