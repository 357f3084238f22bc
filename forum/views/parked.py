"""Texts written before logging in: they wait in the visitor's session until he comes back to the box."""

from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest

from .errors import too_many_requests

SESSION_KEY = "parked_texts"
MOST = 3  # boxes; the oldest text makes room
LIMIT_LASTS = 10 * 60  # seconds, as `ACCOUNT_RATE_LIMITS` says for "park"


def park(request: HttpRequest, place: str, text: str) -> None:
    """Keep a text for its box. Each visitor without cookies is a new session, so one address parks
    only so many: beyond them the answer is 429, with the text in its box."""
    if not ratelimit.consume(request, action="park"):
        raise ImmediateHttpResponse(too_many_requests(request, retry_after=LIMIT_LASTS))
    texts = request.session.get(SESSION_KEY, {})
    texts.pop(place, None)
    texts[place] = text
    request.session[SESSION_KEY] = dict(list(texts.items())[-MOST:])


def parked_text(request: HttpRequest, place: str) -> str:
    return request.session.get(SESSION_KEY, {}).get(place, "")


def forget(request: HttpRequest, place: str) -> None:
    texts = request.session.get(SESSION_KEY, {})
    if texts.pop(place, None) is not None:
        request.session[SESSION_KEY] = texts
