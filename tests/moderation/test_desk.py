"""The moderators' desk: what waits, and all they must know to decide."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Decision
from forum.models import Article, Comment, LogEntry, Phrase
from forum.moderation.actions.review import review_comment
from forum.moderation.queries import desk, queues
from tests.factories import make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/desk/"


@pytest.fixture
def parent(event, thread):
    """From now on casinos wait; the opening as a view loads it."""
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}, "links": {"is_on": True, "number": 1}}
    event.save(update_fields=["hold_rules"])
    return lambda: Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)


def cards(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="card-(\d+)"', answer.content.decode())]


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 200), ("olga", 200)])
def test_only_moderators_see_it(cast, page, parent, who, status):
    reply_to(parent(), cast.ben, "The casino.")
    answer = cast.client(who).get(page)
    assert answer.status_code == status
    assert (b"The <mark>casino</mark>." in answer.content) == (status == 200)


def test_a_card_explains_itself(cast, page, parent, thread, say):
    refused = reply_to(parent(), cast.ben, "The casino, once.")
    review_comment(refused, Decision.REJECT, seen=SKIP_CHECK, by=cast.mo, reason="Advertising.", now=timezone.now())
    say("ben", "Something else.", to=thread.opening)
    held = reply_to(parent(), cast.ben, "The *casino* again.")
    text = cast.client("mo").get(page).content.decode()
    assert cards(cast.client("mo").get(page)) == [held.pk]
    flat = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", text))
    assert "It contains a watched word: casino." in flat
    assert "1 published, 1 rejected or removed" in flat
    assert "to Ada" in flat
    assert "It happens in many places." in flat, "what it answers"
    assert "<em><mark>casino</mark></em>" in text
    assert f"/comments/{held.pk}/decide/" in text
    assert "Comment rejected" in flat, "what was decided before"


def test_the_longest_waiting_come_first_and_can_be_narrowed(cast, page, parent, event, thread, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    other = make_theme(event)
    first = reply_to(parent(), cast.ben, "Casino 1.")
    second = reply_to(parent(), cast.ben, "See http://a.example and http://b.example")
    elsewhere = other.__class__.objects.select_related("event").get(pk=other.pk)
    there = open_thread(elsewhere, cast.ben, "T", "Casino there.")
    mo = cast.client("mo")
    answer = mo.get(page)
    assert cards(answer) == [first.pk, second.pk]
    following = re.search(r'href="([^"]+after=[^"]+)"', answer.content.decode()).group(1).replace("&amp;", "&")
    assert cards(mo.get(following)) == [there.pk]
    assert cards(mo.get(f"{page}?rule=links")) == [second.pk]
    assert cards(mo.get(f"{page}?theme={other.code}")) == [there.pk]
    assert mo.get(f"{page}?rule=knights").status_code == 404
    assert "No matches" in mo.get(f"{page}?rule=pace").content.decode()


@pytest.mark.parametrize("size", [1, 20])
def test_it_costs_a_fixed_number_of_queries(cast, page, parent, event, size, django_assert_num_queries):
    for n in range(size):
        reply_to(parent(), cast.ben, f"Casino {n}.")
    with django_assert_num_queries(4):
        desk.waiting(cast.mo, event, desk.queue(cast.mo, event.pk), now=timezone.now())


def test_a_watched_word_that_is_called_like_a_rule_is_no_rule(cast, page, parent, event):
    event.hold_rules = {"words": {"is_on": True, "words": ["links"]}}
    event.save(update_fields=["hold_rules"])
    held = reply_to(parent(), cast.ben, "See the links.")
    mo = cast.client("mo")
    assert cards(mo.get(f"{page}?rule=words")) == [held.pk]
    assert cards(mo.get(f"{page}?rule=links")) == []


def test_somebody_with_many_decisions_leaves_the_others_theirs(cast, parent, event):
    theirs = reply_to(parent(), cast.ada, "Casino of ada.")
    review_comment(theirs, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    busy = reply_to(parent(), cast.ben, "Hello.")
    facts = {"event": event, "thread": busy.thread, "comment": busy, "actor": cast.mo, "created_at": timezone.now()}
    LogEntry.objects.bulk_create(LogEntry(act=Act.PIN, **facts) for _n in range(250))
    for who in (cast.ada, cast.ben):
        reply_to(parent(), who, "Casino again.")
    cards, _more = desk.waiting(cast.mo, event, desk.queue(cast.mo, event.pk), now=timezone.now())
    assert {card["name"]: len(card["previous_decisions"]) for card in cards} == {"Ada": 1, "Ben": 3}


def test_articles_and_ready_sentences_stand_on_the_page_once_however_many_cards_it_has(cast, page, parent, event):
    Article.objects.create(event=event, position=1, title="Be civil")
    Phrase.objects.create(event=event, language="en", title="Arguments", text="Please answer the argument.")
    for n in range(3):
        reply_to(parent(), cast.ben, f"The casino {n}.")
    mo = cast.client("mo")
    text = mo.get(page).content.decode()
    assert [text.count(words) for words in ("Be civil", "Please answer the argument.")] == [1, 1]
    fresh = mo.get(f"{page}news/?cards=1", headers={"Accept": "application/json"}).json()
    assert not any("Be civil" in card for card in fresh["cards"])


def test_without_scripts_a_card_leads_to_the_lists_and_keeps_what_was_typed(cast, page, parent, event):
    civil = Article.objects.create(event=event, position=1, title="Be civil")
    held = reply_to(parent(), cast.ben, "The casino.")
    mo, place, prefix = cast.client("mo"), f"/comments/{held.pk}/decide/", f"c{held.pk}-"
    assert b'name="act" value="choose"' in mo.get(page).content
    seen = f"{held.version_id}.{held.status}"
    typed = {f"{prefix}seen": seen, f"{prefix}reason": "I mean the second part.", "act": "choose"}
    answer = mo.post(place, typed)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="{prefix}article" value="{civil.pk}"' in text
    assert "I mean the second part." in text
    assert not LogEntry.objects.exists()
    del typed["act"]
    assert mo.post(place, typed | {f"{prefix}article": civil.pk, f"{prefix}decision": "reject"}).status_code == 302
    assert LogEntry.objects.get().reason == "Be civil: I mean the second part."
