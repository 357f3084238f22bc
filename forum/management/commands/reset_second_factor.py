"""The way back for a member of the staff who has lost his telephone, his key and his recovery codes."""

import logging

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forum.actions.second_factors import remove_second_factor
from forum.models import Member

logger = logging.getLogger(__name__)
MAIL = "mfa/email/second_factor_removed"
WORDS = {
    Authenticator.Type.TOTP: "application",
    Authenticator.Type.WEBAUTHN: "passkeys",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


class Command(BaseCommand):
    help = (
        "Remove every second factor of a member (application, passkeys, recovery codes), end his sessions and "
        "tell him by mail. Make sure first that it is he who asks: his password alone opens the account then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options) -> None:
        member = member_named(username)
        kinds, ended = remove_second_factor(member)
        if not kinds:
            self.stdout.write(f"{member} has no second factor: nothing was changed.")
            return
        removed = sorted(WORDS[kind] for kind in kinds)
        logger.warning("The second factor of member %d was removed: %s.", member.pk, ", ".join(removed))
        self.stdout.write(f"Removed from {member}: {', '.join(removed)}. Sessions ended: {ended}.")
        if not member.email:
            self.stdout.write("The account has no address: tell him yourself.")
            return
        get_adapter().send_mail(MAIL, member.email, {"timestamp": timezone.now()})
        self.stdout.write(f"The mail that tells him goes to {member.email}.")


def member_named(username: str) -> Member:
    try:
        return Member.objects.get_by_natural_key(username)
    except Member.DoesNotExist:
        raise CommandError(f"There is no member named {username!r}. Check the spelling in /admin/.") from None
