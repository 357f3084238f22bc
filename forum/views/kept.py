"""What was made once and is shown again, in the memory of each process."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.conf import settings

Made = TypeVar("Made")


class Kept:
    """Things by all that they are made of: what is made of something else is another thing, so none grows old, but
    for those that say until when they hold.

    Nothing is kept with DEBUG on: templates change while one looks.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Hashable, object] = {}

    def find(self, made_of: Hashable) -> Any:
        """None where it is not kept."""
        return self._things.get(made_of)

    def get(self, made_of: Hashable, make: Callable[[], Made]) -> Made:
        thing = self._things.get(made_of)
        return self.keep(made_of, make()) if thing is None else thing

    def keep(self, made_of: Hashable, thing: Made) -> Made:
        """In place of what was kept of it before."""
        if not settings.DEBUG:
            self._keep(made_of, thing)
        return thing

    def _keep(self, made_of: Hashable, thing: object) -> None:
        if len(self._things) >= self._most:
            for oldest in list(self._things)[: max(1, self._most // 2)]:
                self._things.pop(oldest, None)  # another thread may have been quicker
        self._things[made_of] = thing

    def clear(self) -> None:
        self._things.clear()
