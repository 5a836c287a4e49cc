"""Times that a person types are those on the clocks of the event, and those a person reads say whose they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import Event, LogEntry, Thread
from tests.access.administration import ADD_EVENT as ADD
from tests.access.administration import EVENT as TYPED
from tests.access.administration import errors
from tests.factories import make_event, new_key

pytestmark = pytest.mark.django_db


def change(event: Event) -> str:
    return f"/admin/forum/event/{event.pk}/change/"


def shown(client: Client, event: Event) -> dict[str, str]:
    """What the form has in its fields."""
    page = client.get(change(event)).content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("starts_at", "ends_at")}


def test_what_staff_type_is_the_time_on_the_clocks_of_the_event(staff):
    assert staff.post(ADD, TYPED).status_code == 302
    event = Event.objects.get(slug="paris")
    assert (event.starts_at, event.ends_at) == (
        datetime(2026, 7, 1, 7, tzinfo=UTC),
        datetime(2026, 7, 1, 15, tzinfo=UTC),
    )
    assert event.opens_at == datetime(2026, 1, 14, 23, tzinfo=UTC)
    assert "Wednesday 1 July 2026, 09:00–17:00 Paris time" in Client().get("/paris/").content.decode()
    assert shown(staff, event) == {"starts_at": "2026-07-01T09:00", "ends_at": "2026-07-01T17:00"}
    page = staff.get(change(event)).content.decode()
    assert page.count("In the time zone above (currently Europe/Paris).") == 4


def test_the_list_of_events_names_the_zone_of_each_time(staff):
    staff.post(ADD, TYPED | {"closes_at": "2026-07-02T00:00"})
    page = staff.get("/admin/forum/event/").content.decode()
    for words in ("09:00–17:00 Paris time", "15 Jan 2026, 00:00 Paris time", "2 Jul 2026, 00:00 Paris time"):
        assert words in page


def test_a_zone_that_changes_takes_the_typed_times_along(staff):
    staff.post(ADD, TYPED)
    event = Event.objects.get(slug="paris")
    assert staff.post(change(event), TYPED | {"timezone": "Asia/Baku"}).status_code == 302
    event.refresh_from_db()
    assert event.starts_at == datetime(2026, 7, 1, 5, tzinfo=UTC)
    assert shown(staff, event)["starts_at"] == "2026-07-01T09:00"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "2026-03-29T02:30",
            "02:30 does not exist on 29 Mar 2026 in Europe/Paris, because the clocks go forward."
            " Enter 01:59 or earlier, or 03:00 or later.",
        ),
        (
            "2026-10-25T02:30",
            "02:30 occurs twice on 25 Oct 2026 in Europe/Paris, because the clocks go back."
            " Enter 01:59 or earlier, or 03:00 or later.",
        ),
    ],
)
def test_a_time_that_never_comes_or_comes_twice_is_refused_at_its_field(staff, typed, sentence):
    response = staff.post(ADD, TYPED | {"opens_at": typed})
    assert errors(response, "opens_at") == [sentence]
    assert f'value="{typed}"' in response.content.decode()
    assert not Event.objects.exists()
    for slug, edge in (("before", "01:59"), ("after", "03:00")):
        assert staff.post(ADD, TYPED | {"slug": slug, "opens_at": f"{typed[:11]}{edge}"}).status_code == 302


def test_a_day_that_a_zone_left_out_is_told_with_the_days_around_it(staff):
    response = staff.post(ADD, TYPED | {"timezone": "Pacific/Apia", "opens_at": "2011-12-30T12:00"})
    (sentence,) = errors(response, "opens_at")
    assert sentence.endswith("Enter 29 Dec 2011, 23:59 or earlier, or 31 Dec 2011, 00:00 or later.")


@pytest.mark.parametrize("name", ["Paris", "europe/paris", "../../etc/passwd", "Europe", "UTC+2", "", " "])
def test_a_zone_that_does_not_exist_is_refused_at_its_field(staff, name):
    response = staff.post(ADD, TYPED | {"timezone": name})
    (sentence,) = errors(response, "timezone")
    assert sentence in (f"There is no time zone {name}. Enter one such as Asia/Baku, with its capital letters.",
                        "This field is required.")  # fmt: skip
    assert 'value="2026-07-01T09:00"' in response.content.decode()


def test_what_was_left_as_it_was_shown_stays_as_it_was(staff):
    first = datetime(2026, 10, 25, 0, 30, 12, tzinfo=UTC)  # the first 02:30 of that night
    event = make_event(slug="paris", timezone="Europe/Paris", opens_at=first)
    facts = TYPED | shown(staff, event) | {"opens_at": "2026-10-25T02:30", "title": "Another title"}
    assert staff.post(change(event), facts).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.opens_at) == ("Another title", first)


def test_an_event_with_an_unknown_zone_can_be_read_and_mended(staff):
    event = make_event(slug="paris", timezone="Atlantis")
    assert Client().get("/paris/").status_code == 200
    assert staff.post(change(event), TYPED).status_code == 302


@pytest.fixture
def in_baku(event, theme, thread):
    Event.objects.update(timezone="Asia/Baku")
    return thread


def soon() -> datetime:
    return (timezone.now() + timedelta(days=2)).replace(hour=14, minute=30, second=0, microsecond=0)


def test_a_plan_is_typed_and_read_in_the_zone_of_the_event(in_baku, cast):
    mo, when, page = cast.client("mo"), soon(), f"/threads/{in_baku.pk}/"
    assert "Close at (Baku time)" in mo.get(f"{page}plan/").content.decode()
    asked = {"closes_at": f"{when:%Y-%m-%d}T18:30", "reason": "We meet."}
    assert mo.post(f"{page}plan/", asked).status_code == 302
    assert Thread.objects.get(pk=in_baku.pk).closes_at == when
    assert "18:30 Baku time" in cast.client("eve").get(page).content.decode()
    assert f'value="{when:%Y-%m-%d}T18:30"' in mo.get(f"{page}plan/").content.decode()
    assert f"Closes on {when:%Y-%m-%d} 18:30 Baku time." in LogEntry.objects.get().reason


def test_the_same_for_a_theme(in_baku, theme, cast):
    mo, when = cast.client("mo"), soon()
    asked = {"closes_at": f"{when:%Y-%m-%d}T18:30", "reason": "We meet."}
    assert mo.post(f"/themes/{theme.pk}/plan/", asked).status_code == 302
    theme.refresh_from_db()
    assert theme.closes_at == when
    shown_to_all = cast.client("eve").get(f"/{theme.event.slug}/{theme.slug}/").content.decode()
    assert "18:30 Baku time" in shown_to_all


def test_slow_mode_and_the_desk_tell_the_time_of_the_event(in_baku, cast):
    Thread.objects.update(slow_minutes=60)
    ben, path = cast.client("ben"), f"/comments/{in_baku.opening_id}/reply/"
    assert ben.post(path, {"source": "Once.", "key": new_key()}).status_code == 302
    assert re.search(r"You can post again at \d\d:\d\d Baku time\.", ben.get(path).content.decode())
    Thread.objects.update(slow_minutes=0)
    Event.objects.update(hold_rules={"everybody": {"is_on": True}})
    cast.client("ada").post(path, {"source": "Held.", "key": new_key()})
    held = in_baku.comments.get(status="held")
    mo = cast.client("mo")
    seen = re.search(r'name="c\d+-seen" value="([^"]+)"', mo.get("/baku/moderation/desk/").content.decode())[1]
    told = mo.post(
        f"/comments/{held.pk}/decide/",
        {f"c{held.pk}-decision": "approve", f"c{held.pk}-seen": seen},
        headers={"Accept": "application/json"},
    )
    assert re.search(r"By Mo, \d\d:\d\d Baku time\.", told.json()["decided"])


def test_a_draft_says_when_it_was_saved_so_that_a_script_can_tell_it_in_the_readers_own_zone(thread, cast):
    ben, path = cast.client("ben"), f"/comments/{thread.opening_id}/reply/"
    told = ben.post(f"/drafts/reply/{thread.opening_id}/", {"source": "Words.", "key": new_key(), "draft": "0"}).json()
    assert datetime.fromisoformat(told["at"]) <= timezone.now()
    page = ben.get(path).content.decode()
    assert re.search(r'saved at <time datetime="[^"]+Z" data-own-clock>[^<]+ universal time</time>\.', page)
