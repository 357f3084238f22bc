"""Is the process alive, is the forum ready: for what watches over it, as JSON."""

from django.http import HttpRequest, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from forum.health import is_ready, readiness

RETRY_AFTER = 10  # seconds


@require_safe
def health_live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return _never_kept(JsonResponse({"live": True}))


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Ready for readers, or 503 and why not."""
    signs = readiness()
    ready = is_ready(signs)
    said = {sign.name: "ok" if sign.is_well else sign.says for sign in signs}
    response = JsonResponse({"ready": ready, "checks": said}, status=200 if ready else 503)
    if not ready:
        response["Retry-After"] = str(RETRY_AFTER)
    return _never_kept(response)


def _never_kept(response: JsonResponse) -> JsonResponse:
    add_never_cache_headers(response)
    return response
