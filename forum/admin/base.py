"""What the admin's pages share: plain titles, rows that nobody writes, rows that stay while they are used."""

from datetime import MAXYEAR, MINYEAR
from itertools import chain, islice

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst, smart_split

from forum.text.numbers import whole_number

from .mending import points_to_mend

DATE_PARTS = ("year", "month", "day")
LONGEST_SEARCH, MOST_WORDS = 500, 20  # characters; words


class ForumAdmin(admin.ModelAdmin):
    """A page is titled by what it shows; a list is filtered by what it offers and nothing else."""

    show_full_result_count = False
    empty_value_display = ""
    add_label = ""  # such as "Ajouter un article": Django's own knows no gender
    # Filters that links of ours ask for, beside those that the list offers.
    linked_lookups: list[str] = []

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django's own lets any column be asked about, letter by letter: an address, the hash of a password."""
        offered = chain.from_iterable(map(self._lookups_of, self.get_list_filter(request)))
        dates = (f"{self.date_hierarchy}__{part}" for part in DATE_PARTS)
        return lookup in {*offered, *dates, *self.linked_lookups}

    def _lookups_of(self, list_filter) -> list[str]:
        if isinstance(list_filter, type):
            return [list_filter.parameter_name]
        field = list_filter if isinstance(list_filter, str) else list_filter[0]
        return [field, f"{field}__exact", f"{field}__isnull", f"{field}__id__exact"]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        if not self._is_date_within_bounds(request):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")  # as Django answers to whatever else is no date
        context = {"title": title, "add_label": self.add_label}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Each word is one more condition on each field: a database gives up on a thousand of them."""
        words = islice(smart_split(search_term[:LONGEST_SEARCH]), MOST_WORDS)
        return super().get_search_results(request, queryset, " ".join(words))

    def _is_date_within_bounds(self, request: HttpRequest) -> bool:
        """Django looks for the end of the year asked for, in UTC: the first and the last year have none."""
        asked = [request.GET.get(f"{self.date_hierarchy}__{part}") for part in DATE_PARTS]
        numbers = [whole_number(value) for value in asked if value is not None]
        if None in numbers or max(numbers, default=0) > MAXYEAR:
            return False
        return asked[0] is None or MINYEAR < numbers[0] < MAXYEAR

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Django's own takes whatever was ticked for a number, and fails."""
        if not all(map(whole_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("A ticked row without a number.")
        return super().response_action(request, queryset)

    def changeform_view(
        self, request: HttpRequest, object_id=None, form_url="", extra_context=None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name) if object_id else self.add_label
        return super().changeform_view(request, object_id, form_url, {"title": title} | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        if context["errors"]:
            form, inlines = context["adminform"].form, context["inline_admin_formsets"]
            context["to_mend"] = points_to_mend(form, inlines)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple[list, dict, set, list]:
        """What goes is told by its name alone: Django puts its kind before it, and an English colon."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return [str(obj) for obj in objs], counts, lacking, protected


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
