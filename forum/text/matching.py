"""Copies of a text for comparing: the same words whatever their dress."""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from . import phrases as passages_of
from .folding import fold_markdown, fold_to_read

# A Markdown link up to its target, a bare address, or the use of a link defined elsewhere.
LINK = re.compile(
    r"(?P<markdown>\]\(\s{0,9}<?[^\s()\[\]<>]*+)|(?P<bare>(?:https?://|(?<![\w/.@-])www\.)[^\s()\[\]<>]++)"
    r"|(?P<label>\[[^\[\]\n]{1,200}+\](?!\())",
    re.IGNORECASE,
)
MAY_LINK = re.compile(r"\[|://|www\.", re.IGNORECASE)
DEFINITION = re.compile(r"^ {0,3}(\[[^\[\]\n]{1,200}+\]):[^\n]*", re.MULTILINE)


class Passage(NamedTuple):
    """A phrase that was found, and the text that it was found in, as its author wrote it."""

    phrase: str
    passage: str
    start: int  # of its first place in the text


def normalise(text: str) -> str:
    """A copy to compare, at most four times as long as the text.

    Compatibility forms, case, accents and look-alikes are folded, digits and signs inside
    words read as letters, what is not seen is dropped, spaces are single. A normalised copy
    is its own normalised copy.
    """
    return " ".join(fold_to_read(text).chars.split())


def find_passages(phrases: Iterable[str], text: str) -> list[Passage]:
    """Where normalised phrases stand in a Markdown text, in its order, each different passage once.

    Whole words only, across any spaces, hyphens, line breaks and marks. A word is also found
    with its letters apart (« c o n n a r d », « con-nard »), repeated three times or more
    (« connnnard »), or with the -s or -x of a plural if it has four letters; a word of up to
    three letters as it is or with every letter apart. Feminine and verb forms are phrases of
    their own. One letter alone is never found. Work is in proportion to the text.
    """
    found: dict[tuple[str, str], Passage] = {}
    for hit in passages_of.find(phrases, text):
        passage = text[hit.start : hit.end]
        found.setdefault((hit.phrase, passage), Passage(hit.phrase, passage, hit.start))
    return list(found.values())


def fingerprint(text: str) -> str:
    """SHA-256, as 64 hexadecimal digits, of the words that a reader sees, without what is between them."""
    return hashlib.sha256((fold_markdown(text).words or normalise(text)).encode()).hexdigest()


def count_links(text: str) -> int:
    """How many links a reader sees in a Markdown text: to pages, not to mail addresses.

    A link defined elsewhere (`[label]: target`) counts where it is used. Addresses in code
    count too: this errs on the side of a look by a moderator.
    """
    if not MAY_LINK.search(text):
        return 0
    labels = {_label(match[1]) for match in DEFINITION.finditer(text)}
    return sum(_is_link(match, labels) for match in LINK.finditer(DEFINITION.sub("", text)))


def _is_link(match: re.Match[str], labels: set[str]) -> bool:
    if match["label"]:
        return _label(match["label"]) in labels
    if match["markdown"]:
        return not match["markdown"].lower().lstrip("](< \t\n").startswith("mailto:")
    # The shown text of a Markdown link is counted with its target.
    return not match.string.startswith("](", match.end())


def _label(label: str) -> str:
    return " ".join(label.casefold().split())
