"""What belongs to an event is found under its own address only, and every act of its moderation has an entry."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from forum.kernel.choices import Act, BlockKind, RoleKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Block, Event, LogEntry
from forum.moderation.actions.blocks import block, lift_block
from forum.moderation.actions.reports import Notice, report_comment
from tests.access.moderation_requests import RULES
from tests.factories import make_event, make_person, make_theme, new_key, seen_field

pytestmark = pytest.mark.django_db

SECRET = "zebrafinch"
PHRASE = {"language": "en", "title": f"{SECRET} title", "text": f"{SECRET} text"}


@pytest.fixture
def other(cast) -> Event:
    """Another event, which otto organises."""
    event = make_event(slug="lima", title="Another dialogue")
    make_theme(event)
    cast.otto = make_person("otto")
    event.roles.create(person=cast.otto, kind=RoleKind.ORGANISER)
    return event


def laid(event: Event, by: Any) -> Block:
    facts: dict[str, Any] = {"reason": f"{SECRET} why", "until": None, "by": by, "now": timezone.now()}
    return block(BlockKind.NETWORK, "203.0.113.0/24", event, **facts)


def entries(event: Event) -> list[tuple[str, str]]:
    return list(LogEntry.objects.filter(event=event).order_by("pk").values_list("act", "actor__name"))


def test_a_block_is_read_and_lifted_where_it_was_set(cast, event, other):
    blocked = laid(other, cast.otto)
    olga, otto = cast.client("olga"), cast.client("otto")
    assert SECRET not in olga.get("/baku/moderation/blocks/").content.decode()
    assert olga.post(f"/baku/moderation/blocks/{blocked.pk}/lift/").status_code == 404
    assert olga.post(f"/lima/moderation/blocks/{blocked.pk}/lift/").status_code == 403
    assert Block.objects.get().lifted_at is None
    assert SECRET in otto.get("/lima/moderation/blocks/").content.decode()
    assert otto.post(f"/lima/moderation/blocks/{blocked.pk}/lift/").status_code == 302
    assert Block.objects.get().lifted_by == cast.otto
    assert entries(other) == [(Act.BLOCK, "Otto"), (Act.UNBLOCK, "Otto")]
    assert entries(event) == []


def test_the_act_itself_asks_for_a_role_in_the_event_of_the_block(cast, event, other):
    blocked = laid(other, cast.otto)
    with pytest.raises(Refused) as refused:
        lift_block(blocked, by=cast.olga, now=timezone.now())
    assert refused.value.reason is Reason.NOT_ORGANISER


def test_a_block_is_lifted_and_logged_once(cast, event):
    blocked = laid(event, cast.olga)
    olga = cast.client("olga")
    answers = [olga.post(f"/baku/moderation/blocks/{blocked.pk}/lift/").status_code for _ in range(2)]
    assert answers == [302, 409]
    assert [act for act, _ in entries(event)] == [Act.BLOCK, Act.UNBLOCK]


@pytest.mark.parametrize(
    ("path", "sent", "act"),
    [
        ("blocks/", {"kind": "network", "value": "203.0.113.5", "term": "week", "reason": SECRET}, Act.BLOCK),
        ("blocks/{block}/lift/", {}, Act.UNBLOCK),
        ("phrases/new/", PHRASE, Act.REPLIES),
        ("phrases/{phrase}/", PHRASE | {"title": "Other"}, Act.REPLIES),
        ("phrases/{phrase}/discard/", {}, Act.REPLIES),
        ("names/", {"names": "1"}, Act.RULES),
        ("rules/", {**RULES, "everybody": "", "told": "on"}, Act.RULES),
    ],
)
def test_every_act_of_organisers_has_an_entry_that_keeps_its_secrets(cast, event, path, sent, act):
    known = {"block": laid(event, cast.olga).pk, "phrase": event.phrases.create(**PHRASE).pk}
    before = len(entries(event))
    answer = cast.client("olga").post(f"/baku/moderation/{path.format(**known)}", sent)
    assert answer.status_code == 302
    assert entries(event)[before:] == [(act, "Olga")]
    for address in ("", "feed.atom", "feed.json"):
        page = cast.client("eve").get(f"/baku/moderation/{address}").content.decode()
        assert str(act.label).replace("'", "&#x27;") in page or str(act.label) in page
        assert SECRET not in page
        assert "203.0.113" not in page


def test_a_report_that_leads_to_nothing_is_in_the_log_of_colleagues(cast, event, theme, thread, say):
    own = say("mo", "I moderate, and I write.", to=thread.opening)
    report = report_comment(
        own, Notice(explanation=SECRET, name="Rob", email="rob@example.org"), key=new_key(), now=timezone.now()
    )
    sent = {"outcome": "no-action", "statement": f"{SECRET} answer", "reason": "", **seen_field(own)}
    answer = cast.client("olga").post(f"/baku/moderation/reports/{report.pk}/", sent)
    assert (answer.status_code, entries(event)) == (302, [(Act.REPORT_DISMISSED, "Olga")])
    label = str(Act.REPORT_DISMISSED.label)
    reads = {who: label in cast.client(who).get("/baku/moderation/").content.decode() for who in ("eve", "mo", "olga")}
    assert reads == {"eve": False, "mo": False, "olga": True}  # mo wrote what was reported
    assert SECRET not in cast.client("olga").get("/baku/moderation/").content.decode()
