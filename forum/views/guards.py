"""Who may open a view: asked once, before anything is looked up."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from forum.adapters import ask_second_factor
from forum.permissions import may_moderate, second_factor_missing

View = Callable[..., HttpResponse]


def moderators_only(view: View) -> View:
    """To log in for the unknown, 404 for who may not moderate, to the second factor where it is missing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_place_to_come_back_to(request))
        if not may_moderate(request.user):
            raise Http404
        if second_factor_missing(request.user):
            return ask_second_factor(request)
        return view(request, *args, **kwargs)

    return guarded


def _place_to_come_back_to(request: HttpRequest) -> str:
    """The page that was asked for; the queue after a form, whose address shows nothing."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("moderation_queue")
