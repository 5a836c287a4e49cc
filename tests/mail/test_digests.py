"""Digests: what is unread, followed and public now, once; computed when they are sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.actions.following import follow, unfollow
from forum.dialogue.actions.notifications import see
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries.comments import label_of
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.outbox import Frequency, MailKind
from forum.mail.actions.preferences import set_frequencies
from forum.mail.kinds import message_of
from forum.mail.queries import preferences
from forum.models import MailPreferences, OutgoingMail
from forum.moderation.actions.moderation import remove_comment, restore_comment
from tests.bulk import plant_below
from tests.factories import make_theme, open_thread
from tests.mail.conftest import mention, text_of, time_passes

pytestmark = pytest.mark.django_db
EVERYTHING = dict.fromkeys(["reply", "mention", "followed"], Frequency.DAILY)


@pytest.fixture
def follower(theme, thread, cast):
    """Ben follows the theme, and has read what there is."""
    follow(theme, by=cast.ben, now=timezone.now())
    mark_read(theme, by=cast.ben, numbers="1", now=timezone.now())
    return cast.ben


def set_daily(person: Person) -> None:
    set_frequencies(person.pk, EVERYTHING, now=timezone.now() - timedelta(days=1))


def told_in(message) -> list[str]:
    """The comments whose texts stand in a digest, by their numbers in the words that were said."""
    return re.findall(r"^\u2068Said (\w+)\.", text_of(message), re.MULTILINE)


def test_what_somebody_follows_is_told_with_what_it_answers(follower, thread, say, digest):
    first = say("ada", "Said one.", to=thread.opening)
    second = say("mo", "Said two.", to=first)
    (message,) = digest()
    assert message["To"] == "ben@example.org"
    assert message["Subject"] == "2 new comments · From Deadlock to Dialogue"
    text, html = text_of(message), text_of(message, "html")
    assert f"\nhttp://127.0.0.1:8000/comments/{second.pk}/\n" in text
    assert text.startswith("2 new comments\n")
    assert f"> ⁨Ada⁩, {label_of(first)}: ⁨Said one.⁩\n⁨Said two.⁩\n" in text
    for page in (f"/comments/{second.pk}/", f"/threads/{thread.pk}/", f"/baku/{thread.theme.slug}/"):
        assert f'href="http://127.0.0.1:8000{page}"' in html
    assert "older unread" not in text


def test_replies_come_first_then_mentions_then_what_is_followed(follower, thread, say, digest):
    set_daily(follower)
    say("ada", "Said three.", to=thread.opening)
    say("ada", f"Said two. {mention(follower)}", to=thread.opening)
    own = say("ben", "My own.", to=thread.opening)
    say("mo", "Said one.", to=own)
    (message,) = digest()
    assert message["Subject"] == "1 reply, 1 mention and 1 new comment · From Deadlock to Dialogue"
    assert told_in(message) == ["one", "two", "three"]
    text = text_of(message)
    places = [text.index(title) for title in ("Replies to you", "Mentions of you", "New in what you follow")]
    assert places == sorted(places)


def test_a_busy_thread_is_folded(follower, thread, say, digest):
    for number in range(5):
        say("ada", f"Said {number}.", to=thread.opening)
    (message,) = digest()
    assert told_in(message) == ["0", "1", "2"]
    assert f"2 more comments in this thread:\nhttp://127.0.0.1:8000/threads/{thread.pk}/" in text_of(message)


def test_nothing_is_told_twice_and_what_stays_unread_is_counted(follower, thread, say, digest):
    say("ada", "Said one.", to=thread.opening)
    assert len(digest()) == 1
    say("ada", "Said two.", to=thread.opening)
    (message,) = digest()
    assert told_in(message) == ["two"]
    assert "You also have 1 older unread comment in what you follow." in text_of(message)
    assert digest() == []
    assert not OutgoingMail.objects.filter(sent_at=None).exists()


@pytest.mark.parametrize(
    "ends",
    [
        lambda comment, cast: withdraw_comment(comment, by=comment.author, now=timezone.now()),
        lambda comment, cast: mark_read(comment.theme, by=cast.ben, numbers="2", now=timezone.now()),
        lambda comment, cast: see(cast.ben, now=timezone.now()),
        lambda comment, cast: unfollow(comment.theme, by=cast.ben),
        lambda comment, cast: Person.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda comment, cast: Person.objects.filter(pk=cast.ben.pk).update(email="elsewhere@example.org"),
        lambda comment, cast: set_frequencies(cast.ben.pk, {"followed": Frequency.OFF}, now=timezone.now()),
        lambda comment, cast: remove_comment(
            comment, by=cast.mo, reason="Off.", now=timezone.now(), seen=SKIP_CHECK
        ),
    ],
    ids=["withdrawn", "read", "seen", "unfollowed", "left", "another address", "off", "removed"],
)  # fmt: skip
def test_what_is_no_news_any_more_when_it_leaves_is_not_told(follower, thread, say, sent, cast, ends):
    comment = say("ada", "Said one.", to=thread.opening)
    run_due_jobs(now=timezone.now())
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    assert OutgoingMail.objects.filter(kind=MailKind.DAILY).count() == 1
    ends(comment, cast)
    assert [message for message in sent() if message["To"] == "ben@example.org"] == []
    assert not OutgoingMail.objects.filter(kind=MailKind.DAILY).exists()


def test_a_comment_approved_late_is_new_and_one_that_is_restored_is_not(follower, held, thread, say, digest, cast):
    removed = say("ada", "Said one.", to=thread.opening)
    facts = {"by": cast.mo, "reason": "Off.", "now": timezone.now(), "seen": SKIP_CHECK}
    remove_comment(removed, **facts)
    waiting = held("Said two. The casino.")
    follow(thread, by=cast.olga, now=timezone.now())
    say("ada", "Said three.", to=thread.opening)
    assert [told_in(message) for message in digest()] == [["three"], ["three"]]
    restore_comment(removed, **facts)
    seen = {f"c{waiting.pk}-decision": "approve", f"c{waiting.pk}-seen": f"{waiting.version_id}.{waiting.status}"}
    cast.client("mo").post(f"/comments/{waiting.pk}/decide/", seen)
    told = {message["To"]: message for message in digest()}
    assert told_in(told["olga@example.org"]) == ["two"]
    assert "You also have 3 older unread comments" in text_of(told["olga@example.org"])


@pytest.mark.parametrize(
    ("reply", "followed", "digests"),
    [
        ("at_once", "daily", {"daily": ["followed"]}),
        ("at_once", "weekly", {"weekly": ["followed"]}),
        ("daily", "weekly", {"daily": ["reply"], "weekly": ["followed"]}),
        ("daily", "off", {"daily": ["reply"]}),
        ("off", "daily", {"daily": ["followed"]}),
        ("weekly", "weekly", {"weekly": ["reply", "followed"]}),
    ],
)
def test_each_kind_comes_as_its_reader_wishes(follower, thread, say, digest, reply, followed, digests):
    chosen = {"reply": Frequency(reply), "followed": Frequency(followed)}
    set_frequencies(follower.pk, chosen, now=timezone.now() - timedelta(days=1))
    own = say("ben", "My own.", to=thread.opening)
    say("ada", "Said followed.", to=thread.opening)
    say("ada", "Said reply.", to=own)
    found = {message["List-Id"].strip("<").partition(".")[0]: told_in(message) for message in digest()}
    assert found == digests


def test_a_change_of_frequency_repeats_nothing_and_loses_nothing(follower, thread, say, digest, cast):
    say("ada", "Said one.", to=thread.opening)
    assert [told_in(message) for message in digest()] == [["one"]]
    set_frequencies(follower.pk, {"followed": Frequency.WEEKLY}, now=timezone.now())
    say("ada", "Said two.", to=thread.opening)
    assert [told_in(message) for message in digest()] == [["two"]]
    set_frequencies(follower.pk, {"followed": Frequency.AT_ONCE}, now=timezone.now())
    say("ada", "Said three.", to=thread.opening)
    assert digest() == [], "it came alone"
    set_frequencies(follower.pk, {"followed": Frequency.DAILY}, now=timezone.now())
    say("ada", "Said four.", to=thread.opening)
    time_passes(timedelta(minutes=2))
    assert [told_in(message) for message in digest()] == [["four"]]


def test_a_mention_added_by_an_edit_is_told(follower, thread, say, digest, cast):
    set_daily(cast.olga)
    set_daily(follower)
    comment = say("ada", "Said one.", to=thread.opening)
    assert [message["To"] for message in digest()] == ["ben@example.org"]
    edit_comment(comment, by=cast.ada, source=f"Said one. {mention(cast.olga)}", note="Asked Olga.", now=timezone.now())
    (message,) = digest()
    assert (message["To"], told_in(message)) == ("olga@example.org", ["one"])
    assert "1 mention" in message["Subject"]


def test_of_what_was_there_before_they_followed_nothing_is_told(theme, thread, say, digest, cast):
    say("ada", "Said one.", to=thread.opening)
    time_passes(timedelta(hours=1))
    follow(theme, by=cast.ben, now=timezone.now())
    say("ada", "Said two.", to=thread.opening)
    (message,) = digest()
    assert told_in(message) == ["two"]
    assert "You also have 2 older unread comments" in text_of(message)


def test_a_branch_or_a_thread_is_followed_by_itself(theme, thread, say, digest, cast):
    first = say("ada", "Said one.", to=thread.opening)
    other = open_thread(theme, cast.ada, "Another").thread
    follow(first, by=cast.ben, now=timezone.now())
    follow(other, by=cast.olga, now=timezone.now())
    say("mo", "Said two.", to=first)
    say("mo", "Said three.", to=thread.opening)
    say("mo", "Said four.", to=other.opening)
    assert {message["To"]: told_in(message) for message in digest()} == {
        "ben@example.org": ["two"], "olga@example.org": ["four"],
    }  # fmt: skip


def test_a_title_and_an_answered_text_that_are_not_public_are_not_told(follower, thread, say, digest, cast):
    first = say("ada", "A secret by mistake.", to=thread.opening)
    say("mo", "Said two.", to=first)
    withdraw_comment(first, by=cast.ada, now=timezone.now())
    remove_comment(thread.opening, by=cast.mo, reason="Off.", now=timezone.now(), seen=SKIP_CHECK)
    (message,) = digest()
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert "secret" not in text
        assert "cooperation happen" not in text
        assert f"Thread {label_of(thread.opening)}" in text


def test_one_click_stops_all_that_comes_in_a_digest(follower, thread, say, digest):
    set_frequencies(follower.pk, {"moderation": Frequency.DAILY, "mention": Frequency.WEEKLY}, now=timezone.now())
    say("ada", "Said one.", to=thread.opening)
    (message,) = digest()
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert path in text_of(message)
    client = Client(enforce_csrf_checks=True)
    assert "Daily digest" in client.get(path).content.decode()
    assert preferences.of_person(follower.pk).followed == Frequency.DAILY, "looking changes nothing"
    for _ in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    stored = preferences.of_person(follower.pk)
    assert [stored.reply, stored.mention, stored.followed, stored.moderation] == ["at_once", "weekly", "off", "off"]


def test_each_digest_has_an_id_of_its_own_and_a_reply_is_explained(follower, thread, say, digest, incoming):
    ids = set()
    for number in range(2):
        say("ada", f"Said {number}.", to=thread.opening)
        (message,) = digest()
        ids.add(message["Message-ID"])
        assert message["Reply-To"] == "reply@forum.example.org", "where nothing is posted, and a reply says why"
        assert "In-Reply-To" not in message
        assert message["Auto-Submitted"] == "auto-generated"
    assert len(ids) == 2


def test_what_is_told_between_the_queueing_and_the_sending_is_in_one_digest(follower, thread, say, sent):
    """A comment of the minute before is left to the next digest, whose time is set."""
    say("ada", "Said one.", to=thread.opening)
    run_due_jobs(now=timezone.now())
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    say("ada", "Said two.", to=thread.opening)
    (message,) = sent()
    assert told_in(message) == ["one"]
    assert MailPreferences.objects.get().daily_due_at is not None
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    (message,) = sent()
    assert told_in(message) == ["two"]


def test_a_digest_is_below_90_kilobytes_and_counts_what_it_does_not_show(theme, thread, digest, cast, event):
    by = [cast.ada, cast.mo]
    themes = [theme, *(make_theme(event, code=f"T{n}", slug=f"t-{n}", title="Ü" * 120) for n in range(3))]
    for each in themes:
        follow(each, by=cast.ben, now=timezone.now() - timedelta(days=30))
        for number in range(50):
            opening = open_thread(each, cast.ada, f"„Ärger“ & {number} " + "&" * 120, "أهلا وسهلا " * 60)
            plant_below(opening, [0] * 14, by=by)
    MailPreferences.objects.create(person=cast.ben, daily_due_at=timezone.now())
    (message,) = digest()
    (raw,) = [each.message().as_bytes(linesep="\r\n") for each in mail.outbox if each.to == ["ben@example.org"]]
    assert 40_000 < len(raw) < 90_000
    assert message["Subject"].startswith("3001 new comments")
    text = text_of(message)
    shown = len(re.findall(r"^http://127\.0\.0\.1:8000/comments/", text, re.MULTILINE))
    more = sum(map(int, re.findall(r"^(\d+)(?: more)? comments? in ", text, re.MULTILINE)))
    assert shown + more == 3_001
    assert re.search(r"more comments in \d+ more threads:\nhttp://127\.0\.0\.1:8000/baku/t-0/", text)


@pytest.mark.parametrize("count", [3, 30])
def test_how_many_queries_a_digest_takes(follower, thread, theme, say, cast, count):
    set_daily(follower)
    own = say("ben", "My own.", to=thread.opening)
    for number in range(count):
        say("ada", f"Said {number}.", to=own)
        say("mo", f"{mention(follower)}", to=open_thread(theme, cast.ada, f"Title {number}"))
    time_passes(timedelta(days=2))
    queued = OutgoingMail.objects.create(
        kind=MailKind.DAILY, key="daily", person=follower, due_at=timezone.now(), sending_since=timezone.now()
    )
    with CaptureQueriesContext(connection) as asked:
        message = message_of(queued, now=timezone.now())
    assert f"{count} replies, {count} mentions and {count} new comments" in message.subject
    assert len(asked) == 11


def test_records_of_old_emails_are_deleted(thread, say, sent, cast):
    say("ben", "One.", to=thread.opening)
    other = say("ben", "Two.", to=thread.opening)
    remove_comment(other, by=cast.mo, reason="Off.", now=timezone.now(), seen=SKIP_CHECK)
    assert len(sent()) == 2
    time_passes(timedelta(days=59))
    run_due_jobs(now=timezone.now())
    assert OutgoingMail.objects.count() == 2
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == [MailKind.NOTICE]


def test_of_what_came_without_notifications_what_was_read_is_not_told(follower, thread, digest, cast):
    """As an import writes it."""
    follow(thread, by=cast.olga, now=timezone.now())
    time_passes(timedelta(days=3))
    made = plant_below(thread.opening, [0, 0, 0], by=[cast.ada])
    mark_read(thread.theme, by=follower, numbers=f"{made[2].published_revision}", now=timezone.now())
    for who in (follower, cast.olga):
        MailPreferences.objects.create(person=who, daily_due_at=timezone.now())
    links = re.compile(r"^http://\S+/comments/(\d+)/", re.MULTILINE)
    assert {message["To"]: links.findall(text_of(message)) for message in digest()} == {
        "ben@example.org": [str(made[1].pk), str(made[3].pk)],
        "olga@example.org": [str(each.pk) for each in made[1:]],
    }


def test_a_mention_added_to_what_somebody_has_read_is_not_told(thread, say, digest, cast):
    set_daily(cast.ben)
    comment = say("ada", "Said one.", to=thread.opening)
    mark_read(thread.theme, by=cast.ben, numbers="1-2", now=timezone.now())
    edit_comment(comment, by=cast.ada, source=f"Said one. {mention(cast.ben)}", note="Asked Ben.", now=timezone.now())
    assert digest() == []
