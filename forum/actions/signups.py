"""Sign-ups that their author takes back before the address was verified."""

from allauth.account.models import EmailAddress

from forum.models import Answer, Decision, Member, Role, Sanction


def withdraw_signup(member: Member) -> bool:
    """Delete an account that never opened, so that its name and address are free again.

    An account that somebody has logged in to, whose address was verified, or that was ever more
    than a sign-up stays: False.
    """
    if member.last_login is not None or member.role != Role.READER:
        return False
    traces = [
        EmailAddress.objects.filter(user=member, verified=True),
        Sanction.objects.filter(member=member),
        Answer.objects.filter(author=member),
        Decision.objects.filter(by=member),
    ]
    if any(trace.exists() for trace in traces):
        return False
    member.delete()
    return True
