"""Settings, all from the environment and nowhere else. A value that cannot be right stops the start.

`.env.example` lists every name with its meaning.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
OWN_FOLDER = BASE_DIR / "var"  # what this installation keeps, unless the settings say otherwise
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def switch(name: str, default: bool) -> bool:
    """An on/off setting; anything else than on or off (true/false, yes/no, 1/0) is an error."""
    value = env.str(name, "on" if default else "off").strip().lower()
    if value in {"on", "true", "yes", "1"}:
        return True
    if value in {"off", "false", "no", "0", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def whole_number(name: str, default: int) -> int:
    value = env.str(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number above 0, not {value!r}.")
    return int(value)


def email() -> dict[str, Any]:
    """Where mail goes, from EMAIL_URL; on the console by default."""
    try:
        return dict(env.email_url("EMAIL_URL", default="consolemail://"))
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {error}") from error


def secret_key() -> str:
    """SECRET_KEY, or the content of the file SECRET_KEY_FILE names; without both, what `make run` made."""
    key, file = env.str("SECRET_KEY", ""), env.str("SECRET_KEY_FILE", "")
    if file and not Path(file).is_file():
        raise ImproperlyConfigured(f"SECRET_KEY_FILE names {file}, which is not a file.")
    own = OWN_FOLDER / "secret-key"
    if file or (not key and own.is_file()):
        key = Path(file or own).read_text().strip()
    if DEBUG and not key:
        return "not-a-secret-and-only-good-for-developing-on-ones-own-machine"
    if len(key) < 50:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters (or SECRET_KEY_FILE to a file).")
    return key


def site_url() -> str:
    url = env.str("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "https://localhost").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"SITE_URL must look like https://forum.example.org, not {url!r}.")
    return url


def checker_url() -> str:
    """Where newcomers' texts are looked at; never in the clear, except on this machine."""
    url = env.str("AKISMET_URL", "https://rest.akismet.com/1.1/comment-check")
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or is_here):
        raise ImproperlyConfigured(f"AKISMET_URL must begin with https://, not {url!r}.")
    return url


def databases() -> dict[str, dict[str, Any]]:
    url = env.str("DATABASE_URL", "")
    if not url:
        OWN_FOLDER.mkdir(exist_ok=True)
        url = f"sqlite:///{OWN_FOLDER / 'parley.sqlite3'}"
    if urlsplit(url).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite: postgres://… or sqlite:///…")
    try:
        config: dict[str, Any] = dict(env.db_url_config(url))
    except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["OPTIONS"] = config.get("OPTIONS", {}) | {
            "pool": {"min_size": 1, "max_size": whole_number("DATABASE_POOL", 16)}
        }
        return {"default": config}
    config["OPTIONS"] = config.get("OPTIONS", {}) | {
        # A write takes its lock at BEGIN: in deferred mode nine of ten concurrent writers fail.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for another writer
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Tests share the file between threads and processes, which an in-memory database cannot.
    config["TEST"] = {"NAME": str(OWN_FOLDER / "test.sqlite3")}
    return {"default": config}


DEBUG = switch("DEBUG", False)
SECRET_KEY = secret_key()
SITE_URL = site_url()
SITE_HOST = urlsplit(SITE_URL).hostname or ""
IS_SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_HOST])
if "*" in ALLOWED_HOSTS:
    # With "*" the check of a WebSocket's Origin would let every site in.
    raise ImproperlyConfigured("ALLOWED_HOSTS must list host names; '*' is not accepted.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

INSTALLED_APPS = [
    "accounts",
    "forum",
    "channels",
    "mptt",
    "allauth",
    "allauth.account",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forum.web.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "forum.urls"
ASGI_APPLICATION = "forum.asgi.application"
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
                "forum.web.viewer.viewer",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = databases()
REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured(f"REDIS_URL must begin with redis://, rediss:// or unix://, not {REDIS_URL!r}.")
WEB_CONCURRENCY = whole_number("WEB_CONCURRENCY", 1)  # server processes
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
    CACHES = {"default": {"BACKEND": "forum.caches.RedisMayBeAway", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

LIVE_WAYS = ["websocket", "events", "polling"]  # how pages hear of changes; each is tried when those before it fail
if (forced := env.str("LIVE_TRANSPORT", "auto")) != "auto":
    if forced not in LIVE_WAYS:
        raise ImproperlyConfigured(f"LIVE_TRANSPORT must be auto, {', '.join(LIVE_WAYS)}, not {forced!r}.")
    LIVE_WAYS = [forced]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "forum.web.entrance.Entrance"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Parley: "
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"

FASTEST_REPLY = timedelta(seconds=3)  # from opening a box to sending it; nobody reads what they answer in less
AKISMET_KEY = env.str("AKISMET_KEY", "")
AKISMET_URL = checker_url()

vars().update(email())
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing must not hold up what asks it
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Parley <parley@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]  # of the pages
WRITING_LANGUAGES = [  # of what people write: those of the United Nations, and the host country's
    ("en", "English"), ("fr", "Français"), ("es", "Español"), ("ru", "Русский"), ("zh", "中文"), ("ar", "العربية"),
    ("az", "Azərbaycanca"),
]  # fmt: skip
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # serves straight from static/: nothing to collect, nothing to forget
WHITENOISE_AUTOREFRESH = DEBUG

MEDIA_ROOT = env.str("FILES_FOLDER", str(OWN_FOLDER))  # what people add to comments, in its folder "files"
FILE_UPLOAD_PERMISSIONS = 0o600

CSRF_FAILURE_VIEW = "forum.web.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if switch("BEHIND_PROXY", False):
    # Only with a proxy that sets this header itself; otherwise a visitor could claim to come by https.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
