"""The settings that tests run with: development's, whatever a developer's own .env says."""

import os
import re
from pathlib import Path

_names = re.findall(
    r"^# ([A-Z_]+)=", (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
)
for _name in _names:
    if _name != "DATABASE_URL":
        os.environ[_name] = ""  # counts as unset, and keeps .env from setting it

from config.settings import *  # noqa: E402, F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: nothing here is secret
# Tests run with DEBUG off, but static files come from their folders as in development.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
