"""Sign-ups that end without an account: taken back by their author, or never finished."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from forum.models import Answer, Decision, Draft, Member, Report, Role, Sanction


def withdraw_signup(member: Member) -> bool:
    """Delete an account that never opened, so that its name and address are free again.

    An account that somebody has logged in to, whose address was verified, or that was ever more
    than a sign-up stays: False.
    """
    with transaction.atomic():
        # Both rows are held: a code entered at this moment comes before or after, never between.
        never_opened = Member.objects.filter(pk=member.pk, last_login=None, role=Role.READER)
        member = never_opened.select_for_update().first()
        addresses = EmailAddress.objects.select_for_update().filter(user=member) if member else []
        if member is None or any(address.verified for address in addresses) or _has_left_traces(member):
            return False
        member.delete()
    return True


def _has_left_traces(member: Member) -> bool:
    traces = [
        Sanction.objects.filter(member=member),
        Answer.objects.filter(author=member),
        Draft.objects.filter(author=member),
        Decision.objects.filter(by=member),
        Report.objects.filter(by=member),
    ]
    return any(trace.exists() for trace in traces)


def withdraw_abandoned_signups() -> int:
    """Free the names and addresses of sign-ups that nobody finished in `FORUM_SIGNUP_DAYS` days; how many.

    Nothing that waits for a moderator is lost: without a verified address nobody logs in, and without
    logging in nobody sends a text. Should such an account have one all the same, it stays, whatever its
    age. A closed account stays too: closing it was a decision.
    """
    long_ago = timezone.now() - timedelta(days=settings.FORUM_SIGNUP_DAYS)
    unopened = Member.objects.filter(last_login=None, joined_at__lt=long_ago, role=Role.READER)
    signups = unopened.filter(is_active=True, is_demonstration=False, emailaddress__verified=False)
    return sum(map(withdraw_signup, signups.distinct()))
