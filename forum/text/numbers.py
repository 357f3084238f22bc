"""Numbers that came from outside: in an address, in a form."""

LONGEST = 18  # digits; every database takes such a number for an id


def whole_number(value: str | None) -> int | None:
    """A positive whole number in at most 18 plain digits, or None for whatever else came."""
    if value and len(value) <= LONGEST and value.isascii() and value.isdigit():
        return int(value) or None
    return None
