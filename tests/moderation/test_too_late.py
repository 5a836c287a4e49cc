"""A decision belongs to what was read: whoever is too late decides nothing, loses no word, and sees what changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.kernel.choices import Act, Decision, FlagKind, Status
from forum.models import FlagCase, IllegalReport, LogEntry
from forum.moderation.actions.claims import claim_card
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.reports import Notice, report_comment
from forum.moderation.actions.review import review_comment, review_many
from tests.factories import make_theme, new_key, open_thread, seen_field, whole
from tests.moderation.test_review import JSON, decide, sent

pytestmark = pytest.mark.django_db
TYPED = "My long and careful reason."


def edited(comment, cast, source="I meant the archive of 1926.") -> None:
    edit_comment(whole(comment.pk), by=cast.ben, source=source, now=timezone.now())


def left(page: str) -> str:
    """The text that stands in the form's field for the reason."""
    return re.search(r'<textarea name="[^"]*reason"[^>]*>\s*([^<]*)</textarea>', page).group(1)


# Decisions on a page of their own.

ABOUT_PUBLIC = ("remove", "off-topic", "redact", "pin", "keep")


@pytest.mark.parametrize("act", ABOUT_PUBLIC)
@pytest.mark.parametrize("seen", ["before", "missing", "nonsense"])
def test_what_nobody_has_read_is_not_decided_about(cast, thread, say, act, seen):
    comment = say("ben", "I mean the archive.", to=thread.opening)
    flag_comment(comment, by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    mo, before = cast.client("mo"), seen_field(comment)
    assert f'name="seen" value="{before["seen"]}"' in mo.get(f"/comments/{comment.pk}/{act}/").content.decode()
    edited(comment, cast)
    said = {"before": before, "missing": {}, "nonsense": {"seen": "x"}}[seen]
    page = mo.post(f"/comments/{comment.pk}/{act}/", {"reason": TYPED, "passages": "archive"} | said)
    text = page.content.decode()
    assert page.status_code == 409
    assert left(text) == TYPED
    assert "I meant the archive of 1926." in text, "the present text, to be read"
    assert ("<ins>" in text) == (seen == "before"), "and what changed"
    assert not LogEntry.objects.exists()
    assert FlagCase.objects.get().closed_at is None
    now = re.search(r'name="seen" value="([^"]+)"', text).group(1)
    again = mo.post(f"/comments/{comment.pk}/{act}/", {"reason": TYPED, "passages": "archive", "seen": now})
    assert again.status_code == 302
    assert LogEntry.objects.count() == 1


def test_a_form_from_before_a_removal_restores_nothing(cast, thread, say):
    comment = say("ben", "I mean the archive.", to=thread.opening)
    mo = cast.client("mo")
    mo.post(f"/comments/{comment.pk}/remove/", {"reason": "Rude."} | seen_field(comment))
    page = mo.post(f"/comments/{comment.pk}/restore/", {"reason": "", "seen": state_token(comment)})
    assert (page.status_code, whole(comment.pk).status) == (409, Status.REMOVED)


@pytest.mark.parametrize("outcome", ["removed", "no-action"])
@pytest.mark.parametrize("says_what", [True, False])
def test_a_report_is_answered_about_the_text_that_was_read(cast, event, thread, say, outcome, says_what):
    comment = say("ben", "I mean the archive.", to=thread.opening)
    notice = Notice(explanation="It breaks the law.", name="Eve", email="eve@example.org")
    report = report_comment(comment, notice, key=new_key(), now=timezone.now())
    address = f"/{event.slug}/moderation/reports/{report.pk}/"
    said = {"outcome": outcome, "statement": "We looked at it.", "reason": TYPED}
    seen = seen_field(comment) if says_what else {}
    edited(comment, cast)
    mo = cast.client("mo")
    page = mo.post(address, said | seen)
    text = page.content.decode()
    assert page.status_code == 409
    assert left(text) == TYPED
    assert "We looked at it." in text
    assert "<ins>" in text, "what changed since it was reported"
    assert IllegalReport.objects.get().decided_at is None
    assert mo.post(address, said | seen_field(comment)).status_code == 302


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_what_waits_is_decided_about_on_its_card_alone(cast, held, act):
    comment = held()
    assert cast.client("mo").get(f"/comments/{comment.pk}/{act}/").status_code == 404
    own = cast.client("mo").get(f"/comments/{comment.pk}/").content.decode()
    assert f'href="/comments/{comment.pk}/decide/"' in own


# The card.


def test_a_card_without_what_was_read_decides_nothing(cast, held):
    comment = held()
    answer = decide(cast, "mo", comment, "approve", seen="")
    assert (answer.status_code, answer.json()["reason"]) == (409, "not-said-what-was-seen")
    assert whole(comment.pk).status == Status.HELD


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("why", ["edited", "claimed"])
def test_a_card_comes_back_with_what_was_typed_and_what_changed(cast, held, why, as_json):
    comment = held()
    if why == "edited":
        edited(comment, cast, "The casino of 1926.")
    else:
        claim_card(comment, by=cast.olga, now=timezone.now())
    facts = sent(comment, "reject", reason=TYPED)
    answer = cast.client("mo").post(f"/comments/{comment.pk}/decide/", facts, **(JSON if as_json else {}))
    card = answer.json()["card"] if as_json else answer.content.decode()
    assert answer.status_code == 409
    assert left(card) == TYPED
    assert '<details class="why" open>' in card
    assert ("<ins>" in card) == (why == "edited")
    assert f'value="{state_token(whole(comment.pk))}"' in card, "to be sent once more"


def test_an_open_desk_learns_that_an_author_edits_and_takes_the_new_text(cast, held, event):
    comment = held()
    mo, seen = cast.client("mo"), state_token(comment)
    edited(comment, cast, "The casino of 1926.")
    news = mo.get(f"/{event.slug}/moderation/desk/news/", {"ids": comment.pk}).json()["states"][str(comment.pk)]
    assert (news["waiting"], news["seen"] != seen) == (True, True)
    card = mo.get(f"/comments/{comment.pk}/decide/", {"seen": seen}, **JSON).json()["card"]
    assert "1926" in card
    assert "<ins>" in card


def test_an_author_who_withdraws_is_not_told_as_a_colleagues_decision(cast, held, event):
    comment = held()
    review_comment(comment, Decision.REVISE, seen=SKIP_CHECK, by=cast.olga, reason="Softer.", now=timezone.now())
    edited(comment, cast, "The casino, softer.")
    seen = whole(comment.pk)
    withdraw_comment(whole(comment.pk), by=cast.ben, now=timezone.now())
    late = decide(cast, "mo", seen, "approve").json()
    assert late["problem"] == "The author has withdrawn this comment. Nothing was changed."
    news = cast.client("mo").get(f"/{event.slug}/moderation/desk/news/", {"ids": comment.pk}).json()
    told = news["states"][str(comment.pk)]
    assert (told["decided"], told["undo"]) == ("The author has withdrawn it.", "")


def test_a_card_shows_a_decision_only_if_it_led_to_the_present_state(cast, held, event):
    comment = held()
    review_comment(comment, Decision.REVISE, seen=SKIP_CHECK, by=cast.olga, reason="Softer.", now=timezone.now())
    edited(comment, cast, "The casino, softer.")
    news = cast.client("mo").get(f"/{event.slug}/moderation/desk/news/", {"ids": comment.pk}).json()
    told = news["states"][str(comment.pk)]
    assert (told["waiting"], told["decided"], told["undo"]) == (True, "", "")


# The same again.


@pytest.mark.parametrize("decision", ["approve", "trust", "revise", "reject"])
def test_a_second_press_is_answered_as_done(cast, held, decision):
    comment = held()
    first = decide(cast, "mo", comment, decision, reason="So be it.")
    second = decide(cast, "mo", comment, decision, reason="So be it.")
    assert second.status_code == 200
    assert second.json() == first.json()
    assert LogEntry.objects.count() == 1


def test_another_decision_of_the_same_person_is_no_second_press(cast, held):
    comment = held()
    decide(cast, "mo", comment, "reject", reason="So be it.")
    assert decide(cast, "mo", comment, "approve").status_code == 409
    other_reason = decide(cast, "mo", comment, "reject", reason="Because.")
    assert other_reason.status_code == 409
    assert "colleague" not in other_reason.json()["problem"]
    assert decide(cast, "olga", comment, "reject", reason="So be it.").status_code == 409
    assert LogEntry.objects.count() == 1


def test_who_lost_the_answer_and_sends_again_much_later_is_answered_as_done(cast, held):
    comment = held()
    decide(cast, "mo", comment, "reject", reason="So be it.")
    LogEntry.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert decide(cast, "mo", comment, "reject", reason="So be it.").status_code == 200
    assert LogEntry.objects.count() == 1


def test_a_selection_that_is_sent_twice_is_one_decision(cast, held, event):
    picks = [f"{comment.pk}:{state_token(comment)}" for comment in (held("The casino 1."), held("The casino 2."))]
    mo, facts = cast.client("mo"), {"pick": picks, "all-decision": "reject", "all-reason": "Advertising."}
    first, second = (mo.post(f"/{event.slug}/moderation/desk/decide/", facts, **JSON).json() for _ in range(2))
    assert first == second
    assert LogEntry.objects.count() == 2


def test_what_broke_off_halfway_is_undone_as_one_all_the_same(cast, held):
    first, second = held("The casino 1."), held("The casino 2.")

    def picked():
        yield first, state_token(first)
        yield second, state_token(second)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        review_many(picked(), Decision.REJECT, by=cast.mo, reason="Advertising.", now=timezone.now())
    batches = LogEntry.objects.filter(act=Act.REJECT).values_list("batch", flat=True)
    assert len(batches) == 2
    assert len(set(batches)) == 1
    assert batches[0]


# Many, and without scripts.


@pytest.mark.parametrize("problem", ["nothing picked", "too long", "no reason"])
def test_without_scripts_the_desk_comes_back_with_what_was_picked_and_typed(cast, held, event, problem):
    first, second = held("The casino 1."), held("The casino 2.")
    reason = {"nothing picked": TYPED, "too long": TYPED + "x" * 500, "no reason": ""}[problem]
    picks = [] if problem == "nothing picked" else [f"{first.pk}:{state_token(first)}"]
    facts = {"pick": picks, "all-decision": "reject", "all-reason": reason, "back": "rule=words"}
    answer = cast.client("mo").post(f"/{event.slug}/moderation/desk/decide/", facts)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'<textarea name="all-reason"[^>]*>\s*([^<]*)</textarea>', page).group(1) == reason
    assert re.findall(r'name="pick" value="(\d+):[^>]* checked', page) == ([str(first.pk)] if picks else [])
    assert f"card-{second.pk}" in page
    assert '<input type="hidden" name="back" value="rule=words">' in page
    assert ("Select at least one comment first." in page) == (problem == "nothing picked")
    assert not LogEntry.objects.exists()


def test_without_scripts_deciding_leads_back_to_the_desk_as_it_was_asked_for(cast, held, event, theme):
    desk, asked = f"/{event.slug}/moderation/desk/", f"theme={theme.code}&rule=words"
    other = make_theme(event)
    comments = [held(f"The casino {n}.") for n in range(3)]
    elsewhere = open_thread(other, cast.ben, "Elsewhere", "The casino here.")
    mo = cast.client("mo")
    page = mo.get(f"{desk}?{asked}").content.decode()
    assert f'name="back" value="{asked.replace("&", "&amp;")}"' in page
    one = mo.post(f"/comments/{comments[0].pk}/decide/", sent(comments[0], "approve") | {"back": asked}, follow=True)
    assert one.redirect_chain[0][0].startswith(f"{desk}?{asked}&decided=")
    text = one.content.decode()
    assert f"card-{comments[1].pk}" in text
    assert f"card-{elsewhere.pk}" not in text
    undo = re.search(r'action="(/entries/\d+/undo/)"', text).group(1)
    assert mo.post(undo, {"back": asked})["Location"] == f"{desk}?{asked}"
    facts = {"pick": [f"{comments[1].pk}:{state_token(comments[1])}"], "all-decision": "approve", "back": asked}
    assert mo.post(f"{desk}decide/", facts)["Location"].startswith(f"{desk}?{asked}&decided=")


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/?x=1", "next=//evil.example", "desk"])
def test_the_way_back_leads_to_the_desk_and_nowhere_else(cast, held, event, back):
    comment = held()
    answer = cast.client("mo").post(f"/comments/{comment.pk}/decide/", sent(comment, "approve") | {"back": back})
    assert answer["Location"] == f"/{event.slug}/moderation/desk/?decided={LogEntry.objects.get().pk}"


def test_an_empty_desk_can_decide_about_what_arrives_later(cast, event, thread):
    page = cast.client("mo").get(f"/{event.slug}/moderation/desk/").content.decode()
    assert re.search(r'<form [^>]*id="bulk"[^>]* hidden>', page)
