"""What is unread is counted without going through all that was written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.reading import mark_read
from forum.dialogue.models.spans import count_others, count_others_gone, newest_by_thread, spans_of
from forum.dialogue.queries import unread
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.ranges import Ranges
from forum.models import Comment, Reading, Theme
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.moving import move_thread
from tests.bulk import plant_below
from tests.factories import make_theme, open_thread
from tests.support.touched import plan_of, touched

pytestmark = pytest.mark.django_db


def read(theme: Theme, person: Any, numbers: str) -> None:
    mark_read(theme, by=person, numbers=numbers, now=timezone.now())


def by_hand(theme: Theme, person: Any) -> int:
    """Others' public comments under a theme that were not read."""
    known = unread.read_by(person, theme.pk)
    public = Comment.objects.filter(theme=theme).public().exclude(author=person).order_by()
    return sum(number not in known for number in public.values_list("published_revision", flat=True))


def stored(theme: Theme, person: Any) -> tuple[int | None, int]:
    """The stored count of what was read, and the true one."""
    row = Reading.objects.get(theme=theme, person=person)
    others = Comment.objects.filter(theme=theme).exclude(author=person).exclude(published_revision=None).order_by()
    known = Ranges.parse(row.ranges)
    return row.others_count, sum(n in known for n in others.values_list("published_revision", flat=True))


def scattered(theme: Theme, person: Any, *, gaps: int) -> None:
    """Somebody has read every second comment of the first ones."""
    read(theme, person, "1")
    read(theme, person, str(Ranges.of(range(1, 2 * gaps, 2))))


def test_the_stored_count_stays_true_through_removals_and_moves(event, theme, thread, cast):
    said = plant_below(thread.opening, [0] * 20, by=[cast.ada, cast.ben])
    other = open_thread(theme, cast.ada, "Another").thread
    later = plant_below(other.opening, [0] * 10, by=[cast.mo, cast.ben])
    read(theme, cast.ben, "1-3")
    assert stored(theme, cast.ben)[0] is None, "the first report of a reader is counted with the second"
    assert unread.by_theme(cast.ben, [theme.pk]) == {theme.pk: by_hand(theme, cast.ben)}
    read(theme, cast.ben, "5-12,20,24-26")
    remove_comment(said[1], seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    remove_comment(later[1], seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    counted, true = stored(theme, cast.ben)
    assert counted == true > 0
    assert unread.by_theme(cast.ben, [theme.pk]) == {theme.pk: by_hand(theme, cast.ben)}
    there = make_theme(event)
    move_thread(other, to=there, by=cast.mo, reason="", now=timezone.now())
    for place in (theme, there):
        counted, true = stored(place, cast.ben)
        assert counted == true > 0, place
        assert unread.by_theme(cast.ben, [place.pk]) == {place.pk: by_hand(place, cast.ben)}


def test_where_very_much_is_unread_its_newest_threads_are_named(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(unread, "AT_ONCE", 60)
    plant_below(thread.opening, [0] * 300, by=[cast.ada])
    newest = [open_thread(theme, cast.mo, f"Thread {n}").thread for n in range(3)]
    for each in newest:
        plant_below(each.opening, [0] * 12, by=[cast.ada])
    read(theme, cast.ben, "1")
    read(theme, cast.ben, "3,5")
    found = unread.by_thread(cast.ben, theme.pk)
    assert found.is_cut
    assert {each.pk for each in newest} <= set(found), "the newest comments are looked at, not the oldest"
    html = cast.client("ben").get(f"/{theme.event.slug}/{theme.slug}/").content.decode()
    assert html.count("13 unread") == 3
    assert "298 unread" in html, "and counted whole, as far as they are named"
    assert unread.by_theme(cast.ben, [theme.pk]) == {theme.pk: by_hand(theme, cast.ben)} == {theme.pk: 337}
    html = cast.client("ben").get(f"/{theme.event.slug}/").content.decode()
    assert "337 unread" in html


def test_a_browser_that_keeps_its_reading_asks_for_the_threads_of_its_page(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(unread, "AT_ONCE", 30)
    plant_below(thread.opening, [0] * 60, by=[cast.ada])
    other = open_thread(theme, cast.mo, "Another").thread
    address = f"/themes/{theme.pk}/news/?read=1-10,12"
    assert Client().get(f"{address}&threads={thread.pk},{other.pk},7x").json() == {
        "theme": "51 unread",
        "threads": {str(thread.pk): "50 unread", str(other.pk): "1 unread"},
    }
    remove_comment(thread.comments.get(number=3), seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert Client().get(address).json() == {"theme": "51 unread", "threads": {}}


def test_a_reader_with_many_gaps_costs_a_fixed_number_of_queries(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(unread, "AT_ONCE", 30)
    plant_below(thread.opening, [0] * 500, by=[cast.ada])
    scattered(theme, cast.ben, gaps=150)
    client, costs = cast.client("ben"), []
    for path in (f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/"):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert "351 unread" in client.get(path).content.decode()
        costs.append(len(seen))
    assert costs == [12, 10]


@pytest.mark.parametrize("gaps", [0, 100])
def test_what_is_gone_through_does_not_grow_with_what_was_written(theme, thread, cast, gaps, monkeypatch):
    monkeypatch.setattr(unread, "AT_ONCE", 50)
    plant_below(thread.opening, [0] * 400, by=[cast.ada])
    if gaps:
        scattered(theme, cast.ben, gaps=gaps)

    def ask() -> None:
        assert unread.by_theme(cast.ben, [theme.pk])
        assert unread.by_thread(cast.ben, theme.pk).is_cut

    few = touched(ask)
    plant_below(thread.opening, [0] * 3_000, by=[cast.ada])
    assert touched(ask) < 1.2 * few


READ = Ranges.parse("1-3,5")
PLANS: dict[str, tuple[Any, set[str]]] = {
    "others": (
        lambda theme, person: count_others(person.pk, spans_of(theme.pk, READ)),
        {"comment_theme_published", "comment_own_published"},
    ),
    "gone": (lambda theme, person: count_others_gone(person.pk, spans_of(theme.pk, READ)), {"comment_gone"}),
    "newest": (
        lambda theme, person: newest_by_thread(person.pk, theme.pk, READ, most=10),
        {"comment_theme_published"},
    ),
}


@pytest.mark.parametrize("what", PLANS)
def test_ranges_are_looked_up_in_an_index(theme, thread, cast, what):
    work, indexes = PLANS[what]
    plant_below(thread.opening, [0] * 500, by=[cast.ada, cast.ben])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plan_of(lambda: work(theme, cast.ada))
    assert [index for index in indexes if index not in plan] == [], plan
    assert "SCAN forum_comment" not in plan, plan
    assert "Seq Scan on forum_comment" not in plan, plan
