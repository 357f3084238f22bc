"""Texts written before logging in: they wait in the visitor's session until he comes back to the box."""

from django.http import HttpRequest

SESSION_KEY = "parked_texts"
MOST = 3  # boxes; the oldest text makes room


def park(request: HttpRequest, place: str, text: str) -> None:
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
