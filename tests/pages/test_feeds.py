"""What is taken away from here: feeds, people's pages, the sitemap. None of it says more than the pages do."""

from __future__ import annotations

import html
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.site_texts import SiteTextName
from forum.models import CommentVersion
from forum.moderation.actions.moderation import hide_version, remove_comment
from tests.factories import make_person, open_thread
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"
ATOM = "{http://www.w3.org/2005/Atom}"


def doors(thread, person):
    theme = thread.theme
    pages = [
        f"/{theme.event.slug}/",
        f"/{theme.event.slug}/{theme.slug}/",
        f"/threads/{thread.pk}/",
        f"/people/{person.pk}/",
    ]
    return [f"{page}feed.{form}" for page in pages for form in ("atom", "json")]


def entries(client, path):
    tree = ElementTree.fromstring(client.get(path).content)
    return [entry.find(f"{ATOM}title").text for entry in tree.iter(f"{ATOM}entry")]


def test_each_feed_brings_the_newest_first_in_both_forms(thread, cast, say, settings):
    reply = say("ben", "So *very* true.", to=thread.opening)
    client = cast.client("eve")
    for path in doors(thread, cast.ben):
        response = client.get(path)
        assert response.status_code == 200, path
        if path.endswith("json"):
            item = response.json()["items"][0]
            assert response["Content-Type"] == "application/feed+json; charset=utf-8"
            assert item["id"] == f"{settings.SITE_URL}/comments/{reply.pk}/"
            assert "<em>very</em>" in item["content_html"]
            assert item["authors"] == [{"name": "Ben", "url": f"{settings.SITE_URL}/people/{cast.ben.pk}/"}]
        else:
            label = f"{thread.theme.code}-{reply.number}"
            assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
            assert entries(client, path)[0] == f"{label}: Where does cooperation happen"


def test_links_to_people_and_quoted_comments_lead_here_from_anywhere(thread, cast, say, settings):
    label = f"{thread.theme.code}-{thread.opening.number}"
    say("ben", f'> Ada, {label}:\n\nDear @Ada, href="/x" [a](https://x.example/)', to=thread.opening)
    for path in doors(thread, cast.ben):
        text = html.unescape(cast.client("eve").get(path).content.decode().replace('\\"', '"'))
        assert f'<a href="{settings.SITE_URL}/people/{cast.ada.pk}/" class="mention">@Ada</a>' in text, path
        assert f'<a href="{settings.SITE_URL}/comments/{thread.opening_id}/">Ada, {label}</a>' in text
        assert 'href="/x"' in html.unescape(text)
        assert 'href="https://x.example/"' in text


def test_a_feed_that_did_not_change_is_not_sent_again(thread, cast):
    client, path = cast.client("eve"), f"/threads/{thread.pk}/feed.atom"
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/threads/{thread}/feed.rss", "/threads/999/feed.atom", "/nowhere/feed.json", "/people/999/"]
)
def test_what_is_not_there_is_a_404(thread, cast, path):
    assert cast.client("eve").get(path.format(thread=thread.pk)).status_code == 404


def test_names_and_titles_of_any_kind_leave_the_feed_readable(theme, cast):
    cast.ben.name = "ben & <b> مرحبا 🙂"
    cast.ben.save(update_fields=["name"])
    thread = open_thread(theme, cast.ben, "</title><script>alert(1)</script> ]]> & \u202b", "A & B").thread
    for path in doors(thread, cast.ben):
        response = cast.client("eve").get(path)
        if path.endswith("atom"):
            assert "]]> &" in entries(cast.client("eve"), path)[0]
        else:
            assert response.json()["items"][0]["authors"][0]["name"] == cast.ben.name


@pytest.mark.parametrize("many", [1, 60])
def test_a_feed_costs_the_same_whatever_it_holds(thread, cast, say, many):
    for n in range(many):
        say("ben", f"Words {n}", to=thread.opening)
    client, costs = cast.client("eve"), []
    for path in doors(thread, cast.ben):
        with CaptureQueriesContext(connection) as seen:
            body = client.get(path).content.decode()
        costs.append(len(seen))
        assert body.count("Words") <= 2 * 50
    assert costs == [4, 4, 2, 2, 2, 2, 3, 3]


def test_who_never_spoke_has_no_page_but_for_themselves(thread, cast):
    assert cast.client("eve").get(f"/people/{cast.ben.pk}/").status_code == 404
    assert cast.client("ada").get(f"/people/{cast.ben.pk}/").status_code == 404
    assert "no public comments yet" in cast.client("ben").get(f"/people/{cast.ben.pk}/").content.decode()


def test_a_persons_page_goes_on_by_key(thread, cast, say):
    for n in range(35):
        say("ben", f"Words {n} end", to=thread.opening)
    client = cast.client("eve")
    first = client.get(f"/people/{cast.ben.pk}/")
    page = first.content.decode()
    assert ("Words 34 end" in page, "Words 5 end" in page, "Words 4 end" in page) == (True, True, False)
    rest = client.get(first.context["older_url"]).content.decode()
    assert ("Words 4 end" in rest, "Words 0 end" in rest) == (True, True)


def test_nothing_hidden_leaves_by_these_doors(thread, cast, say):
    for act in ("removed", "withdrawn", "edited", "held"):
        if act == "held":
            seed = imported_comment(
                thread.theme, "held:1", author=cast.ben, source=MARKER, written_at=timezone.now(), is_public=False
            )
            import_reply(thread.opening, seed)
            continue
        comment = say("ben", f"{MARKER} {act}", to=thread.opening)
        if act == "removed":
            remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
        elif act == "withdrawn":
            withdraw_comment(comment, by=cast.ben, now=timezone.now())
        else:
            edit_comment(comment, by=cast.ben, source="Mended.", now=timezone.now())
            version = CommentVersion.objects.get(comment=comment, number=1)
            hide_version(version, by=cast.mo, reason="Private.", now=timezone.now())
    for who in ("eve", "ben", "mo"):
        for path in [*doors(thread, cast.ben), f"/people/{cast.ben.pk}/", "/sitemap.xml"]:
            response = cast.client(who).get(path)
            assert (response.status_code, MARKER in response.content.decode()) == (200, False), (who, path)


def test_a_title_hides_with_its_opening(theme, cast, say):
    thread = open_thread(theme, cast.ada, f"About a {MARKER}").thread
    say("ben", "An answer.", to=thread.opening)
    remove_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    for path in doors(thread, cast.ben):
        assert MARKER not in cast.client("eve").get(path).content.decode(), path


def test_the_sitemap_names_what_is_public_and_robots_name_the_sitemap(theme, thread, cast, settings):
    gone = open_thread(theme, cast.ada, "Gone").thread
    withdraw_comment(gone.opening, by=cast.ada, now=timezone.now())
    client = cast.client("eve")
    with CaptureQueriesContext(connection) as seen:
        body = client.get("/sitemap.xml").content.decode()
    assert len(seen) == 3
    places = [
        place.text for place in ElementTree.fromstring(body).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]
    site = settings.SITE_URL
    paths = ["/", *(f"/{name}/" for name in SiteTextName)]
    paths += [f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", f"/threads/{thread.pk}/"]
    assert places == [site + path for path in paths]
    assert f"Sitemap: {site}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_pages_say_what_they_are_to_those_who_link_to_them(thread, cast, settings):
    page = cast.client("eve").get(f"/threads/{thread.pk}/?all=1").content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}/threads/{thread.pk}/">' in page
    assert '<meta property="og:type" content="article">' in page
    assert f'href="/threads/{thread.pk}/feed.atom"' in page


def test_a_name_leads_to_the_person(thread, cast):
    make_person("new")
    assert f'href="/people/{cast.ada.pk}/"' in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
