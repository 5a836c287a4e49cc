"""Two moderators, one card, at the same moment: one decision, whoever comes second is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from forum.kernel.choices import Decision, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry, Notification
from forum.moderation.actions.review import review_comment
from tests.factories import reply_to

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 100


def test_of_two_decisions_at_once_one_is_made_a_hundred_times(event, thread, cast):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    won: list[str] = []
    for n in range(ROUNDS):
        pk = reply_to(parent, cast.ben, f"Round {n}.").pk
        card = Comment.objects.select_related("version").get(pk=pk)
        told = at_once(card, cast)
        decided = [name for name, reason in told.items() if reason is None]
        refused = [reason for reason in told.values() if reason is not None]
        assert len(decided) == 1, told
        assert refused == [Reason.DECIDED_MEANWHILE]
        won += decided
        status = Comment.objects.get(pk=pk).status
        assert status == (Status.PUBLISHED if decided == ["mo"] else Status.REJECTED)
        assert LogEntry.objects.filter(comment=pk).count() == 1
        assert Notification.objects.filter(person=cast.ben, entry__comment=pk).count() == 1
    print(f"\n{ROUNDS} cards decided by two at once on {connection.vendor}: mo {won.count('mo')} times")


def at_once(card: Any, cast: Any) -> dict[str, Reason | None]:
    """Mo publishes and olga refuses what both have before them."""
    told: dict[str, Reason | None] = {}
    start = threading.Barrier(2)
    seen = f"{card.version_id}.{card.status}"

    def decide(name: str, decision: Decision) -> None:
        start.wait()
        try:
            review_comment(card, decision, by=getattr(cast, name), reason="Because.", now=timezone.now(), seen=seen)
            told[name] = None
        except Refused as refusal:
            told[name] = refusal.reason
        finally:
            connections.close_all()

    pairs = (("mo", Decision.APPROVE), ("olga", Decision.REJECT))
    both = [threading.Thread(target=decide, args=pair) for pair in pairs]
    for one in both:
        one.start()
    for one in both:
        one.join()
    return told
