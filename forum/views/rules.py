"""How this forum is moderated: a page for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forum.models import Reason


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "forum/rules/page.html", {"reasons": Reason.objects.offered().against()})
