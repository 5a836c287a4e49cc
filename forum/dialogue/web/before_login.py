"""Writing comes before signing up or logging in: the text waits in the session, see `session_drafts`."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.adapter import address_of
from forum.dialogue.actions.drafts import Spot
from forum.dialogue.web import session_drafts
from forum.dialogue.web.composers import WORDS, writer_of
from forum.dialogue.web.forms import CommentForm
from forum.http import ratelimit
from forum.http.links import login_url, signup_url

PAGES = {"sign-up": signup_url, "log-in": login_url}  # by what a form's `act` asks for
KEPT_PER_HOUR = 60  # texts from one network address


def is_for_later(request: HttpRequest) -> bool:
    """Whether somebody without a login wants to sign up or log in to send this."""
    return not request.user.is_authenticated and request.POST.get("act", "") in PAGES


def page_for_later(request: HttpRequest, *, back_to: str) -> str:
    """The page for signing up or logging in, whichever was asked for."""
    return PAGES[request.POST["act"]](back_to)


def keep_for_later(request: HttpRequest, spot: Spot, form: CommentForm) -> bool:
    """Keeps the text of somebody without a login in their session; False if too many came from their network."""
    words = {name: form.data.get(name, "") for name in WORDS}
    if not words["source"].strip():
        return True
    if not ratelimit.allows(f"unsent:{address_of(request)}", KEPT_PER_HOUR, seconds=3600):
        return False
    session_drafts.keep(request, spot, person_id=writer_of(form), words=words)
    return True
