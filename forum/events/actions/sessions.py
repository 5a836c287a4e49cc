"""The end of a session is told to the open pages of whose it was. Accounts know nothing of the forum: Django's own
signal carries it here."""

from typing import Protocol

from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import Person
from forum.kernel import realtime


class HasSession(Protocol):
    """What Django sends with the signal: its request, of which only the session matters here."""

    session: SessionBase


def connect_logout_signal() -> None:
    """From now on open pages ask again who is there when somebody logs out."""
    user_logged_out.connect(_logged_out, dispatch_uid="sessions: logged out")


def _logged_out(request: HasSession, user: Person | None, **_: object) -> None:
    """Django says so just before the session ends: it ends here, so that whoever asks again finds none."""
    if user is not None:
        request.session.flush()
        realtime.sessions_changed(user.pk)
