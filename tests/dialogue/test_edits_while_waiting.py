"""What authors change while it waits, or after it was read: what is asked again, what is said of it, what stays."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.queries.hold_reasons import sentence, to_author
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, HoldKind, Status
from forum.mail.sending import send_due_mail
from forum.models import Comment, CommentVersion, Event, Hold
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from tests.factories import new_key, reply_to, whole
from tests.moderation.test_flags import flagged

pytestmark = pytest.mark.django_db

NEVER_PUBLIC = "Replaced by its author before publication."


@pytest.fixture
def on(event):
    """Sets the rules of the event."""

    def switch(**rules):
        event.hold_rules = {kind: {"is_on": True, **facts} for kind, facts in rules.items()}
        event.save(update_fields=["hold_rules"])

    return switch


@pytest.fixture
def held(on, thread, cast):
    """A new comment of ben's that waits for its words."""
    on(words={"words": ["casino", "poker"]})

    def make(source: str = "The casino.") -> Comment:
        return whole(reply_to(whole(thread.opening_id), cast.ben, source).pk)

    return make


def edit(comment: Comment, source: str, **how) -> Comment:
    return edit_comment(whole(comment.pk), by=comment.author, source=source, now=timezone.now(), **how)


def reasons(comment: Comment) -> list[tuple[str, list[str]]]:
    return [(reason["kind"], reason["words"]) for reason in Hold.objects.get(comment=comment).reasons]


def approve(cast, comment: Comment):
    return review_comment(
        whole(comment.pk), Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()
    )


# What a moderator let pass is not asked about again


def test_an_edit_waits_for_the_words_it_brings_in_and_for_no_others(cast, held):
    comment = held("The casino is a exampl.")
    approve(cast, comment)
    assert edit(comment, "The casino is an example.").status == Status.PUBLISHED
    assert edit(comment, "The casino is an example. So is poker.").status == Status.HELD
    assert reasons(comment) == [("words", ["poker"])]


def test_what_waits_was_let_pass_by_nobody(cast, held):
    comment = held()
    assert edit(comment, "The casino again.").status == Status.HELD


def test_the_writer_is_told_before_of_new_words_alone(cast, held):
    comment = held()
    approve(cast, comment)
    ben, path = cast.client("ben"), f"/comments/{comment.pk}/edit/"
    fields = {"key": new_key(), "acknowledged": ""}
    assert ben.post(path, fields | {"source": "The old casino."}).status_code == 302
    told = ben.post(path, fields | {"source": "The old casino, with poker."})
    assert told.status_code == 422
    assert "because it contains poker." in told.content.decode()


def test_an_edit_waits_for_more_links_not_for_those_that_were_there(cast, on, thread):
    on(links={"number": 1})
    comment = reply_to(whole(thread.opening_id), cast.ben, "See http://a.example and http://b.example")
    approve(cast, comment)
    assert edit(comment, "Please see http://a.example and http://c.example").status == Status.PUBLISHED
    assert edit(comment, "Please see http://a.example, http://b.example, http://c.example").status == Status.HELD


# A comment says why it waits as its text is now


def test_what_is_said_of_it_follows_its_text(cast, event, held):
    comment = held("The casino.")
    edit(comment, "The theatre.")
    theirs = cast.client("ben").get(f"/threads/{comment.thread_id}/").content.decode()
    assert "You removed what caused the review" in theirs
    assert "first: casino" not in theirs
    desk = cast.client("mo").get(f"/{event.slug}/moderation/desk/").content.decode()
    assert "Its author removed what caused the review." in desk
    assert "first: casino" not in desk
    send_due_mail(now=timezone.now() + timedelta(minutes=30))
    [letter] = mail.outbox
    assert "You removed what caused the review" in letter.body
    assert "first: casino" not in letter.body
    edit(comment, "The theatre plays poker.")
    assert reasons(comment) == [("words", ["poker"])]
    assert "<mark>poker</mark>" in cast.client("mo").get(f"/comments/{comment.pk}/decide/").content.decode()


def test_other_reasons_stay_when_the_words_go(cast, on, thread):
    on(everybody={}, words={"words": ["casino"]}, repetition={})
    first = reply_to(whole(thread.opening_id), cast.ben, "The casino.")
    again = reply_to(whole(thread.opening_id), cast.ben, "The casino.")
    assert reasons(again) == [("everybody", []), ("words", ["casino"]), ("repetition", [])]
    edit(again, "The theatre.")
    assert reasons(again) == [("everybody", [])]
    edit(again, "The casino.")
    assert reasons(again) == [("everybody", []), ("words", ["casino"]), ("repetition", [])]
    edit(first, "Something else.")
    assert reasons(first) == [("everybody", [])]


def test_a_revision_that_keeps_the_word_names_and_marks_it(cast, held):
    comment = held("The casino.")
    review_comment(comment, Decision.REVISE, seen=SKIP_CHECK, by=cast.mo, reason="Leave it out.", now=timezone.now())
    edit(comment, "The casino still.")
    assert reasons(comment) == [("revised", []), ("words", ["casino"])]
    page = cast.client("mo").get(f"/comments/{comment.pk}/decide/").content.decode()
    assert "a watched word: casino." in page
    assert "<mark>casino</mark>" in page


@pytest.mark.parametrize("kind", [HoldKind.REVISED, HoldKind.EDITED, HoldKind.REFUSED, HoldKind.REPETITION])
def test_an_author_is_spoken_to_and_not_about(kind):
    reason = {"kind": kind.value, "words": [], "number": 2, "limit": 0}
    assert "author" not in to_author(reason)
    assert re.search("[Yy]ou", to_author(reason))
    assert not re.search("[Yy]ou", sentence(reason))


# A revision that changes nothing


def test_a_revision_saved_unchanged_says_what_is_asked_and_stays_with_its_author(cast, held):
    comment = held("The casino.")
    review_comment(
        comment, Decision.REVISE, seen=SKIP_CHECK, by=cast.mo, reason="Leave the firm out.", now=timezone.now()
    )
    ben, path = cast.client("ben"), f"/comments/{comment.pk}/edit/"
    assert "Leave the firm out." in ben.get(path).content.decode()
    answer = ben.post(path, {"source": "The casino.", "key": new_key()})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The text has not changed. Please make the changes" in page
    assert "Leave the firm out." in page
    assert "The casino.</textarea>" in page
    assert whole(comment.pk).status == Status.REVISION
    assert ben.post(path, {"source": "The place.", "key": new_key()}).status_code == 302
    assert whole(comment.pk).status == Status.HELD


def test_what_waits_saved_unchanged_waits_on(cast, held):
    comment = held("The casino.")
    assert edit(comment, "The casino.").status == Status.HELD


# Which texts the history keeps


def hidden(comment: Comment) -> list[bool]:
    return [version.is_hidden for version in CommentVersion.objects.filter(comment=comment).order_by("number")]


def test_what_was_public_before_flags_held_it_stays_in_the_history(cast, event, thread, say):
    Event.objects.filter(pk=event.pk).update(hold_rules={"flagged": {"number": 1}})
    comment = say("ben", "Public for a week.", to=thread.opening)
    flagged(comment, cast.ada)
    assert whole(comment.pk).status == Status.HELD
    edit(comment, "Edited once.")
    edit(comment, "Edited twice.")
    assert hidden(comment) == [False, True, False]
    assert CommentVersion.objects.get(comment=comment, number=2).hidden_reason == NEVER_PUBLIC


def test_what_an_edit_made_wait_was_never_public(cast, on, thread, say):
    comment = say("ben", "Public.", to=thread.opening)
    on(words={"words": ["casino"]})
    edit(comment, "The casino.")
    edit(comment, "The theatre.")
    assert hidden(comment) == [False, True, False]


def test_what_was_public_until_its_approval_was_undone_stays(cast, held):
    comment = held("The casino.")
    undo(approve(cast, comment), by=cast.mo, reason="", now=timezone.now())
    assert whole(comment.pk).status == Status.HELD
    edit(comment, "The theatre.")
    assert hidden(comment) == [False, False]
