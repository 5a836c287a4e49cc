"""Threads and themes that close and open by themselves, as moderators plan it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, post_reply
from forum.dialogue.rules.stances import why_not_take_stance
from forum.dialogue.rules.writing import why_not_open_thread, why_not_reply
from forum.kernel.choices import Act
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry, Theme, Thread
from forum.moderation.actions.moderation import lock_thread
from forum.moderation.actions.plans import lock_theme, plan_closing
from tests.factories import new_key

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def typed(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}"


def plan_of(place, cast, *, closes=HOUR, opens=None) -> datetime:
    """Returns the time of closing."""
    now = timezone.now()
    times = {"closes_at": now + closes, "opens_at": now + opens if opens else None}
    plan_closing(place, by=cast.mo, reason="The meeting begins.", now=now, **times)
    return now + closes


def test_a_moderator_plans_it_everybody_reads_it_and_it_can_be_cancelled(theme, thread, cast):
    mo, eve = cast.client("mo"), cast.client("eve")
    soon = timezone.now() + timedelta(days=2)
    page = f"/threads/{thread.pk}/"
    assert f"{page}plan/" in mo.get(page).content.decode()
    asked = {"closes_at": typed(soon), "opens_at": typed(soon + HOUR), "reason": "We meet."}
    assert mo.post(f"{page}plan/", asked).url == page
    shown = eve.get(page).content.decode()
    assert f"Closes on {soon.day} " in shown
    assert f"{soon:%H:%M} universal time, opens again on" in shown
    assert f'value="{typed(soon)}"' in mo.get(f"{page}plan/").content.decode()
    assert f"{page}plan/cancel/" in mo.get(page).content.decode()
    assert mo.post(f"{page}plan/cancel/", {"reason": ""}).url == page
    assert "Closes on" not in eve.get(page).content.decode()
    assert mo.get(f"{page}plan/cancel/").status_code == 409
    log = eve.get(f"/{theme.event.slug}/moderation/").content.decode()
    assert "Thread scheduled to close or open" in log
    assert "We meet." in log
    assert "cancelled" in log


def test_the_same_for_a_theme_on_its_page(theme, thread, cast):
    mo, eve = cast.client("mo"), cast.client("eve")
    page, acts = f"/{theme.event.slug}/{theme.slug}/", f"/themes/{theme.pk}/"
    assert f"{acts}plan/" in mo.get(page).content.decode()
    assert f"{acts}plan/" not in cast.client("ada").get(page).content.decode()
    soon = timezone.now() + timedelta(days=2)
    assert mo.post(f"{acts}plan/", {"closes_at": typed(soon), "reason": "We meet."}).url == page
    assert "Closes on" in eve.get(page).content.decode()
    assert mo.post(f"{acts}plan/cancel/", {"reason": ""}).url == page
    assert mo.post(f"{acts}lock/", {"reason": "Everything is said."}).url == page
    assert "Locked by a moderator: Everything is said." in eve.get(page).content.decode()
    assert "This theme is locked" in cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()
    assert "locked-mark" in eve.get(f"/{theme.event.slug}/").content.decode()
    assert mo.post(f"{acts}unlock/", {"reason": ""}).url == page
    assert "Locked by" not in eve.get(page).content.decode()
    log = eve.get(f"/{theme.event.slug}/moderation/").content.decode()
    assert log.count(f'<a href="{page}"><bdi>{theme.code}. {theme.title}</bdi></a>') == 4


NO_FORM = {"reason": "Kept."}


@pytest.mark.parametrize(
    ("closes", "opens", "sentence"),
    [
        (None, None, "at least one time"),
        (-HOUR, None, "is in the past"),
        (HOUR, -HOUR, "is in the past"),
        (2 * HOUR, HOUR, "closing time must be before"),
        (None, HOUR, "not locked"),
        ("tomorrow", None, "valid date"),
    ],
)
@pytest.mark.parametrize("place", ["threads", "themes"])
def test_a_plan_that_makes_no_sense_comes_back_with_its_sentence(theme, thread, cast, place, closes, opens, sentence):
    now = timezone.now()
    times = {"closes_at": closes, "opens_at": opens}
    asked = {
        name: value if isinstance(value, str) else typed(now + value) for name, value in times.items() if value
    } | NO_FORM
    key = thread.pk if place == "threads" else theme.pk
    answer = cast.client("mo").post(f"/{place}/{key}/plan/", asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert LogEntry.objects.count() == 0


def test_a_locked_thread_can_be_planned_to_open_only(thread, cast):
    lock_thread(thread, by=cast.mo, reason="Rest.", now=timezone.now())
    mo = cast.client("mo")
    assert "closes_at" not in mo.get(f"/threads/{thread.pk}/plan/").content.decode()
    soon = typed(timezone.now() + HOUR)
    asked = {"opens_at": soon, "closes_at": soon, "reason": "After lunch."}
    assert mo.post(f"/threads/{thread.pk}/plan/", asked).status_code == 302
    assert "Opens again on" in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    assert Thread.objects.get(pk=thread.pk).closes_at is None


ACTS = ["threads/{0}/plan/", "threads/{0}/plan/cancel/", "threads/{0}/slow/", "threads/{0}/note/",
        "threads/{0}/note/remove/", "themes/{1}/plan/", "themes/{1}/plan/cancel/", "themes/{1}/slow/",
        "themes/{1}/lock/", "themes/{1}/unlock/"]  # fmt: skip


@pytest.mark.parametrize("who", ["eve", "ada", "ben"])
@pytest.mark.parametrize("act", ACTS)
def test_only_moderators_may(theme, thread, cast, who, act):
    client = cast.client(who)
    address = "/" + act.format(thread.pk, theme.pk)
    soon = typed(timezone.now() + HOUR)
    asked = {"closes_at": soon, "minutes": "5", "source": "x", "reason": "x"}
    assert client.get(address).status_code == 403
    assert client.post(address, asked).status_code == 403
    assert LogEntry.objects.count() == 0


def test_the_rule_does_not_wait_for_the_job(thread, cast, say):
    comment = say("ben", "Before the hour.", to=thread.opening)
    closing = plan_of(thread, cast, opens=3 * HOUR)
    thread = Thread.objects.get(pk=thread.pk)
    opening = Comment.objects.get(pk=thread.opening_id)
    for late, reason in ((-timedelta(seconds=1), None), (timedelta(), Reason.THREAD_CLOSED), (2 * HOUR, None)):
        now = closing + late
        assert why_not_reply(cast.ben, opening, thread, now=now) is reason
        assert why_not_take_stance(cast.ben, opening, thread, now=now) is reason
    with pytest.raises(Refused) as refusal:
        post_reply(opening, by=cast.ben, source="Late.", key=new_key(), now=closing)
    assert refusal.value.reason is Reason.THREAD_CLOSED
    with pytest.raises(Refused) as refusal:
        edit_comment(comment, by=cast.ben, source="Late.", now=closing)
    assert refusal.value.reason is Reason.THREAD_CLOSED


def test_nor_for_a_theme(theme, thread, cast):
    closing = plan_of(theme, cast)
    theme = Theme.objects.select_related("event").get(pk=theme.pk)
    assert why_not_open_thread(cast.ben, theme, now=closing - timedelta(seconds=1)) is None
    assert why_not_open_thread(cast.ben, theme, now=closing) is Reason.THEME_LOCKED
    with pytest.raises(Refused) as refusal:
        post_reply(Comment.objects.get(pk=thread.opening_id), by=cast.ben, source="x", key=new_key(), now=closing)
    assert refusal.value.reason is Reason.THEME_LOCKED


def test_words_that_come_too_late_come_back(theme, thread, cast):
    lock_theme(theme, by=cast.mo, reason="It is over.", now=timezone.now())
    ben = cast.client("ben")
    answer = ben.post(f"/comments/{thread.opening_id}/reply/", {"source": "My long words.", "key": new_key()})
    assert answer.status_code == 409
    assert "My long words." in answer.content.decode()
    assert "My long words." in ben.get("/drafts/").content.decode()
    asked = {"title": "A question", "source": "My long words.", "key": new_key()}
    answer = ben.post(f"/{theme.event.slug}/{theme.slug}/open/", asked)
    assert answer.status_code == 409
    assert "My long words." in answer.content.decode()
    assert cast.client("ada").post(f"/comments/{thread.opening_id}/withdraw/").status_code == 409


def test_the_log_has_an_act_for_each(theme, thread, cast):
    mo = cast.client("mo")
    soon = typed(timezone.now() + HOUR)
    for address, asked in (("plan/", {"closes_at": soon, "reason": "x"}), ("plan/cancel/", {"reason": ""}),
                           ("slow/", {"minutes": "5"})):  # fmt: skip
        mo.post(f"/threads/{thread.pk}/{address}", asked)
        mo.post(f"/themes/{theme.pk}/{address}", asked)
    assert list(LogEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        Act.PLAN, Act.PLAN_THEME, Act.CANCEL_PLAN, Act.CANCEL_THEME_PLAN, Act.SLOW, Act.SLOW_THEME,
    ]  # fmt: skip
