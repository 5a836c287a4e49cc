"""Slow mode: one comment in so many minutes, for everybody but the moderators."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, open_thread, post_reply, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Decision, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry
from forum.moderation.actions.holding import set_hold_rules
from forum.moderation.actions.plans import slow_down
from forum.moderation.actions.review import review_comment
from tests.factories import new_key, reply_to
from tests.factories import open_thread as open_a_thread

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def slow(place, cast, minutes: int) -> None:
    slow_down(place, minutes=minutes, by=cast.mo, reason="", now=timezone.now())


def write(who, to, now):
    return post_reply(Comment.objects.get(pk=to.pk), by=who, source="Words.", key=new_key(), now=now)


def refused(who, to, now) -> bool:
    try:
        write(who, to, now)
    except Refused as refusal:
        return refusal.reason is Reason.SLOW_MODE
    return False


def test_one_comment_in_five_minutes_and_each_person_for_themselves(thread, cast):
    slow(thread, cast, 5)
    start = timezone.now() + 10 * MINUTE  # ada's opening is past
    outcome = [refused(who, thread.opening, start + after) for who, after in (
        (cast.ben, 0 * MINUTE), (cast.ada, 0 * MINUTE), (cast.ben, 4 * MINUTE), (cast.ben, 5 * MINUTE),
        (cast.ben, 9 * MINUTE), (cast.mo, 5 * MINUTE), (cast.mo, 5 * MINUTE), (cast.olga, 5 * MINUTE),
        (cast.olga, 5 * MINUTE))]  # fmt: skip
    assert outcome == [False, False, True, False, True, False, False, False, False]


def test_of_a_theme_it_counts_across_its_threads_and_openings(theme, thread, cast):
    other = open_a_thread(theme, cast.mo, "Another").thread
    slow(theme, cast, 15)
    start = timezone.now() + 20 * MINUTE
    assert not refused(cast.ben, thread.opening, start)
    assert refused(cast.ben, other.opening, start + MINUTE)
    theme.refresh_from_db()
    with pytest.raises(Refused):
        open_thread(theme, by=cast.ben, title="T", source="S", key=new_key(), now=start + MINUTE)
    assert not refused(cast.ben, other.opening, start + 15 * MINUTE)


def test_the_longer_of_the_two_holds_where_it_is_set(theme, thread, cast):
    other = open_a_thread(theme, cast.mo, "Another").thread
    slow(theme, cast, 1)
    slow(thread, cast, 60)
    start = timezone.now() + 90 * MINUTE
    assert not refused(cast.ben, thread.opening, start)
    assert refused(cast.ben, thread.opening, start + 30 * MINUTE)
    assert not refused(cast.ben, other.opening, start + 30 * MINUTE)
    assert not refused(cast.ben, thread.opening, start + 60 * MINUTE)


def test_the_page_says_it_and_when_one_may_write_again_and_keeps_the_words(thread, cast):
    slow(thread, cast, 5)
    ben, page = cast.client("ben"), f"/threads/{thread.pk}/"
    sentence = "Slow mode: one comment every 5 minutes per person."
    assert cast.client("eve").get(page).content.decode().count(sentence) == 2
    assert "You can post again" not in ben.get(page).content.decode()
    address = f"/comments/{thread.opening_id}/reply/"
    assert ben.post(address, {"source": "First words.", "key": new_key()}).status_code == 302
    assert f"{sentence} You can post again at " in ben.get(page).content.decode()
    assert "You can post again" not in cast.client("mo").get(page).content.decode()
    answer = ben.post(address, {"source": "Second words.", "key": new_key()})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Slow mode is on here. Please wait" in body
    assert "You can post again at " in body
    assert 'name="source"' in body, "they can go on writing"
    assert "Second words." in body
    assert "Second words." in ben.get("/drafts/").content.decode()
    assert Comment.objects.filter(author=cast.ben).count() == 1


def test_the_draft_of_a_refused_reply_goes_on_without_a_conflict(thread, cast):
    slow(thread, cast, 60)
    reply_to(thread.opening, cast.ben, "First.")
    ben, address = cast.client("ben"), f"/comments/{thread.opening_id}/reply/"
    form = {"source": "Second.", "key": new_key(), "draft": "0"}
    first = ben.post(address, form).content.decode()
    assert 'name="draft" value="1"' in first
    again = ben.post(address, form | {"draft": "1", "source": "Second, mended.", "act": "draft"})
    assert "Draft saved" in again.content.decode()
    assert "meanwhile" not in again.content.decode().split("composer-state")[1]


def test_an_opening_that_comes_too_early_comes_back_to_be_sent_later(theme, thread, cast):
    slow(theme, cast, 60)
    ada = cast.client("ada")
    page = f"/{theme.event.slug}/{theme.slug}/"
    assert "Slow mode: one comment every 60 minutes" in cast.client("eve").get(page).content.decode()
    asked = {"title": "Another question", "source": "My words.", "key": new_key()}
    answer = ada.post(f"{page}open/", asked)
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "You can post again at " in body
    assert 'value="Another question"' in body
    assert "My words." in body


def test_a_late_approval_slows_nobody_down_and_waiting_comments_count_when_they_are_sent(theme, thread, cast):
    set_hold_rules(theme.event, None, rules={"everybody": {"is_on": True}}, by=cast.olga, now=timezone.now())
    slow(thread, cast, 5)
    start = timezone.now() + 10 * MINUTE
    thread.theme.event.refresh_from_db()
    held = write(cast.ben, thread.opening, start)
    assert held.status == Status.HELD
    assert refused(cast.ben, thread.opening, start + MINUTE)
    review_comment(held, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=start + 9 * MINUTE)
    assert not refused(cast.ben, thread.opening, start + 9 * MINUTE)


def test_editing_is_free_and_withdrawing_buys_nothing(thread, cast):
    slow(thread, cast, 5)
    start = timezone.now() + 10 * MINUTE
    comment = write(cast.ben, thread.opening, start)
    edit_comment(comment, by=cast.ben, source="Mended.", now=start + MINUTE)
    withdraw_comment(comment, by=cast.ben, now=start + MINUTE)
    assert refused(cast.ben, thread.opening, start + 2 * MINUTE)


def test_the_same_form_sent_twice_is_the_same_comment_still(thread, cast):
    slow(thread, cast, 5)
    form, start = {"source": "Once.", "key": new_key()}, timezone.now()
    first, again = (post_reply(thread.opening, by=cast.ben, now=start, **form) for _ in range(2))
    assert first.pk == again.pk


def test_it_is_set_by_a_form_and_logged_with_the_pace(thread, cast):
    mo, address = cast.client("mo"), f"/threads/{thread.pk}/slow/"
    assert 'value="0" required' in mo.get(address).content.decode()
    assert mo.post(address, {"minutes": "7"}).status_code == 422
    assert mo.post(address, {"minutes": "15", "reason": "It is heated."}).status_code == 302
    assert mo.post(address, {"minutes": "15"}).status_code == 409
    assert mo.post(address, {"minutes": "0"}).status_code == 302
    entries = list(LogEntry.objects.order_by("pk").values_list("act", "reason"))
    assert entries == [(Act.SLOW, "One comment every 15 minutes. It is heated."), (Act.SLOW, "Slow mode is off.")]


def test_it_costs_nothing_where_it_is_off_and_two_queries_where_it_is_on(thread, cast):
    client, costs = cast.client("ben"), []
    page = f"/threads/{thread.pk}/"
    client.get(page)
    for minutes in (0, 5):
        if minutes:
            slow(thread, cast, minutes)
            client.get(page)
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        costs.append(len(seen))
    assert costs[1] - costs[0] == 1, "ben's roles are known by then"


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_threads_at_once_gets_one_comment_in(theme, thread, cast):
    other = open_a_thread(theme, cast.mo, "Another").thread
    slow(theme, cast, 60)
    later = timezone.now() + 90 * MINUTE

    def send(place: int) -> bool:
        try:
            return refused(cast.ben, (thread, other)[place % 2].opening, later)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [False] + [True] * 5
