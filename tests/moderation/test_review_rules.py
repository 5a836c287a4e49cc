"""The organisers' rules: set, refused, tried on the past before anybody is held."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Decision, Status
from forum.models import Comment, Event, LogEntry, Theme
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.queries import dry_run
from tests.factories import make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/rules/"


def filled(**chosen: str) -> dict[str, str]:
    return {
        "newcomers_number": "3",
        "links_number": "2",
        "pace_number": "5",
        "words_list": "",
        "flagged_number": "3",
    } | chosen


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 403), ("olga", 200)])
def test_only_organisers_set_rules(cast, page, theme, who, status):
    client = cast.client(who)
    assert client.get(page).status_code == status
    answer = client.post(page, filled(everybody="on"))
    assert answer.status_code == (302 if status == 200 else 403)
    assert bool(Event.objects.get().hold_rules) == (status == 200)


def test_rules_are_set_for_the_event_and_for_a_theme(cast, page, event, theme, thread):
    olga = cast.client("olga")
    assert olga.post(page, filled(words="on", words_list="casino\n\n free money ", links="on")).status_code == 302
    stored = Event.objects.get().hold_rules
    assert stored["words"] == {"is_on": True, "words": ["casino", "free money"]}
    assert stored["links"] == {"is_on": True, "number": 2}
    assert stored["everybody"] == {"is_on": False}
    shown = olga.get(page).content.decode()
    assert "casino\nfree money" in shown
    assert olga.post(f"{page}?theme={theme.code}", filled(everybody="on")).status_code == 302
    assert Theme.objects.get().hold_rules["everybody"] == {"is_on": True}
    assert olga.get(f"{page}?theme=%3F").status_code == 404


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"words": "on"}, "at least one word"),
        ({"links": "on", "links_number": "0"}, "greater than or equal to 1"),
        ({"links": "on", "links_number": "x"}, "whole number"),
        ({"words": "on", "words_list": "!!!"}, "cannot search for this: !!!"),
        ({"words": "on", "words_list": "x" * 101}, "cannot search for this"),
        ({"words": "on", "words_list": "\n".join(f"w{n}" for n in range(501))}, "at most 500"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(cast, page, chosen, words):
    answer = cast.client("olga").post(page, filled(**chosen))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert chosen.get("words_list", "")[:50] in answer.content.decode()
    assert Event.objects.get().hold_rules == {}


def test_a_rehearsal_tells_what_would_have_waited_and_sets_nothing(cast, page, event, theme, thread, say):
    say("ben", "Visit the casino.", to=thread.opening)
    removed = say("ben", "Visit the сasino again.", to=thread.opening)
    old = say("ada", "A casino long ago.", to=thread.opening)
    say("mo", "A moderator speaks of casinos: casino.", to=thread.opening)
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Advertising.", now=timezone.now())
    answer = cast.client("olga").post(page, filled(words="on", words_list="casino", preview="1"))
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))
    assert "Of 4 comments in the last 30 days, these rules would have held 2 for review." in text
    assert "Of those, 1 are public now, and 1 were rejected or removed." in text
    assert "It contains a watched word: casino." in text
    assert "long ago" not in text
    assert Event.objects.get().hold_rules == {}


def test_a_rehearsal_for_a_theme_looks_at_that_theme(cast, page, event, theme, thread, say):
    open_thread(make_theme(event), cast.ben, "Casino elsewhere", "The casino.")
    say("ben", "The casino here.", to=thread.opening)
    answer = cast.client("olga").post(
        f"{page}?theme={theme.code}", filled(words="on", words_list="casino", preview="1")
    )
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))
    assert "Of 2 comments in the last 30 days, these rules would have held 1 for review." in text
    assert "The casino here." in text


# In a theme a rule is as for the whole event, on, or off


def fresh(thread) -> Comment:
    return Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)


def chosen_in(page: str) -> dict[str, str]:
    """Which of its three values each rule has in the page of a theme."""
    return dict(re.findall(r'type="radio" name="([a-z]+)" value="([a-z]*)"[^>]* checked', page))


def test_a_theme_shows_the_events_rules_and_leaves_them_as_they_are(cast, page, event, theme, thread):
    olga, there = cast.client("olga"), f"{page}?theme={theme.code}"
    olga.post(page, filled(everybody="on", links="on", links_number="3", words="on", words_list="casino\npoker"))
    shown = olga.get(there).content.decode()
    assert set(chosen_in(shown).values()) == {""}
    assert len(chosen_in(shown)) == 7
    for words in ("now: on", "now: on, for more than 3 links", "now: on, with 2 words", "now: off"):
        assert f"Same as for the whole event ({words})" in shown
    assert olga.post(there, filled(links_number="3", words_list="casino\r\npoker")).status_code == 302
    assert Theme.objects.get().hold_rules == {}
    assert reply_to(fresh(thread), cast.ben, "Hello.").status == Status.HELD
    assert not LogEntry.objects.exclude(theme=None).exists()


def test_a_theme_says_only_what_differs_and_can_take_it_back(cast, page, event, theme, thread):
    olga, there = cast.client("olga"), f"{page}?theme={theme.code}"
    olga.post(page, filled(everybody="on", links="on"))
    olga.post(there, filled(everybody="off", pace="on", pace_number="7"))
    assert Theme.objects.get().hold_rules == {"everybody": {"is_on": False}, "pace": {"is_on": True, "number": 7}}
    shown = olga.get(there).content.decode()
    assert {kind: value for kind, value in chosen_in(shown).items() if value} == {"everybody": "off", "pace": "on"}
    assert reply_to(fresh(thread), cast.ben, "Hello.").is_public
    olga.post(there, filled())
    assert Theme.objects.get().hold_rules == {}
    assert reply_to(fresh(thread), cast.ben, "Hello again.").status == Status.HELD
    said = list(LogEntry.objects.filter(act=Act.RULES, theme=theme).order_by("pk").values_list("reason", flat=True))
    assert said == [
        "On: Many comments in a short time. Off: Every comment.",
        "Same as for the whole event: Every comment, Many comments in a short time.",
    ]


def test_what_the_event_switches_on_later_holds_in_its_themes(cast, page, theme, thread):
    olga = cast.client("olga")
    olga.post(f"{page}?theme={theme.code}", filled(links="on"))
    olga.post(page, filled(everybody="on"))
    assert reply_to(fresh(thread), cast.ben, "Hello.").status == Status.HELD


def test_words_of_a_theme_are_kept_while_the_rule_is_as_for_the_event(cast, page, theme, thread):
    olga, there = cast.client("olga"), f"{page}?theme={theme.code}"
    olga.post(page, filled(words="on", words_list="casino"))
    olga.post(there, filled(words_list="poker"))
    assert Theme.objects.get().hold_rules == {"words": {"words": ["poker"]}}
    assert "poker</textarea>" in olga.get(there).content.decode()
    assert reply_to(fresh(thread), cast.ben, "The casino.").status == Status.HELD
    assert reply_to(fresh(thread), cast.ben, "The poker.").is_public


def test_a_theme_form_that_cannot_be_comes_back_as_it_was_filled_in(cast, page, theme, thread):
    answer = cast.client("olga").post(f"{page}?theme={theme.code}", filled(words="on", everybody="off"))
    assert answer.status_code == 422
    assert "at least one word" in answer.content.decode()
    chosen = chosen_in(answer.content.decode())
    assert (chosen["words"], chosen["everybody"]) == ("on", "off")
    strange = cast.client("olga").post(f"{page}?theme={theme.code}", filled(everybody="perhaps"))
    assert (strange.status_code, "not one of the available choices" in strange.content.decode()) == (422, True)


def previewed(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))


def test_a_rehearsal_tries_a_theme_with_what_the_event_says(cast, page, theme, thread, say):
    say("ben", "The casino here.", to=thread.opening)
    say("ada", "Something else.", to=thread.opening)
    olga, there = cast.client("olga"), f"{page}?theme={theme.code}"
    olga.post(page, filled(words="on", words_list="casino"))
    tried = {"words_list": "casino", "preview": "1"}
    assert "Of 3 comments in the last 30 days, these rules would have held 1 for review." in previewed(
        olga.post(there, filled(**tried))
    )
    assert "would have held 0 for review." in previewed(olga.post(there, filled(words="off", **tried)))


def test_a_rehearsal_for_the_event_leaves_to_a_theme_what_it_says_itself(cast, page, event, theme, thread, say):
    say("ben", "Hello.", to=thread.opening)
    open_thread(make_theme(event), cast.ben, "Elsewhere", "Hello there.")
    olga = cast.client("olga")
    olga.post(f"{page}?theme={theme.code}", filled(everybody="off"))
    answer = previewed(olga.post(page, filled(everybody="on", preview="1")))
    assert "Of 3 comments in the last 30 days, these rules would have held 1 for review." in answer
    assert "Hello there." in answer


# A refusal counts from when it was decided


def test_a_refusal_counts_from_its_decision_in_a_rehearsal_too(cast, page, event, thread, say):
    comment = say("ben", "Written long ago.", to=thread.opening)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(days=20))
    say("ben", "Before it was decided.", to=thread.opening)
    remove_comment(Comment.objects.get(pk=comment.pk), seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    say("ben", "After it was decided.", to=thread.opening)
    answer = previewed(cast.client("olga").post(page, filled(refused="on", preview="1")))
    assert "these rules would have held 1 for review." in answer
    assert "After it was decided." in answer
    event.hold_rules = {"refused": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    assert reply_to(fresh(thread), cast.ben, "Now.").hold.reasons[0]["number"] == 1
    LogEntry.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert reply_to(fresh(thread), cast.ben, "Two weeks after the decision.").is_public


def test_a_rejection_counts_from_its_decision_as_well(cast, event, thread):
    event.hold_rules = {"everybody": {"is_on": True}, "refused": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    held = reply_to(fresh(thread), cast.ben, "Written long ago.")
    Comment.objects.filter(pk=held.pk).update(created_at=timezone.now() - timedelta(days=20))
    how = {"seen": SKIP_CHECK, "by": cast.mo, "reason": "Rude.", "now": timezone.now()}
    review_comment(Comment.objects.get(pk=held.pk), Decision.REJECT, **how)
    reasons = reply_to(fresh(thread), cast.ben, "Now.").hold.reasons
    assert [reason["kind"] for reason in reasons] == ["everybody", "refused"]


def test_a_rehearsal_names_the_newest_and_counts_the_rest(cast, page, thread, say, monkeypatch):
    monkeypatch.setattr(dry_run, "SHOWN", 2)
    for n in range(4):
        say("ben", f"Number {n}.", to=thread.opening)
    answer = cast.client("olga").post(page, filled(everybody="on", preview="1"))
    assert "these rules would have held 5 for review." in previewed(answer)
    assert [f"Number {n}." in previewed(answer) for n in range(4)] == [False, False, True, True]


def test_a_phrase_with_a_comma_is_one_phrase(cast, page, event, thread):
    cast.client("olga").post(page, filled(words="on", words_list="hello, friend"))
    held = reply_to(fresh(thread), cast.ben, "Hello, friend; hello, my friend.")
    assert held.hold.reasons[0]["words"] == ["hello, friend"]
    card = cast.client("mo").get(f"/comments/{held.pk}/decide/").content.decode()
    assert "<mark>Hello, friend</mark>; hello, my friend." in card
