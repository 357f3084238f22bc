"""Pages by key: the next rows after the last one seen, whatever has come or gone since."""

from dataclasses import dataclass

from django.db.models import QuerySet

from forum.text.numbers import whole_number


@dataclass(frozen=True)
class KeyPage:
    rows: list
    next_key: int | None  # of the page of older rows

    def __iter__(self):
        return iter(self.rows)


def page_by_id(rows: QuerySet, before: str | None, size: int) -> KeyPage:
    """Newest first, those older than the row `before` (its id, as it came in the address)."""
    key = whole_number(before)
    if key is not None:
        rows = rows.filter(pk__lt=key)
    found = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    return KeyPage(found, found[-1].pk if more else None)
