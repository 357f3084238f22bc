"""How accounts behave here: the hooks that allauth offers."""

import logging
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from forum.models import Member
from forum.text.names import clean_name, look_key, name_problem

logger = logging.getLogger(__name__)

WRONG_PAIR = "Ce nom ou cette adresse ne va pas avec ce mot de passe. Vérifiez l’un et l’autre, puis réessayez."
TOO_MANY_FAILURES = "Trop d’essais manqués. Attendez cinq minutes, puis recommencez."
MAIL_NOT_SENT = "mail_not_sent"  # in the session: the address that the last code did not reach
WRONG_CODE = "Ce code n’est pas le bon. Prenez celui du dernier message reçu."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est fermé.",
        "duplicate_email": "C’est déjà l’adresse de votre compte.",
        "email_password_mismatch": WRONG_PAIR,
        "email_taken": "Cette adresse sert déjà à un autre compte. Indiquez-en une autre.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "Ce n’est pas votre mot de passe. Réessayez.",
        "invalid_login": WRONG_PAIR,
        "rate_limited": "Trop de demandes en peu de temps. Attendez une minute, puis recommencez.",
        "same_as_current": "C’est déjà l’adresse indiquée.",
        "too_many_login_attempts": TOO_MANY_FAILURES,
        "username_password_mismatch": WRONG_PAIR,
        "username_taken": (
            "Ce nom est pris, ou ressemble trop à celui d’un autre membre. "
            "Choisissez-en un autre\u202f; s’il est à vous, connectez-vous."
        ),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The name as it will be kept. Raises ValidationError when it cannot be, or is taken by its look."""
        name = clean_name(username)
        problem = name_problem(name)
        if problem:
            raise ValidationError(problem, code="invalid")
        if not shallow and Member.objects.filter(look=look_key(name)).exists():
            raise self.validation_error("username_taken")
        return name

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits count by; allauth takes a /64 of IPv6 for one address.

        A server that listens on `[::]` sees readers by IPv4 as ::ffff:192.0.2.1: all in the same /64.
        """
        address = ip_address(super().get_client_ip(request).partition("%")[0])
        return str(getattr(address, "ipv4_mapped", None) or address)

    def is_safe_url(self, url: str) -> bool:
        """Paths of this site alone: no host of the request or of the settings is trusted for a redirect."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: dict | None = None
    ) -> EmailMessage:
        headers = {"Auto-Submitted": "auto-generated"} | (headers or {})
        return super().render_mail(template_prefix, email, context, headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the site's own name: no name, address or link in a mail comes from the request's Host.

        A mail server that is down fails no page, and one that hangs holds none for long: the session
        notes the address that waits in vain, and the page that asks for the code says so.
        """
        context = context | {
            "email": email,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "contact_email": settings.CONTACT_EMAIL,
        }
        message = self.render_mail(template_prefix, email, context)
        message.connection = get_connection(timeout=settings.EMAIL_TIMEOUT_IN_REQUEST)
        is_waited_for = "timestamp" not in context  # unlike a notice of something done
        try:
            message.send()
        except OSError as error:  # also every SMTPException
            logger.error("mail %s not sent: %s", template_prefix, type(error).__name__)
            if is_waited_for:
                self.request.session[MAIL_NOT_SENT] = email
        else:
            if is_waited_for and MAIL_NOT_SENT in self.request.session:
                del self.request.session[MAIL_NOT_SENT]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth puts the request's Host before the login: "Host: forum:1", "Host: forum:2" …
        # would each open a new count of failed log-ins.
        return credentials.get("email", credentials.get("username", "")).casefold()


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Un compte qui a la double protection ne peut pas recevoir d’autre adresse.",
        "cannot_delete_authenticator": "Ce moyen ne peut pas être retiré.",
        "cannot_generate_recovery_codes": (
            "Les codes de secours viennent ensuite\u202f: ajoutez d’abord une application ou une clé d’accès."
        ),
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis réessayez.",
        "unverified_email": "Vérifiez d’abord votre adresse électronique, puis ajoutez la double protection.",
    }

    def get_totp_label(self, user: Member) -> str:
        """The name: an address would stand in clear on the screen of the reader's telephone."""
        return user.username

    def generate_authenticator_name(self, user: Member, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Clé {count + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.SITE_NAME}


def ask_second_factor(request: HttpRequest) -> HttpResponseRedirect:
    """Send a member of the staff to set up the factor that his role needs, and say why."""
    messages.warning(
        request,
        "Votre rôle donne accès à la modération ou à l’administration\u202f: votre compte doit d’abord "
        "avoir la double protection. Ajoutez ci-dessous une application ou une clé d’accès.",
    )
    return redirect("mfa_index")
