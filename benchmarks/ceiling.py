"""The ceilings: a bare Django that answers with 30 KB and looks at nothing, or inserts a row and redirects."""

import os

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path

# With the forum's own way to open a database: as durable, and as lastingly connected.
from config.settings import DATABASES  # noqa: F401

DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.ceiling"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
MIDDLEWARE = [  # as `startproject` writes them
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "benchmarks",
]
PAGE = "<!doctype html><title>Page</title>" + "<p>Un paragraphe de cent lettres, ou à peu près.</p>\n" * 560


def begin(request: HttpRequest) -> HttpResponse:
    """A session and a token, to insert with."""
    request.session["who"] = 1
    return HttpResponse(get_token(request))


def insert(request: HttpRequest) -> HttpResponse:
    from .models import Note

    if request.session.get("who") != 1:
        return HttpResponseForbidden()
    Note.objects.create(text=request.POST["text"])
    return HttpResponseRedirect("/")


urlpatterns = [path("", lambda request: HttpResponse(PAGE)), path("debut/", begin), path("ecrire/", insert)]
