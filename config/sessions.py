"""Django's sessions in the database, but for one thing: a database that does not answer is an error here too."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError


class SessionStore(db.SessionStore):
    """Django's says that the session is gone whatever went wrong, and whoever logged in while the disk was full
    would be told that his request made no sense (400) and not to try again in a moment (503)."""

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
