"""Long lists: paged by key, never counted, and looked through a stretch at a time.

Django's own count all rows for each page, walk over those of the pages before, and read every row for the
years in which there are any.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.admin import ListFilter, ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format

from forum.text.numbers import whole_number

from .base import ReadOnlyAdmin

KEY = "avant"  # in the address: the rows before the one of this number
STRETCH = 10_000  # rows that are looked through for one page
CHOSEN = 2_000  # rows of those that a filter knows by an index, where there are others to sort them out


class Period(NamedTuple):
    label: str
    url: str


class KeyedChangeList(ChangeList):
    """Newest first, the rows before the key; `next_url` leads on, also where this stretch held few or none."""

    key: int | None = None
    next_url = searched_to = ""
    is_keyed = True

    def get_queryset(self, request: HttpRequest, exclude_parameters=None) -> QuerySet:
        self._request = request
        asked = self.params.pop(KEY, None)
        self.filter_params.pop(KEY, None)
        if asked is not None:
            self.key = whole_number(asked)
            if self.key is None:
                raise IncorrectLookupParameters
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[str]:
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        rows, searched_to = self._stretch()
        found = list(rows[: self.list_per_page + 1])
        self.result_list = found[: self.list_per_page]
        if len(found) > self.list_per_page:
            self.next_url = self.get_query_string({KEY: self.result_list[-1].pk})
        elif searched_to:
            self.searched_to = searched_to
            self.next_url = self.get_query_string({KEY: searched_to})
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True

    @property
    def newest_url(self) -> str:
        return self.get_query_string()

    # --- How far one page looks -----------------------------------------------------------------

    def _stretch(self) -> tuple[QuerySet, int | None]:
        """The rows to look through for this page, and the number of the last one where others come after it."""
        before = self.key
        if not self._is_narrowed():
            return self._before(before), None
        if self._is_found_by_an_index():
            return self._before(before), None
        for spec in self.filter_specs:
            chosen = getattr(spec, "chosen", lambda before: None)(before)
            if chosen is not None:
                most = self.list_per_page + 1 if self._is_the_only_filter(spec) else CHOSEN
                numbers = list(chosen[:most])
                rows = self.queryset.filter(pk__in=numbers)
                return rows, numbers[-1] if len(numbers) == most else None
        before = min(filter(None, [before, self._end_of_period()]), default=None) or self._newest() + 1
        after = before - STRETCH
        rows = self._before(before).filter(pk__gte=after)
        return rows, after if after > max(self._oldest(), self._start_of_period()) else None

    def _before(self, number: int | None) -> QuerySet:
        return self.queryset.filter(pk__lt=number) if number else self.queryset

    def _is_narrowed(self) -> bool:
        return bool(self.query or self.has_active_filters or self.get_filters_params().keys() - {"o", "all"})

    def _is_the_only_filter(self, spec: ListFilter) -> bool:
        """All that it knows by an index is to be shown."""
        return not self.query and self.get_filters_params().keys() - {"o", "all"} == {spec.parameter_name}

    def _is_found_by_an_index(self) -> bool:
        asked = self.get_filters_params().keys()
        return bool(whole_number(self.query) or asked & set(self.model_admin.linked_lookups))

    def _newest(self) -> int:
        return self._plain().order_by("-pk").values_list("pk", flat=True).first() or 0

    def _oldest(self) -> int:
        return self._plain().order_by("pk").values_list("pk", flat=True).first() or 0

    def _plain(self) -> QuerySet[Model]:
        return self.model._default_manager.all()

    # --- The calendar ---------------------------------------------------------------------------

    def periods(self) -> Iterator[Period]:
        """The years of the list, the months of the year, the days of the month: whether or not they hold a row."""
        year, month, day = self._asked_period()
        if day:
            yield Period("Tout le mois", self._period_url(year, month))
        elif month:
            yield Period(str(year), self._period_url(year))
            for each in range(1, monthrange(year, month)[1] + 1):
                label = date_format(date(year, month, each), "j F")
                yield Period(label, self._period_url(year, month, each))
        elif year:
            yield Period("Toutes les dates", self._period_url())
            for each in MONTHS:
                yield Period(f"{MONTHS[each]} {year}", self._period_url(year, each))
        else:
            for each in self._years():
                yield Period(str(each), self._period_url(each))

    def _years(self) -> range:
        times = self._plain().values_list(self.date_hierarchy, flat=True)
        first, last = times.order_by("pk").first(), times.order_by("-pk").first()
        if first is None:
            return range(0)
        return range(timezone.localtime(first).year, timezone.localtime(last).year + 1)

    def _asked_period(self) -> tuple[int | None, ...]:
        return tuple(whole_number(self.params.get(f"{self.date_hierarchy}__{part}")) for part in PARTS)

    def _period_url(self, *values: int) -> str:
        names = [f"{self.date_hierarchy}__{part}" for part in PARTS]
        return self.get_query_string(dict(zip(names, values, strict=False)), [f"{self.date_hierarchy}__"])

    def _end_of_period(self) -> int | None:
        """The number of the first row after the period that is asked for."""
        _, end = self._bounds()
        return self._first_since(end) if end else None

    def _start_of_period(self) -> int:
        start, _ = self._bounds()
        return self._first_since(start) if start else 0

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        _, _, lookups, *_ = self.get_filters(self._request)
        start, end = (lookups.get(f"{self.date_hierarchy}__{name}") for name in ("gte", "lt"))
        return (start[0], end[0]) if start else (None, None)

    def _first_since(self, moment: datetime) -> int:
        """Numbers rise with time: halving what is left finds the place in some twenty looks."""
        low, high = 1, self._newest() + 1
        while low < high:
            middle = (low + high) // 2
            rows = self._plain().filter(pk__gte=middle).order_by("pk")
            pk, time = rows.values_list("pk", self.date_hierarchy)[0]
            if time < moment:
                low = pk + 1
            else:
                high = middle
        return low


PARTS = ("year", "month", "day")


class KeyedAdmin(ReadOnlyAdmin):
    """A list that may have millions of rows; a number that is searched for is the number of `numbered` alone."""

    numbered = "pk"
    show_facets = ShowFacets.NEVER
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return KeyedChangeList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        number = whole_number(search_term)
        if number:
            return queryset.filter(**{self.numbered: number}), False
        return super().get_search_results(request, queryset, search_term)
