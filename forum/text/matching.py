"""Copies of a text for comparing: the same words whatever their dress."""

import hashlib
import unicodedata


def normalise(text: str) -> str:
    """A copy to compare: compatibility forms folded, case and accents dropped, single spaces."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(kept.split())


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised copy, as 64 hexadecimal digits."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()
