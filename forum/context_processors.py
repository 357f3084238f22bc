"""What every page knows of the site and of who reads it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from forum.models import Notification

# Pages that nobody wants to come back to after logging in.
ACCOUNT_PAGES = ("account_", "mfa_")


def site(request: HttpRequest) -> dict[str, str | bool | Callable[[], int]]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "read_only": settings.READ_ONLY,
        "come_back": come_back(request),
        # A function: only a page that shows the number asks the database for it.
        "unread_notifications": lambda: Notification.objects.shown_to(request.user).unread().count(),
    }


def come_back(request: HttpRequest) -> str:
    """The query string that brings a reader back to this page once he has logged in."""
    page = request.resolver_match.url_name if request.resolver_match else None
    if page is None or page == settings.LOGIN_REDIRECT_URL or page.startswith(ACCOUNT_PAGES):
        return ""
    return "?" + urlencode({"next": request.get_full_path()})
