"""What moderators and the public are told of moderation is not counted anew from all that was written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Event
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.queries import desk, transparency
from tests.bulk import plant_below
from tests.factories import reply_to
from tests.support.touched import plan_of, touched

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(event: Event, thread: Any, cast: Any) -> dict[str, Any]:
    """Of a comment of ben's that waits."""
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])
    reply_to(thread.opening, cast.ben, "The casino.")
    return {"person": cast.mo, "event": event, "line": desk.queue(cast.mo, event.pk), "now": timezone.now()}


def standing(card: dict[str, Any]) -> dict[str, Any]:
    """What the only card of the queue says of its author."""
    ((row,), more) = desk.waiting(**card)
    assert more == 0
    found: dict[str, Any] = row["standing"]
    return found


def test_a_report_reads_as_much_of_many_comments_as_of_few(event, thread, cast):
    plant_below(thread.opening, [0] * 200, by=[cast.ada, cast.ben])

    def ask(received: int) -> None:
        assert transparency.report(event)["totals"]["received"] == received

    few = touched(lambda: ask(201))
    plant_below(thread.opening, [0] * 3_000, by=[cast.ada, cast.ben])
    assert touched(lambda: ask(3_201)) < 1.2 * few


def test_a_card_counts_what_its_author_wrote_up_to_a_thousand(event, thread, cast, card):
    first, *others = plant_below(thread.opening, [0] * 990, by=[cast.ben])
    for comment in others[:3]:
        remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert standing(card) == {"published": 987, "refused": 3}
    plant_below(first, [0] * 14, by=[cast.ben])
    assert standing(card) == {"published": "1,000+", "refused": 3}
    page = cast.client("mo").get(f"/{event.slug}/moderation/desk/").content.decode()
    assert "1,000+ published, 3 rejected or removed" in page
    few = touched(lambda: standing(card))
    plant_below(first, [0] * 3_000, by=[cast.ben])
    assert touched(lambda: standing(card)) < 1.2 * few


def test_an_index_tells_what_became_of_an_authors_comments(event, thread, cast, card):
    plant_below(thread.opening, [0] * 4_000, by=[cast.ben])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plan_of(lambda: standing(card))
    # All are one author's here, so that PostgreSQL finds every index by the author as good as another.
    indexes = ["comment_refused", *(["comment_own_published"] if connection.vendor == "sqlite" else [])]
    assert [index for index in indexes if index not in plan] == [], plan
    assert "SCAN said" not in plan, plan
    assert "Seq Scan on forum_comment" not in plan, plan
