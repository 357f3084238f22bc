"""What the forum clears away by itself: nobody has to remember a timer for it."""

import logging
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

logger = logging.getLogger(__name__)

# A session is written before its line among the member's connections; this is more than any request takes.
IN_THE_MAKING = timedelta(hours=1)


def tidy() -> None:
    """Clear expired sessions, with what strangers left in them, and the connections that they were.

    Safe to run at any time and twice at once. The cache clears itself: it holds at most its
    `MAX_ENTRIES`, and what has expired goes first.
    """
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    ended = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    ended.filter(created_at__lt=now - IN_THE_MAKING).delete()
    if sessions:
        logger.info("Cleared %d expired sessions", sessions)
