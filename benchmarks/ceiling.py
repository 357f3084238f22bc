"""The ceiling: what a bare Django costs that answers with a page of 30 KB and looks at nothing."""

import os

from django.http import HttpResponse
from django.urls import path

DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.ceiling"
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
]
PAGE = "<!doctype html><title>Page</title>" + "<p>Un paragraphe de cent lettres, ou à peu près.</p>\n" * 560

urlpatterns = [path("", lambda request: HttpResponse(PAGE))]
