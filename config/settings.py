"""All settings, from the environment or .env; without any it runs for development on SQLite."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")

# --- What each installation says of itself -----------------------------------------------------

DEBUG = env.flag("DEBUG", True)
if DEBUG:
    SECRET_KEY = env.text("SECRET_KEY", "for-development-only-" + "x" * 40)
    SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
    ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
    ALLOWED_HOSTS += filter(None, [urlsplit(SITE_URL).hostname])
else:
    SECRET_KEY = env.required("SECRET_KEY", "a long random text that signs sessions and links.")
    env.required("ALLOWED_HOSTS", "the site's host names, separated by commas.")
    ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name one host at least.")
    SITE_URL = env.required("SITE_URL", "the site's address, for instance https://forum.example.org.").rstrip("/")
    if not (SITE_URL.startswith("https://") and urlsplit(SITE_URL).hostname):
        raise ImproperlyConfigured("SITE_URL must be an address with https:// when DEBUG is off.")
# Pages can be read and nothing can be sent; commands are the operator's, and work.
READ_ONLY = env.flag("READ_ONLY", False)
SITE_NAME = env.text("SITE_NAME", "Et vous\u202f?")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "redaction@localhost")

# --- Django ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "forum",
    "config.apps.ForumAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "forum.middleware.RequestIdMiddleware",
    "forum.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "forum.middleware.StaticFilesMiddleware",
    "forum.kept_pages.KeptPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "forum.middleware.Utf8Middleware",
    "forum.middleware.ReadOnlyMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "forum.middleware.OwnErrorPagesMiddleware",
    "forum.middleware.FormToMendMiddleware",
    "forum.middleware.PrivatePagesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forum.context_processors.site",
            ],
        },
    }
]
LANGUAGE_CODE = "fr"
LOCALE_PATHS = [BASE_DIR / "locale"]  # what the admin says better than in Django's own French
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError):
    raise ImproperlyConfigured(f"TIME_ZONE must be a name such as Europe/Paris, not {TIME_ZONE!r}.") from None
USE_TZ = True

# --- Database and cache ------------------------------------------------------------------------

try:
    _database = dj_database_url.parse(env.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'data' / 'forum.sqlite3'}"))
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL is not the address of a database. {error}") from None
if not _database["ENGINE"].endswith(("sqlite3", "postgresql")):
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgresql://.")
DATABASES = {"default": _database}
LOCK_TIMEOUT = 20  # seconds that a writer waits for another, before he gets his text back
(BASE_DIR / "data").mkdir(exist_ok=True)
if _database["ENGINE"].endswith("sqlite3"):
    # FULL: an acknowledged post survives a power cut. IMMEDIATE: two writers wait for each other
    # instead of failing half-way. No mmap: see the WAL-reset bug of SQLite before 3.51.3. A cache of 1 MB, for each
    # thread has a connection of its own: what the system keeps of the file serves all of them as fast.
    _database["ENGINE"] = "config.sqlite"
    _database["CONN_MAX_AGE"] = None
    _database.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=LOCK_TIMEOUT,
        init_command=(
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-1000;"
            "PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864"
        ),
    )
else:
    _database["ENGINE"] = "config.postgresql"
    _database["CONN_MAX_AGE"] = None  # one for each thread of the server: a pool would cost more than the query
    _database["CONN_HEALTH_CHECKS"] = True
    _options = _database.setdefault("OPTIONS", {})
    # Without it one statement that somebody left open would keep every thread of the server. What DATABASE_URL
    # says comes after it, and wins.
    _options["options"] = f"-c lock_timeout={LOCK_TIMEOUT}s {_options.get('options', '')}".strip()
    _options.setdefault("tcp_user_timeout", 20_000)  # ms; else a machine that vanished is waited for 15 minutes

# Where the limits of allauth are counted, for all workers together.
if CACHE_URL := env.text("CACHE_URL"):
    if not CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss:// or unix://.")
    if find_spec("redis") is None:
        raise ImproperlyConfigured("CACHE_URL needs: pip install --require-hashes -r requirements-redis.txt")
    CACHES = {"default": {"BACKEND": "config.redis_cache.OutspokenRedisCache", "LOCATION": CACHE_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "config.cache.OutspokenDatabaseCache",
            "LOCATION": "cache_entries",
            "OPTIONS": {"MAX_ENTRIES": 20000},
        }
    }

# --- Static files ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# By the hash in its name; else WhiteNoise looks each of 200 files up in the manifest when the server starts.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}(?:\.\w+)?$"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# --- Accounts ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "forum.Member"
AUTHENTICATION_BACKENDS = ["forum.permissions.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "forum.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "forum.forms.accounts.LoginForm",
    "signup": "forum.forms.accounts.SignupForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Would show for a free address alone, and so tell which ones are taken; signup_restart replaces it.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds, as for the code that verifies an address
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # back to what he was doing; a second factor is still asked
# Beside allauth's own limits: texts that wait in the session of somebody without an account.
ACCOUNT_RATE_LIMITS = {"park": "20/10m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "site_web"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
MFA_FORMS = {
    "add_webauthn": "forum.forms.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "forum.forms.passkeys.AuthenticatePasskeyForm",
    "login_webauthn": "forum.forms.passkeys.LoginPasskeyForm",
    "reauthenticate_webauthn": "forum.forms.passkeys.ReauthenticatePasskeyForm",
}
MFA_ADAPTER = "forum.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME.replace("\u202f", " ")  # some applications show the narrow space as a box
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# Would write a row for every page that a member reads; sessions are listed by where they began.
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
STAFF_NEEDS_SECOND_FACTOR = env.flag("STAFF_NEEDS_SECOND_FACTOR", not DEBUG)

# --- Security ----------------------------------------------------------------------------------

SECURE_CSP = {  # the name and the form that Django 6 gives this setting
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_HANDLERS = ["config.requests.NoFiles"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500  # the queue decides up to 1,000 cases at once
CSRF_FAILURE_VIEW = "forum.views.errors.csrf_failure"
SESSION_ENGINE = "config.sessions"
MESSAGE_STORAGE = "config.messages.Messages"
MESSAGES_COOKIE_NAME = "messages"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
    # Never to the host that was asked for: where that is not ours, Django's middleware would raise before it
    # has set a header, and the refusal would go out without them.
    SECURE_SSL_HOST = urlsplit(SITE_URL).netloc
    SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # what watches over the server asks it directly
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31536000)
    # Off unless asked for: only the newsroom knows whether all its subdomains speak https, and a browser
    # that was told so forgets it no sooner than SECURE_HSTS_SECONDS. So its two checks are answered.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("SECURE_HSTS_SUBDOMAINS", False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Mail --------------------------------------------------------------------------------------

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
EMAIL_TIMEOUT_IN_REQUEST = 5  # seconds; for what allauth sends while somebody waits for the page
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Et vous ? <forum@localhost>")

# --- The forum ---------------------------------------------------------------------------------

FORUM_MODERATION_MODE = env.choice(
    "FORUM_MODERATION_MODE", "first_answers", ["before", "first_answers", "after", "closed"]
)
FORUM_FIRST_ANSWERS_HELD = env.number("FORUM_FIRST_ANSWERS_HELD", 3)
FORUM_LINKS_ALLOWED = env.number("FORUM_LINKS_ALLOWED", 2)

MESSAGE_TAGS = {message_levels.ERROR: "error"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "forum.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line" if DEBUG else "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": []},  # its own would say everything twice
        "gunicorn.http.wsgi": {"level": "ERROR"},  # warns at every HEAD
        # Writes query strings; where it serves in earnest, by mistake, nobody is to find them in a log.
        **({} if DEBUG else {"django.server": {"level": "WARNING", "propagate": True}}),
    },
}
