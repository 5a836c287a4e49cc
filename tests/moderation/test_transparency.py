"""Moderation in numbers: what was counted, for everybody, without anybody's name."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.day_counts import recount_days
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Article, Comment, LogEntry, Theme
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.off_topic import mark_off_topic
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import transparency
from forum.moderation.web.transparency import _plot
from tests.factories import make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch):
    """It is Wednesday, noon or a little later: what is done within some hours is counted in one week."""
    began = timezone.now()
    noon = (began - timedelta(days=7 + began.weekday() - 2)).replace(hour=12, minute=0)
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() - (began - noon))


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/transparency/"


@pytest.fixture
def busy(event, theme, thread, cast):
    """Seven held comments: three published, two not, one sent back, one waiting; and two removed, one restored."""
    article = event.articles.create(position=1, title="=No advertising")
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = [reply_to(parent, cast.ben, f"{MARKER} {n}") for n in range(7)]
    for n, comment in enumerate(held[:6]):
        now = comment.created_at + timedelta(minutes=10 * (n + 1))
        how = {"by": cast.mo, "reason": "As the rules say.", "now": now, "article": article if n == 3 else None}
        how["seen"] = SKIP_CHECK
        review_comment(comment, Decision.APPROVE if n < 3 else Decision.REJECT if n < 5 else Decision.REVISE, **how)
    remove_comment(held[0], seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    removal = remove_comment(held[1], seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    undo(removal, by=cast.mo, reason="", now=timezone.now())
    mark_off_topic(held[2], seen=SKIP_CHECK, by=cast.mo, reason="Elsewhere.", now=timezone.now())
    return held


def flat(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


SUMS = {
    "received": 8, "published": 3, "held": 7, "rejected": 2, "removed": 1, "revise": 1, "off_topic": 1,
    "redacted": 0, "waiting": 1,
}  # fmt: skip


@pytest.mark.parametrize("who", ["eve", "ada", "mo", "olga"])
def test_everybody_reads_the_same_numbers(cast, page, busy, who):
    client = cast.client(who)
    said = client.get(f"{page[:-1]}.json").json()
    assert said["totals"] == SUMS
    assert said["times"] == {"decisions": 6, "median": 2100, "p90": 3600}
    text = flat(client.get(page))
    assert "6 decisions. Median waiting time: 35 minutes; 90% within 1 hour." in text
    for each in (client.get(page), client.get(f"{page[:-1]}.json"), client.get(f"{page[:-1]}.csv")):
        body = each.content.decode().split("<main")[-1].split("</main>")[0]
        assert not re.search(r"\b(Ben|Mo|Ada|Olga)\b", body)
        assert MARKER not in body


def test_by_theme_article_and_time(cast, page, event, theme, busy):
    other = make_theme(event, slug="other", position=2, title="Other")
    event.hold_rules = {}
    event.save(update_fields=["hold_rules"])
    open_thread(Theme.objects.select_related("event").get(pk=other.pk), cast.ada, "Elsewhere")
    said = cast.client("eve").get(f"{page[:-1]}.json").json()
    here, there = said["themes"]
    assert (here["received"], here["rejected"], there["received"], there["held"]) == (8, 2, 1, 0)
    assert [(row["label"], row["rejected"], row["removed"]) for row in said["articles"]] == [
        ("=No advertising", 1, 0), ("No rule given", 1, 1),
    ]  # fmt: skip
    assert (said["unit"], sum(row["received"] for row in said["periods"])) == ("week", 9)


def test_a_long_dialogue_is_told_by_months_without_a_gap(cast, page, event, theme, thread, say):
    old = say("ben", "Old.", to=thread.opening)
    Comment.objects.filter(pk=thread.opening_id).update(created_at=datetime(2026, 3, 31, 12, tzinfo=UTC))
    Comment.objects.filter(pk=old.pk).update(created_at=datetime(2025, 11, 1, 12, tzinfo=UTC))
    recount_days(theme.pk)
    said = cast.client("eve").get(f"{page[:-1]}.json").json()
    assert [(row["label"], row["received"]) for row in said["periods"]] == [
        ("Nov 2025", 1), ("Dec 2025", 0), ("Jan 2026", 0), ("Feb 2026", 0), ("Mar 2026", 1),
    ]  # fmt: skip


def test_times_are_told_from_five_decisions_on(cast, page, busy):
    LogEntry.objects.filter(pk__in=LogEntry.objects.filter(waited__gt=2000).values("pk")).update(waited=None)
    assert "There are too few decisions so far." in flat(cast.client("eve").get(page))
    assert cast.client("eve").get(f"{page[:-1]}.json").json()["times"] == {"decisions": 3, "median": None, "p90": None}


def test_appeals_are_counted_with_their_outcomes(cast, page, busy):
    assert "No appeals so far." in flat(cast.client("eve").get(page))
    entry = LogEntry.objects.filter(comment=busy[3]).latest("pk")
    appeal(busy[3], by=cast.ben, text=MARKER, about=entry.pk, now=timezone.now())
    assert re.search("appeals 1 .*overturned 0 .*upheld 0 .*awaiting review now 1", flat(cast.client("eve").get(page)))
    undo(entry, by=cast.olga, reason="", now=timezone.now())
    said = cast.client("eve").get(f"{page[:-1]}.json").json()
    assert (said["appeals"]["received"], said["appeals"]["taken_back"], said["totals"]["rejected"]) == (1, 1, 1)
    assert MARKER not in cast.client("eve").get(page).content.decode()


def test_a_spreadsheet_works_nothing_out(cast, page, busy):
    answer = cast.client("eve").get(f"{page[:-1]}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["table", "row", "measure", "value"]
    assert ["totals", "", "received", "8"] in rows
    assert ["articles", "'=No advertising", "rejected", "1"] in rows
    assert ["seconds to a decision", "", "median", "2100"] in rows
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    "path", ["/nowhere/moderation/transparency/", "{page}.xml", "/nowhere/moderation/transparency.csv"]
)
def test_what_there_is_not_is_a_404(cast, page, path):
    assert cast.client("eve").get(path.format(page=page[:-1])).status_code == 404


def test_it_is_there_before_anything_was_written(cast, page, theme):
    text = cast.client("eve").get(page).content.decode()
    assert "There are too few decisions so far." in text
    assert "<svg class" not in text
    assert "<figure" not in text


@pytest.mark.parametrize("size", [1, 60])
def test_it_costs_eleven_queries_whatever_it_holds_and_five_while_nothing_changes(cast, page, thread, say, size):
    for n in range(size):
        remove_comment(
            say("ben", f"{n}", to=thread.opening), seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now()
        )
    eve, costs = cast.client("eve"), []
    cache.clear()
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert eve.get(page).status_code == 200
        costs.append(len(seen))
    assert costs == [11, 5]
    tag = eve.get(page)["ETag"]
    assert eve.get(page, headers={"If-None-Match": tag}).status_code == 304


def test_every_change_is_seen_at_once(cast, page, event, thread, say):
    eve = cast.client("eve")
    before = transparency.state(event)
    assert eve.get(f"{page[:-1]}.json").json()["totals"]["received"] == 1
    say("ben", "One.", to=thread.opening)
    assert transparency.state(event) != before
    assert eve.get(f"{page[:-1]}.json").json()["totals"]["received"] == 2
    before = transparency.state(event)
    Article.objects.create(event=event, position=1, title="New")
    assert transparency.state(event) != before


def test_plots_show_whole_labels_and_their_numbers(cast, page, busy):
    text = cast.client("eve").get(page).content.decode()
    plots = re.findall(r"<figure class=\"plot-box\" aria-hidden=\"true\">.*?</figure>", text, re.S)
    assert len(plots) == 4
    for plot in plots:
        shares = [float(share) for share in re.findall(r'<rect width="([^"]+)"', plot)]
        assert max(shares) == 100
        assert len(shares) == plot.count("bar-number") == plot.count('class="bar"')
        assert "…" not in plot


def test_a_bar_is_as_long_as_its_share_of_the_longest_and_its_label_is_text():
    rows = [("<script>alert(1)</script>", 1_000), ("long " * 20 + "end", 250), ("", 0)]
    html = render_to_string("moderation/parts/plot.html", {"plot": _plot("Received", rows)})
    assert re.findall(r'<rect width="([^"]+)"', html) == ["100.0", "25.0", "0.0"]
    assert "<script" not in html
    assert "long " * 20 + "end" in html


@pytest.mark.parametrize("rows", [[], [("a", 0), ("b", 0)]])
def test_where_everything_is_nought_nothing_is_drawn(rows):
    assert render_to_string("moderation/parts/plot.html", {"plot": _plot("Received", rows)}).strip() == ""
