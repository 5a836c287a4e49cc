"""Who a session belongs to, with what nearly every page of theirs asks next, in the same statement.

Most people have no role, no sanction, no draft and nothing unseen. Knowing that together costs one statement instead
of five.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.queries.drafts import note_without_drafts
from forum.dialogue.queries.notifications import note_nothing_unseen
from forum.dialogue.rules.sanctions import note_without_sanctions
from forum.events.rules.roles import note_without_role
from forum.models import Draft, Notification, Role, Sanction

HERE = OuterRef("pk")


class AccountBackend(AuthenticationBackend):
    """allauth's own, and what is known about a person without asking again."""

    def get_user(self, user_id: Any) -> Person | None:
        asked = {
            "verified": EmailAddress.objects.filter(user=HERE, verified=True),
            "roles": Role.objects.filter(person=HERE),
            "sanctions": Sanction.objects.filter(person=HERE).effective(timezone.now()),
            "drafts": Draft.objects.filter(author=HERE),
            "unseen": Notification.objects.filter(person=HERE, seen_at=None),
        }
        has = {f"has_{name}": Exists(rows.order_by()) for name, rows in asked.items()}
        person = Person.objects.annotate(**has).filter(pk=user_id).first()
        if person is None or not self.user_can_authenticate(person):
            return None
        known: Any = person
        person.is_verified = known.has_verified
        for has_any, note in (
            (known.has_roles, note_without_role),
            (known.has_sanctions, note_without_sanctions),
            (known.has_drafts, note_without_drafts),
            (known.has_unseen, note_nothing_unseen),
        ):
            if not has_any:
                note(person)
        return person
