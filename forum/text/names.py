"""User names, and what they look like to a reader."""

from .matching import normalise


def look_key(name: str) -> str:
    """The same key for all names that a reader could take for one another."""
    return normalise(name).replace(" ", "")
