"""The account forms that differ from allauth's."""

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forum.models import Member
from forum.text.names import look_key

LENGTHS = (MinLengthValidator, MaxLengthValidator)


class LoginForm(allauth_forms.LoginForm):
    def clean_login(self) -> str:
        """The member's own spelling of the name, when the one typed looks the same.

        SQLite compares letters beyond ASCII with their case, and the limit on failed log-ins
        must count all spellings of one name together.
        """
        login = super().clean_login()
        if "@" in login:
            return login
        return Member.objects.filter(look=look_key(login)).values_list("username", flat=True).first() or login

    def user_credentials(self) -> dict[str, str]:
        """An address alone, where one was typed: no name has an @.

        allauth would try it as a name too, and so hash a wrong password twice for an address that has an account.
        """
        credentials = super().user_credentials()
        if "email" in credentials:
            credentials.pop("username", None)
        return credentials


class SignupForm(allauth_forms.SignupForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Our content security policy blocks the inline style that hides allauth's trap for
        # robots; the template hides it by class.
        trap = self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        trap.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}
        # The rules for names say how long one may be, of the cleaned name and in our words.
        name = self.fields["username"]
        name.validators = [one for one in name.validators if not isinstance(one, LENGTHS)]

    def try_save(self, request: HttpRequest) -> tuple[Member | None, HttpResponse | None]:
        is_robot = self.cleaned_data[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        try:
            with transaction.atomic():
                if not self.account_already_exists or is_robot:
                    return super().try_save(request)
                self._write_as_if_free()
        except IntegrityError:
            # Somebody took the name or the address between the check and the insert.
            self.add_error(
                None,
                "Quelqu’un vient de prendre ce nom ou cette adresse. "
                "Si c’est vous, connectez-vous\u202f; sinon, choisissez un autre nom.",
            )
            context = {"form": self, "redirect_field_value": request.POST.get("next", "")}
            return None, render(request, "account/signup.html", context, status=409)
        return None, self._answer_as_if_free(request)

    def _write_as_if_free(self) -> None:
        """As much to hash and to write to the disk, of which nothing is left: allauth would answer sooner."""
        name, password = self.cleaned_data["username"], self.cleaned_data["password1"]
        Member.objects.create_user(name, password=password).delete()

    def _answer_as_if_free(self, request: HttpRequest) -> HttpResponse:
        """The owner of the address gets a mail; this reader sees what a free address shows.

        allauth's own answer would forget where he came from.
        """
        email, next_page = self.cleaned_data["email"], get_next_redirect_url(request)
        return perform_login(request, Login(user=None, email=email, signup=True, redirect_url=next_page))


class ConfirmEmailCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    def clean_code(self) -> str:
        """Only who has the right code is told that its sign-up was taken back: allauth fails on it."""
        code = super().clean_code()
        if self.user is None:
            raise ValidationError("Cette inscription n’a plus cours\u202f: recommencez-la.")
        return code
