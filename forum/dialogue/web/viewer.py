"""Who looks at this page: the same few facts for every template."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Person, Viewer
from forum.dialogue.queries import notifications
from forum.dialogue.queries.people import last_event
from forum.http.links import login_url, signup_url
from forum.http.menus import ACCOUNT_MENU, HEAD_MENU


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs no query for a visitor without a session."""
    viewer: Viewer | None = getattr(request, "user", None)
    person = viewer if viewer is not None and viewer.is_authenticated else None
    return {
        "viewer": {
            "is_known": person is not None,
            "site": settings.SITE_URL,
            "live_via": " ".join(settings.LIVE_WAYS),
            "id": person.pk if person else "",
            "name": person.name if person else "",
            "single_keys": "" if person is None else "on" if person.single_keys else "off",
            "head_links": partial(HEAD_MENU.entries, person) if person else [],
            "unreachable": _unreachable(person) if person else None,
            "menu": partial(ACCOUNT_MENU.entries, person) if person else [],
            "notifications": partial(_unseen, person) if person else "",
            "last_event": partial(last_event, person) if person else None,
            "login_url": login_url(request.get_full_path()),
            "signup_url": signup_url(request.get_full_path()),
        }
    }


def _unreachable(person: Person) -> dict[str, str] | None:
    """What the banner says while emails to somebody come back."""
    if not person.is_unreachable:
        return None
    return {"email": person.email or "", "reason": person.unreachable_reason}


def _unseen(person: Person) -> str:
    """Asked only by pages that show it: the one query that a head costs."""
    return notifications.label(notifications.unseen(person))
