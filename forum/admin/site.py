"""The admin site: it opens to staff alone, through the forum's own log-in."""

from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from forum.adapters import ask_second_factor
from forum.models import Article, Case, Question
from forum.permissions import may_moderate, second_factor_missing


class ForumAdminSite(admin.AdminSite):
    site_title = "Et vous\u202f?"
    site_header = "Et vous\u202f? – administration"
    index_title = "Modération et rédaction"
    index_template = "admin/forum/index.html"
    enable_nav_sidebar = False  # its width is better spent on the texts

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not second_factor_missing(request.user)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Every page of the admin, and the admin's own where one is closed or missing.

        A NUL, which PostgreSQL takes in no filter, is refused but in the search box.
        """
        shown = super().admin_view(view, cacheable)

        @wraps(shown)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            filters = (value for name, values in request.GET.lists() if name != SEARCH_VAR for value in values)
            if "\0" in "".join(filters):
                raise BadRequest("A NUL in the address.")
            try:
                return shown(request, *args, **kwargs)
            except PermissionDenied:
                return self._instead(request, "Cette page n’est pas ouverte à votre rôle", 403)
            except Http404:
                return self._instead(request, "Il n’y a rien à cette adresse", 404)

        return guarded

    def _instead(self, request: HttpRequest, title: str, status: int) -> HttpResponse:
        """In the room where it happened, with the way back into it."""
        context = self.each_context(request) | {"title": title}
        return TemplateResponse(request, f"admin/{status}.html", context, status=status)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Never Django's own form: allauth's page, with its limits and its second factor."""
        if second_factor_missing(request.user):
            return ask_second_factor(request)
        return secure_admin_login(super().login)(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Never Django's own form: allauth's page bounds the tries and tells the member by mail."""
        return redirect("account_change_password")

    def get_urls(self) -> list:
        shown = self.admin_view(self.view_on_site)
        own = path("r/<path:content_type_id>/<path:object_id>/", shown, name="view_on_site")
        return [own, *super().get_urls()]

    def view_on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """To what everybody may read. Django's own view would say to an editor which answers there are."""
        kinds = ContentType.objects.get_for_models(Article, Question).values()
        if content_type_id not in {str(kind.pk) for kind in kinds}:
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Moderators see first whether something waits."""
        context = dict(extra_context or {})
        if may_moderate(request.user):
            oldest = Case.objects.open().order_by("opened_at").first()
            context["waiting"] = Case.objects.open().count()
            context["waiting_since"] = oldest.opened_at if oldest else None
        return super().index(request, context)
