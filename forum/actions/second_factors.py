"""The second factor of an account: application, passkeys, recovery codes."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from forum.models import Member

from .sessions import end_sessions


@transaction.atomic
def remove_second_factor(member: Member) -> tuple[list[str], int]:
    """Take every factor off the account and end its sessions.

    Returns the kinds of factors that there were (`Authenticator.Type`), and how many sessions ended.
    """
    factors = Authenticator.objects.filter(user=member)
    kinds = sorted(set(factors.values_list("type", flat=True)))
    if not kinds:
        return [], 0
    factors.delete()
    return kinds, end_sessions(member)
