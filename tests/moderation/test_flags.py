"""Flags: who sets them, what they do together, what comes of them, and who learns of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.rules.roles import read_anew
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.choices import Act, Decision, FlagKind, FlagOutcome, RoleKind, Status
from forum.kernel.errors import Refused
from forum.models import Comment, Event, Flag, FlagCase, LogEntry, Notification
from forum.moderation.actions.flags import dismiss_case, flag_comment, take_back_flag
from forum.moderation.actions.moderation import pin_comment, remove_comment
from forum.moderation.actions.off_topic import mark_off_topic
from forum.moderation.actions.redaction import redact_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import flags, queues
from tests.concurrency.test_concurrency import all_at_once
from tests.conftest import Cast
from tests.factories import make_person, make_theme, open_thread, seen_field

pytestmark = pytest.mark.django_db

SECRET = "zebrafinch"


@pytest.fixture
def remark(thread, say):
    return say("ben", "You are all fools.", to=thread.opening)


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/flags/"


def flagged(comment, who, *, kind=FlagKind.ATTACK, note="", now=None):
    return flag_comment(comment, by=who, kind=kind, note=note, now=now or timezone.now())


def hold_at(event, number) -> None:
    Event.objects.filter(pk=event.pk).update(hold_rules={"flagged": {"number": number}})


def flat(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def cards(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="card-(\d+)"', answer.content.decode())]


def status(comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def told(person) -> list[str]:
    rows = Notification.objects.filter(person=person, kind="outcome").order_by("pk")
    return list(rows.values_list("entry__act", flat=True))


# Setting one, and taking it back.


def test_a_participant_flags_a_comment_and_takes_that_back(cast, remark):
    ada, address = cast.client("ada"), f"/comments/{remark.pk}/flag/"
    assert address in ada.get(f"/comments/{remark.pk}/").content.decode()
    assert ada.get(address).status_code == 200
    answer = ada.post(address, {"kind": "attack", "note": "The second sentence."}, follow=True)
    assert "The moderators will review it" in flat(answer)
    assert list(Flag.objects.values_list("person_id", "kind", "note", "weight")) == [
        (cast.ada.pk, "attack", "The second sentence.", 1.0)
    ]
    mine = flat(ada.get(address))
    assert "Personal attack" in mine
    assert "The second sentence." in mine
    assert "Your flag" in flat(ada.get(f"/comments/{remark.pk}/"))
    assert "Your flag has been withdrawn." in flat(ada.post(f"{address}take-back/", follow=True))
    assert FlagCase.objects.count() == 0
    assert ada.post(f"{address}take-back/").status_code == 409


@pytest.mark.parametrize(
    ("who", "status", "words"),
    [
        ("eve", 403, "logged in to flag"),
        ("una", 403, "confirm your email"),
        ("ben", 403, "This comment is yours"),
        ("ada", 302, ""),
        ("mo", 302, ""),
    ],
)
def test_who_may_flag(cast, remark, who, status, words):
    client = cast.client(who) if who != "una" else Client()
    if who == "una":
        client.force_login(make_person("una", verified=False))
    answer = client.post(f"/comments/{remark.pk}/flag/", {"kind": "other", "note": "A note typed."})
    assert answer.status_code == status
    assert words in flat(answer)
    assert Flag.objects.count() == int(status == 302)
    if status != 302:
        assert "A note typed." in answer.content.decode()


def test_who_has_no_account_is_asked_to_log_in_and_led_back(cast, remark):
    answer = cast.client("eve").get(f"/comments/{remark.pk}/flag/")
    assert answer.status_code == 302
    assert f"next=%2Fcomments%2F{remark.pk}%2Fflag%2F" in answer["Location"]


@pytest.mark.parametrize("what", ["removed", "twice", "withdrawn"])
def test_what_changed_meanwhile_is_told_and_the_words_come_back(cast, remark, say, what):
    say("ada", "An answer keeps its place.", to=remark)
    if what == "removed":
        remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Insults.", now=timezone.now())
    if what == "withdrawn":
        withdraw_comment(remark, by=cast.ben, now=timezone.now())
    if what == "twice":
        flagged(remark, cast.ada)
    answer = cast.client("ada").post(f"/comments/{remark.pk}/flag/", {"kind": "attack", "note": "My note."})
    assert answer.status_code == 409
    assert ("You have already flagged" if what == "twice" else "is not public") in flat(answer)
    assert "My note." in answer.content.decode()
    assert "You are all fools." not in answer.content.decode() or what == "twice"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "", "note": "Look."}, "This field is required"),
        ({"kind": "knights", "note": "Look."}, "Select a valid choice"),
        ({"kind": "other", "note": "  "}, "say briefly what is wrong"),
        ({"kind": "spam", "note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(cast, remark, typed, words):
    answer = cast.client("ada").post(f"/comments/{remark.pk}/flag/", typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert typed["note"].strip() in answer.content.decode()
    assert Flag.objects.count() == 0


def test_who_flags_without_end_is_asked_to_wait_with_the_note_kept(cast, thread, say):
    ada = cast.client("ada")
    for n in range(20):
        said = say("ben", f"Remark {n}.", to=thread.opening)
        assert ada.post(f"/comments/{said.pk}/flag/", {"kind": "spam"}).status_code == 302
    last = say("ben", "One more.", to=thread.opening)
    answer = ada.post(f"/comments/{last.pk}/flag/", {"kind": "spam", "note": "The last one."})
    assert answer.status_code == 429
    assert "many comments in the last hour" in flat(answer)
    assert "The last one." in answer.content.decode()


# What flags do together.


def test_enough_flags_hold_a_comment_and_its_author_reads_why_but_never_who(cast, event, remark):
    hold_at(event, 2)
    flagged(remark, cast.ada, note=SECRET)
    assert status(remark) == Status.PUBLISHED
    flagged(remark, cast.olga, kind=FlagKind.SPAM, note=SECRET)
    assert status(remark) == Status.HELD
    assert cast.client("eve").get(f"/comments/{remark.pk}/").status_code == 404
    author = cast.client("ben")
    place = flat(author.get(f"/threads/{remark.thread_id}/"))
    assert "2 people flagged it (Personal attack; Spam or advertising)." in place
    run_due_jobs(now=timezone.now() + timedelta(minutes=11))
    (letter,) = mail.outbox
    assert letter.to == [cast.ben.email]
    assert "2 people flagged it (Personal attack; Spam or advertising)." in letter.body
    seen = place + letter.body + flat(author.get("/notifications/")) + flat(author.get(f"/comments/{remark.pk}/"))
    for kept in (SECRET, "Olga"):
        assert kept not in seen
    assert "because of flags" in flat(author.get("/notifications/"))
    log = flat(cast.client("eve").get(f"/{event.slug}/moderation/"))
    assert "because of flags" in log
    assert "by the rules of this event" in log


def test_three_newcomers_hold_and_weight_counts_not_heads(cast, event, thread, say):
    """Somebody whose eight flags were dismissed weighs a fifth of a newcomer."""
    for n in range(8):
        said = say("ben", f"Harmless {n}.", to=thread.opening)
        flagged(said, cast.olga)
        dismiss_case(said, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    remark = say("ben", "You are all fools.", to=thread.opening)
    flagged(remark, cast.olga)
    assert Flag.objects.get(case__closed_at=None).weight == pytest.approx(0.2)
    flagged(remark, cast.ada)
    flagged(remark, make_person("uma"))
    assert status(remark) == Status.PUBLISHED
    flagged(remark, make_person("ida"))
    assert status(remark) == Status.HELD


@pytest.mark.parametrize("spared", ["no number", "pinned", "a moderator's"])
def test_what_flags_alone_never_hold(cast, event, thread, say, spared):
    hold_at(event, 0 if spared == "no number" else 1)
    remark = say("mo" if spared == "a moderator's" else "ben", "You are all fools.", to=thread.opening)
    if spared == "pinned":
        pin_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    flagged(remark, cast.ada)
    assert status(remark) == Status.PUBLISHED
    assert FlagCase.objects.get().held_at is None


def test_what_was_looked_at_is_not_held_again_by_the_same_flags(cast, event, remark):
    hold_at(event, 2)
    people = [make_person(f"flagger{n}") for n in range(4)]
    for person in people[:2]:
        flagged(remark, person)
    review_comment(
        Comment.objects.get(pk=remark.pk), Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()
    )
    assert status(remark) == Status.PUBLISHED
    flagged(remark, people[2])
    assert status(remark) == Status.PUBLISHED, "one new flag beside two old ones"
    with pytest.raises(Refused, match="kept-already"):
        flagged(remark, people[0])
    edit_comment(Comment.objects.get(pk=remark.pk), by=cast.ben, source="Fools, I repeat.", now=timezone.now())
    flagged(remark, people[0])
    assert status(remark) == Status.PUBLISHED, "who was wrong weighs less"
    flagged(remark, people[3])
    assert status(remark) == Status.HELD


def test_a_flag_taken_back_counts_no_more_and_what_is_held_stays_held(cast, event, remark):
    hold_at(event, 2)
    flagged(remark, cast.ada)
    take_back_flag(remark, by=cast.ada)
    flagged(remark, cast.olga)
    assert status(remark) == Status.PUBLISHED
    flagged(remark, cast.ada)
    assert status(remark) == Status.HELD
    take_back_flag(remark, by=cast.ada)
    take_back_flag(remark, by=cast.olga)
    assert status(remark) == Status.HELD
    review_comment(
        Comment.objects.get(pk=remark.pk), Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()
    )
    assert FlagCase.objects.get().outcome == FlagOutcome.DISMISSED


@pytest.mark.django_db(transaction=True)
def test_flags_at_once_are_one_case_and_hold_once(theme, thread, cast, say):
    remark = say("ben", "You are all fools.", to=thread.opening)
    people = [make_person(f"flagger{n}") for n in range(8)]
    refused: list[str] = []

    def act(n: int) -> None:
        try:
            flagged(remark, people[n])
        except Refused as refusal:
            refused.append(refusal.reason)

    all_at_once(act, writers=8)
    case = FlagCase.objects.get()
    assert case.flags.count() == 3, "the third held it; then there was nothing public to flag"
    assert refused == ["not-public"] * 5
    assert LogEntry.objects.filter(act=Act.FLAG_HOLD, actor=None).count() == 1
    assert status(remark) == Status.HELD


@pytest.mark.django_db(transaction=True)
def test_one_flag_sent_eight_times_at_once_is_one_flag(thread, cast, say):
    remark = say("ben", "You are all fools.", to=thread.opening)
    refused: list[str] = []

    def act(_: int) -> None:
        try:
            flagged(remark, cast.ada)
        except Refused as refusal:
            refused.append(refusal.reason)

    all_at_once(act, writers=8)
    assert Flag.objects.count() == 1
    assert refused == ["flagged-already"] * 7


# What comes of them.


@pytest.mark.parametrize(
    ("act", "outcome", "words"),
    [
        (remove_comment, "upheld", "Your flag: Comment removed"),
        (dismiss_case, "dismissed", "Your flag: dismissed after review"),
    ],
)
def test_whoever_flagged_learns_the_outcome(cast, remark, say, act, outcome, words):
    flagged(remark, cast.ada)
    flagged(remark, cast.olga)
    act(
        Comment.objects.get(pk=remark.pk), seen=SKIP_CHECK, by=cast.mo, reason="It is in article 2.", now=timezone.now()
    )
    case = FlagCase.objects.get()
    assert (case.outcome, case.entry) == (outcome, LogEntry.objects.get())
    for who in ("ada", "olga"):
        client = cast.client(who)
        answer = client.get("/notifications/")
        assert words in flat(answer)
        assert "It is in article 2." in flat(answer)
        opened = client.get(re.search(r'href="(/notifications/\d+/)"', answer.content.decode()).group(1), follow=True)
        assert opened.status_code == 200
    assert told(cast.ben) == told(cast.mo) == []


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        (Decision.APPROVE, "dismissed"),
        (Decision.TRUST, "dismissed"),
        (Decision.REVISE, "upheld"),
        (Decision.REJECT, "upheld"),
    ],
)
def test_deciding_about_what_flags_held_closes_the_case(cast, event, remark, decision, outcome):
    hold_at(event, 1)
    flagged(remark, cast.ada)
    review_comment(
        Comment.objects.get(pk=remark.pk), decision, seen=SKIP_CHECK, by=cast.mo, reason="So be it.", now=timezone.now()
    )
    assert FlagCase.objects.get().outcome == outcome
    assert told(cast.ada) == [LogEntry.objects.latest("pk").act]


def test_marking_and_redacting_what_was_flagged_uphold_and_pinning_says_nothing(cast, thread, say):
    for act, more in ((mark_off_topic, {}), (redact_comment, {"passages": ["fools"]}), (pin_comment, {})):
        remark = say("ben", "You are all fools.", to=thread.opening)
        flagged(remark, cast.ada)
        act(
            Comment.objects.get(pk=remark.pk),
            seen=SKIP_CHECK,
            by=cast.mo,
            reason="So be it.",
            now=timezone.now(),
            **more,
        )
    assert list(FlagCase.objects.order_by("pk").values_list("outcome", flat=True)) == ["upheld", "upheld", ""]


def test_keeping_a_comment_is_told_to_nobody_but_who_flagged_it(cast, event, remark):
    flagged(remark, cast.ada)
    cast.client("mo").post(f"/comments/{remark.pk}/keep/", {"reason": SECRET} | seen_field(remark))
    assert LogEntry.objects.get().act == Act.KEEP
    assert told(cast.ada) == [Act.KEEP]
    assert Notification.objects.filter(person=cast.ben, entry__isnull=False).count() == 0
    assert SECRET not in flat(cast.client("eve").get(f"/{event.slug}/moderation/"))
    assert FlagCase.objects.get().outcome == FlagOutcome.DISMISSED


def test_a_withdrawn_comment_ends_its_case_without_a_verdict(cast, remark):
    flagged(remark, cast.ada)
    withdraw_comment(remark, by=cast.ben, now=timezone.now())
    assert FlagCase.objects.get().outcome == FlagOutcome.WITHDRAWN
    assert Flag.objects.get().weight == 1.0


def test_whoever_flagged_what_its_author_withdraws_is_told_once(cast, thread, say):
    remark = say("ben", f"You are all fools, {SECRET}. @Ada", to=thread.opening)
    flagged(remark, cast.ada)
    flagged(remark, cast.mo)
    withdraw_comment(remark, by=cast.ben, now=timezone.now())
    for who in ("ada", "mo"):
        client = cast.client(who)
        (mine,) = Notification.objects.filter(person=getattr(cast, who), comment=remark)
        page = flat(client.get("/notifications/"))
        assert page.count("Your flag: the author withdrew the comment") == 1
        assert SECRET not in page
        assert client.get("/notifications/count/").json()["label"] == "1"
        assert client.post(f"/themes/{thread.theme_id}/read/", {"read": "1-99"}).status_code < 400
        mine.refresh_from_db()
        assert mine.seen_at is None, "reading the theme does not tell it"
        assert client.get(f"/notifications/{mine.pk}/", follow=True).status_code == 200
        client.post(f"/notifications/{mine.pk}/seen/")
        mine.refresh_from_db()
        assert mine.seen_at
    assert not Notification.objects.filter(person=cast.ben, kind="outcome").exists()


@pytest.mark.parametrize("is_seen", [True, False])
def test_what_is_decided_anew_is_told_anew_to_whoever_flagged(cast, remark, is_seen):
    flagged(remark, cast.ada)
    entry = remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Insults.", now=timezone.now())
    if is_seen:
        Notification.objects.update(seen_at=timezone.now())
    undo(entry, by=cast.mo, reason="", now=timezone.now())
    dismiss_case(remark, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert told(cast.ada) == ([Act.REMOVE, Act.KEEP] if is_seen else [Act.KEEP])


def test_a_decision_that_is_undone_opens_the_case_again(cast, remark):
    flagged(remark, cast.ada)
    entry = remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Insults.", now=timezone.now())
    undo(entry, by=cast.mo, reason="", now=timezone.now())
    case = FlagCase.objects.get()
    assert (case.closed_at, case.outcome, case.entry) == (None, "", None)
    assert told(cast.ada) == [], "nobody hears of what was taken back at once"
    remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Insults.", now=timezone.now())
    assert FlagCase.objects.get().outcome == FlagOutcome.UPHELD


def test_a_newer_case_goes_on_when_an_older_decision_is_undone(cast, remark):
    flagged(remark, cast.ada)
    entry = mark_off_topic(remark, seen=SKIP_CHECK, by=cast.mo, reason="Elsewhere.", now=timezone.now())
    flagged(remark, cast.olga)
    undo(entry, by=cast.mo, reason="", now=timezone.now())
    case = FlagCase.objects.get()
    assert {flag.person for flag in case.flags.all()} == {cast.ada, cast.olga}
    dismiss_case(remark, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert told(cast.ada) == told(cast.olga) == [Act.KEEP], "both learn what was decided in the end"


# The moderators' page.


@pytest.mark.parametrize(("who", "answer"), [("eve", 403), ("ada", 403), ("ben", 403), ("mo", 200), ("olga", 200)])
def test_only_moderators_see_what_was_flagged(cast, page, remark, who, answer):
    flagged(remark, cast.ada, note=SECRET)
    shown = cast.client(who).get(page)
    assert shown.status_code == answer
    assert (SECRET in shown.content.decode()) == (answer == 200)
    assert cast.client(who).post(f"/comments/{remark.pk}/keep/", {"reason": ""} | seen_field(remark)).status_code == (
        302 if answer == 200 else 403
    )


def test_a_card_says_who_flagged_why_and_with_what_weight(cast, page, remark):
    flagged(remark, cast.ada, kind=FlagKind.OTHER, note="The tone.")
    flagged(remark, cast.olga)
    mo = cast.client("mo")
    answer = mo.get(page)
    assert cards(answer) == [remark.pk]
    text = flat(answer)
    for words in ("Something else", "Ada", "The tone.", "Personal attack", "Olga", "weight 1.0", "all fools"):
        assert words in text
    kept = mo.post(f"/comments/{remark.pk}/keep/", {"reason": ""} | seen_field(remark), follow=True)
    assert kept.redirect_chain[-1][0] == page
    assert "have been dismissed." in flat(kept)
    assert "No flagged comments" in flat(mo.get(page))
    again = {"reason": ""} | seen_field(remark)
    assert mo.post(f"/comments/{remark.pk}/keep/", again).status_code == 302, "it is mo's own decision"
    assert cast.client("olga").post(f"/comments/{remark.pk}/keep/", again).status_code == 409


def test_nobody_sees_or_decides_flags_on_their_own_comment(cast: Cast, event, page, thread, say):
    own = say("mo", "You are all fools.", to=thread.opening)
    flagged(own, cast.ada, note=SECRET)
    mo = cast.client("mo")
    answer = mo.get(page)
    assert cards(answer) == []
    assert SECRET not in answer.content.decode()
    assert mo.post(f"/comments/{own.pk}/keep/", {"reason": ""} | seen_field(own)).status_code == 403
    assert flags.of_comments(cast.mo, [own.pk]) == {}
    assert [flag["note"] for flag in flags.of_comments(cast.olga, [own.pk])[own.pk]] == [SECRET]
    assert [flags.queue(who, event.pk).count() for who in (cast.mo, cast.olga)] == [0, 1]


def test_a_moderator_of_one_theme_sees_its_flags_only(cast, event, theme, page, remark):
    other = make_theme(event)
    tess = make_person("tess")
    event.roles.create(person=tess, kind=RoleKind.MODERATOR, theme=other)
    there = open_thread(other, cast.ben, "Elsewhere")
    flagged(remark, cast.ada, note=SECRET)
    flagged(there, cast.ada)
    client = Client()
    client.force_login(tess)
    assert cards(client.get(page)) == [there.pk]
    assert flags.of_comments(tess, [remark.pk]) == {}
    assert client.post(f"/comments/{remark.pk}/keep/", {"reason": ""} | seen_field(remark)).status_code == 403
    assert cards(cast.client("mo").get(f"{page}?theme={theme.code}")) == [remark.pk]


def test_what_waits_longest_stands_first_and_pages_follow_each_other(cast, event, page, thread, say, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    said = [say("ben", f"Remark {n}.", to=thread.opening) for n in range(5)]
    for comment in said:
        flagged(comment, cast.ada)
    mo = cast.client("mo")
    seen, address = [], page
    while address:
        answer = mo.get(address)
        seen += cards(answer)
        later = re.search(r'href="([^"]+after=[^"]+)"', answer.content.decode())
        address = later.group(1).replace("&amp;", "&") if later else ""
    assert seen == [comment.pk for comment in said]


@pytest.mark.parametrize("size", [1, 20])
def test_the_page_costs_a_fixed_number_of_queries(cast, event, thread, say, size, django_assert_num_queries):
    for n in range(size):
        comment = say("ben", f"Remark {n}.", to=thread.opening)
        flagged(comment, cast.ada)
        flagged(comment, cast.olga)
    with django_assert_num_queries(3):
        flags.waiting(cast.mo, flags.queue(cast.mo, event.pk))


@pytest.mark.parametrize("size", [1, 20])
def test_closing_a_case_costs_the_same_for_one_flag_and_for_twenty(
    cast, event, remark, size, django_assert_num_queries
):
    hold_at(event, 0)
    for n in range(size):
        flagged(remark, make_person(f"flagger{n}"))
    read_anew(cast.mo)
    with django_assert_num_queries(12):
        dismiss_case(remark, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
