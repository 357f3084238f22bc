"""The admin site: it opens to staff alone, through the forum's own log-in."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from forum.adapters import ask_second_factor
from forum.models import Case
from forum.permissions import may_moderate, second_factor_missing


class ForumAdminSite(admin.AdminSite):
    site_title = "Et vous\u202f?"
    site_header = "Et vous\u202f? – administration"
    index_title = "Modération et rédaction"
    index_template = "admin/forum/index.html"
    enable_nav_sidebar = False  # its width is better spent on the texts

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not second_factor_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Never Django's own form: allauth's page, with its limits and its second factor."""
        if second_factor_missing(request.user):
            return ask_second_factor(request)
        return secure_admin_login(super().login)(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Moderators see first whether something waits."""
        context = dict(extra_context or {})
        if may_moderate(request.user):
            oldest = Case.objects.open().order_by("opened_at").first()
            context["waiting"] = Case.objects.open().count()
            context["waiting_since"] = oldest.opened_at if oldest else None
        return super().index(request, context)
