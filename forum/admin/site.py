"""The admin site: it opens to staff alone, through the forum's own log-in."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from forum.adapters import ask_second_factor
from forum.permissions import second_factor_missing


class ForumAdminSite(admin.AdminSite):
    site_title = "Et vous\u202f?"
    site_header = "Et vous\u202f? – administration"
    index_title = "Modération et rédaction"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not second_factor_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Never Django's own form: allauth's page, with its limits and its second factor."""
        if second_factor_missing(request.user):
            return ask_second_factor(request)
        return secure_admin_login(super().login)(request, extra_context)
