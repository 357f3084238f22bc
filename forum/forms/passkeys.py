"""The passkey forms: allauth's own answer a broken credential with an error of the server."""

import json
import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError

# What the parsers of fido2 raise on fields that are missing, short or of another type.
BROKEN = (LookupError, TypeError, ValueError, AttributeError, struct.error)


NOT_KNOWN = "Cette clé n’a pas été reconnue. Réessayez, ou prenez un autre moyen."


class _Decoder(json.JSONDecoder):
    """Refuses what the field cannot: numbers of 5,000 digits, lists a thousand deep, halves of a character."""

    def decode(self, text: str, *args, **kwargs) -> Any:
        try:
            decoded = super().decode(text, *args, **kwargs)
            json.dumps(decoded, ensure_ascii=False).encode()  # as the page shows it when it comes back
        except (ValueError, RecursionError):
            raise json.JSONDecodeError("Not what a browser sends", "", 0) from None
        return decoded


def _credential_field() -> forms.JSONField:
    return forms.JSONField(widget=forms.HiddenInput, decoder=_Decoder)


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
    credential = _credential_field()

    def clean(self) -> dict:
        return _refusing_what_is_broken(super().clean)


class AuthenticatePasskeyForm(allauth_forms.AuthenticateWebAuthnForm):
    credential = _credential_field()

    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)


class LoginPasskeyForm(allauth_forms.LoginWebAuthnForm):
    credential = _credential_field()

    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)


class ReauthenticatePasskeyForm(allauth_forms.ReauthenticateWebAuthnForm):
    credential = _credential_field()

    def clean_credential(self) -> Authenticator:
        return _refusing_what_is_broken(super().clean_credential)
