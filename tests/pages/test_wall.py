"""The wall, the screen in the room and the frame on other sites: the whole dialogue, for everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from forum.dialogue.queries import wall
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.kernel.errors import Refused
from forum.models import Comment, LogEntry
from forum.moderation.actions.moderation import pin_comment, remove_comment, unpin_comment
from forum.moderation.actions.review import review_comment
from tests.factories import make_theme, open_thread, reply_to, seen_field
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db


def entries(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="entry-(\d+)"', page.content.decode())]


@pytest.fixture
def other(event):
    return make_theme(event)


@pytest.fixture
def decide(cast):
    return {"by": cast.mo, "reason": "For the room.", "now": timezone.now()}


def test_the_newest_of_all_themes_comes_first(event, theme, thread, other, cast, say):
    first = say("ben", "First.", to=thread.opening)
    abroad = open_thread(other, cast.ben, "Elsewhere")
    last = say("ada", "Last.", to=thread.opening)
    page = Client().get(f"/{event.slug}/live/")
    assert entries(page) == [last.pk, abroad.pk, first.pk, thread.opening_id]
    assert b"Elsewhere" in page.content
    assert Client().get(f"/{event.slug}/live/?theme={other.code}").content.count(b'class="wall-entry" id=') == 1
    assert page.cookies == {}


def test_only_what_one_stakeholder_group_says(event, thread, cast, say):
    cast.ben.__class__.objects.filter(pk=cast.ben.pk).update(group="technical")
    cast.ada.__class__.objects.filter(pk=cast.ada.pk).update(group="civil")
    mine = say("ben", "From the technical community.", to=thread.opening)
    say("ada", "From civil society.", to=thread.opening)
    page = Client().get(f"/{event.slug}/live/?group=technical")
    assert entries(page) == [mine.pk]
    assert entries(Client().get(f"/{event.slug}/live/?group=government")) == []


@pytest.mark.parametrize(
    "question", ["theme=QQ", "theme=1", "group=knights", "before=1", "before=a:b", "since=1:x", "since=1:2:3"]
)
def test_what_is_no_address_is_not_found(event, theme, question):
    assert Client().get(f"/{event.slug}/live/?{question}").status_code == 404


def test_every_comment_stands_on_exactly_one_page_of_the_stream(event, theme, thread, other, cast, monkeypatch):
    monkeypatch.setattr(wall, "ENTRIES", 7)
    there = open_thread(other, cast.ben, "Elsewhere")
    for n in range(30):
        reply_to(there if n % 3 else thread.opening, cast.ben, f"Point {n}.")
    # An archive that was imported out of order, and a held comment that was approved late.
    old = timezone.now() - timedelta(days=3000)
    for n in range(5):
        facts = {"author": cast.ada, "source": f"Old {n}.", "written_at": old, "is_public": True}
        import_reply(thread.opening, imported_comment(theme, f"x:{n}", **facts))
    seen: list[int] = []
    address = f"/{event.slug}/live/"
    while address:
        page = Client().get(address)
        seen += entries(page)
        link = re.search(r'href="([^"]+before=[^"]+)"', page.content.decode())
        address = link.group(1).replace("&amp;", "&") if link else ""
    assert len(seen) == len(set(seen))
    assert set(seen) == set(Comment.objects.values_list("pk", flat=True))


def test_an_earlier_page_is_asked_for_anew_when_something_was_removed(event, thread, say, decide, monkeypatch):
    monkeypatch.setattr(wall, "ENTRIES", 2)
    first = say("ben", "Doomed.", to=thread.opening)
    last, _ = [say("ada", f"Point {n}.", to=thread.opening) for n in range(2)]
    address = f"/{event.slug}/live/?before={last.pk}"
    page = Client().get(address)
    assert b"Doomed." in page.content
    remove_comment(first, seen=SKIP_CHECK, **decide)
    again = Client().get(address, headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 200
    assert b"Doomed." not in again.content


def test_a_comment_that_is_approved_late_stands_first(event, theme, thread, cast, say, decide):
    seed = imported_comment(theme, "x:1", author=cast.ben, source="Waits.", written_at=timezone.now(), is_public=False)
    held = import_reply(thread.opening, seed)
    later = say("ada", "Said meanwhile.", to=thread.opening)
    address = f"/{event.slug}/live/"
    assert entries(Client().get(address))[0] == later.pk
    review_comment(held, Decision.APPROVE, seen=SKIP_CHECK, **decide | {"now": timezone.now()})
    assert entries(Client().get(address))[:2] == [held.pk, later.pk]
    remove_comment(held, seen=SKIP_CHECK, **decide)
    assert held.pk not in entries(Client().get(address)), "not even its place: nobody answered it"


def test_an_empty_wall_promises_new_comments_only_where_they_appear(event, theme):
    address = f"/{event.slug}/live/"
    promise, advice = b"New comments appear on this page automatically.", b"Reload the page to see new comments."
    usual, still = Client().get(address).content, Client().get(address, {"still": "1"}).content
    assert (promise in usual, advice in usual) == (True, False)
    assert promise not in still
    assert re.search(rb"<noscript>\s*" + advice + rb"\s*</noscript>", still), "with JavaScript the page is live"


def test_what_was_missed_is_told_by_theme_and_thread(event, theme, thread, other, cast, say):
    before = theme.__class__.objects.get(pk=theme.pk).revision
    new = say("ben", "One.", to=thread.opening)
    say("ben", "Two.", to=thread.opening)
    open_thread(theme, cast.ben, "Another question")
    open_thread(other, cast.ben, "Elsewhere")
    page = Client().get(f"/{event.slug}/live/?since={theme.pk}:{before},{other.pk}:1").content.decode()
    away = re.search(r'<section id="away".*?</section>', page, re.S).group(0)
    assert "3 comments, 2 threads" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", away))
    assert f'href="/comments/{new.pk}/"' in away, "the first that is new, not the newest"
    assert "Another question" in away
    assert "Elsewhere" not in away
    nothing = Client().get(f"/{event.slug}/live/?since={theme.pk}:999")
    assert b"No new comments." in nothing.content


@pytest.mark.parametrize("size", [1, 30])
def test_the_wall_costs_a_fixed_number_of_queries(
    event, theme, thread, other, cast, say, size, django_assert_num_queries
):
    for n in range(size):
        say("ben", f"Point {n}.", to=thread.opening)
    with django_assert_num_queries(6):  # event, themes, two themes' newest, their comments, their threads
        assert Client().get(f"/{event.slug}/live/").status_code == 200
    with django_assert_num_queries(8):  # the same, their texts, what is pinned
        assert Client().get(f"/{event.slug}/live/screen/").status_code == 200


def test_the_screen_begins_with_the_newest_and_knows_what_is_pinned(event, theme, thread, cast, say, decide):
    pinned = say("ben", "PINNED WORDS", to=thread.opening)
    say("ada", "Newest words. " + "And more of them. " * 40, to=thread.opening)
    pin_comment(pinned, seen=SKIP_CHECK, **decide)
    page = Client().get(f"/{event.slug}/live/screen/?scheme=dark").content.decode()
    assert page.index("Newest words.") < page.index("PINNED WORDS")
    assert page.index('<div id="pinned" hidden>') < page.rindex("PINNED WORDS")
    assert "…</p>" in page, "as much as is read from afar"
    assert 'data-scheme="dark"' in page
    assert '<svg viewBox="0 0' in page
    assert "data-scheme" not in Client().get(f"/{event.slug}/live/screen/?scheme=%22x").content.decode()


def test_a_pin_marks_a_comment_and_puts_its_thread_first(event, theme, thread, cast, say, decide):
    newer = open_thread(theme, cast.ben, "A newer thread")
    rows = f"/{event.slug}/{theme.slug}/"
    order = lambda: re.findall(r'id="thread-(\d+)"', Client().get(rows).content.decode())  # noqa: E731
    assert order() == [str(newer.thread_id), str(thread.pk)]
    pin_comment(thread.opening, seen=SKIP_CHECK, **decide)
    assert order() == [str(thread.pk), str(newer.thread_id)]
    assert b'class="pinned"' in Client().get(f"/threads/{thread.pk}/").content
    assert LogEntry.objects.get().act == "pin"
    unpin_comment(Comment.objects.get(pk=thread.opening_id), seen=SKIP_CHECK, **decide)
    assert order() == [str(newer.thread_id), str(thread.pk)]
    assert b'class="pinned"' not in Client().get(f"/threads/{thread.pk}/").content


@pytest.mark.parametrize(
    ("who", "reason"),
    [("eve", "not-moderator"), ("ben", "not-moderator"), ("mo", "own-comment"), ("olga", "already-pinned")],
)
def test_who_may_not_pin_is_told_why(thread, cast, say, decide, who, reason):
    comment = say("mo", "My own words.", to=thread.opening)
    if who == "olga":
        pin_comment(comment, seen=SKIP_CHECK, **decide | {"by": cast.olga})
    with pytest.raises(Refused) as refused:
        pin_comment(comment, seen=SKIP_CHECK, **decide | {"by": getattr(cast, who)})
    assert refused.value.reason == reason


def test_a_pin_through_the_pages(cast, thread, say):
    comment = say("ben", "Worth reading.", to=thread.opening)
    mo = cast.client("mo")
    assert mo.get(f"/comments/{comment.pk}/pin/").status_code == 200
    assert mo.post(f"/comments/{comment.pk}/pin/", {"reason": ""} | seen_field(comment)).status_code == 302
    assert Comment.objects.get(pk=comment.pk).is_pinned
    assert cast.client("ada").get(f"/comments/{comment.pk}/unpin/").status_code == 403
    assert mo.post(f"/comments/{comment.pk}/unpin/", {"reason": ""} | seen_field(comment)).status_code == 302
    assert not Comment.objects.get(pk=comment.pk).is_pinned


def test_only_the_sites_an_event_names_may_frame_it(event, theme, thread, say, cast):
    say("ben", "In the frame.", to=thread.opening)
    pages = [f"/embed/themes/{theme.pk}/", f"/embed/threads/{thread.pk}/"]
    assert [Client().get(page).status_code for page in pages] == [404, 404]
    event.frame_origins = "https://example.org\nhttps://other.example:8443"
    event.save(update_fields=["frame_origins"])
    for page in pages:
        for client in (Client(), cast.client("mo")):
            answer = client.get(page)
            assert answer.status_code == 200
            policy = answer["Content-Security-Policy"]
            assert "frame-ancestors https://example.org https://other.example:8443" in policy
            assert "script-src 'self'" in policy
            assert "X-Frame-Options" not in answer
            assert answer.cookies == {}
            assert b"In the frame." in answer.content
        assert client.get(page).content == Client().get(page).content, "for nobody in particular"
    everything_else = Client().get(f"/threads/{thread.pk}/")
    assert everything_else["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in everything_else["Content-Security-Policy"]
    assert b"&lt;iframe" in Client().get(f"/{event.slug}/live/?theme={theme.code}").content


@pytest.mark.parametrize(
    "text",
    ["*", "https://*", "https://a.example; script-src *", "javascript:x", "http://a.example", "https://a.example/x",
     "'self'"],
)  # fmt: skip
def test_what_is_no_origin_never_reaches_the_policy(event, theme, thread, text):
    event.frame_origins = text
    with pytest.raises(ValidationError):
        event.clean_fields()
    event.save(update_fields=["frame_origins"])
    answer = Client().get(f"/embed/themes/{theme.pk}/")
    assert text not in answer.get("Content-Security-Policy", "") or text == "'self'"


def test_a_frame_shows_nothing_of_a_thread_that_is_not_public(event, thread, cast, decide):
    event.frame_origins = "https://example.org"
    event.save(update_fields=["frame_origins"])
    remove_comment(thread.opening, seen=SKIP_CHECK, **decide)
    for client in (Client(), cast.client("mo")):
        assert client.get(f"/embed/threads/{thread.pk}/").status_code == 404
