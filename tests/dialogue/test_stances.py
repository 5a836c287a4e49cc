"""Stances by HTTP: taken with and without a script, refused with the reason, hidden where they must be."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.stances import switch_stances, take_stance
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import StanceKind
from forum.models import Stance
from forum.moderation.actions.moderation import lock_thread, remove_comment
from tests.factories import make_person
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db

PART = {"Parley-Part": "1"}


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_without_a_script_a_stance_is_taken_changed_and_taken_back(thread, cast):
    client, path = cast.client("ben"), f"/comments/{thread.opening_id}/"
    pressed = []
    for kind in ("agree", "disagree", ""):
        response = client.post(f"{path}stance/", {"kind": kind})
        assert (response.status_code, response["Location"]) == (302, f"{path}#stances")
        page = client.get(path).content.decode()
        pressed.append(re.findall('value="([a-z]+)"[^>]*aria-pressed="true"', page))
    assert pressed == [["agree"], ["disagree"], []]


def test_a_script_gets_the_change_that_every_follower_gets(thread, cast):
    path = f"/comments/{thread.opening_id}/stance/"
    body = cast.client("ben").post(path, {"kind": "support"}, headers=PART).json()
    assert (body["kind"], body["change"]["id"], body["change"]["revision"]) == ("support", thread.opening_id, 2)
    assert "1 supports" in body["change"]["html"]


def test_numbers_stand_in_the_thread_for_everybody_and_names_nowhere(thread, cast):
    path = f"/threads/{thread.pk}/"
    tag = cast.client("eve").get(path)["ETag"]
    cast.client("ben").post(f"/comments/{thread.opening_id}/stance/", {"kind": "unsure"})
    page = cast.client("eve").get(path, headers={"If-None-Match": tag})
    assert page.status_code == 200
    assert f'href="/comments/{thread.opening_id}/#stances"' in page.content.decode()
    assert "1 unsure" in page.content.decode()
    for place in (path, f"/comments/{thread.opening_id}/", "/baku/"):
        assert "Ben" not in cast.client("eve").get(place).content.decode()


def test_which_stance_is_mine_is_told_to_me_alone(thread, cast):
    cast.client("ben").post(f"/comments/{thread.opening_id}/stance/", {"kind": "agree"})
    mine = f'data-mine="{{&quot;{thread.opening_id}&quot;: &quot;agree&quot;}}"'
    told = {
        who: mine in cast.client(who).get(f"/threads/{thread.pk}/").content.decode() for who in ("ben", "mo", "eve")
    }
    assert told == {"ben": True, "mo": False, "eve": False}
    assert "stance-parts" not in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()


def _nothing(thread, cast): ...


def _locked(thread, cast):
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())


def _removed(thread, cast):
    remove_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="MARKERWORD rude.", now=timezone.now())


def _off(thread, cast):
    switch_stances(thread.theme, on=False)


@pytest.mark.parametrize("headers", [{}, PART])
@pytest.mark.parametrize(
    ("who", "happens", "kind", "status", "words"),
    [
        ("eve", _nothing, "agree", 403, "You must be logged in"),
        ("new", _nothing, "agree", 403, "confirm your email address"),
        ("ada", _nothing, "agree", 403, "your own comment"),
        ("ben", _locked, "agree", 409, "locked"),
        ("ben", _removed, "agree", 409, "not public"),
        ("ben", _off, "", 403, "turned off"),
        ("ben", _nothing, "love", 422, "not one of the four"),
    ],
)
def test_a_refused_stance_says_why_and_changes_nothing(thread, cast, who, happens, kind, status, words, headers):
    happens(thread, cast)
    client = cast.client(who) if who != "new" else Client()
    if who == "new":
        client.force_login(make_person("new", verified=False))
    response = client.post(f"/comments/{thread.opening_id}/stance/", {"kind": kind}, headers=headers)
    said = response.json()["sentence"] if headers else response.content.decode()
    assert response.status_code == status
    assert words in said
    assert "MARKERWORD" not in said
    assert not Stance.objects.exists()


def test_a_get_leads_to_the_comment_and_changes_nothing(thread, cast):
    response = cast.client("ben").get(f"/comments/{thread.opening_id}/stance/?kind=agree")
    assert response["Location"] == f"/comments/{thread.opening_id}/#stances"
    assert not Stance.objects.exists()


def test_a_form_from_another_site_takes_no_stance(thread, cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben)
    assert client.post(f"/comments/{thread.opening_id}/stance/", {"kind": "agree"}).status_code == 403
    assert not Stance.objects.exists()


@pytest.mark.parametrize("happens", [_removed, _off])
def test_no_door_tells_the_numbers_of_what_is_hidden(thread, cast, say, happens):
    say("ben", "An answer, so that the place stays.", to=thread.opening)
    take_stance(thread.opening, by=cast.ben, kind=StanceKind.DISAGREE, now=timezone.now())
    comment = f"/comments/{thread.opening_id}/"
    paths = [f"/threads/{thread.pk}/", comment, f"{comment}reply/", f"{comment}edit/", f"{comment}remove/", "/baku/"]
    happens(thread, cast)
    for who in ("eve", "ada", "ben", "mo"):
        for path in paths:
            page = cast.client(who).get(path, follow=True).content.decode()
            assert "1 disagrees" not in page, (who, path)
            assert 'id="stances"' not in page, (who, path)


@pytest.mark.parametrize("size", [1, 100])
def test_ones_own_stances_cost_one_query_whatever_the_thread_holds(thread, cast, size):
    client = cast.client("ben")
    for n in range(size):
        seed = imported_comment(
            thread.theme, f"grow:{n}", author=cast.ada, source="x", written_at=timezone.now(), is_public=True
        )
        reply = import_reply(thread.opening, seed)
        if n % 10 == 0:
            take_stance(reply, by=cast.ben, kind=StanceKind.AGREE, now=timezone.now())
    client.get(f"/threads/{thread.pk}/")
    on = queries(client, f"/threads/{thread.pk}/")
    switch_stances(thread.theme, on=False)
    client.get(f"/threads/{thread.pk}/")
    assert (on, queries(client, f"/threads/{thread.pk}/")) == (5, 4)


def test_the_groups_stand_on_the_comments_own_page_and_cost_one_query(thread, cast):
    path = f"/comments/{thread.opening_id}/"
    client = cast.client("eve")
    assert queries(client, path) == 4
    for n in range(10):
        person = make_person(f"p{n}")
        person.group = "business" if n < 5 else "technical"
        take_stance(thread.opening, by=person, kind=StanceKind.AGREE, now=timezone.now())
        page = client.get(path).content.decode()
        assert ("Technical community" in page) == (n == 9), "only once no group and no rest is smaller than five"
    assert queries(client, path) == 5


@pytest.mark.parametrize("kind", ["agree", "disagree", ""])
def test_a_stance_takes_a_fixed_number_of_statements(thread, cast, kind):
    client, path = cast.client("ben"), f"/comments/{thread.opening_id}/stance/"
    client.post(path, {"kind": "agree" if kind != "agree" else "unsure"})
    with CaptureQueriesContext(connection) as seen:
        client.post(path, {"kind": kind})
    assert len(seen) == 11


def test_the_administration_switches_stances_without_touching_the_numbers(theme, thread, cast):
    take_stance(thread.opening, by=cast.ben, kind=StanceKind.AGREE, now=timezone.now())
    cast.olga.is_staff = cast.olga.is_superuser = True
    cast.olga.save()
    form = {"event": theme.event_id, "code": theme.code, "slug": theme.slug, "title": "A new title", "question": "",
            "position": 1}  # fmt: skip
    response = cast.client("olga").post(f"/admin/forum/theme/{theme.pk}/change/", form)
    assert response.status_code == 302
    theme.refresh_from_db()
    assert (theme.takes_stances, theme.title, theme.revision) == (False, "A new title", 3)
