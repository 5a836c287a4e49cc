"""What was planned is done once, on time or late, however many servers look."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language, override

from forum.jobs.plans import carry_out_plans
from forum.kernel.choices import Act
from forum.models import LogEntry, Theme, Thread
from forum.moderation.actions import plans
from forum.moderation.actions.moderation import lock_thread, unlock_thread
from forum.moderation.actions.moving import merge_thread
from forum.moderation.actions.plans import plan_closing
from tests.factories import changes_since, open_thread

HOUR = timedelta(hours=1)


def plan(place, cast, *, closes=None, opens=None):
    now = timezone.now()
    times = {"closes_at": now + closes if closes else None, "opens_at": now + opens if opens else None}
    plan_closing(place, by=cast.mo, reason="The meeting begins.", now=now, **times)
    return now


def acts() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("act", flat=True))


@pytest.mark.django_db
def test_what_stays_in_the_record_is_in_the_language_of_the_site(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(plans, "gettext", lambda words: f"({get_language()}) {words}")
    with override("az"):
        now = plan(thread, cast, closes=HOUR)
        plans.slow_down(thread, minutes=5, by=cast.mo, reason="", now=now)
        plans.slow_down(thread, minutes=0, by=cast.mo, reason="", now=now)
        carry_out_plans(now=now + HOUR)
    said = LogEntry.objects.filter(reason__startswith="(").order_by("pk").values_list("reason", flat=True)
    assert [words[:14] for words in said] == ["(en) Closes on", "(en) Slow mode", "(en) As schedu"]


@pytest.mark.django_db
def test_a_thread_closes_and_opens_as_planned_and_only_once(theme, thread, cast):
    now = plan(thread, cast, closes=HOUR, opens=2 * HOUR)
    assert carry_out_plans(now=now + HOUR - timedelta(seconds=1)) == 0
    assert [carry_out_plans(now=now + HOUR) for _ in range(2)] == [1, 0]
    thread.refresh_from_db()
    assert (thread.is_locked, thread.lock_reason) == (True, "As scheduled. The meeting begins.")
    assert [carry_out_plans(now=now + 2 * HOUR) for _ in range(2)] == [1, 0]
    thread.refresh_from_db()
    assert (thread.is_locked, thread.closes_at, thread.opens_at) == (False, None, None)
    assert acts() == [Act.PLAN, Act.LOCK, Act.UNLOCK]
    assert set(LogEntry.objects.values_list("actor__name", flat=True)) == {"Mo"}
    assert "As scheduled." in cast.client("eve").get(f"/{theme.event.slug}/moderation/").content.decode()


@pytest.mark.django_db
def test_followers_see_it(theme, thread, cast):
    now = plan(thread, cast, closes=HOUR)
    before = Theme.objects.get(pk=theme.pk).revision
    carry_out_plans(now=now + HOUR)
    found = changes_since(theme.pk, before)
    assert found is not None
    assert [row["is_locked"] for row in found.threads] == [True]


@pytest.mark.django_db
def test_a_theme_closes_and_opens_as_planned(theme, cast):
    now = plan(theme, cast, closes=HOUR, opens=2 * HOUR)
    assert carry_out_plans(now=now + HOUR) == 1
    theme.refresh_from_db()
    assert (theme.is_locked, theme.lock_reason) == (True, "As scheduled. The meeting begins.")
    assert carry_out_plans(now=now + 3 * HOUR) == 1
    theme.refresh_from_db()
    assert not theme.is_locked
    assert acts() == [Act.PLAN_THEME, Act.LOCK_THEME, Act.UNLOCK_THEME]


@pytest.mark.django_db
def test_a_server_that_slept_through_both_does_both(thread, cast):
    now = plan(thread, cast, closes=HOUR, opens=2 * HOUR)
    assert carry_out_plans(now=now + 5 * HOUR) == 2
    thread.refresh_from_db()
    assert not thread.is_locked


@pytest.mark.django_db
def test_what_a_moderator_did_by_hand_is_not_done_again(thread, cast):
    now = plan(thread, cast, closes=HOUR, opens=2 * HOUR)
    lock_thread(thread, by=cast.olga, reason="Now.", now=now)
    assert carry_out_plans(now=now + HOUR) == 0
    unlock_thread(thread, by=cast.olga, reason="", now=now)
    assert carry_out_plans(now=now + 5 * HOUR) == 0
    thread.refresh_from_db()
    assert (thread.closes_at, thread.opens_at) == (None, None)


@pytest.mark.django_db
def test_a_plan_outlives_its_makers_role_and_not_its_thread(theme, thread, cast):
    younger = open_thread(theme, cast.ben, "The same").thread
    now = plan(thread, cast, closes=HOUR)
    plan(younger, cast, closes=HOUR)
    theme.event.roles.filter(person=cast.mo).delete()
    merge_thread(younger, into=thread, by=cast.olga, reason="", now=now)
    assert carry_out_plans(now=now + 2 * HOUR) == 1
    assert Thread.objects.get(is_locked=True) == thread


@pytest.mark.django_db(transaction=True)
def test_eight_servers_at_once_close_it_once(thread, cast):
    later = plan(thread, cast, closes=HOUR) + HOUR

    def serve(_: int) -> int:
        try:
            return carry_out_plans(now=later)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(serve, range(8))) == [0] * 7 + [1]
    assert acts() == [Act.PLAN, Act.LOCK]
