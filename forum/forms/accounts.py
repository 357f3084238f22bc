"""The forms of the pages: they check what comes in, and save nothing."""

from allauth.account.forms import SignupForm as AllauthSignupForm


class SignupForm(AllauthSignupForm):
    pass
