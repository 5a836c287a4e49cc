"""Where the organiser wishes it, readers see how many replies to a comment wait: how many, and nothing else."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment, Event, Theme, Thread
from forum.moderation.actions.holding import tell_what_waits
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.review import review_comment
from tests.factories import changes_since, open_thread, reply_to
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"


@pytest.fixture
def on(event, cast):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    tell_what_waits(event, on=True, by=cast.olga, now=timezone.now())
    event.refresh_from_db()


@pytest.fixture
def wait(cast):
    """Somebody answers a comment, and the answer waits."""

    def answer(comment, who="ben") -> Comment:
        fresh = Comment.objects.select_related("thread__theme__event").get(pk=comment.pk)
        held = reply_to(fresh, getattr(cast, who), f"{MARKER} {Comment.objects.count()}")
        assert not held.is_public
        return held

    return answer


@pytest.fixture
def hints(cast, thread):
    """What a reader without an account sees below each comment."""

    def read() -> dict[int, str]:
        page = cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
        for text in Comment.objects.filter(status="held").values_list("version__text", flat=True):
            assert text not in page
        articles = re.findall(r'<article class="comment" id="comment-(\d+)".*?</article>', page, re.S)
        bodies = re.findall(r'<article class="comment".*?</article>', page, re.S)
        said = [re.search(r'<p class="awaited tiny">(.*?)</p>', body) for body in bodies]
        return {int(pk): match[1] for pk, match in zip(articles, said, strict=True) if match}

    return read


def decide(act, comment, cast, *decision):
    how = {"seen": SKIP_CHECK, "by": cast.mo, "reason": "It is fair.", "now": timezone.now()}
    act(Comment.objects.get(pk=comment.pk), *decision, **how)


def test_a_hint_comes_with_what_waits_and_goes_with_the_decision(thread, cast, say, wait, hints, request):
    answered = say("ada", "A branch.", to=thread.opening)
    request.getfixturevalue("on")
    opening = thread.opening_id
    assert hints() == {}
    one, two, other = wait(answered), wait(answered), wait(thread.opening)
    assert hints() == {answered.pk: "2 replies awaiting review", opening: "1 reply awaiting review"}
    decide(review_comment, one, cast, Decision.APPROVE)
    assert hints() == {answered.pk: "1 reply awaiting review", opening: "1 reply awaiting review"}
    decide(review_comment, two, cast, Decision.REJECT)
    decide(review_comment, other, cast, Decision.REJECT)
    assert hints() == {}


def test_followers_hear_of_it_as_a_change_of_the_answered_comment_alone(theme, thread, cast, say, wait, request):
    answered = say("ada", "A branch.", to=thread.opening)
    request.getfixturevalue("on")
    before = Theme.objects.get(pk=theme.pk).revision
    held = wait(answered)
    news = changes_since(theme.pk, before)
    assert [row["id"] for row in news.comments] == [answered.pk]
    assert news.comments[0]["pending_replies"] == "1 reply awaiting review"
    assert news.gone == []
    assert MARKER not in str(news)
    assert news.revision == before + 1
    decide(review_comment, held, cast, Decision.REJECT)
    news = changes_since(theme.pk, news.revision)
    assert [(row["id"], row["pending_replies"]) for row in news.comments] == [(answered.pk, "")]


def test_a_kept_page_is_asked_about_anew(thread, cast, wait, request):
    request.getfixturevalue("on")
    eve, path = cast.client("eve"), f"/threads/{thread.pk}/"
    tag = eve.get(path)["ETag"]
    assert eve.get(path, headers={"If-None-Match": tag}).status_code == 304
    wait(thread.opening)
    assert "1 reply awaiting review" in eve.get(path, headers={"If-None-Match": tag}).content.decode()


def test_everybody_sees_the_same_number(thread, cast, wait, request):
    request.getfixturevalue("on")
    wait(thread.opening)
    for who in ("eve", "ada", "ben", "mo", "olga"):
        page = cast.client(who).get(f"/threads/{thread.pk}/").content.decode()
        assert page.count("1 reply awaiting review") == 1, who


def test_it_is_off_until_an_organiser_switches_it_on(event, theme, thread, cast, wait, hints):
    Event.objects.update(hold_rules={"everybody": {"is_on": True}})
    before = Theme.objects.get(pk=theme.pk).revision
    held = wait(thread.opening)
    assert Theme.objects.get(pk=theme.pk).revision == before, "what nobody is told of is no change"
    assert hints() == {}
    page, olga = f"/{event.slug}/moderation/rules/", cast.client("olga")
    rules = {"everybody": "on", "newcomers_number": "3", "links_number": "2", "pace_number": "5", "words_list": ""}
    rules["flagged_number"] = "3"
    assert "how many replies are awaiting review" in olga.get(page).content.decode()
    assert 'name="told"' not in olga.get(f"{page}?theme={theme.code}").content.decode()
    assert olga.post(page, rules | {"told": "on"}).status_code == 302
    assert hints() == {thread.opening_id: "1 reply awaiting review"}
    assert Theme.objects.get(pk=theme.pk).revision == before + 1
    olga.post(page, rules | {"told": "on"})
    assert Theme.objects.get(pk=theme.pk).revision == before + 1, "nothing changed"
    olga.post(f"{page}?theme={theme.code}", rules)
    assert Event.objects.get().tells_waiting
    olga.post(page, rules)
    assert hints() == {}
    assert not Comment.objects.get(pk=held.pk).is_public


@pytest.mark.parametrize("who", ["ada", "mo"])
def test_only_organisers_switch_it(event, cast, who):
    assert cast.client(who).post(f"/{event.slug}/moderation/rules/", {"told": "on"}).status_code == 403
    assert not Event.objects.get().tells_waiting


def test_what_is_not_public_has_no_hint_and_gets_it_back(thread, cast, say, wait, hints, request):
    answered = say("ada", "A branch.", to=thread.opening)
    say("mo", "An answer keeps its place.", to=answered)
    request.getfixturevalue("on")
    wait(answered)
    decide(remove_comment, answered, cast)
    assert hints() == {}
    decide(restore_comment, answered, cast)
    assert hints() == {answered.pk: "1 reply awaiting review"}


def test_an_edit_that_makes_a_comment_wait_is_hinted_at_where_it_stood(thread, cast, say, hints, request, event):
    mine = say("ben", "Harmless.", to=thread.opening)
    request.getfixturevalue("on")
    Event.objects.update(hold_rules={"words": {"is_on": True, "words": [MARKER]}})
    fresh = Comment.objects.select_related("thread__theme__event").get(pk=mine.pk)
    edit_comment(fresh, by=cast.ben, source=MARKER, now=timezone.now())
    assert hints() == {thread.opening_id: "1 reply awaiting review"}


def test_an_opening_that_waits_is_not_hinted_at(theme, thread, cast, request):
    request.getfixturevalue("on")
    fresh = Theme.objects.select_related("event").get(pk=theme.pk)
    before = fresh.revision
    open_thread(fresh, cast.ben, MARKER, MARKER)
    assert Theme.objects.get(pk=theme.pk).revision == before
    for path in (f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", f"/threads/{thread.pk}/"):
        page = cast.client("eve").get(path).content.decode()
        assert "awaiting review" not in page
        assert MARKER not in page


def test_what_is_imported_to_wait_counts_too(theme, thread, cast, hints, request):
    request.getfixturevalue("on")
    facts = {"author": cast.ben, "source": MARKER, "written_at": timezone.now(), "is_public": False}
    import_reply(Comment.objects.get(pk=thread.opening_id), imported_comment(theme, "x:1", **facts))
    assert hints() == {thread.opening_id: "1 reply awaiting review"}


@pytest.mark.parametrize("size", [1, 20])
def test_a_page_costs_no_query_more(thread, cast, say, wait, event, request, size):
    for n in range(size):
        say("ada", f"Branch {n}.", to=thread.opening)
    client, path = cast.client("eve"), f"/threads/{thread.pk}/"
    counts = []
    for is_on in (False, True):
        if is_on:
            request.getfixturevalue("on")
            for answered in Comment.objects.filter(parent=None).exclude(pk=thread.opening_id):
                wait(answered)
        Thread.objects.filter(pk=thread.pk).update(revision=1_000 + is_on)  # not as it was kept
        with CaptureQueriesContext(connection) as seen:
            page = client.get(path).content.decode()
        counts.append(len(seen))
        assert page.count("1 reply awaiting review") == (size if is_on else 0)
    assert counts[0] == counts[1]
