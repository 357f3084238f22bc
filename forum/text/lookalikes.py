"""Which characters a reader takes for one another, and the plain form of each.

Judged by the principle of Unicode's UTS #39: what counts is the shape on a screen, in
either case, since names and words are compared without case. Two letters of one living
alphabet that its readers tell apart never share a form, so honest words stay distinct.
"""

import re
import unicodedata
from functools import lru_cache

# One character becomes this many at most (U+FDFA would become eighteen), so that a copy
# is never longer than four times its text.
GROWTH = 4

# Plain form: what passes for it. Letters stand as casefolding leaves them (Cherokee: capitals).
LOOKALIKES = {
    "a": "аαᎪᗅᗩ",
    "b": "вβᏴᗷᑲ",
    "c": "сᏟᑕ",
    "d": "ԁðᎠᗪᗞᑯᏧ",
    "e": "еəεᎬᗴ℮",
    "f": "ϝᖴ",
    "g": "ցᏀᏳᘜ",
    "h": "нһηհᎻᏂᕼ",
    "i": "іιᎥ",
    "j": "јϳյᎫᒍ",
    "k": "кκĸᏦ",
    "l": "ӏⵏᏞᒪ",
    "m": "мμᎷᗰ",
    "n": "νոŋᑎ",
    "o": "оοօⵔᗝ",
    "p": "рρþᏢᑭ",
    "q": "ԛզ",
    "r": "гᎡᏒᖇ",
    "s": "ѕտᏕᏚᔕ",
    "t": "тτᎢ",
    "u": "սᑌ",
    "v": "ѵᏙᐯ",
    "w": "ԝѡωᏔᎳᗯ",
    "x": "хχⵅ᙭",
    "y": "уυᎩ",
    "z": "ζᏃ",
    "ae": "æӕ",
    "oe": "œ",
    # One shape, two code points, within Arabic and within Japanese.
    "ك": "ک",
    "ي": "ی",
    "ه": "ہ",
    "へ": "ヘ",
    "り": "リ",
    "力": "カ",
    "口": "ロ",
    "二": "ニ",
    "工": "エ",
    "卜": "ト",
    "夕": "タ",
    "八": "ハ",
    "一": "ー",
    "'": "’‘‛ʼʻʽʹˈ′",
}
PLAIN_FORMS = {char: plain for plain, chars in LOOKALIKES.items() for char in chars}

# Unicode's Default_Ignorable_Code_Point: takes no room on the screen.
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

# Accents, points, vowel signs and stretching that a word is read without. The marks of other scripts
# (Devanagari, Thai, the voicing of kana) are letters in all but name and stay.
OPTIONAL_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

# ø, ł, ı, ɛ, small capitals, letters in black squares: Unicode's name says which letter it is.
LATIN_NAME = re.compile(
    r"(?:LATIN (?:SMALL )?LETTER (?:SMALL CAPITAL )?(?:(?:OPEN|TURNED|REVERSED|DOTLESS|SCRIPT|BARRED) )?"
    r"|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER "
    r"|REGIONAL INDICATOR SYMBOL LETTER )"
    r"([A-Z]{1,2})(?: WITH .+)?"
)

BRAILLE_BLANK = "\u2800"


def is_mark(char: str) -> bool:
    """Whether the character is drawn on the one before it."""
    return unicodedata.category(char)[0] == "M"


@lru_cache(maxsize=20_000)
def fold_character(char: str) -> str:
    """The plain form of one character: at most `GROWTH` characters, none if it is not seen.

    Folding a plain form again changes nothing. White space becomes one space.
    """
    if char.isspace() or char == BRAILLE_BLANK:
        return " "
    if unicodedata.category(char) in ("Cc", "Cs"):
        return ""
    folded = char
    for _ in range(5):  # a form can have a form of its own: fullwidth, then a capital, then accented
        again = "".join(map(_fold_once, folded))[:GROWTH]
        if again == folded:
            break
        folded = again
    return folded


def _fold_once(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    if decomposed.startswith(" ") and char != " ":  # a lone accent is a sign, not a space
        return PLAIN_FORMS.get(char, char)
    return "".join(_plain_form(part) for part in decomposed)


def _plain_form(char: str) -> str:
    if char in PLAIN_FORMS:
        return PLAIN_FORMS[char]
    if IGNORABLE.match(char) or OPTIONAL_MARK.match(char):
        return ""
    category = unicodedata.category(char)
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char.isascii():
        return char
    named = LATIN_NAME.fullmatch(unicodedata.name(char, ""))
    return named[1].lower() if named else char
