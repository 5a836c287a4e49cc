"""The front page, and the texts about the installation that every footer leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.kernel.site_texts import SiteTextName
from forum.models import Event, SiteText
from tests.access.administration import errors
from tests.factories import make_event, make_theme, open_thread

pytestmark = pytest.mark.django_db
ADD = "/admin/forum/sitetext/add/"


@pytest.mark.parametrize("name", SiteTextName.values)
def test_each_text_has_a_default_and_every_footer_leads_to_it(client, name):
    page = client.get(f"/{name}/")
    assert page.status_code == 200
    assert len(page.content.decode().split("<main")[1].split("</main>")[0]) > 300
    assert f'href="/{name}/"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(("name", "leads_to"), [("about", "/accounts/signup/"), ("privacy", "/contact/")])
def test_links_in_default_texts_are_links(client, settings, name, leads_to):
    main = client.get(f"/{name}/").content.decode().split("<main")[1].split("</main>")[0]
    assert f'href="{settings.SITE_URL}{leads_to}"' in main
    assert "](" not in main


def test_staff_write_a_text_of_their_own_and_go_back_to_the_default(staff, client):
    default = client.get("/about/").content.decode()
    assert "Edit this text" not in default
    assert f'href="{ADD}?name=about"' in staff.get("/about/").content.decode()
    assert "public discussion before an event" in staff.get(f"{ADD}?name=about").content.decode(), "to begin with"
    assert staff.post(ADD, {"name": "about", "source": "## Who we are\n\nThe **hosts**."}).status_code == 302
    page = client.get("/about/").content.decode()
    assert "<h2>Who we are</h2>" in page
    assert "<strong>hosts</strong>" in page
    change = f"/admin/forum/sitetext/{SiteText.objects.get().pk}/change/"
    assert f'href="{change}"' in staff.get("/about/").content.decode()
    assert staff.post(change, {"source": ""}).status_code == 302
    assert "public discussion before an event" in client.get("/about/").content.decode()


def test_a_text_that_cannot_be_shown_comes_back_with_the_reason(staff):
    response = staff.post(ADD, {"name": "about", "source": "A bell\x07 rings."})
    assert "control characters" in errors(response, "source")[0]
    assert not SiteText.objects.exists()


def test_a_text_cannot_run_scripts(staff, client):
    staff.post(ADD, {"name": "contact", "source": "<script>alert(1)</script> [x](javascript:alert(1))"})
    main = client.get("/contact/").content.decode().split("<main")[1]
    assert "<script>alert" not in main
    assert 'href="javascript' not in main


def test_the_contact_page_names_the_address_of_each_event(client, event):
    Event.objects.filter(pk=event.pk).update(contact="hosts@example.org")
    page = client.get("/contact/").content.decode()
    assert "mailto:hosts@example.org" in page
    assert f'href="/{event.slug}/"' in page


def test_privacy_says_what_a_spam_check_receives(client, settings):
    assert "spam" not in client.get("/privacy/").content.decode()
    settings.AKISMET_KEY, settings.AKISMET_URL = "key", "https://check.example/1.1/"
    assert "check.example" in client.get("/privacy/").content.decode()


def test_the_only_event_is_where_the_front_page_leads(client, event):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, f"/{event.slug}/")


def test_the_front_page_says_what_is_going_on_and_what_to_do(cast, theme, say):
    make_theme(make_event(slug="older", starts_at=timezone.now() - timedelta(days=400)))
    thread = open_thread(theme, cast.ada, "A first question").thread
    say("ben", "An answer.", to=thread.opening)
    page = cast.client("eve").get("/").content.decode()
    assert "public discussion forum" in page
    assert "2 comments" in page
    assert "0 comments" in page
    assert page.count("Read and take part</a>") == 2
    assert "Join the discussion</a>" in cast.client("ada").get("/").content.decode()


@pytest.mark.parametrize(
    ("times", "verb"),
    [
        ({"opens_at": timedelta(days=1)}, "Read the announcement"),
        ({"opens_at": timedelta(days=-2), "closes_at": timedelta(days=-1)}, "Read the discussion"),
    ],
)
def test_the_button_names_what_can_be_done_now(client, event, theme, times, verb):
    make_event(slug="other")
    Event.objects.filter(pk=event.pk).update(**{name: timezone.now() + delta for name, delta in times.items()})
    page = client.get("/").content.decode()
    assert f"{verb}</a>" in page


def test_an_event_without_themes_offers_its_announcement(client, event):
    make_event(slug="other")
    page = client.get("/").content.decode()
    assert page.count("Read the announcement</a>") == 2
    assert page.count("No themes yet") == 2
    assert ("Read and take part" in page, "0 comments" in page) == (False, False)
    page = client.get(f"/{event.slug}/").content.decode()
    assert ("Choose a theme" in page, "No theme is open yet" in page) == (False, True)


def test_the_front_page_costs_the_same_however_much_was_said(client, theme, cast, say):
    make_event(slug="other")
    thread = open_thread(theme, cast.ada, "A question").thread
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        counts.append(len(seen))
        say("ben", "More.", to=thread.opening)
    assert counts == [3, 3]


def test_visitors_see_how_to_start_a_thread(client, cast, theme):
    address = f"/{theme.event.slug}/{theme.slug}/"
    top = client.get(address).content.decode().split('id="threads"')[0]
    assert f'href="/accounts/login/?next={address.replace("/", "%2F")}open%2F"' in top
    assert "sign up</a>" in top
    Event.objects.filter(pk=theme.event_id).update(opens_at=timezone.now() + timedelta(days=1))
    assert "Start a thread" not in client.get(address).content.decode(), "not yet"


def test_the_event_page_shows_two_responses_and_leads_to_the_rest(client, cast, event, say):
    meeting = make_theme(event, code="M", is_meeting=True)
    thread = open_thread(meeting, cast.olga, "Will you be there?").thread
    for number in range(2):
        say("ben", f"Answer {number}.", to=thread.opening)
    page = client.get(f"/{event.slug}/").content.decode()
    assert "Answer 1." in page
    assert "See all responses" not in page
    say("ben", "Answer 2.", to=thread.opening)
    page = client.get(f"/{event.slug}/").content.decode()
    assert "Answer 2." not in page
    assert f'href="/threads/{thread.pk}/">See all responses</a>' in page
