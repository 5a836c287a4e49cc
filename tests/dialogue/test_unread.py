"""Exact unread: what counts, what never counts, and what it costs."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries import unread
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Status
from forum.kernel.ranges import Ranges
from forum.models import Comment, Reading, Theme
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.moving import move_thread
from tests.concurrency.test_concurrency import all_at_once
from tests.factories import make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", []), ("3", [3]), ("1-3,5", [1, 2, 3, 5]), ("5,1-3,4", [1, 2, 3, 4, 5]), ("2-4,3-6", [2, 3, 4, 5, 6])],
)
def test_ranges_hold_what_they_say(text, numbers):
    ranges = Ranges.parse(text)
    assert [n for n in range(1, 10) if n in ranges] == numbers
    assert Ranges.parse(str(ranges)) == Ranges.of(numbers) == ranges


@pytest.mark.parametrize("text", ["a", "0", "0-3", "3-1", "-1", "1--2", "1.5", "9" * 20, "2001 ranges"])
def test_what_is_no_range_is_refused(cast, theme, text):
    if text == "2001 ranges":
        text = ",".join(str(2 * n + 1) for n in range(2001))
    else:
        with pytest.raises(ValueError, match="range"):
            Ranges.parse(text)
    response = cast.client("ada").post(f"/themes/{theme.pk}/read/", {"read": text})
    assert response.status_code == 400
    assert not Reading.objects.exists()


def test_ranges_behave_like_sets():
    chance = random.Random(7)
    for _ in range(300):
        a, b = ({chance.randrange(1, 60) for _ in range(chance.randrange(30))} for _ in range(2))
        assert Ranges.of(a) | Ranges.of(b) == Ranges.of(a | b)
        assert Ranges.of(a) & Ranges.of(b) == Ranges.of(a & b)
        missing = {n for first, last in Ranges.of(a).gaps() for n in range(first, (last or 70) + 1)}
        assert missing == set(range(1, 71)) - a


def test_others_words_are_unread_until_they_were_read_and_own_words_never(theme, thread, cast, say):
    mine = say("ben", "Mine.", to=thread.opening)
    say("ada", "Hers.", to=mine)
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 2}
    assert unread.by_theme(cast.ada, [theme.pk]) == {theme.pk: 1}
    mark_read(theme, by=cast.ben, numbers="3", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}
    mark_read(theme, by=cast.ben, numbers="1", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {}
    assert Reading.objects.get(person=cast.ben).ranges == "1,3"


def test_nobody_can_have_read_what_is_not_written_yet(theme, thread, cast, say):
    mark_read(theme, by=cast.ben, numbers="1-500", now=timezone.now())
    say("ada", "Later.", to=thread.opening)
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}


def test_what_is_gone_does_not_count_and_what_comes_late_is_new_for_everybody(theme, thread, cast, say):
    hidden = say("ada", "MARKERWORD", to=thread.opening)
    say("ada", "Later and read.", to=thread.opening)
    Comment.objects.filter(pk=hidden.pk).update(status=Status.HELD, in_public_tree=False, published_revision=None)
    mark_read(theme, by=cast.ben, numbers="1-3", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {}
    Comment.objects.filter(pk=hidden.pk).update(status=Status.REMOVED)
    restore_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}, "published late, in the middle of the tree"
    remove_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {}
    restore_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}


def test_who_has_read_it_does_not_read_it_again_after_an_edit_or_a_return(theme, thread, cast, say):
    comment = say("ada", "Read.", to=thread.opening)
    mark_read(theme, by=cast.ben, numbers="1-2", now=timezone.now())
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert unread.by_thread(cast.ben, theme.pk) == {}


@pytest.mark.parametrize("holes", [0, 5, 150])
def test_counts_are_the_truth_however_scattered_the_reading(theme, thread, cast, holes):
    """Against a plain count over every comment, by random acts."""
    chance = random.Random(holes)
    other = open_thread(theme, cast.ada, "Another").thread
    comments = [reply_to(chance.choice([thread, other]).opening, cast.ada, f"{n}") for n in range(2 * holes + 20)]
    for comment in chance.sample(comments, 6):
        withdraw_comment(comment, by=cast.ada, now=timezone.now())
    read = {n for n in range(1, 2 * holes) if n % 2} | {2 * holes + 4}
    mark_read(theme, by=cast.ben, numbers=str(Ranges.of(read)), now=timezone.now())
    for place in (thread, other):
        public = Comment.objects.filter(thread=place).public().values_list("pk", "published_revision")
        left = {pk for pk, published in public if published not in read}
        assert unread.by_thread(cast.ben, theme.pk).get(place.pk, 0) == len(left)
        assert set(unread.in_thread(cast.ben, place, unread.read_by(cast.ben, theme.pk))) == left


@pytest.mark.parametrize("size", [3, 60])
def test_unread_costs_a_fixed_number_of_queries(theme, thread, cast, size):
    for n in range(size):
        reply_to(thread.opening, cast.ada, f"{n}")
    client = cast.client("ben")
    costs = []
    for path in (f"/threads/{thread.pk}/", f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/"):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            page = client.get(path).content.decode()
        assert f"{size + 1} unread" in page, path
        costs.append(len(seen))
    assert costs == [5, 11, 9]


def test_buttons_mark_what_the_page_showed_and_nothing_later(theme, thread, cast, say):
    say("ada", "Seen.", to=thread.opening)
    client = cast.client("ben")
    say("ada", "Arrived after the page was made.", to=thread.opening)
    response = client.post(f"/threads/{thread.pk}/read/", {"up_to": "2"})
    assert response["Location"] == f"/threads/{thread.pk}/"
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}
    client.post(f"/themes/{theme.pk}/read/", {"up_to": "3"})
    assert unread.by_thread(cast.ben, theme.pk) == {}


def test_a_branch_can_be_marked_alone(theme, thread, cast, say):
    first = say("ada", "One.", to=thread.opening)
    say("ada", "Below one.", to=first)
    say("ada", "Two.", to=thread.opening)
    cast.client("ben").post(f"/comments/{first.pk}/read/", {"up_to": "9"})
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 2}


def test_however_scattered_the_reading_became_nothing_breaks(event, theme, thread, cast, say):
    """One report has a limit, many together have none: what was kept must always be readable, for moderators, too."""
    Theme.objects.filter(pk=theme.pk).update(revision=9_000)
    client = cast.client("ben")
    for first in (1, 3_001, 6_001):
        report = ",".join(str(number) for number in range(first, first + 3_000, 2))
        assert client.post(f"/themes/{theme.pk}/read/", {"read": report}).status_code == 302
    hers = say("ada", "New.", to=thread.opening)
    assert f'id="comment-{hers.pk}"' in client.get(f"/threads/{thread.pk}/").content.decode()
    assert unread.by_thread(cast.ben, theme.pk) == {thread.pk: 1}
    move_thread(thread, to=make_theme(event), by=cast.mo, reason="", now=timezone.now())
    thread.refresh_from_db()
    assert unread.by_thread(cast.ben, thread.theme_id) == {thread.pk: 1}
    assert client.post(f"/threads/{thread.pk}/read/", {"up_to": "9"}).status_code == 302
    assert unread.by_thread(cast.ben, thread.theme_id) == {}


@pytest.mark.parametrize("path", ["/themes/{theme}/read/", "/threads/{thread}/read/", "/comments/{comment}/read/"])
def test_reading_is_remembered_for_people_with_an_account_only(theme, thread, cast, path):
    address = path.format(theme=theme.pk, thread=thread.pk, comment=thread.opening_id)
    assert cast.client("eve").post(address, {"up_to": "1"}).status_code == 403
    assert cast.client("ada").get(address).status_code == 405
    assert not Reading.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_reading_at_once_forget_nothing(theme, thread, cast):
    for n in range(40):
        reply_to(thread.opening, cast.ada, f"{n}")

    def read(window: int) -> None:
        for n in range(1, 42):
            if n % 4 == window:
                mark_read(theme, by=cast.ben, numbers=str(n), now=timezone.now())

    all_at_once(read, writers=4)
    assert Reading.objects.get(person=cast.ben).ranges == "1-41"


def test_a_browser_that_keeps_its_own_reading_is_told_what_is_new(theme, thread, say):
    say("ben", "One.", to=thread.opening)
    say("ben", "Two.", to=thread.opening)
    client = Client()
    found = client.get(f"/themes/{theme.pk}/news/?read=1-2")
    assert found.json() == {"theme": "1 unread", "threads": {str(thread.pk): "1 unread"}}
    assert "no-store" in found["Cache-Control"]
    assert client.get(f"/themes/{theme.pk}/news/?read=1-3").json() == {"theme": "", "threads": {}}
    assert client.get(f"/themes/{theme.pk}/news/?read=1-x").status_code == 400
    scattered = ",".join(str(number) for number in range(1, 300, 2))
    assert client.get(f"/themes/{theme.pk}/news/?read={scattered}").status_code == 400
    assert client.get("/themes/99999/news/?read=1").status_code == 404
