"""User names: which ones are accepted, and what they look like to a reader."""

import re
import unicodedata
from functools import cache
from itertools import groupby, pairwise

from .folding import fold
from .lookalikes import IGNORABLE, fold_character, is_mark
from .matching import normalise

SHORTEST, LONGEST = 3, 30  # characters
LOOK_LENGTH = 120
ZERO_AND_ONE = str.maketrans("01", "ol")
# Controls, formats, lone surrogates, private use, line and paragraph separators.
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))

SEPARATORS = "._-' "
# What telephones and word processors write in their place.
TYPED_SEPARATORS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "–": "-"})

# Accents on one letter: Vietnamese needs two. A vowel sign, a nukta and a nasal stand on one
# letter in Hindi, three points in Hebrew.
ACCENTS, SCRIPT_MARKS = 2, 3

# Scripts of living languages, by the first word of Unicode's character names; the ancient
# ones mostly serve to imitate letters.
LIVING_SCRIPTS = (
    "LATIN GREEK CYRILLIC ARMENIAN GEORGIAN HEBREW ARABIC SYRIAC THAANA ETHIOPIC TIFINAGH NKO ADLAM VAI "
    "DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA THAI LAO KHMER MYANMAR "
    "TIBETAN MONGOLIAN CHEROKEE CANADIAN CJK HIRAGANA KATAKANA BOPOMOFO HANGUL"
)
SCRIPTS = frozenset(LIVING_SCRIPTS.split())
NAMED_OTHERWISE = {
    "ARABIC-INDIC": "ARABIC",
    "EXTENDED": "ARABIC",
    "KATAKANA-HIRAGANA": "KATAKANA",
    "IDEOGRAPHIC": "CJK",
}
WRITTEN_TOGETHER = tuple(
    frozenset(scripts.split()) for scripts in ("CJK HIRAGANA KATAKANA", "CJK HANGUL", "CJK BOPOMOFO")
)

ADDRESS = re.compile(
    r"(?:https?|www)\..*|.*\.(?:com|net|org|info|biz|fr|be|ch|ca|lu|eu|uk|de|it|es|pt|nl|pl|ru|cn|us|io|co|me|tv|cc"
    r"|xyz|top|site|online|shop|store|club|live|link|click|app|dev|page|blog|news)",
    re.IGNORECASE,
)

# Who speaks for the site. Refused also as one word of a longer name.
STAFF = (
    "admin administrateur administratrice administration administrator moderateur moderatrice moderation "
    "moderator redaction redacteur redactrice editeur editrice webmaster webmestre sysadmin superuser"
)
RESERVED = (
    "modo|anonyme|anonymous|ancien membre|anciens membres|membre supprime|compte supprime|utilisateur supprime|"
    "et vous|forum|equipe|direction|journal|support|aide|help|contact|info|abuse|securite|security|service|"
    "service client|root|system|systeme|officiel|official|compte officiel|staff|team|postmaster|hostmaster|"
    "noreply|no reply|mailer daemon|invite|guest|null|none|undefined|nobody|everyone|tout le monde|site|vous"
)
ARTICLES = ("", "la", "le", "les", "l", "un", "une", "notre", "votre")


def clean_name(value: str) -> str:
    """The name as it is kept: NFKC, typed apostrophes and hyphens made plain, no outer spaces."""
    return unicodedata.normalize("NFKC", value).translate(TYPED_SEPARATORS).strip()


def name_problem(name: str) -> str | None:
    """What is wrong with a cleaned name and what to do about it, in a French sentence; None if it is fine.

    The rules follow Unicode's UTS #39 (one script, no ignorable characters, few marks).
    """
    for is_wrong, sentence in RULES:
        if is_wrong(name):
            return sentence
    return None


def look_key(name: str) -> str:
    """The same key, of at most 120 characters, for all names that a reader could take for one another.

    Without case, accents and separators; look-alikes of other scripts are Latin; O is zero, l is
    I and 1, « rn » is « m », « vv » is « w ». « cl » is not « d »: Clara and Dara are two people.
    Nor is every i an l, for Élia is not Ella: only the first letter of a name, a capital I beside
    small letters, and a small l among capitals. (Those may change the key of a name in another
    case; names that differ by case alone are caught by `lower()` in the database.)
    """
    letters = unicodedata.normalize("NFKC", name).strip().replace("|", "1")
    read = "".join(_read_i_or_l(letters, place) for place in range(len(letters)))
    plain = fold(read).words.translate(ZERO_AND_ONE)
    look = re.sub("^i", "l", plain).replace("rn", "m").replace("vv", "w")
    return unicodedata.normalize("NFC", look or name.casefold())[:LOOK_LENGTH]


def _read_i_or_l(letters: str, place: int) -> str:
    """What one letter of a name looks like among its neighbours: « PauI » is Paul, « ADMlN » is ADMIN."""
    letter, plain = letters[place], fold_character(letters[place])
    if plain not in ("i", "l"):
        return letter
    padded = f"  {letters} "  # so that the neighbours are always there
    earlier, before, after = padded[place], padded[place + 1], padded[place + 3]
    if plain == "i" and letter.isupper() and (before.islower() or (before.isalpha() and after.islower())):
        return "l"
    if (
        plain == "l"
        and letter.islower()
        and before.isupper()
        and (after.isupper() or (after == " " and earlier.isupper()))
    ):
        return "i"
    return letter


def _has_unseen(name: str) -> bool:
    return any(IGNORABLE.match(char) or unicodedata.category(char) in UNSEEN for char in name)


def _has_odd_characters(name: str) -> bool:
    kinds = {unicodedata.category(char) for char in name if char not in SEPARATORS}
    return name != clean_name(name) or any(kind[0] not in "LM" and kind != "Nd" for kind in kinds)


def _has_odd_separators(name: str) -> bool:
    return re.search(r"[._\-' ](?:[._\-' ]|$)", name) is not None


def _begins_oddly(name: str) -> bool:
    return not name[0].isalpha()


def _has_stacked_marks(name: str) -> bool:
    """Too many marks on a letter, or a mark on something else."""
    decomposed = unicodedata.normalize("NFD", name)
    for is_stack, group in groupby(decomposed, is_mark):
        marks = list(group)
        accents = sum(unicodedata.name(mark, "").startswith("COMBINING") for mark in marks)
        if is_stack and (accents > ACCENTS or len(marks) > SCRIPT_MARKS):
            return True
    return any(is_mark(mark) and not base.isalpha() and not is_mark(base) for base, mark in pairwise(decomposed))


def _mixes_scripts(name: str) -> bool:
    scripts = {_script(char) for char in name if not char.isascii() or char.isalpha()} - {"COMBINING"}
    is_one = len(scripts) == 1 or any(scripts <= together for together in WRITTEN_TOGETHER)
    return not is_one or not scripts <= SCRIPTS


def _script(char: str) -> str:
    first = unicodedata.name(char, "?").partition(" ")[0]
    return NAMED_OTHERWISE.get(first, first)


def _is_address(name: str) -> bool:
    return ADDRESS.fullmatch(name) is not None


def _is_reserved(name: str) -> bool:
    stem = name.rstrip(SEPARATORS + "0123456789")
    if _looks(stem) & _reserved_looks():
        return True
    words = re.split(r"[._\-' ]", stem)
    return any(_looks(word.rstrip("0123456789")) & _staff_looks() for word in words)


def _looks(name: str) -> set[str]:
    """As it is written, and with its digits read as letters."""
    return {look_key(name), look_key(name.casefold()), look_key(normalise(name))}


# A thousand keys, which a server that starts has no need of: only who chooses a name has.
@cache
def _staff_looks() -> frozenset[str]:
    return frozenset(look_key(word + plural) for word in STAFF.split() for plural in ("", "s"))


@cache
def _reserved_looks() -> frozenset[str]:
    return _staff_looks() | {
        look_key(article + phrase + plural)
        for phrase in (*STAFF.split(), *RESERVED.split("|"))
        for article in ARTICLES
        for plural in ("", "s")
    }


# In this order: the first rule that a name breaks is told.
RULES = (
    (lambda name: len(name) < SHORTEST, "Ce nom est trop court : choisissez-en un de 3 à 30 caractères."),
    (lambda name: len(name) > LONGEST, "Ce nom est trop long : choisissez-en un de 3 à 30 caractères."),
    (_has_unseen, "Ce nom contient un caractère invisible : saisissez-le au clavier, sans le coller."),
    (_has_odd_characters, "Ce nom contient un signe non admis : écrivez-le avec des lettres et des chiffres."),
    (_begins_oddly, "Ce nom ne commence pas par une lettre : placez-en une devant."),
    (
        _has_odd_separators,
        "Ce nom porte un point, un tiret, une apostrophe ou une espace de trop : "
        "placez-les un à un, entre deux lettres ou chiffres.",
    ),
    (_has_stacked_marks, "Une lettre de ce nom porte trop d’accents : gardez-en deux au plus."),
    (
        _mixes_scripts,
        "Ce nom mélange plusieurs alphabets, ou en emploie un qui n’est pas admis : "
        "écrivez-le avec les lettres d’une seule langue.",
    ),
    (_is_address, "Ce nom ressemble à une adresse : choisissez-en un sans « www » ni « .fr »."),
    (_is_reserved, "Ce nom est réservé à l’équipe du site : choisissez-en un autre."),
)
