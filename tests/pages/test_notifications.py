"""Who is told what, and that nobody is told more than they may read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.following import follow
from forum.dialogue.actions.notifications import comment_published
from forum.dialogue.actions.people import placeholder
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries.notifications import unseen
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment, CommentVersion, Follow, Notification
from forum.moderation.actions.moderation import hide_version, lock_thread, remove_comment, restore_comment
from tests.factories import open_thread

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"


def told(person):
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("kind", "comment_id"))


def follow_as(cast, who, path, on="1"):
    return cast.client(who).post(path, {"follow": on})


def test_an_answer_tells_whom_it_answers_and_never_its_own_author(thread, cast, say):
    reply = say("ben", "I doubt it.", to=thread.opening)
    say("ben", "And more.", to=reply)
    assert told(cast.ada) == [("reply", reply.pk)]
    assert told(cast.ben) == []


def test_whoever_follows_a_theme_a_thread_or_a_branch_is_told_once(theme, thread, cast, say):
    branch = say("ben", "A branch.", to=thread.opening)
    for path in (f"/themes/{theme.pk}/follow/", f"/threads/{thread.pk}/follow/", f"/comments/{branch.pk}/follow/"):
        assert follow_as(cast, "mo", path).status_code == 302
    below = say("ada", "Below it.", to=branch)
    other = open_thread(theme, cast.ada, "Another thread")
    assert told(cast.mo) == [("followed", below.pk), ("followed", other.pk)]
    assert told(cast.ben) == [("reply", below.pk)]


def test_a_branch_is_followed_to_any_depth_and_no_further(thread, cast, say):
    branch, other = say("ben", "One.", to=thread.opening), say("ben", "Two.", to=thread.opening)
    follow(branch, by=cast.mo, now=timezone.now())
    deep = say("ben", "Deeper.", to=say("ada", "Deep.", to=branch))
    say("ada", "Elsewhere.", to=other)
    assert [pk for _, pk in told(cast.mo)] == [deep.parent_id, deep.pk]


def test_following_stops(thread, cast, say):
    follow_as(cast, "mo", f"/threads/{thread.pk}/follow/")
    page = cast.client("mo").get("/following/").content.decode()
    assert thread.title in page
    follow_as(cast, "mo", f"/threads/{thread.pk}/follow/", on="0")
    say("ben", "Unheard.", to=thread.opening)
    assert told(cast.mo) == []
    assert "You are not following anything yet" in cast.client("mo").get("/following/").content.decode()


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("eve", "/threads/{thread}/follow/", 403),
        ("eve", "/themes/{theme}/follow/", 403),
        ("ben", "/threads/999999/follow/", 404),
        ("ben", "/themes/999999/follow/", 404),
        ("ben", "/comments/{opening}/follow/", 404),
        ("ben", "/threads/{thread}/follow/", 302),
    ],
)
def test_who_may_follow_what(thread, cast, who, path, status):
    path = path.format(thread=thread.pk, theme=thread.theme_id, opening=thread.opening_id)
    assert follow_as(cast, who, path).status_code == status
    assert Follow.objects.count() == (status == 302)


def test_the_list_leads_to_the_comment_and_marks_it_as_seen(thread, cast, say):
    reply = say("ben", "I doubt it.", to=thread.opening)
    client = cast.client("ada")
    page = client.get("/notifications/").content.decode()
    assert ("replied to you" in page, "I doubt it." in page, "data-unseen" in page) == (True, True, True)
    assert client.get("/notifications/count/").json() == {"label": "1", "waiting": ""}
    note = Notification.objects.get()
    response = client.get(f"/notifications/{note.pk}/")
    assert response["Location"] == f"/threads/{thread.pk}/#comment-{reply.pk}"
    client.post(f"/notifications/{note.pk}/seen/")
    assert client.get("/notifications/count/").json() == {"label": "", "waiting": ""}


def test_what_was_read_on_the_page_needs_no_second_telling(thread, cast, say):
    reply = say("ben", "I doubt it.", to=thread.opening)
    other = say("ben", "And still.", to=thread.opening)
    mark_read(thread.theme, by=cast.ada, numbers=f"{reply.published_revision}", now=timezone.now())
    unseen_ones = Notification.objects.filter(person=cast.ada, seen_at=None).values_list("comment_id", flat=True)
    assert list(unseen_ones) == [other.pk]


def test_marking_all_as_read(thread, cast, say):
    for n in range(3):
        say("ben", f"Words {n}", to=thread.opening)
    client = cast.client("ada")
    assert client.get("/notifications/seen/").status_code == 405
    assert client.post("/notifications/seen/").status_code == 302
    assert unseen(cast.ada) == 0


def test_nobody_reads_the_notifications_of_others(thread, cast, say):
    say("ben", "I doubt it.", to=thread.opening)
    note = Notification.objects.get(person=cast.ada)
    assert cast.client("ben").get(f"/notifications/{note.pk}/").status_code == 404
    assert cast.client("eve").get("/notifications/").status_code == 302
    assert cast.client("eve").get("/notifications/count/").status_code == 403
    assert "I doubt it." not in cast.client("mo").get("/notifications/").content.decode()


def test_what_is_no_longer_public_is_neither_counted_nor_repeated(thread, cast, say):
    comment = say("ben", f"{MARKER} said", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    page = cast.client("ada").get("/notifications/").content.decode()
    assert (MARKER in page, "no longer public" in page, unseen(cast.ada)) == (False, True, 0)
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert unseen(cast.ada) == 1
    withdraw_comment(comment, by=cast.ben, now=timezone.now())
    assert unseen(cast.ada) == 0


def test_a_title_hides_with_its_opening(theme, cast, say):
    thread = open_thread(theme, cast.mo, f"About a {MARKER}").thread
    first = say("ada", "A word.", to=thread.opening)
    say("ben", "An answer.", to=first)
    withdraw_comment(thread.opening, by=cast.mo, now=timezone.now())
    assert MARKER not in cast.client("ada").get("/notifications/").content.decode()
    follow(thread, by=cast.ben, now=timezone.now())
    assert MARKER not in cast.client("ben").get("/following/").content.decode()


def test_a_decision_reaches_whom_it_concerns_with_its_reason(thread, cast, say):
    comment = say("ben", "Rude words.", to=thread.opening)
    version = CommentVersion.objects.get(comment=comment)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Please argue without insults.", now=timezone.now())
    lock_thread(thread, by=cast.mo, reason="A pause until Monday.", now=timezone.now())
    page = cast.client("ben").get("/notifications/").content.decode()
    assert ("A moderator removed your comment" in page, "Please argue without insults." in page) == (True, True)
    assert "A pause until Monday." in cast.client("ada").get("/notifications/").content.decode()
    assert told(cast.mo) == []
    assert unseen(cast.ben) == 1
    with pytest.raises(Exception, match="current-version"):
        hide_version(version, by=cast.mo, reason="x", now=timezone.now())


def test_a_mention_is_stronger_than_an_answer_and_nobody_is_told_twice(thread, cast, say):
    comment = say("ben", "I doubt it.", to=thread.opening)
    Notification.objects.all().delete()
    nobody = placeholder("import:1", name="Imported")
    people = [cast.ada.pk, cast.mo.pk, cast.ben.pk, nobody.pk, 999_999]
    CommentVersion.objects.filter(pk=comment.version_id).update(mentions=people)
    comment = Comment.objects.select_related("version").get(pk=comment.pk)
    for _time in range(2):
        comment_published(comment, thread, answered=cast.ada.pk, now=timezone.now())
    assert told(cast.ada) == [("mention", comment.pk)]
    assert told(cast.mo) == [("mention", comment.pk)]
    assert Notification.objects.count() == 2


@pytest.mark.parametrize("many", [1, 40])
def test_the_list_and_the_number_cost_the_same_whatever_they_hold(thread, cast, say, many):
    for n in range(many):
        say("ben", f"Words {n} end", to=thread.opening)
    client, costs = cast.client("ada"), []
    for path in ("/notifications/", "/notifications/count/", "/following/"):
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        costs.append(len(seen))
    assert costs == [5, 3, 5]


def test_the_list_goes_on_by_key(thread, cast, say):
    for n in range(35):
        say("ben", f"Words {n} end", to=thread.opening)
    client = cast.client("ada")
    first = client.get("/notifications/")
    assert ("Words 5 end" in first.content.decode(), "Words 4 end" in first.content.decode()) == (True, False)
    assert "Words 0 end" in client.get(first.context["older_url"]).content.decode()
