"""The way in for those who decide: a link on every page, with how much is waiting, and the pages it leads to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.kernel.choices import FlagKind, RoleKind
from forum.models import Role
from forum.moderation.actions.flags import flag_comment
from tests.factories import make_event

pytestmark = pytest.mark.django_db
HOME = "/moderation/"


@pytest.fixture
def flagged(thread, cast, say):
    comment = say("ben", "Flag me.", to=thread.opening)
    flag_comment(comment, by=cast.ada, kind=FlagKind.ATTACK, note="", now=timezone.now())


def header(client, path: str) -> str:
    return client.get(path).content.decode().split("</header>")[0]


@pytest.mark.parametrize(("who", "offers"), [("eve", False), ("ada", False), ("mo", True), ("olga", True)])
def test_who_decides_is_led_to_it_from_every_page(cast, theme, who, offers):
    for path in (f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", "/about/"):
        assert ('href="/moderation/"' in header(cast.client(who), path)) is offers


def test_a_rapporteur_is_not_led_to_queues(cast, theme):
    Role.objects.create(event=theme.event, person=cast.ben, kind=RoleKind.RAPPORTEUR)
    assert "/moderation/" not in header(cast.client("ben"), f"/{theme.event.slug}/{theme.slug}/")
    assert cast.client("ben").get(HOME).status_code == 403


@pytest.mark.parametrize("events", [1, 3])
def test_the_number_costs_one_statement_and_only_those_who_decide(cast, theme, flagged, events):
    for number in range(1, events):
        other = make_event(slug=f"other-{number}")
        Role.objects.create(event=other, person=cast.mo, kind=RoleKind.MODERATOR)
    counts = []
    for who in ("ben", "mo"):
        client = cast.client(who)
        client.post("/notifications/seen/")
        client.get("/about/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/about/")
        counts.append(len(seen))
    assert counts == [4, 5]


def test_the_number_is_there_without_scripts(cast, theme, held, flagged):
    held()
    assert '>Moderate<span class="bell-count" data-decisions>2</span>' in header(cast.client("mo"), "/about/")
    assert "data-decisions" not in header(cast.client("ada"), "/about/")


def test_the_only_event_opens_at_its_first_full_queue(cast, theme, flagged):
    response = cast.client("mo").get(HOME)
    assert (response.status_code, response["Location"]) == (302, f"/{theme.event.slug}/moderation/flags/")


def test_an_empty_event_opens_at_its_review_queue(cast, theme):
    assert cast.client("mo").get(HOME)["Location"] == f"/{theme.event.slug}/moderation/desk/"


def test_several_events_are_listed_with_what_waits_in_each(cast, theme, flagged):
    other = make_event(slug="other", title="Another meeting")
    Role.objects.create(event=other, person=cast.mo, kind=RoleKind.MODERATOR)
    page = cast.client("mo").get(HOME).content.decode()
    assert page.index("Another meeting") != -1
    assert f'href="/{theme.event.slug}/moderation/flags/">Flagged <span class="tab-count">1</span>' in page
    assert 'href="/other/moderation/flags/">Flagged <span class="tab-count">0</span>' in page


def test_the_number_is_that_of_all_queues_and_only_for_those_who_decide(cast, theme, flagged):
    assert cast.client("mo").get("/notifications/count/").json()["waiting"] == "1"
    assert cast.client("ada").get("/notifications/count/").json()["waiting"] == ""


EVERYONES = {"moderation/", "moderation/transparency/", "moderation/conduct/"}
MODERATORS = EVERYONES | {"moderation/desk/", "moderation/people/"}
ORGANISERS = MODERATORS | {"moderation/rules/", "moderation/team/", "moderation/blocks/"}


@pytest.mark.parametrize(("who", "pages"), [("mo", MODERATORS), ("olga", ORGANISERS)])
def test_each_page_of_moderation_leads_to_the_others(cast, theme, who, pages):
    begin = f"/{theme.event.slug}/"
    for page in pages:
        shown = cast.client(who).get(f"{begin}{page}").content.decode()
        for other in pages:
            assert f'href="{begin}{other}"' in shown, (page, other)
        assert f'href="{begin}{page}" aria-current="true"' in shown


@pytest.mark.parametrize("page", sorted(EVERYONES))
@pytest.mark.parametrize("who", ["eve", "ada"])
def test_readers_get_no_navigation_of_moderators(cast, theme, who, page):
    shown = cast.client(who).get(f"/{theme.event.slug}/{page}").content.decode()
    assert ("moderation-pages" in shown, "moderation/desk/" in shown) == (False, False)
