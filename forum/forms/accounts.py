"""The account forms that differ from allauth's."""

from allauth.account import forms as allauth_forms
from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator

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

    @property
    def is_of_robot(self) -> bool:
        """Whether the trap is filled, in which case allauth answers as if all were well."""
        return bool(self.cleaned_data[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD])
