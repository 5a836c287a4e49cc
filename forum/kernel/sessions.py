"""Django's sessions in the database, asked for by a query that is composed once: every logged-in request begins so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from forum.kernel.compiled import Compiled

LIVING = Compiled(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    key=str,
    now=datetime,
)


class SessionStore(db.SessionStore):
    """Django's own; its name is part of what signs a session, so those that exist go on."""

    def _get_session_from_db(self) -> Any:
        if "\0" not in (key := self.session_key or ""):
            for session in LIVING.rows(key=key, now=timezone.now()):
                return session
        self._session_key = None
        return None
