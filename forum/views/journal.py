"""The journal: every decision, to be read and found again."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forum.forms.moderation import JournalFilter, query_of
from forum.models import Decision

from .guards import moderators_only
from .keys import page_by_id

PER_PAGE = 50
LOOKUPS = {
    "decision": "verb",
    "motif": "reason",
    "question": "answer__question",
    "depuis": "created_at__date__gte",
    "jusqu_a": "created_at__date__lte",
}


@moderators_only
@require_safe
def moderation_journal(request: HttpRequest) -> HttpResponse:
    """Every decision, newest first."""
    form = JournalFilter(request.GET)
    form.is_valid()
    rows = _rows(form.cleaned_data)
    page = page_by_id(rows, request.GET.get("avant"), PER_PAGE)
    return render(request, "forum/moderation/journal.html", {"filter": form, "page": page, "asked": query_of(form)})


def _rows(wanted: dict) -> QuerySet[Decision]:
    rows = Decision.objects.select_related("by", "reason", "answer__author", "answer__question__article")
    if wanted.get("par"):
        rows = rows.filter(by=wanted["par"])
    elif not wanted.get("automate"):
        rows = rows.exclude(by=None)
    for name, lookup in LOOKUPS.items():
        if wanted.get(name):
            rows = rows.filter(**{lookup: wanted[name]})
    return rows
