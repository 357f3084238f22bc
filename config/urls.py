"""The root of all addresses."""

from django.contrib import admin
from django.urls import include, path

from forum.views.accounts import ConfirmEmailCodeView, SignupView, signup_restart

urlpatterns = [
    path("", include("forum.urls")),
    path("compte/recommencer/", signup_restart, name="signup_restart"),
    path("compte/signup/", SignupView.as_view(), name="account_signup"),
    path("compte/confirm-email/", ConfirmEmailCodeView.as_view(), name="account_email_verification_sent"),
    path("compte/", include("allauth.account.urls")),
    path("compte/2fa/", include("config.urls_2fa")),
    path("compte/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "forum.views.errors.bad_request"
handler403 = "forum.views.errors.permission_denied"
handler404 = "forum.views.errors.page_not_found"
handler405 = "forum.views.errors.method_not_allowed"  # asked for by our middleware
handler429 = "forum.views.errors.too_many_requests"  # asked for by allauth's limits
handler500 = "forum.views.errors.server_error"
handler503 = "forum.views.errors.read_only"  # asked for by our middleware
