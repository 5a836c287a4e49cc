"""What happens when people speak."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, open_thread, post_reply, withdraw_comment
from forum.dialogue.queries.trees import flaws
from forum.kernel.choices import EDIT_WINDOW, Status
from forum.kernel.errors import Refused, TextRefused
from forum.kernel.reasons import Reason
from forum.models import Comment, CommentVersion, Theme, Thread
from tests.factories import make_person, new_key

pytestmark = pytest.mark.django_db


def test_a_reply_takes_the_next_number_and_revision(theme, thread, say):
    first = say("ben", "I doubt it.", to=thread.opening)
    second = say("ada", "Why?", to=first)
    theme.refresh_from_db()
    thread.refresh_from_db()
    assert [first.number, second.number] == [2, 3]
    assert [first.revision, second.revision] == [2, 3]
    assert (theme.revision, theme.comment_count, theme.thread_count) == (3, 3, 1)
    assert (thread.revision, thread.comment_count, thread.last_comment_id) == (3, 3, second.pk)


def test_a_reply_takes_ten_statements_under_its_lock_at_any_depth(thread, cast, say):
    costs = []
    parent = thread.opening
    for depth in range(12):
        with CaptureQueriesContext(connection) as seen:
            parent = post_reply(parent, by=cast.ben, source=f"Level {depth}", key=new_key(), now=timezone.now())
        costs.append(sum(1 for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))))
        cast.ben.__dict__["is_verified"] = True  # asked before the lock, once per request
    asked = "the first one asks for the confirmed address and for sanctions, and answers the opening"
    # PostgreSQL takes what is written in the end as one statement (forum/kernel/batches.py).
    least = 5 if connection.vendor == "postgresql" else 11
    assert costs == [least + 1, *[least] * 11], asked
    assert list(flaws()) == []


def test_what_answers_the_opening_begins_a_branch_and_what_answers_that_grows_it(thread, say):
    branch = say("ben", "One.", to=thread.opening)
    other = say("ben", "Two.", to=thread.opening)
    deeper = say("ada", "On one.", to=branch)
    assert branch.parent_id is None
    assert branch.tree_id != other.tree_id
    assert (deeper.parent_id, deeper.tree_id, deeper.level) == (branch.pk, branch.tree_id, 1)
    order = list(Comment.objects.filter(thread=thread).in_reading_order().values_list("pk", flat=True))
    assert order == [thread.opening_id, branch.pk, deeper.pk, other.pk]
    assert list(flaws()) == []


def test_the_same_form_sent_twice_makes_one_comment(thread, cast):
    key = new_key()
    first = post_reply(thread.opening, by=cast.ben, source="Once.", key=key, now=timezone.now())
    again = post_reply(thread.opening, by=cast.ben, source="Once.", key=key, now=timezone.now())
    assert again.pk == first.pk
    assert Comment.objects.filter(thread=thread).count() == 2


def test_the_same_form_with_another_text_is_refused_rather_than_lost(thread, cast):
    key = new_key()
    post_reply(thread.opening, by=cast.ben, source="Once.", key=key, now=timezone.now())
    with pytest.raises(Refused) as refusal:
        post_reply(thread.opening, by=cast.ben, source="Twice.", key=key, now=timezone.now())
    assert refusal.value.reason is Reason.SENT_ALREADY


def test_opening_a_thread_twice_with_one_form_opens_one(theme, cast):
    key = new_key()
    acts = [open_thread(theme, by=cast.ada, title="T", source="S.", key=key, now=timezone.now()) for _ in range(2)]
    assert acts[0].pk == acts[1].pk
    assert Thread.objects.count() == 1


def test_an_edit_adds_a_version_and_keeps_the_old_one(theme, thread, cast, say):
    comment = say("ben", "I dout it.", to=thread.opening)
    edit_comment(comment, by=cast.ben, source="I doubt it.", now=timezone.now())
    comment = Comment.objects.select_related("version").get(pk=comment.pk)
    assert comment.version.source == "I doubt it."
    assert comment.edited_at is not None
    assert comment.revision == Theme.objects.get(pk=theme.pk).revision == 3
    assert list(CommentVersion.objects.filter(comment=comment).order_by("number").values_list("source", flat=True)) == [
        "I dout it.",
        "I doubt it.",
    ]


def test_an_edit_that_changes_nothing_is_no_change(theme, thread, cast, say):
    comment = say("ben", "Same.", to=thread.opening)
    edit_comment(comment, by=cast.ben, source="Same.", now=timezone.now())
    assert Theme.objects.get(pk=theme.pk).revision == 2


def test_a_withdrawn_comment_without_replies_leaves(theme, thread, cast, say):
    comment = say("ben", "Never mind.", to=thread.opening)
    withdraw_comment(comment, by=cast.ben, now=timezone.now())
    comment.refresh_from_db()
    theme.refresh_from_db()
    assert (comment.status, comment.in_public_tree) == (Status.WITHDRAWN, False)
    assert theme.comment_count == 1
    assert list(flaws()) == []


def test_a_withdrawn_comment_with_replies_stays_as_a_place_until_the_last_reply_goes(thread, cast, say):
    comment = say("ben", "Bold claim.", to=thread.opening)
    answer = say("ada", "Source?", to=comment)
    withdraw_comment(comment, by=cast.ben, now=timezone.now())
    comment.refresh_from_db()
    assert comment.in_public_tree
    withdraw_comment(answer, by=cast.ada, now=timezone.now())
    comment.refresh_from_db()
    answer.refresh_from_db()
    assert not comment.in_public_tree
    assert comment.revision == answer.revision, "the place leaves with the same change"
    assert list(flaws()) == []


def test_a_thread_leaves_its_theme_with_its_last_comment(theme, thread, cast):
    withdraw_comment(thread.opening, by=cast.ada, now=timezone.now())
    theme.refresh_from_db()
    thread.refresh_from_db()
    assert (theme.thread_count, theme.comment_count, thread.comment_count) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write something"),
        ("  \n ", "write something"),
        ("x" * 20_001, "20001 characters"),
        ("bell \x07", "control characters"),
        ("&#8203;".replace("&#8203;", "---"), "no visible content"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused_in_a_sentence(thread, cast, text, words):
    with pytest.raises(TextRefused) as refusal:
        post_reply(thread.opening, by=cast.ben, source=text, key=new_key(), now=timezone.now())
    assert words in refusal.value.sentence
    assert Comment.objects.filter(thread=thread).count() == 1


def _lock(thread, cast, event, comment):
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)


def _close(thread, cast, event, comment):
    type(event).objects.filter(pk=event.pk).update(closes_at=timezone.now() - timedelta(days=1))


def _not_yet(thread, cast, event, comment):
    type(event).objects.filter(pk=event.pk).update(opens_at=timezone.now() + timedelta(days=1))


def _gone(thread, cast, event, comment):
    withdraw_comment(comment, by=cast.ada, now=timezone.now())


@pytest.mark.parametrize(
    ("who", "happens", "reason"),
    [
        ("eve", None, Reason.LOGIN_NEEDED),
        ("new", None, Reason.NOT_VERIFIED),
        ("ben", _lock, Reason.THREAD_LOCKED),
        ("mo", _lock, Reason.THREAD_LOCKED),
        ("ben", _close, Reason.DIALOGUE_CLOSED),
        ("ben", _not_yet, Reason.NOT_OPEN_YET),
        ("ben", _gone, Reason.COMMENT_GONE),
    ],
)
def test_who_may_not_reply_and_why(thread, cast, event, say, who, happens, reason):
    comment = say("ada", "Think of it.", to=thread.opening)
    if happens:
        happens(thread, cast, event, comment)
    person = make_person("new", verified=False) if who == "new" else getattr(cast, who)
    with pytest.raises(Refused) as refusal:
        post_reply(comment, by=person, source="Well.", key=new_key(), now=timezone.now())
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("who", "later", "reason"),
    [
        ("eve", timedelta(), Reason.LOGIN_NEEDED),
        ("ada", timedelta(), Reason.NOT_YOURS),
        ("mo", timedelta(), Reason.NOT_YOURS),
        ("ben", EDIT_WINDOW + timedelta(minutes=1), Reason.NOTE_NEEDED),
    ],
)
def test_who_may_not_edit_and_why(thread, cast, say, who, later, reason):
    comment = say("ben", "Mine.", to=thread.opening)
    with pytest.raises(Refused) as refusal:
        edit_comment(comment, by=getattr(cast, who), source="Changed.", now=timezone.now() + later)
    assert refusal.value.reason is reason
