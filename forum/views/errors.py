"""Error pages: what happened, that the text is safe, and the one thing to do.

None of them trusts `request.POST`: the body may be the very thing that could not be read.
"""

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from forum.context_processors import site

logger = logging.getLogger(__name__)

# The boxes that people write in: an answer, a moderator's note, a reader's remark.
BOXES = {"text": "Votre texte", "note": "Votre mot à l’auteur", "remark": "Votre remarque"}
# What their forms may hold beside them, sent again with the text.
KEPT_FIELDS = ("key", "seen", "known", "verb", "_verb", "reason")
RETRY_AFTER_DATABASE = 5  # seconds
RETRY_AFTER_READ_ONLY = 5 * 60  # seconds
RETRY_AFTER_LIMIT = 60  # seconds, whole minutes


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A hidden page and an unknown one answer with the same bytes."""
    return render(request, "404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """The address takes forms alone, or none: somebody opened what a form was sent to."""
    return _bare(request, "405.html", 405)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or its cookie is gone: the text comes back in a fresh one."""
    return _kept(render(request, "403_csrf.html", _of_a_form(request), status=403))


def too_many_requests(
    request: HttpRequest, exception: Exception | None = None, *, retry_after: int = RETRY_AFTER_LIMIT
) -> HttpResponse:
    context = _of_a_form(request) | {"minutes": retry_after // 60}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(retry_after)
    return _kept(response)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without a query: 503 when it is the database that does not answer, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _bare(request, "503.html", 503)
        response["Retry-After"] = str(RETRY_AFTER_DATABASE)
        return response
    return _bare(request, "500.html", 500)


def read_only(request: HttpRequest) -> HttpResponse:
    """Nothing can be sent while the operator is at work."""
    response = _bare(request, "503_read_only.html", 503)
    response["Retry-After"] = str(RETRY_AFTER_READ_ONLY)
    return response


def _of_a_form(request: HttpRequest) -> dict[str, Any]:
    """No link leads back here after logging in: the address may take nothing but forms."""
    return {"sent": _sent_form(request), "come_back": ""}


def _bare(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page that asks nothing of the session or the database; the text, if one was sent, is in it."""
    context = site(request) | {"sent": _sent_form(request)}
    return _kept(HttpResponse(render_to_string(template, context), status=status))


def _kept(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response


def _sent_form(request: HttpRequest) -> dict[str, Any] | None:
    """The text that was posted and what it takes to post it again, or None where there is none.

    Nothing comes back from a form on another site: it must not put words into the reader's box. Nor from
    one on a neighbour's, such as another subdomain of the newspaper.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return None
    try:
        fields = request.POST
    except Exception:  # whatever the parsers complain of, the page is to be shown
        return None
    box = next((name for name in BOXES if fields.get(name)), None)
    if box is None:
        return None
    return {
        "name": box,
        "label": BOXES[box],
        "text": fields[box],
        "hidden": [(name, value) for name in KEPT_FIELDS for value in fields.getlist(name)],
        "path": request.get_full_path(),
        "token": get_token(request),
    }
