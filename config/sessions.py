"""Django's sessions in the database: found by a query that is composed once, and with an error where it does not
answer."""

from datetime import datetime
from functools import cache

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.utils import timezone

from forum.models.statements import Statement


class SessionStore(db.SessionStore):
    def load(self) -> dict:
        for (data,) in _statement().rows(key=self.session_key, now=timezone.now()):
            return self.decode(data)
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        """Django's says that the session is gone whatever went wrong, and whoever logged in while the disk was full
        would be told that his request made no sense (400) and not to try again in a moment (503)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise


@cache
def _statement() -> Statement:
    """Once the models are there, which sessions come before."""

    def compose(key, now):
        sessions = SessionStore.get_model_class().objects
        return sessions.filter(session_key=key, expire_date__gt=now).values_list("session_data")

    return Statement(compose, key=str, now=datetime)
