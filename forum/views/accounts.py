"""What the account pages need beside allauth's own views."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.views import ConfirmEmailVerificationCodeView
from allauth.core.exceptions import ImmediateHttpResponse
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from forum.actions.signups import withdraw_signup
from forum.adapters import MAIL_NOT_SENT

CODES_APART = 10  # seconds, as allauth's limit "confirm_email" says for codes that are typed


class ConfirmEmailCodeView(ConfirmEmailVerificationCodeView):
    """allauth's own, but for a mail that could not leave, and for a code that is asked for too soon."""

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        try:
            response = super()._resend_form_valid(form)
        except ImmediateHttpResponse:
            return self._too_soon()
        if not self._process.user and self.request.session.get(MAIL_NOT_SENT) == self._process.email:
            # allauth writes but once to the owner of a taken address. As that mail did not leave it is
            # sent now, and what is told of it cannot differ from what a free address is told.
            get_adapter().send_account_already_exists_mail(self._process.email)
        return response

    def _too_soon(self) -> HttpResponse:
        context = self.get_context_data(form=self._get_verify_form_class()(), is_too_soon=True)
        response = self.render_to_response(context, status=429)
        response["Retry-After"] = str(CODES_APART)
        return response


confirm_email_code = ConfirmEmailCodeView.as_view()


@require_POST
def signup_restart(request: HttpRequest) -> HttpResponse:
    """Back to the sign-up form from the page that waits for a code: the address had a slip.

    Looks the same whether the address was free or taken. The session stays, and with it
    what the reader wrote before he had an account.
    """
    stage = get_pending_stage(request)
    login = stage.login if stage else None
    clear_login(request)
    request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
    if login and login.user:
        withdraw_signup(login.user)
    address = reverse("account_signup")
    if login and login.redirect_url:
        address += "?" + urlencode({"next": login.redirect_url})
    return redirect(address)
