"""What every answer carries: its policy, its status, its privacy, and the site’s own pages when all fails."""

import codecs
import logging
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import get_resolver
from django.utils.cache import patch_cache_control, patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from forum.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

REQUEST_ID = re.compile("[A-Za-z0-9-]{8,64}")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, 9.2.1


class RequestIdMiddleware:
    """Give each request a name of its own, in every line of its log and in its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = _id_of_the_proxy(request) or secrets.token_hex(8)
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response


def _id_of_the_proxy(request: HttpRequest) -> str:
    """A stranger's would let him write into the log, or pass for somebody else's request."""
    sent = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return sent if REQUEST_ID.fullmatch(sent) else ""


class ContentSecurityPolicyMiddleware:
    """Send `SECURE_CSP`, as Django 6 does by itself: drop this class when moving there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise's, with a page of ours for who sends something to a file."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            page = get_resolver().resolve_error_handler(405)(request)
            page["Allow"] = "GET, HEAD"
            return page
        return WhiteNoiseMiddleware.serve(static_file, request)


class Utf8Middleware:
    """Refuse a request in another encoding than UTF-8: no page of ours sends one.

    Python's decoders of UTF-7 and UTF-16 let lone surrogates through, which nothing can write down again:
    not a database, and not even the page of an error. Others, such as hex, decode to no text at all: `Utf8Request`
    lets none of them near.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _encoding_named_by(request) != "utf-8":
            request.encoding = "utf-8"  # for the page that says so
            raise BadRequest("Not in UTF-8.")
        return self.get_response(request)


def _encoding_named_by(request: HttpRequest) -> str:
    """A name that Python does not know is as none."""
    try:
        return codecs.lookup(request.content_params.get("charset", "utf-8")).name
    except LookupError:
        return "utf-8"


class ReadOnlyMiddleware:
    """In read-only mode, give back what is sent with a page that says why, and keep nothing of what is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.READ_ONLY:
            return self.get_response(request)
        if request.method not in SAFE_METHODS:
            return get_resolver().resolve_error_handler(503)(request)
        request.session = _UnwrittenSession(request.session.session_key)
        response = self.get_response(request)
        request.session.modified = False  # else a cookie would name a session that is nowhere
        return response


class _UnwrittenSession(SessionStore):
    """A session in which a page may note something, for this one answer: the challenge of a passkey, a log-in
    that has been ended since."""

    key_salt = SessionStore().key_salt  # made of the name of the class, and sessions are signed with it

    def save(self, must_create: bool = False) -> None:
        pass

    def delete(self, session_key: str | None = None) -> None:
        pass


class OwnErrorPagesMiddleware:
    """The site's own pages for what is not there, what takes no such request, and for a database that does
    not answer, with `DEBUG` on too.

    With `DEBUG` off, Django asks the same handlers. The handler of error 500 knows a lock, a lost
    connection or a full disk from the exception, answers 503 and gives the reader his text back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code == 404 and request.resolver_match is None:
            return get_resolver().resolve_error_handler(404)(request, exception=None)
        if isinstance(response, HttpResponseNotAllowed):
            page = get_resolver().resolve_error_handler(405)(request)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return get_resolver().resolve_error_handler(404)(request, exception=exception)
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database does not answer", exc_info=exception, extra={"request": request})
            return get_resolver().resolve_error_handler(500)(request)
        return None


class FormToMendMiddleware:
    """422 for a form that comes back to be mended from a view of allauth's, which would answer 200; 429 for one
    that was sent too often.

    Asked when the page is made: by then a view has judged its form, or the page has in showing the
    faults. Judging one here would try a password twice.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.method == "POST" and response.status_code == 200:
            response.add_post_render_callback(_tell_of_faults)
        return response


# How long a limit of allauth's lasts that comes as a fault of a form, in seconds.
LIMITS = {"too_many_login_attempts": 5 * 60, "rate_limited": 60}


def _tell_of_faults(response: TemplateResponse) -> None:
    forms = (shown for shown in (response.context_data or {}).values() if isinstance(shown, BaseForm))
    faulty = [form for form in forms if form._errors]
    waits = [LIMITS[code] for form in faulty for code in _codes(form) if code in LIMITS]
    if faulty:
        response.status_code = 429 if waits else 422
    if waits:
        response["Retry-After"] = str(max(waits))


def _codes(form: BaseForm) -> set[str]:
    return {error.code for errors in form.errors.as_data().values() for error in errors}


class PrivatePagesMiddleware:
    """A page made for one reader is kept by no cache, not even his browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Neither property reads the session: an anonymous page stays free of it.
        if request.session.accessed and not request.session.is_empty():
            patch_cache_control(response, private=True, no_store=True)
            patch_vary_headers(response, ["Cookie"])
        return response
