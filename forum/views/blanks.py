"""Pages printed once for many readers, with blanks for what differs from one to the next."""

import re
import secrets

from django.utils.html import conditional_escape

# No reader can write a blank: he would have to know the word, which no page shows.
_WORD = secrets.token_hex(12)
_BLANK = re.compile(f"{_WORD}-([a-z]+)-")


def blank(name: str) -> str:
    """What a template prints where `Sheet.filled` will put a value."""
    return f"{_WORD}-{name}-"


class Sheet:
    """Kept as it is sent: to encode a page takes as long as to ask for its answers."""

    def __init__(self, html: str) -> None:
        pieces = _BLANK.split(html)  # text, name of a blank, text, …
        self._names = pieces[1::2]
        self._pieces = [piece.encode() for piece in pieces]

    def filled(self, **values: str | list[bytes]) -> bytes:
        """The page; a text that is not HTML already is escaped, and a list is HTML."""
        pieces = self._pieces.copy()
        pieces[1::2] = [_html(values[name]) for name in self._names]
        return b"".join(pieces)


def _html(value: str | list[bytes]) -> bytes:
    return b"".join(value) if isinstance(value, list) else conditional_escape(value).encode()
