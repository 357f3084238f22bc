"""What the account pages need beside allauth's own views."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    add_email_verification_sent_message,
    handle_verification_email_rate_limit,
)
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.internal.stagekit import clear_login, stash_login
from allauth.account.models import Login
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmEmailVerificationCodeView
from allauth.account.views import SignupView as AllauthSignupView
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from forum.actions.errors import Conflict
from forum.actions.signups import open_account
from forum.models import Member

CODES_APART = 10  # seconds, as allauth's limit "confirm_email" says for codes that are typed
TOO_MANY_CODES = "Trop de codes faux. Recommencez l’inscription\u202f: un autre code vous parviendra."
CODE_TOO_OLD = "Ce code n’est plus valable. Recommencez l’inscription\u202f: un autre vous parviendra."


class Signup(EmailVerificationProcess):
    """A sign-up that waits for its code: the session has it, and the forum nothing yet.

    allauth writes the account at once where the address is free. Whoever signs up with somebody's address
    could then try the name and the password: where they open, or where the name is taken from now on,
    the address has no account.
    """

    @classmethod
    def begin(cls, request: HttpRequest, given: dict[str, Any], next_page: str | None) -> None:
        state = cls.initial_state(None, given["email"]) | {
            "name": given["username"],
            "password": make_password(given["password1"]),
            "next": next_page,
        }
        signup = cls(request, state)
        signup.generate_code()
        signup.send()
        signup.persist()
        # The pages to sign up and to log in lead to the one that waits for the code.
        login = Login(email=signup.email, signup=True, redirect_url=next_page)
        LoginStageController(request, login).set_current(EmailVerificationStage.key)
        stash_login(request, login)

    @classmethod
    def pending(cls, request: HttpRequest) -> "Signup | None":
        state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
        return cls(request, state) if state and "name" in state else None

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """A code to a free address; to another, as often, that it has an account."""
        handle_verification_email_rate_limit(self.request, self.email)
        _, is_taken = email_already_exists(self.email)
        adapter = get_adapter()
        if is_taken:
            adapter.send_account_already_exists_mail(self.email)
        else:
            about = {"user": Member(username=self.state["name"]), "code": self.code}
            adapter.send_mail("account/email/email_confirmation_signup", self.email, about)
        add_email_verification_sent_message(self.request, self.email, signup=True)

    def open(self) -> HttpResponse:
        """The account, and its member logged in to it. Raises Conflict as `open_account` does."""
        member = open_account(name=self.state["name"], email=self.email, password=self.state["password"])
        self.abort()
        get_adapter().add_message(
            self.request, messages.SUCCESS, "account/messages/email_confirmed.txt", {"email": self.email}
        )
        login = Login(user=member, email=self.email, signup=True, redirect_url=self.state["next"])
        return perform_login(self.request, login)

    def begin_again(self, why: str = "") -> HttpResponse:
        """To the form, with nothing of this sign-up left but where it came from."""
        self.abort()
        if why:
            messages.error(self.request, why)
        query = f"?{urlencode({'next': self.state['next']})}" if self.state["next"] else ""
        return redirect(reverse("account_signup") + query)


class SignupView(AllauthSignupView):
    def form_valid(self, form: Form) -> HttpResponse:
        if form.is_of_robot:
            return super().form_valid(form)
        try:
            Signup.begin(self.request, form.cleaned_data, get_next_redirect_url(self.request))
        except ImmediateHttpResponse as refusal:
            return refusal.response
        return redirect("account_email_verification_sent")


class ConfirmEmailCodeView(ConfirmEmailVerificationCodeView):
    """allauth's own, but for sign-ups, and for a code that is asked for too soon."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.signup = Signup.pending(request)
        if self.signup and request.user.is_authenticated:
            self.signup.abort()
            return redirect("account_email")
        if self.signup and not self.signup.is_valid():
            return self.signup.begin_again(CODE_TOO_OLD)
        return super().dispatch(request, *args, **kwargs)

    def _verify_form_valid(self, form: Form) -> HttpResponse:
        if self.signup:
            try:
                return self.signup.open()
            except Conflict as conflict:
                return self.signup.begin_again(conflict.message)
        if self._process.user is None:  # whose account is gone: allauth fails on it
            self._process.abort()
            return redirect("account_login")
        return super()._verify_form_valid(form)

    def _verify_form_invalid(self, form: Form) -> HttpResponse:
        if self.signup and self.signup.state["failed_attempts"] + 1 >= self.signup.max_attempts:
            return self.signup.begin_again(TOO_MANY_CODES)
        return super()._verify_form_invalid(form)

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        self._process = self.signup or self._process
        self._process.state["at"] = time.time()  # the mail says how long its code is good for
        try:
            return super()._resend_form_valid(form)
        except ImmediateHttpResponse:
            return self._too_soon()

    def _too_soon(self) -> HttpResponse:
        context = self.get_context_data(form=self._get_verify_form_class()(), is_too_soon=True)
        response = self.render_to_response(context, status=429)
        response["Retry-After"] = str(CODES_APART)
        return response


@require_POST
def signup_restart(request: HttpRequest) -> HttpResponse:
    """Back to the sign-up form from the page that waits for a code: the address had a slip.

    The session stays, and with it what the reader wrote before he had an account.
    """
    signup = Signup.pending(request)
    if signup:
        return signup.begin_again()
    clear_login(request)
    request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
    return redirect("account_signup")
