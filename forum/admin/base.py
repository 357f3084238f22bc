"""What the admin's pages share: plain titles, rows that nobody writes, rows that stay while they are used."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst

from forum.text.numbers import whole_number


class ForumAdmin(admin.ModelAdmin):
    """A page is titled by what it shows."""

    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        try:
            return super().changelist_view(request, {"title": title} | (extra_context or {}))
        except OverflowError:  # a year of nineteen digits; Django itself answers so to whatever else is no date
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Django's own takes whatever was ticked for a number, and fails."""
        if not all(map(whole_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("A ticked row without a number.")
        return super().response_action(request, queryset)

    def changeform_view(
        self, request: HttpRequest, object_id=None, form_url="", extra_context=None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name)
        return super().changeform_view(request, object_id, form_url, {"title": title} | (extra_context or {}))


class ReadOnlyAdmin(ForumAdmin):
    """Rows are looked at; what changes them is an action of the forum."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class KeptWhileUsedAdmin(ForumAdmin):
    """A row goes one at a time, and only while nothing hangs on it.

    Django's own refusal lists every protected row, also those that an editor may not know of.
    """

    def why_kept(self, obj) -> str:
        """The sentence for who wants to delete a row that must stay; empty where it may go."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is not None and self.has_delete_permission(request, obj) and (why := self.why_kept(obj)):
            messages.error(request, why)
            return redirect(reverse(f"admin:forum_{self.opts.model_name}_change", args=[obj.pk]))
        return super().delete_view(request, object_id, extra_context)
