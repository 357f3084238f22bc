"""The passkey forms: allauth's own answer a broken credential with an error of the server."""

import struct
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth_forms
from django.core.exceptions import ValidationError

# What the parsers of fido2 raise on fields that are missing, short or of another type.
BROKEN = (LookupError, TypeError, ValueError, AttributeError, struct.error)


NOT_KNOWN = "Cette clé n’a pas été reconnue. Réessayez, ou prenez un autre moyen."


def _refusing_what_is_broken(check: Callable):
    """What the check returns. Raises ValidationError in words that speak of a key, not of a code."""
    try:
        return check()
    except BROKEN:
        raise ValidationError(NOT_KNOWN) from None
    except ValidationError as error:
        if error.code == "incorrect_code":
            raise ValidationError(NOT_KNOWN) from None
        raise


class AddPasskeyForm(allauth_forms.AddWebAuthnForm):
    def clean(self) -> dict:
        return _refusing_what_is_broken(super().clean)


class AuthenticatePasskeyForm(allauth_forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)


class LoginPasskeyForm(allauth_forms.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)


class ReauthenticatePasskeyForm(allauth_forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)
