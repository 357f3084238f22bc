"""Sessions of members, ended by others than themselves."""

from allauth.usersessions.models import UserSession

from forum.models import Member


def end_sessions(member: Member) -> int:
    """Log the member out of every browser, at once. Returns the number of sessions ended.

    Call it after COMMIT of whatever closes the account, or inside the same transaction:
    sessions live in the database.
    """
    sessions = list(UserSession.objects.filter(user=member))
    for session in sessions:
        session.end()
    return len(sessions)
