"""Sign-ups that their author takes back before the address was verified."""

from allauth.account.models import EmailAddress

from forum.models import Member


def withdraw_signup(member: Member) -> bool:
    """Delete an account that never opened, so that its name and address are free again.

    An account that somebody has logged in to, or whose address was verified, stays: False.
    """
    verified = EmailAddress.objects.filter(user=member, verified=True)
    if member.last_login is not None or verified.exists():
        return False
    member.delete()
    return True
