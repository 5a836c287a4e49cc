"""What moderation amounts to in numbers: how much came in, what became of it, how long people waited.

Nobody is named. What was taken back does not count as decided; times are told only where there are enough of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Count, F, Max
from django.db.models.functions import TruncDate
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext

from forum.dialogue.models.day_count import COUNTS
from forum.dialogue.queries.waiting import in_words
from forum.kernel.choices import Act, Outcome
from forum.models import Appeal, Article, DayCount, Event, LogEntry, Theme

FEW = 5  # fewer decisions tell nothing usual, and might tell of one person
WEEKS = 12  # a dialogue that is older is told by months
PERIODS = 120  # the latest that are told, ten years of months; the sums are of everything
# Decisions about comments that are counted, by the name under which they are told.
COUNTED = {
    Act.REJECT: "rejected", Act.REMOVE: "removed", Act.REVISE: "revise", Act.OFF_TOPIC: "off_topic",
    Act.REDACT: "redacted",
}  # fmt: skip
ANSWERED = (Act.APPROVE, Act.TRUST, Act.REVISE, Act.REJECT)  # decisions for which somebody had waited
MEASURES = ("received", "published", "held", *COUNTED.values())

Counts = Counter[tuple[str, Any]]  # (measure, what it is counted for) → how many


def state(event: Event) -> tuple[Any, ...]:
    """Changes with everything a report is made of. Four queries."""
    themes = Theme.objects.filter(event=event).order_by("pk").values_list("pk", "title", "revision", "last_number")
    articles = Article.objects.filter(event=event).order_by("pk").values_list("pk", "title")
    entry = LogEntry.objects.filter(event=event).aggregate(last=Max("pk"))
    appeal = Appeal.objects.filter(entry__event=event).aggregate(last=Max("pk"))
    return (event.pk, tuple(themes), tuple(articles), entry["last"], appeal["last"])


def report(event: Event) -> dict[str, Any]:
    """All numbers of an event: in sum, by theme, by article, by period, and of appeals. Six queries."""
    written, decided = _written(event), _decided(event)
    waits = _waits(event)
    unit, periods = _periods([row["day"] for row in (*written, *decided)])
    per_period = _counted(written, decided, lambda row: _start(row["day"], unit))
    waited: dict[date, list[int]] = defaultdict(list)
    for day, seconds in waits:
        waited[_start(day, unit)].append(seconds)
    return {
        "totals": _measured(_counted(written, decided, lambda row: None), None)
        | {"waiting": sum(row["waiting"] for row in written)},
        "times": _waiting_times([seconds for _, seconds in waits]),
        "themes": _themes(event, written, decided),
        "articles": _articles(event, decided),
        "unit": unit,
        "periods": [
            {"start": start.isoformat(), "label": _label(start, unit)}
            | _measured(per_period, start)
            | _waiting_times(waited[start])
            for start in periods
        ],
        "appeals": _appeals(event),
    }


def _written(event: Event) -> list[dict[str, Any]]:
    """How many comments were written, by day and theme, and what they are now. One query."""
    rows: Any = DayCount.objects.filter(theme__event=event, received__gt=0).order_by()
    return list(rows.values("theme_id", "day", *COUNTS))


def _decided(event: Event) -> list[dict[str, Any]]:
    """How many decisions stand, by day, theme, article and act. One query."""
    entries = LogEntry.objects.not_reversed().filter(event=event, act__in=COUNTED, comment__isnull=False)
    rows = entries.order_by().annotate(day=TruncDate("created_at"), about=F("comment__theme_id"))
    counted: Any = rows.values("day", "about", "article_id", "act").annotate(n=Count("pk"))
    return [row | {"theme_id": row["about"]} for row in counted]


def _waits(event: Event) -> list[tuple[date, int]]:
    """How many seconds each decision that stands was waited for, and its day. One query."""
    rows = LogEntry.objects.not_reversed().filter(event=event, act__in=ANSWERED, waited__isnull=False).order_by()
    return [(at.date(), seconds) for at, seconds in rows.values_list("created_at", "waited") if seconds is not None]


def _counted(written: Iterable[Any], decided: Iterable[Any], of: Any) -> Counts:
    counts: Counts = Counter()
    for row in written:
        for measure in ("received", "published", "held"):
            counts[measure, of(row)] += row[measure]
    for row in decided:
        counts[COUNTED[row["act"]], of(row)] += row["n"]
    return counts


def _measured(counts: Counts, key: Any) -> dict[str, int]:
    return {measure: counts[measure, key] for measure in MEASURES}


def _waiting_times(seconds: list[int]) -> dict[str, Any]:
    """The number of durations, their median and 90th percentile, in seconds and in words.

    The latter are None and "" if there are fewer than FEW.
    """
    if len(seconds) < FEW:
        return {"decisions": len(seconds), "median": None, "p90": None, "median_label": "", "p90_label": ""}
    middle, most = round(median(seconds)), sorted(seconds)[ceil(0.9 * len(seconds)) - 1]
    words = {"median_label": in_words(timedelta(seconds=middle)), "p90_label": in_words(timedelta(seconds=most))}
    return {"decisions": len(seconds), "median": middle, "p90": most, **words}


def _themes(event: Event, written: Iterable[Any], decided: Iterable[Any]) -> list[dict[str, Any]]:
    counts = _counted(written, decided, lambda row: row["theme_id"])
    rows = Theme.objects.filter(event=event).order_by("is_meeting", "position").values_list("pk", "code", "title")
    return [
        {"code": code, "label": f"{code}. {title}", "title": title} | _measured(counts, pk) for pk, code, title in rows
    ]


def _articles(event: Event, decided: Iterable[Any]) -> list[dict[str, Any]]:
    """The decisions by the article they rest on; those without one last, if there are any."""
    counts = _counted([], decided, lambda row: row["article_id"])
    known: list[tuple[int | None, str]] = list(Article.objects.filter(event=event).values_list("pk", "title"))
    rows = [{"label": title} | _of_acts(counts, pk) for pk, title in [*known, (None, gettext("No rule given"))]]
    return [row for row in rows if any(row[measure] for measure in COUNTED.values())]


def _of_acts(counts: Counts, key: Any) -> dict[str, int]:
    return {measure: counts[measure, key] for measure in COUNTED.values()}


def _appeals(event: Event) -> dict[str, Any]:
    """How many decisions were answered, and with what outcome. One query."""
    rows = Appeal.objects.filter(entry__event=event).order_by()
    found: dict[str, int] = defaultdict(int)
    seconds = []
    for outcome, sent, decided in rows.values_list("outcome", "created_at", "decided_at"):
        found[outcome or "waiting"] += 1
        if decided is not None:
            seconds.append(round((decided - sent).total_seconds()))
    return {
        "received": sum(found.values()),
        "taken_back": found[Outcome.TAKEN_BACK.value],
        "stands": found[Outcome.STANDS.value],
        "waiting": found["waiting"],
    } | _waiting_times(seconds)


def _periods(days: list[date]) -> tuple[str, list[date]]:
    """Weeks or months, whichever shows a dialogue of this age, without a gap: the latest of them."""
    if not days:
        return "week", []
    unit = "week" if max(days) - min(days) <= timedelta(weeks=WEEKS) else "month"
    starts = [_start(max(days), unit)]
    while len(starts) < PERIODS and starts[-1] > _start(min(days), unit):
        starts.append(_start(starts[-1] - timedelta(days=1), unit))
    return unit, starts[::-1]


def _start(day: date, unit: str) -> date:
    return day.replace(day=1) if unit == "month" else day - timedelta(days=day.weekday())


def _label(start: date, unit: str) -> str:
    month = f"{str(MONTHS_3[start.month]).title()} {start.year}"
    return month if unit == "month" else f"{start.day} {month}"
