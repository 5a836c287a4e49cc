"""Reading: constant cost, no traces, and nothing that is not public."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Status
from forum.models import Comment
from forum.moderation.actions.moderation import lock_thread, remove_comment, restore_comment
from tests.bulk import plant_below

pytestmark = pytest.mark.django_db


def queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def grow(thread, author, size: int) -> None:
    """Answers in chains of 25, so that the tree is deep as well as wide."""
    plant_below(thread.opening, [n if n % 25 else 0 for n in range(size - 1)], by=[author])


@pytest.mark.parametrize("size", [1, 30, 1000])
def test_a_thread_costs_an_anonymous_reader_three_queries_whatever_its_size(client, thread, cast, size):
    grow(thread, cast.ben, size)
    for path in (f"/threads/{thread.pk}/", f"/threads/{thread.pk}/?all=1"):
        cache.clear()
        assert queries(client, path) == 3
        assert queries(client, path) == 1, "the tree comes from the cache"
    assert client.get(f"/threads/{thread.pk}/?all=1").content.count(b'<article class="comment"') == size
    assert client.get(f"/threads/{thread.pk}/").content.count(b'<article class="comment"') == min(size, 176)


@pytest.mark.parametrize("size", [1, 30])
def test_every_other_public_page_has_a_fixed_cost(client, theme, thread, cast, size):
    grow(thread, cast.ben, size)
    cache.clear()
    paths = ["/about/", f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/",
             f"/comments/{thread.opening_id}/", f"/comments/{thread.opening_id}/reply/",
             f"/{theme.event.slug}/moderation/",
             f"/{theme.event.slug}/moderation/transparency/",
             "/accounts/login/",
             ]  # fmt: skip
    assert [queries(client, path) for path in paths] == [1, 6, 4, 4, 4, 5, 11, 0]


def test_reading_without_an_account_leaves_no_trace(client, theme, thread):
    for path in ("/", f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", f"/threads/{thread.pk}/",
                 f"/comments/{thread.opening_id}/"):  # fmt: skip
        response = client.get(path)
        assert response.cookies == {}, path
        assert "sessionid" not in client.cookies
    # Whoever wants to write gets a form, and with it the cookie that protects it.
    assert [*client.get(f"/comments/{thread.opening_id}/reply/").cookies] == ["csrftoken"]


def test_a_page_that_has_not_changed_answers_304_and_one_that_has_does_not(client, theme, thread, say):
    for path in (f"/threads/{thread.pk}/", f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/",
                 f"/comments/{thread.opening_id}/"):  # fmt: skip
        tag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
        say("ben", f"New for {path}", to=thread.opening)
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200, path


def test_a_known_reader_never_shares_a_page(cast, thread):
    response = cast.client("ada").get(f"/threads/{thread.pk}/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "ETag" not in response
    assert "Cookie" in response["Vary"]


def test_every_door_keeps_what_is_not_public(theme, thread, cast, say):
    """A marker word in every text that is gone is searched in every answer to everybody else."""
    removed = say("ben", "MARKERWORD removed", to=thread.opening)
    say("ada", "An answer, so that its place stays.", to=removed)
    leaf = say("ben", "MARKERWORD leaf", to=thread.opening)
    old = say("ben", "MARKERWORD before the edit", to=thread.opening)
    withdrawn = say("ben", "MARKERWORD withdrawn", to=thread.opening)
    held = say("ben", "MARKERWORD held", to=thread.opening)
    now = timezone.now()
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=now)
    remove_comment(leaf, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=now)
    edit_comment(old, by=cast.ben, source="after the edit", now=now)
    withdraw_comment(withdrawn, by=cast.ben, now=now)
    held_row = Comment.objects.filter(pk=held.pk)
    held_row.update(status=Status.HELD, in_public_tree=False)
    paths = ["/", f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", f"/threads/{thread.pk}/",
             f"/{theme.event.slug}/moderation/"]  # fmt: skip
    for comment in Comment.objects.filter(theme=theme):
        paths += [
            f"/comments/{comment.pk}/{act}" for act in ("", "reply/", "edit/", "withdraw/", "remove/", "restore/")
        ]
    for who in ("eve", "ada"):
        client = cast.client(who)
        for path in paths:
            for headers in ({}, {"Parley-Part": "1"}, {"Accept": "application/json"}):
                response = client.get(path, headers=headers)
                assert b"MARKERWORD" not in response.content, (who, path)
                assert response.status_code in {200, 302, 403, 404, 409}, (who, path)
    for hidden in (leaf, withdrawn, held):
        assert cast.client("eve").get(f"/comments/{hidden.pk}/").status_code == 404
    assert b"MARKERWORD leaf" in cast.client("ben").get(f"/comments/{leaf.pk}/").content, "its author may read it"
    assert b"MARKERWORD leaf" in cast.client("mo").get(f"/comments/{leaf.pk}/").content, "its moderators may, too"
    assert b"Rude." in cast.client("eve").get(f"/threads/{thread.pk}/").content


def test_the_title_hides_with_its_opening(theme, thread, cast, say):
    say("ben", "An answer.", to=thread.opening)
    remove_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="Rude title.", now=timezone.now())
    for path in (
        f"/threads/{thread.pk}/",
        f"/{theme.event.slug}/{theme.slug}/",
        f"/comments/{thread.opening_id}/",
    ):
        page = cast.client("eve").get(path).content.decode()
        assert "Where does cooperation happen" not in page, path
        assert f"Thread {theme.code}-1" in page
    restore_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert b"Where does cooperation happen" in cast.client("eve").get(f"/threads/{thread.pk}/").content


def test_a_locked_thread_says_so_and_why(thread, cast):
    lock_thread(thread, by=cast.mo, reason="Everything is said.", now=timezone.now())
    page = cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()
    assert "Everything is said." in page
    assert "data-locked" in page


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/threads/999/", "/comments/999/", "/baku/nothing/", "/comments/999/reply/"]
)
def test_what_does_not_exist_is_a_page_of_ours(client, thread, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Parley" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/baku/", "/accounts/login/", "/accounts/signup/", "/nowhere/", "/admin/login/"])
def test_every_page_carries_the_strict_policy(client, event, path):
    policy = client.get(path)["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
