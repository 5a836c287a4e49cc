"""The public log: what was done, why, when and by whom, and never what was taken out of sight."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions import log
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.kernel.choices import Act, Decision, RoleKind, Status
from forum.models import Comment, Event, LogEntry
from forum.moderation.actions.bulk_removal import bulk_remove
from forum.moderation.actions.moderation import lock_thread, remove_comment, restore_comment
from forum.moderation.actions.review import review_many
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import log as queries
from tests.factories import make_person, make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/"


def flat(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))


def lines(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="entry-(\d+)"', answer.content.decode())]


def how(by, reason="Rude.") -> dict:
    return {"by": by, "reason": reason, "now": timezone.now()}


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def remove(comment, by, reason="Rude.", **more) -> LogEntry:
    return remove_comment(comment, seen=SKIP_CHECK, by=by, reason=reason, now=timezone.now(), **more)


def test_a_line_says_what_why_when_and_in_which_role(cast, page, theme, thread, say):
    article = theme.event.articles.create(position=1, title="Stay with the subject")
    comment = say("ben", f"{MARKER} here", to=thread.opening)
    entry = remove(comment, cast.mo)
    LogEntry.objects.filter(pk=entry.pk).update(article=article)
    text = flat(cast.client("eve").get(page))
    assert f"Comment removed {theme.code}-{comment.number} by a moderator" in text
    assert "Stay with the subject Rude." in text
    assert MARKER not in text
    assert not re.search(r"\bMo\b", text)
    LogEntry.objects.filter(pk=entry.pk).update(reason="Stay with the subject: it is about birds.")
    assert flat(cast.client("eve").get(page)).count("Stay with the subject") == 1, "the article is not told twice"


@pytest.mark.parametrize(
    ("kind", "is_for_theme", "words"),
    [
        (RoleKind.ORGANISER, False, "by an organiser"),
        (RoleKind.MODERATOR, False, "by a moderator "),
        (RoleKind.MODERATOR, True, "by a moderator of this theme"),
    ],
)
def test_roles_are_told_and_names_if_the_event_says_so(cast, page, theme, thread, say, kind, is_for_theme, words):
    una = make_person("una")
    theme.event.roles.create(person=una, kind=kind, theme=theme if is_for_theme else None)
    remove(say("ben", "One.", to=thread.opening), una)
    assert words in flat(cast.client("eve").get(page))
    assert "Una" not in flat(cast.client("ben").get(page))
    assert "Una" in flat(cast.client("mo").get(page)), "colleagues know each other"
    answer = cast.client("olga").post(f"{page}names/", {"names": "1"})
    assert (answer.status_code, Event.objects.get().log_names) == (302, True)
    assert words.replace("by ", "by Una, ") in flat(cast.client("eve").get(page))
    assert "The log shows names." in flat(cast.client("eve").get(page))
    cast.client("olga").post(f"{page}names/")
    assert "Una" not in flat(cast.client("eve").get(page))


@pytest.mark.parametrize("who", ["eve", "ada", "mo"])
def test_only_organisers_decide_about_names(cast, page, who):
    assert cast.client(who).post(f"{page}names/", {"names": "1"}).status_code == 403
    assert Event.objects.get().log_names is False
    assert "Show names" not in cast.client(who).get(page).content.decode()


def test_links_lead_only_where_a_reader_may_go(cast, page, thread, say):
    gone = say("ben", "Gone.", to=thread.opening)
    kept = say("ben", "Kept.", to=thread.opening)
    say("ada", "An answer.", to=kept)
    for comment in (gone, kept):
        remove(comment, cast.mo)
    for who, follows in (("eve", False), ("ada", False), ("ben", True), ("mo", True)):
        text = cast.client(who).get(page).content.decode()
        assert (f'href="/comments/{gone.pk}/"' in text) is follows, who
        assert f'href="/comments/{kept.pk}/"' in text, who


def test_titles_of_hidden_openings_are_not_told(cast, page, theme):
    opening = open_thread(theme, cast.ben, f"About a {MARKER}")
    lock_thread(opening.thread, by=cast.mo, reason="Enough.", now=timezone.now())
    remove(opening, cast.mo)
    for who in ("eve", "ada", "mo"):
        for path in (page, f"{page}feed.atom", f"{page}feed.json"):
            assert MARKER not in cast.client(who).get(path).content.decode(), (who, path)


def test_what_was_taken_back_says_so_and_leads_back(cast, page, thread, say):
    entry = remove(say("ben", "One.", to=thread.opening), cast.mo)
    undone = undo(entry, by=cast.olga, reason="", now=timezone.now())
    answer = cast.client("eve").get(page)
    assert lines(answer) == [undone.pk, entry.pk]
    assert "Reversed on" in flat(answer)
    address = re.search(r'href="([^"]+)">Reverses an earlier decision', answer.content.decode()).group(1)
    assert lines(cast.client("eve").get(address.split("#")[0]))[0] == entry.pk


def test_who_decides_there_can_take_back_from_the_log(cast, page, theme, thread, say):
    entry = remove(say("ben", "One.", to=thread.opening), cast.mo)
    elsewhere = make_person("elsewhere")
    theme.event.roles.create(person=elsewhere, kind=RoleKind.MODERATOR, theme=make_theme(theme.event, slug="other"))
    cast.elsewhere = elsewhere
    link = f'href="/entries/{entry.pk}/undo/"'
    for who, may in (("eve", False), ("ben", False), ("elsewhere", False), ("mo", True), ("olga", True)):
        assert (link in cast.client(who).get(page).content.decode()) is may, who
    undo(entry, by=cast.mo, reason="", now=timezone.now())
    assert link not in cast.client("mo").get(page).content.decode()


def test_what_was_decided_as_one_is_one_line(cast, page, event, thread, say):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = [reply_to(parent, cast.ben, f"{n}") for n in range(3)]
    judged = review_many(
        [(each, SKIP_CHECK) for each in held], Decision.REJECT, by=cast.mo, reason="Advertising.", now=timezone.now()
    )
    answer = cast.client("eve").get(page)
    assert lines(answer) == [judged.entries[0].pk]
    assert "3 comments rejected" in flat(answer)
    assert flat(answer).count("Advertising.") == 1
    assert f"{thread.theme.code}-{held[2].number}" in flat(answer)
    undo(judged.entries[1], by=cast.mo, reason="", now=timezone.now())
    assert "1 of them was reversed" in flat(cast.client("eve").get(page))
    own = cast.client("ben").get(f"/comments/{held[2].pk}/").content.decode()
    address = re.search(r'href="([^"]+)">This decision in the moderation log', own).group(1)
    assert lines(cast.client("ben").get(address.split("#")[0]))[0] == judged.entries[0].pk


def test_internal_acts_and_whom_they_concern_stay_inside(cast, page, event, thread):
    log.record(Act.TAKE_OVER, thread, by=cast.mo, reason="Lunch.", now=timezone.now(), comment=thread.opening)
    log.record_in_event(Act.RULES, event.pk, by=cast.olga, reason="Slower.", now=timezone.now(), person=cast.ben)
    for who, sees in (("eve", False), ("ada", False), ("mo", True), ("olga", True)):
        text = flat(cast.client(who).get(page))
        assert ("Lunch." in text) is sees
        assert ("Review taken over" in flat(cast.client(who).get(f"{page}?act=take-over"))) is sees
        assert "Slower." in text
        assert who == "ben" or "Ben" not in text


def test_it_is_narrowed_by_theme_act_and_article(cast, page, event, theme, thread, say):
    other = open_thread(make_theme(event, slug="other"), cast.ada, "Elsewhere")
    article = event.articles.create(position=1, title="No advertising")
    event.articles.create(position=2, title="Be brief")
    here = remove(say("ben", "One.", to=thread.opening), cast.mo)
    there = remove(reply_to(other, cast.ben, "Two."), cast.mo)
    locked = lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())
    LogEntry.objects.filter(pk=there.pk).update(article=article)
    eve = cast.client("eve")
    for asked, found in (
        (f"theme={theme.code}", [locked.pk, here.pk]),
        ("act=remove", [there.pk, here.pk]),
        (f"article={article.pk}", [there.pk]),
        (f"act=lock&theme={other.theme.code}", []),
    ):
        assert lines(eve.get(f"{page}?{asked}")) == found, asked
    assert "No matching decisions" in flat(eve.get(f"{page}?act=lock&theme={other.theme.code}"))
    text = eve.get(page).content.decode()
    assert f'href="{page}?theme={theme.code}"' in text
    assert f'href="{page}?act=lock"' in text
    assert f'href="{page}?article={article.pk}"' in text


@pytest.mark.parametrize("asked", ["theme=%3F", "act=knight", "article=99", "article=x", "before=x"])
def test_what_there_is_not_is_a_404(cast, page, theme, asked):
    assert cast.client("eve").get(f"{page}?{asked}").status_code == 404


def test_days_are_headed_and_pages_go_on_by_key(cast, page, thread, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    at = timezone.now().replace(year=2026, month=3, day=5)
    made = [
        log.record(Act.UNLOCK, thread, by=cast.mo, reason=f"{n}", now=at + timedelta(days=n // 2)).pk for n in range(5)
    ]
    eve, found, days, address = cast.client("eve"), [], [], page
    while address:
        answer = eve.get(address)
        found += lines(answer)
        days += re.findall(r'class="log-day"[^>]*>([^<]+)<', answer.content.decode())
        older = re.search(r'href="([^"]+)">Older<', answer.content.decode())
        address = older.group(1) if older else ""
    assert found == made[::-1]
    assert days == ["7 Mar 2026", "6 Mar 2026", "6 Mar 2026", "5 Mar 2026", "5 Mar 2026"]


@pytest.mark.parametrize("size", [1, 40])
def test_it_costs_the_same_whatever_it_holds(cast, page, thread, say, size):
    for n in range(size):
        entry = remove(say("ben", f"{n}", to=thread.opening), cast.mo)
        LogEntry.objects.filter(pk=entry.pk).update(batch="one" if n % 2 else "")
    with CaptureQueriesContext(connection) as seen:
        assert cast.client("eve").get(page).status_code == 200
    assert len(seen) == (6 if size == 1 else 7), "the seventh finds what was decided as one"


def test_it_is_a_feed_in_both_forms(cast, page, thread, say, settings):
    comment = say("ben", MARKER, to=thread.opening)
    entry = remove(comment, cast.mo, reason="Rude & <b>loud</b>.")
    eve = cast.client("eve")
    item = eve.get(f"{page}feed.json").json()["items"][0]
    assert item["title"] == f"Comment removed: {thread.theme.code}-{comment.number}"
    assert item["authors"] == [{"name": "a moderator"}]
    assert item["url"] == f"{settings.SITE_URL}{page}?before={entry.pk + 1}#entry-{entry.pk}"
    assert "<p>Rude &amp; &lt;b&gt;loud&lt;/b&gt;.</p>" in item["content_html"]
    tree = ElementTree.fromstring(eve.get(f"{page}feed.atom").content)
    assert [each.text for each in tree.iter(f"{ATOM}title")][1] == item["title"]
    assert f'href="{page}feed.atom"' in eve.get(page).content.decode()
    assert MARKER not in eve.get(f"{page}feed.json").content.decode()
    assert cast.client("mo").get(f"{page}feed.json").json()["items"][0]["authors"] == [{"name": "a moderator"}]
    for form in ("atom", "json"):
        tag = eve.get(f"{page}feed.{form}")["ETag"]
        assert eve.get(f"{page}feed.{form}", headers={"If-None-Match": tag}).status_code == 304
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert eve.get(f"{page}feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_a_change_of_the_rules_is_told_without_the_words(cast, page, theme):
    filled = {
        "newcomers_number": "3",
        "links_number": "2",
        "pace_number": "5",
        "words_list": MARKER,
        "flagged_number": "3",
    }
    olga = cast.client("olga")
    olga.post(f"{page}rules/", filled | {"words": "on", "links": "on"})
    assert "Review rules changed by an organiser On: Watched words, Many links." in flat(cast.client("eve").get(page))
    olga.post(f"{page}rules/", filled | {"words": "on", "words_list": f"{MARKER}\nowl", "everybody": "on"})
    assert "On: Every comment. Off: Many links. Changed: Watched words." in flat(cast.client("eve").get(page))
    olga.post(f"{page}rules/?theme={theme.code}", filled | {"pace": "on"})
    assert f"{theme.code}. {theme.title} by an organiser On: Many comments in a short time." in flat(
        cast.client("eve").get(page)
    )
    assert "Many comments in a short time" in flat(cast.client("eve").get(f"{page}?theme={theme.code}"))
    olga.post(f"{page}rules/?theme={theme.code}", filled | {"pace": "on"})
    assert LogEntry.objects.filter(act=Act.RULES).count() == 3, "what changes nothing is no news"
    assert MARKER not in cast.client("eve").get(page).content.decode()


def test_a_removed_comment_with_replies_says_why_and_leads_to_the_log(cast, page, thread, say):
    comment = say("ben", MARKER, to=thread.opening)
    say("ada", "An answer.", to=comment)
    entry = remove(comment, cast.mo, reason="Off the subject.")
    eve = cast.client("eve")
    assert "Removed by a moderator: Off the subject." in flat(eve.get(f"/threads/{thread.pk}/"))
    own = eve.get(f"/comments/{comment.pk}/").content.decode()
    assert f'href="{page}?before={entry.pk + 1}#entry-{entry.pk}"' in own


@pytest.fixture
def judged(cast, event, thread):
    """Three comments of ben, published as one."""
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = [reply_to(parent, cast.ben, f"{n}") for n in range(3)]
    return review_many([(each, state_token(each)) for each in held], Decision.APPROVE, **how(cast.mo))


def test_colleagues_undo_from_the_log_what_was_decided_as_one(cast, event, theme, judged):
    page, action = f"/{event.slug}/moderation/", f'action="/batches/{judged.batch}/undo/"'
    elsewhere = make_person("elsewhere")
    event.roles.create(person=elsewhere, kind=RoleKind.MODERATOR, theme=make_theme(event, slug="other", position=2))
    for who, may in (("eve", 0), ("ada", 0), ("ben", 0), ("mo", 1), ("olga", 1)):
        assert cast.client(who).get(page).content.decode().count(action) == may, who
    assert action not in client_of(elsewhere).get(page).content.decode()
    answer = cast.client("olga").post(f"/batches/{judged.batch}/undo/", {"back": "log"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "3 decisions have been undone." in flat(answer)
    assert action not in answer.content.decode(), "nothing is left to undo"
    assert set(Comment.objects.filter(author=cast.ben).values_list("status", flat=True)) == {Status.HELD}


def test_what_was_removed_of_a_colleague_is_undone_as_one_by_who_decides_about_them(cast, event, thread, say):
    last = [say("ben", f"{n}", to=thread.opening) for n in range(2)][-1]
    event.roles.create(person=cast.ben, kind=RoleKind.MODERATOR)
    entry = bulk_remove(cast.ben, event, since=None, last=last.pk, **how(cast.olga))
    page, action = f"/{event.slug}/moderation/", f'action="/batches/{entry.batch}/undo/"'
    for person, may in ((cast.mo, 0), (cast.ben, 0), (cast.olga, 1)):
        assert client_of(person).get(page).content.decode().count(action) == may, person
    client_of(cast.olga).post(f"/batches/{entry.batch}/undo/", {"back": "log"})
    assert action not in client_of(cast.olga).get(page).content.decode()


@pytest.mark.parametrize("size", [1, 8])
def test_the_log_of_a_colleague_costs_a_fixed_number_of_queries(cast, event, thread, say, size):
    for n in range(size):
        writer = make_person(f"writer{n}")
        last = [reply_to(thread.opening, writer, f"{n}.{each}") for each in range(2)][-1]
        bulk_remove(writer, event, since=None, last=last.pk, **how(cast.mo))
    client = cast.client("mo")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/{event.slug}/moderation/").content.decode().count("Undo all") == size
    assert len(seen) == 13
