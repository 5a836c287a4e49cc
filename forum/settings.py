"""Settings, all from the environment and nowhere else. A value that cannot be right stops the start.

`.env.example` lists every name with its meaning.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from forum import environment
from forum.environment import env, switch, whole_number

BASE_DIR: Path = environment.BASE_DIR
OWN_FOLDER: Path = environment.OWN_FOLDER
DEBUG = switch("DEBUG", False)
SECRET_KEY = environment.secret_key(DEBUG)
SITE_URL = environment.site_url(DEBUG)
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
    "forum.http.static_files.StaticFiles",
    "forum.http.heads.HeadAsGet",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "forum.http.outages.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forum.http.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "forum.urls"
ASGI_APPLICATION = "forum.asgi.application"
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # forum/http/constants.py takes the place of Django's i18n on purpose
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
                "forum.dialogue.web.viewer.viewer",
            ],
            "libraries": {"assets": "forum.http.assets", "i18n": "forum.http.constants", "mail": "forum.mail.tags"},
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = environment.databases()
DATABASE_TIMEOUT = whole_number("DATABASE_TIMEOUT", 10)  # seconds for one statement, while serving
REDIS_URL = environment.redis_url()
WEB_CONCURRENCY = whole_number("WEB_CONCURRENCY", 1)  # server processes
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
    CACHES: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "forum.kernel.caches.RedisMayBeAway", "LOCATION": REDIS_URL}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {
        "default": {
            "BACKEND": "forum.kernel.caches.BoundedMemory",
            "OPTIONS": {"MAX_ENTRIES": 20_000, "MAX_BYTES": 32_000_000},
        }
    }

PAGE_CACHE_MB = whole_number("PAGE_CACHE_MB", 64)  # in each process, for the pages of readers without an account

LIVE_WAYS = ["websocket", "events", "polling"]  # how pages hear of changes; each is tried when those before it fail
if (forced := env.str("LIVE_TRANSPORT", "auto")) != "auto":
    if forced not in LIVE_WAYS:
        raise ImproperlyConfigured(f"LIVE_TRANSPORT must be auto, {', '.join(LIVE_WAYS)}, not {forced!r}.")
    LIVE_WAYS = [forced]

# WebSockets and streams of events that one network address keeps open in one process: a school or an office in
# which hundreds read has one address, and each reader needs two.
LIVE_CONNECTIONS_PER_ADDRESS = whole_number("LIVE_CONNECTIONS_PER_ADDRESS", 200)

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["forum.dialogue.web.account_backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "forum.moderation.web.account_adapter.ForumAccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "signup": "accounts.signup.EqualSignupForm",
    "login": "accounts.allauth_forms.LoginForm",
    "add_email": "accounts.allauth_forms.AddEmailForm",
    "reset_password": "accounts.allauth_forms.ResetPasswordForm",
    "confirm_email_verification_code": "accounts.allauth_forms.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_PREVENT_ENUMERATION = True
# By network, or by network and account together (a "key", see accounts/adapter.py); never by account alone, or anybody
# could keep anybody else out.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip",
    "confirm_email": "20/m/ip",
    "request_login_code": "20/m/ip",
    "send_email": "3/5m/key",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# The email holds a code for the browser in which it was asked for, and a link for any other: accounts/views.py.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True  # twice, so three emails: as many as "send_email" allows
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}  # for the numeric keyboard of a phone
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Parley: "
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"

FASTEST_REPLY = timedelta(seconds=3)  # from opening a box to sending it; nobody reads what they answer in less
AKISMET_KEY = env.str("AKISMET_KEY", "")
AKISMET_URL = environment.checker_url()

mail = environment.email()
EMAIL_SENT_BY = mail["EMAIL_BACKEND"]
vars().update(mail | {"EMAIL_BACKEND": "forum.mail.backend.UnlessRestored"})
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing must not hold up what asks it
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Parley <parley@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DKIM_SELECTOR = env.str("DKIM_SELECTOR", "")  # of the key with which the mail server signs; only `doctor` asks
# To which people answer emails, with a plus sign and a signature added; "" if no email comes in here.
INCOMING_EMAIL = environment.incoming_email()
IMAP_URL = environment.imap_url(INCOMING_EMAIL)

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
FILE_UPLOAD_MAX_MEMORY_SIZE = 128_000  # bytes; what is longer waits on the disk, not in the memory of each request

CSRF_FAILURE_VIEW = "forum.http.errors.csrf_failure"
SESSION_ENGINE = "forum.kernel.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if switch("BEHIND_PROXY", False):
    # Only with a proxy that sets these headers itself; otherwise a visitor could claim to come by https, or from
    # anywhere.
    ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("PROXIES", 1)
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
    # An address that does not exist is no fault of the server; everything else that it answers with an error is said.
    "filters": {"faults": {"()": "django.utils.log.CallbackFilter", "callback": environment.is_no_404}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["faults"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
