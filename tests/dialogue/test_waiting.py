"""A comment that waits stays in its place for its author, and for nobody else."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment
from forum.moderation.actions.review import review_comment
from tests.factories import make_event, make_theme, new_key, reply_to

pytestmark = pytest.mark.django_db

WORD = "zebrafinch"


@pytest.fixture
def strict(event, thread):
    """From now on every comment waits."""
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    return event


@pytest.fixture
def decide(cast):
    return {"by": cast.mo, "reason": "Said already.", "now": timezone.now()}


def order(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="comment-(\d+)"', page.content.decode())]


def sent(cast, who, parent, source, **how):
    client = cast.client(who)
    return client, client.post(f"/comments/{parent.pk}/reply/", {"source": source, "key": new_key()}, **how)


def test_its_author_sees_it_in_its_place_with_the_reason(strict, thread, cast, say):
    first = say("mo", "First.", to=thread.opening)
    below = say("mo", "Below it.", to=first)
    last = say("mo", "Last.", to=thread.opening)
    ben, answer = sent(cast, "ben", first, f"{WORD} *here*")
    assert answer.status_code == 302
    held = Comment.objects.get(author=cast.ben)
    page = ben.get(f"/threads/{thread.pk}/")
    assert order(page) == [thread.opening_id, first.pk, below.pk, held.pk, last.pk]
    own = re.search(
        rf'<article class="comment" id="comment-{held.pk}".*?</article>', page.content.decode(), re.S
    ).group(0)
    assert f"{WORD} <em>here</em>" in own
    assert "Awaiting review: only you can see this. Every comment here is checked by a moderator" in own
    assert "data-reply" not in own, "nobody can answer it before it is public"
    assert "Your comment is awaiting review." in page.content.decode()
    for who in ("eve", "ada", "mo"):
        for path in (f"/threads/{thread.pk}/", f"/threads/{thread.pk}/?all=1", f"/threads/{thread.pk}/?sort=activity"):
            assert WORD not in cast.client(who).get(path).content.decode(), who
    ben.get(f"/threads/{thread.pk}/")
    assert WORD not in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode(), "nothing of it was kept"


def test_a_script_gets_it_as_a_change_of_its_own(strict, thread, cast):
    _, answer = sent(cast, "ben", thread.opening, WORD, headers={"Accept": "application/json"})
    change = answer.json()["change"]
    assert change["status"] == "held"
    assert WORD in change["html"]
    assert "data-waits" in change["html"]


def test_below_a_box_and_on_later_pages_too(strict, thread, cast, say, monkeypatch):
    for place in ("forum.dialogue.queries.thread_pages.PAGE", "forum.dialogue.web.threads.PAGE"):
        monkeypatch.setattr(place, 4)
    for n in range(12):
        last = say("mo", f"Point {n}.", to=thread.opening)
    ben, _ = sent(cast, "ben", last, WORD)
    assert WORD not in ben.get(f"/threads/{thread.pk}/").content.decode()
    assert WORD in ben.get(f"/threads/{thread.pk}/?at={last.pk}").content.decode()
    assert WORD in ben.get(f"/comments/{last.pk}/reply/").content.decode()


def test_published_it_is_there_for_everybody_and_rejected_it_says_why(strict, thread, cast, say, decide):
    ben, _ = sent(cast, "ben", thread.opening, WORD)
    held = Comment.objects.get(author=cast.ben)
    review_comment(held, Decision.APPROVE, seen=SKIP_CHECK, **decide)
    assert WORD in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    assert "data-waits" not in ben.get(f"/threads/{thread.pk}/").content.decode()
    sent(cast, "ben", thread.opening, "another bird")
    review_comment(Comment.objects.get(version__source="another bird"), Decision.REJECT, seen=SKIP_CHECK, **decide)
    page = ben.get(f"/threads/{thread.pk}/").content.decode()
    assert "Rejected by a moderator: Said already." in page
    assert "another bird" in page, "their own words stay with them"
    assert "another bird" not in cast.client("ada").get(f"/threads/{thread.pk}/").content.decode()


def test_a_thread_whose_opening_waits_is_there_for_its_author(strict, theme, cast):
    ben = cast.client("ben")
    fields = {"title": "A question", "source": WORD, "key": new_key()}
    answer = ben.post(f"/{theme.event.slug}/{theme.slug}/open/", fields)
    assert answer.status_code == 302
    page = ben.get(answer.url.split("#")[0])
    assert page.status_code == 200
    assert WORD in page.content.decode()
    assert cast.client("ada").get(answer.url.split("#")[0]).status_code == 404
    assert WORD not in cast.client("eve").get(f"/{theme.event.slug}/{theme.slug}/").content.decode()


def test_how_long_it_usually_takes_is_said_once_enough_was_decided(strict, thread, cast, decide):
    for n in range(5):
        parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
        review_comment(
            reply_to(parent, cast.ada, f"{n}"), Decision.APPROVE, seen=SKIP_CHECK, **decide | {"now": timezone.now()}
        )
    ben, _ = sent(cast, "ben", thread.opening, WORD)
    assert "Reviews usually take about 1 minute." in ben.get(f"/threads/{thread.pk}/").content.decode()


def test_the_usual_time_is_that_of_the_event(strict, theme, thread, cast, decide):
    for n in range(5):
        parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
        review_comment(
            reply_to(parent, cast.ada, f"{n}"), Decision.APPROVE, seen=SKIP_CHECK, **decide | {"now": timezone.now()}
        )
    elsewhere = make_theme(make_event(slug="bali", hold_rules=strict.hold_rules))
    answer = cast.client("ben").post(
        f"/bali/{elsewhere.slug}/open/", {"title": "A question", "source": WORD, "key": new_key()}, follow=True
    )
    assert WORD in answer.content.decode()
    assert "Reviews usually take" not in answer.content.decode()


def test_nothing_of_it_is_in_what_search_engines_are_told(strict, thread, cast):
    ben, _ = sent(cast, "ben", thread.opening, WORD)
    page = ben.get(f"/threads/{thread.pk}/").content.decode()
    posting = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert posting is None or WORD not in json.dumps(json.loads(posting.group(1)))
