"""The signed links in emails: to stop one kind of email, and to all settings, both without logging in.

They never expire: an old email can still be used to stop them. They open nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

STOP_SALT, SETTINGS_SALT = "forum.mail.stop", "forum.mail.settings"


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose emails of which kind a link stops: a field of MailPreferences, "daily" or "weekly" for all that comes in a
    digest, or "list" with a theme."""

    person_id: int
    what: str
    theme_id: int = 0


def stop_url(stop: Stop) -> str:
    """The whole address of the page that stops this kind."""
    signed = signing.Signer(salt=STOP_SALT).sign_object([stop.person_id, stop.what, stop.theme_id])
    return settings.SITE_URL + reverse("stop_email", args=[signed])


def read_stop(signed: str) -> Stop | None:
    try:
        return Stop(*signing.Signer(salt=STOP_SALT).unsign_object(signed))
    except (signing.BadSignature, TypeError):
        return None


def settings_url(person_id: int) -> str:
    """The whole address of a person's email settings."""
    signed = signing.Signer(salt=SETTINGS_SALT).sign_object(person_id)
    return settings.SITE_URL + reverse("email_settings_by_link", args=[signed])


def read_settings(signed: str) -> int | None:
    """Whose settings a link opens."""
    try:
        return int(signing.Signer(salt=SETTINGS_SALT).unsign_object(signed))
    except (signing.BadSignature, TypeError, ValueError):
        return None
