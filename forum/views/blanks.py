"""Pages printed once for many readers, with blanks for what differs from one to the next."""

import re
import secrets

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

# No reader can write a blank: he would have to know the word, which no page shows.
_WORD = secrets.token_hex(12)
_BLANK = re.compile(f"{_WORD}-([a-z]+)-")


def blank(name: str) -> str:
    """What a template prints where `Sheet.filled` will put a value."""
    return f"{_WORD}-{name}-"


class Sheet:
    def __init__(self, html: str) -> None:
        self._pieces = _BLANK.split(html)  # text, name of a blank, text, …

    def filled(self, **values: str | list[str]) -> str:
        """The page; what is not HTML already is escaped."""
        pieces = self._pieces.copy()
        pieces[1::2] = [_html(values[name]) for name in pieces[1::2]]
        return "".join(pieces)


def _html(value: str | list[str]) -> str:
    if isinstance(value, list):
        return "".join([each if isinstance(each, SafeString) else conditional_escape(each) for each in value])
    return conditional_escape(value)
