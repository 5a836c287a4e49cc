"""The environment, read into settings: what cannot be right raises ImproperlyConfigured, in one sentence.

Only `settings` calls these; whoever needs a value asks `django.conf.settings`.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

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
    """How email is sent, from EMAIL_URL; printed to the console by default."""
    try:
        return dict(env.email_url("EMAIL_URL", default="consolemail://"))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise unreadable("EMAIL_URL") from None


def incoming_email() -> str:
    """The mailbox whose emails come in here; "" if there is none."""
    address = env.str("INCOMING_EMAIL", "").strip()
    name, _, domain = address.rpartition("@")
    if address and (not name or "+" in name or "." not in domain or " " in address):
        raise ImproperlyConfigured(f"INCOMING_EMAIL must look like reply@forum.example.org, not {address!r}.")
    return address


def imap_url(mailbox: str) -> str:
    """Where emails that came in are fetched; encrypted, except on this machine. "" if a mail server hands them over."""
    url = env.str("IMAP_URL", "").strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise unreadable("IMAP_URL") from None
    is_here = parts.scheme == "imap" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not parts.username or not (parts.scheme == "imaps" or is_here) or parts.query:
        raise ImproperlyConfigured("IMAP_URL must look like imaps://user:password@mail.example.org/INBOX.")
    if "@" in parts.path or parts.fragment:
        raise unreadable("IMAP_URL")
    if not mailbox:
        raise ImproperlyConfigured("IMAP_URL needs INCOMING_EMAIL, the address whose emails come in there.")
    return url


def secret_key(is_debug: bool) -> str:
    """SECRET_KEY, or the content of the file SECRET_KEY_FILE names; without both, what `make run` made."""
    key, file = env.str("SECRET_KEY", ""), env.str("SECRET_KEY_FILE", "")
    if file and not Path(file).is_file():
        raise ImproperlyConfigured(f"SECRET_KEY_FILE points to {file}, which is not a file.")
    own = OWN_FOLDER / "secret-key"
    if file or (not key and own.is_file()):
        key = Path(file or own).read_text().strip()
    if is_debug and not key:
        return "not-a-secret-and-only-good-for-developing-on-ones-own-machine"
    if len(key) < 50:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters (or SECRET_KEY_FILE to a file).")
    return key


def unreadable(name: str) -> ImproperlyConfigured:
    """Never with the value, nor with what a parser says of it: either may hold a part of a password. Raise it `from
    None`, or a traceback says it after all."""
    return ImproperlyConfigured(
        f"{name} is not a valid address. Is the port a number? In a user name or password write / as %2F, "
        "# as %23, ? as %3F, @ as %40 and % as %25."
    )


def parts_of(name: str, url: str) -> SplitResult:
    """An address in its parts, of which a port is a number."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is none
    except ValueError:
        raise unreadable(name) from None
    # The end of a password with a sign that ends an address; later messages would name it as a database.
    if parts.scheme not in {"sqlite", "unix"} and ("@" in parts.path + parts.query or parts.fragment):
        raise unreadable(name)
    return parts


def site_url(is_debug: bool) -> str:
    url = env.str("SITE_URL", "http://127.0.0.1:8000" if is_debug else "https://localhost").rstrip("/")
    parts = parts_of("SITE_URL", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"SITE_URL must look like https://forum.example.org, not {url!r}.")
    return url


def checker_url() -> str:
    """Where newcomers' texts are looked at; never in the clear, except on this machine."""
    url = env.str("AKISMET_URL", "https://rest.akismet.com/1.1/comment-check")
    parts = parts_of("AKISMET_URL", url)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or is_here):
        raise ImproperlyConfigured(f"AKISMET_URL must begin with https://, not {url!r}.")
    return url


# How long PostgreSQL's line may say nothing; docs/running.md explains each. Options of DATABASE_URL win.
WAITING = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


def databases() -> dict[str, dict[str, Any]]:
    url = env.str("DATABASE_URL", "")
    if not url:
        OWN_FOLDER.mkdir(exist_ok=True)
        url = f"sqlite:///{OWN_FOLDER / 'parley.sqlite3'}"
    if parts_of("DATABASE_URL", url).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite: postgres://… or sqlite:///…")
    try:
        config: dict[str, Any] = dict(env.db_url_config(url))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise unreadable("DATABASE_URL") from None
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["ENGINE"] = "forum.database.postgresql"
        # A pooler that gives a connection to somebody else after each transaction keeps nothing of a session: no
        # prepared statements, no cursors, no settings.
        behind_pooler = switch("DATABASE_BEHIND_POOLER", False)
        config["DISABLE_SERVER_SIDE_CURSORS"] = behind_pooler
        config["OPTIONS"] = (
            WAITING
            | config.get("OPTIONS", {})
            | {
                "pool": {"min_size": 1, "max_size": whole_number("DATABASE_POOL", 16)},
                # None forbids what forum/database/prepared.py asks for; nothing else is prepared.
                "prepare_threshold": None if behind_pooler else 1,
            }
        )
        return {"default": config}
    config["ENGINE"] = "forum.database.sqlite"
    config["OPTIONS"] = config.get("OPTIONS", {}) | {
        # A write takes its lock at BEGIN: in deferred mode nine of ten concurrent writers fail.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for another writer
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A request's thread is kept with its connection (forum/http/handler.py): opening the file anew costs more than most
    # of what is asked of it.
    config["CONN_MAX_AGE"] = 60
    # Tests share the file between threads and processes, which an in-memory database cannot.
    config["TEST"] = {"NAME": str(OWN_FOLDER / "test.sqlite3")}
    return {"default": config}


def redis_url() -> str:
    url = env.str("REDIS_URL", "")
    parts = parts_of("REDIS_URL", url)
    if url and parts.scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
    if parts.scheme != "unix" and not (parts.path.strip("/") or "0").isdecimal():
        raise ImproperlyConfigured("REDIS_URL must end with the number of a database, such as /0.")
    return url


def is_no_404(record: logging.LogRecord) -> bool:
    """Whether a line of the log is about anything but a page that does not exist."""
    return getattr(record, "status_code", None) != 404
