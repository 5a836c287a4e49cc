"""The queues of the desk: who stands where, what comes back, what is new, and what each tab counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from accounts.models import Group, Person
from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel import realtime
from forum.kernel.choices import Decision, ReportOutcome, RoleKind
from forum.models import Appeal, FlagCase, Hold, IllegalReport, LogEntry
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.flags import dismiss_case
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import appeals, desk, flags, queues, reports
from tests.factories import make_person, make_theme, whole
from tests.moderation.test_flags import flagged, flat, hold_at
from tests.moderation.test_reports import answered, made
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db
TABS = ("desk", "flags", "reports", "appeals")


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/desk/"


@pytest.fixture
def una(event) -> Person:
    """Another moderator, so that somebody can decide about appeals against mo."""
    person = make_person("una")
    event.roles.create(person=person, kind=RoleKind.MODERATOR)
    return person


def how(by, reason="Rude.") -> dict:
    return {"by": by, "reason": reason, "now": timezone.now(), "seen": SKIP_CHECK}


def longer_ago(comment, **ago) -> None:
    Hold.objects.filter(comment=comment).update(created_at=timezone.now() - timedelta(**ago))


def cards(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-card="(\d+)"', answer.content.decode())]


class Open:
    """An open page with its script: what it shows, and what it asks for."""

    def __init__(self, client, address: str) -> None:
        self.client = client
        text = client.get(address).content.decode()
        self.ids = [int(pk) for pk in re.findall(r'data-card="(\d+)"', text)]
        self.news_url = unescape(re.search(r'data-news="([^"]*)"', text)[1])
        self.end = re.search(r'data-end="([^"]*)"', text)[1]

    def news(self, **more: str) -> dict:
        asked = urlencode({"ids": ",".join(map(str, self.ids)), "end": self.end, **more})
        return self.client.get(f"{self.news_url}&{asked}").json()

    def fetch(self) -> list[int]:
        """Presses the button that brings what is not here yet."""
        told = self.news(cards="1")
        fresh = [int(re.search(r'data-card="(\d+)"', html)[1]) for html in told["cards"]]
        self.ids += fresh
        self.end = told["end"]
        return fresh


# Who stands where.


def test_what_waits_since_earlier_stands_first_whatever_its_number(cast, page, held, say, thread):
    public = say("ben", "Harmless.", to=thread.opening)
    waits = held()
    longer_ago(waits, hours=5)
    edit_comment(whole(public.pk), by=cast.ben, source="Now a casino.", now=timezone.now())
    assert cards(cast.client("mo").get(page)) == [waits.pk, public.pk]


def test_what_was_imported_as_held_stands_where_it_was_written(cast, page, theme, thread, held):
    first, second = held("Casino 1."), held("Casino 2.")
    longer_ago(first, days=3)
    written = timezone.now() - timedelta(days=2)
    facts = {"author": cast.ben, "source": "Held.", "written_at": written, "is_public": False}
    imported = import_reply(thread.opening, imported_comment(theme, "held:1", **facts))
    assert not Hold.objects.filter(comment=imported).exists()
    assert cards(cast.client("mo").get(page)) == [first.pk, imported.pk, second.pk]


def test_pages_of_what_waits_equally_long_follow_each_other_without_a_gap(cast, page, held, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    waiting = [held(f"Casino {n}.") for n in range(5)]
    Hold.objects.update(created_at=timezone.now() - timedelta(hours=1))
    mo, seen, address = cast.client("mo"), [], page
    while address:
        answer = mo.get(address)
        seen += cards(answer)
        later = re.search(r'href="([^"]+after=[^"]+)"', answer.content.decode())
        address = unescape(later[1]) if later else ""
    assert seen == [comment.pk for comment in waiting]


@pytest.mark.parametrize("text", ["7", "x", "1.2.3.4", "1.99999999999999999.1", "1.1.٣"])
def test_a_place_that_is_none_is_not_there(cast, page, text):
    assert cast.client("mo").get(page, {"after": text}).status_code == 404
    assert cast.client("mo").get(f"{page}news/", {"end": text}).status_code == 404


def test_a_place_is_the_same_after_its_way_through_an_address():
    there = queues.Place(1, datetime(2026, 3, 2, 12, 0, 0, 123457, tzinfo=UTC), 42)
    assert queues.place(str(there)) == there


@pytest.mark.parametrize("who", ["mo", "olga"])
def test_nobody_has_their_own_comment_on_their_desk_and_everybody_reads_that_it_waits(cast, event, page, held, who):
    comment = held()
    event.roles.create(person=cast.ben, kind=RoleKind.MODERATOR)
    own = cast.client("ben").get(page)
    assert cards(own) == []
    assert "1 comment of your own must be reviewed by another moderator." in flat(own)
    assert "The queue is empty" in flat(own)
    assert Open(cast.client("ben"), page).news()["counts"]["desk"] == 0
    other = cast.client(who).get(page)
    assert cards(other) == [comment.pk]
    assert "of your own" not in flat(other)


# What comes back, and what is new.


def test_what_its_author_revised_reaches_an_open_desk(cast, page, held):
    first, second = held("The casino one."), held("The casino two.")
    review_comment(first, Decision.REVISE, **how(cast.mo))
    shown = Open(cast.client("mo"), page)
    assert shown.ids == [second.pk]
    edit_comment(whole(first.pk), by=cast.ben, source="The casino revised.", now=timezone.now())
    told = shown.news()
    assert (told["count"], told["new"], told["later"]) == (2, 1, 0)
    assert shown.fetch() == [first.pk]
    assert shown.news()["new"] == 0


def test_a_decision_that_a_colleague_takes_back_brings_its_card_back(cast, page, held):
    first, second = held("The casino one."), held("The casino two.")
    shown = Open(cast.client("mo"), page)
    entry = review_comment(first, Decision.APPROVE, by=cast.olga, reason="", now=timezone.now(), seen=SKIP_CHECK)
    shown.ids = [second.pk]
    assert shown.news()["new"] == 0
    undo(LogEntry.objects.get(pk=entry.pk), by=cast.olga, reason="", now=timezone.now())
    assert shown.news()["new"] == 1
    assert shown.fetch() == [first.pk]


def test_what_flags_hold_reaches_an_open_desk(cast, event, page, held, say, thread):
    remark = say("ben", "You are all fools.", to=thread.opening)
    waits = held()
    shown = Open(cast.client("mo"), page)
    hold_at(event, 1)
    flagged(remark, cast.ada)
    assert shown.ids == [waits.pk]
    assert (shown.news()["new"], shown.fetch()) == (1, [remark.pk])


def test_what_later_pages_have_is_not_called_new(cast, page, held, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    waiting = [held(f"Casino {n}.").pk for n in range(5)]
    shown = Open(cast.client("mo"), page)
    assert shown.ids == waiting[:2]
    told = shown.news()
    assert (told["count"], told["new"], told["later"]) == (5, 0, 3)
    newest = held("The newest casino.").pk
    told = shown.news()
    assert (told["new"], told["later"]) == (1, 3)
    assert shown.fetch() == [newest], "what is new first"
    assert shown.fetch() == waiting[2:4]
    told = shown.news()
    assert (told["new"], told["later"]) == (0, 1)
    assert shown.fetch() == waiting[4:]
    assert shown.end == ""
    assert (shown.news()["new"], shown.news()["later"]) == (0, 0)


def test_a_later_page_calls_nothing_new_that_stands_before_it(cast, page, held, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    waiting = [held(f"Casino {n}.").pk for n in range(3)]
    mo = cast.client("mo")
    later = unescape(re.search(r'href="([^"]+after=[^"]+)"', mo.get(page).content.decode())[1])
    shown = Open(mo, later)
    assert shown.ids == waiting[2:]
    assert (shown.news()["new"], shown.news()["later"]) == (0, 0)


def test_an_empty_desk_can_decide_about_many_that_come(cast, page, thread):
    assert 'id="bulk"' in cast.client("mo").get(page).content.decode()


# The tabs.


@pytest.fixture
def one_of_each(cast, event, una, held, say, thread) -> dict[str, int]:
    """A held comment, a flagged one, a reported one and an answer to a decision: the keys of their cards."""
    remark, reported, removed = (say("ben", text, to=thread.opening) for text in ("Fools.", "The witness.", "Rude."))
    flagged(remark, cast.ada)
    entry = remove_comment(removed, **how(cast.mo))
    sent = appeal(removed, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
    keys = [held().pk, FlagCase.objects.get().pk, made(reported).pk, sent.pk]
    return dict(zip(TABS, keys, strict=True))


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_has_its_cards_and_the_numbers_of_all(cast, event, una, one_of_each, tab):
    address = f"/{event.slug}/moderation/{tab}/"
    answer = cast.client("olga").get(address)
    assert cards(answer) == [one_of_each[tab]]
    text = answer.content.decode()
    assert re.findall(r'data-tab="(\w+)">(\d+)<', text) == [(name, "1") for name in TABS]
    assert len(re.findall(r'<a href="[^"]+" aria-current="page">', text)) == 1
    shown = Open(cast.client("olga"), address)
    told = shown.news()
    assert told["counts"] == dict.fromkeys(TABS, 1)
    assert (told["count"], told["new"], told["later"]) == (1, 0, 0)
    assert told["states"][str(one_of_each[tab])]["waiting"] is True


@pytest.mark.parametrize(
    ("tab", "one", "none"),
    [
        ("desk", "1 comment to review", "0 comments to review"),
        ("flags", "1 flagged comment to review", "0 flagged comments to review"),
        ("reports", "1 report to review", "0 reports to review"),
        ("appeals", "1 appeal to review", "0 appeals to review"),
    ],
)
def test_the_number_at_the_head_is_that_of_what_was_asked_for(cast, event, one_of_each, tab, one, none):
    address, olga, other = f"/{event.slug}/moderation/{tab}/", cast.client("olga"), make_theme(event)
    assert one in flat(olga.get(address))
    elsewhere = olga.get(address, {"theme": other.code})
    assert none in flat(elsewhere)
    assert "No matches" in flat(elsewhere)
    assert re.findall(r'data-tab="\w+">(\d+)<', elsewhere.content.decode()) == ["0"] * 4
    assert Open(olga, f"{address}?theme={other.code}").news()["counts"] == dict.fromkeys(TABS, 0)


@pytest.mark.parametrize("tab", TABS)
def test_the_next_tab_keeps_theme_and_age(cast, event, theme, one_of_each, tab):
    address = f"/{event.slug}/moderation/{tab}/"
    text = unescape(cast.client("olga").get(address, {"theme": theme.code, "age": "1h"}).content.decode())
    links = re.findall(r'<a href="([^"]+)"[^>]*>\w+\s+<span class="tab-count"', text)
    assert links == [f"/{event.slug}/moderation/{name}/?theme={theme.code}&age=1h" for name in TABS]


@pytest.mark.parametrize(("age", "shown"), [("", 4), ("1h", 3), ("1d", 2), ("3d", 1)])
@pytest.mark.parametrize("tab", TABS)
def test_the_desk_is_narrowed_to_what_waits_long(cast, event, held, una, say, thread, tab, age, shown):
    for n, ago in enumerate((timedelta(minutes=5), timedelta(hours=2), timedelta(days=2), timedelta(days=4))):
        comment = held(f"Casino {n}.") if tab == "desk" else say("ben", f"Fools {n}.", to=thread.opening)
        since = timezone.now() - ago
        match tab:
            case "desk":
                Hold.objects.filter(comment=comment).update(created_at=since)
            case "flags":
                flagged(comment, cast.ada)
                FlagCase.objects.filter(comment=comment).update(opened_at=since)
            case "reports":
                made(comment)
                IllegalReport.objects.filter(comment=comment).update(created_at=since)
            case "appeals":
                entry = remove_comment(comment, **how(cast.mo))
                appeal(comment, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
                Appeal.objects.filter(entry=entry).update(created_at=since)
    address, olga = f"/{event.slug}/moderation/{tab}/", cast.client("olga")
    assert len(cards(olga.get(address, {"age": age}))) == shown
    assert Open(olga, f"{address}?age={age}").news()["count"] == shown
    assert olga.get(address, {"age": "2h"}).status_code == 404


@pytest.mark.parametrize("tab", ["flags", "reports", "appeals"])
def test_what_came_to_a_tab_and_what_a_colleague_decided_is_told(cast, event, una, one_of_each, say, thread, tab):
    shown = Open(cast.client("olga"), f"/{event.slug}/moderation/{tab}/")
    comment = say("ben", "One more.", to=thread.opening)
    match tab:
        case "flags":
            dismiss_case(FlagCase.objects.get().comment, **how(cast.mo))
            flagged(comment, cast.ada)
        case "reports":
            answered(IllegalReport.objects.get(), cast.mo, ReportOutcome.NO_ACTION)
            made(comment)
        case "appeals":
            Appeal.objects.update(decided_at=timezone.now(), decided_by=una, outcome="stands")
            entry = remove_comment(comment, **how(cast.mo))
            appeal(comment, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
    told = shown.news()
    assert told["states"][str(shown.ids[0])] == {"waiting": False, "decided": "This has already been decided."}
    assert (told["count"], told["new"]) == (1, 1)
    assert len(shown.fetch()) == 1


def test_a_flagged_comment_that_is_reported_meanwhile_moves_before_the_others(cast, event, say, thread, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 1)
    first, second = (say("ben", f"Fools {n}.", to=thread.opening) for n in range(2))
    for comment in (first, second):
        flagged(comment, cast.ada)
    shown = Open(cast.client("mo"), f"/{event.slug}/moderation/flags/")
    assert (shown.news()["new"], shown.news()["later"]) == (0, 1)
    made(second)
    assert (shown.news()["new"], shown.news()["later"]) == (1, 0)


def test_there_is_no_other_queue(cast, page):
    assert cast.client("mo").get(f"{page}news/", {"queue": "knights"}).status_code == 404
    assert cast.client("mo").get(f"{page}news/", {"opened": "now"}).status_code == 404


def test_reports_come_in_pages(cast, event, say, thread, monkeypatch):
    monkeypatch.setattr(queues, "CARDS", 2)
    remark = say("ben", "The witness is called Rex.", to=thread.opening)
    sent = [made(remark).pk for _ in range(3)]
    mo = cast.client("mo")
    answer = mo.get(f"/{event.slug}/moderation/reports/")
    assert cards(answer) == sent[:2]
    assert "1 more" in flat(answer)
    later = unescape(re.search(r'href="([^"]+after=[^"]+)"', answer.content.decode())[1])
    assert cards(mo.get(later)) == sent[2:]


def test_a_card_says_to_which_stakeholder_group_its_author_belongs(cast, page, held):
    Person.objects.filter(pk=cast.ben.pk).update(group=Group.ACADEMIC, organisation="University of Baku")
    held()
    text = cast.client("mo").get(page).content.decode()
    assert f'<span class="group" data-group="{Group.ACADEMIC}">{Group.ACADEMIC.label}</span>' in text
    assert "University of Baku" in text


def test_flags_and_reports_ask_the_open_desks_to_look(cast, event, say, thread, monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(realtime, "desk_changed", told.append)
    remark = say("ben", "You are all fools.", to=thread.opening)
    told.clear()
    flagged(remark, cast.ada)
    report = made(remark)
    answered(report, cast.mo, ReportOutcome.NO_ACTION)
    dismiss_case(remark, **how(cast.mo))
    assert told == [event.pk] * 4


@pytest.mark.parametrize("size", [1, 20])
def test_a_page_of_each_tab_costs_a_fixed_number_of_queries(
    cast,
    event,
    una,
    held,
    say,
    thread,
    size,
    django_assert_num_queries,
):
    for n in range(size):
        remark = say("ben", f"Fools {n}.", to=thread.opening)
        flagged(remark, cast.ada)
        made(remark)
        removed = say("ben", f"Rude {n}.", to=thread.opening)
        entry = remove_comment(removed, **how(cast.mo))
        appeal(removed, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
        held(f"Casino {n}.")
    now = timezone.now()
    modules = {"desk": desk, "flags": flags, "reports": reports, "appeals": appeals}
    lines = {name: module.queue(cast.olga, event.pk) for name, module in modules.items()}
    for line in lines.values():
        with django_assert_num_queries(1):
            assert queues.count(line) == size
    with django_assert_num_queries(4):
        desk.waiting(cast.olga, event, lines["desk"], now=now)
    with django_assert_num_queries(3):
        flags.waiting(cast.olga, lines["flags"])
    with django_assert_num_queries(1):
        reports.waiting(lines["reports"])
    with django_assert_num_queries(1):
        appeals.waiting(lines["appeals"])
    first, _more = queues.page(lines["desk"], ("pk",))
    shown = queues.Shown(ids=[], opened=now, end=first[0]["place"])
    with django_assert_num_queries(2):
        assert [queues.count(part) for part in queues.unseen(lines["desk"], shown)] == [1, size - 1]
