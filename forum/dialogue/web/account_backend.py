"""Who a session belongs to, with what nearly every page of theirs asks next, in the same statement."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Person
from forum.dialogue.queries.drafts import note_without_drafts
from forum.dialogue.queries.notifications import note_nothing_unseen
from forum.dialogue.queries.people import of_session
from forum.dialogue.rules.sanctions import note_without_sanctions
from forum.events.rules.roles import note_whether_deciding, note_without_role


class AccountBackend(AuthenticationBackend):
    """allauth's own, which also notes what its question answered."""

    def get_user(self, user_id: Any) -> Person | None:
        found = of_session(user_id)
        if found is None or not self.user_can_authenticate(found[0]):
            return None
        person, known = found
        person.is_verified = known["is_verified"]
        note_whether_deciding(person, known["decides"])
        for has_any, note in (
            (known["has_roles"], note_without_role),
            (known["has_sanctions"], note_without_sanctions),
            (known["has_drafts"], note_without_drafts),
            (known["has_unseen"], note_nothing_unseen),
        ):
            if not has_any:
                note(person)
        return person
