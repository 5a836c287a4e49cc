"""Moderation in numbers, for everybody at any time: the page, and the same as CSV and JSON."""

from __future__ import annotations

import csv
from hashlib import sha256
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum import __version__
from forum.events.queries import events
from forum.http.caching import answer
from forum.http.loading import get_or_404
from forum.moderation.queries import transparency
from forum.moderation.web.queues import navigation

KEPT = 24 * 3600  # seconds; the key names everything a report is made of
LATEST = 12  # weeks or months on the page; the files have all
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # begins what a spreadsheet would work out instead of showing
# Lengths of time by which a scale is told: up to so many seconds, how many are one, and its name.
SCALES = (
    (2 * 3600, 60, gettext_lazy("minutes")),
    (3 * 86400, 3600, gettext_lazy("hours")),
    (None, 86400, gettext_lazy("days")),
)
TIMES = ("median", "p90")


@require_safe
def page(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = get_or_404(events.get, request.user, event_slug)
    state, report = _report(event)
    shown = {
        "event": events.card(event, now=timezone.now()),
        "navigation": navigation(request.user, event, "transparency"),
    }
    address = f"{reverse('moderation_log', args=[event.slug])}transparency"

    def make() -> HttpResponse:
        made = {
            "report": report,
            "periods": report["periods"][-LATEST:],
            "is_weekly": report["unit"] == "week",
            "plots": _plots(report),
            "csv_url": f"{address}.csv",
            "json_url": f"{address}.json",
            "canonical": f"{address}/",
        }
        return render(request, "moderation/transparency.html", shown | made)

    return answer(request, (shown, state), make)


@require_safe
def data(request: HttpRequest, event_slug: str, form: str) -> HttpResponse:
    """The numbers of the page for machines."""
    event = get_or_404(events.get, request.user, event_slug)
    if form not in {"csv", "json"}:
        raise Http404
    state, report = _report(event)
    about = {"event": event.title, "page": f"{settings.SITE_URL}{reverse('transparency', args=[event.slug])}"}
    make = (lambda: _csv(report)) if form == "csv" else (lambda: _json(about, report))
    return answer(request, (about, form, state), make)


def _report(event: Any) -> tuple[Any, dict[str, Any]]:
    state = (__version__, get_language(), *transparency.state(event))
    key = f"transparency:{sha256(repr(state).encode()).hexdigest()}"
    report = cache.get(key)
    if report is None:
        report = transparency.report(event)
        cache.set(key, report, KEPT)
    return state, report


def _plots(report: dict[str, Any]) -> dict[str, Any]:
    """The bars beside the tables; none where everything is nought."""
    periods = report["periods"][-LATEST:]
    refused = [(row["label"], row["rejected"] + row["removed"]) for row in report["articles"]]
    waited = [(row["label"], row["median"]) for row in periods if row["median"] is not None]
    size, unit = _scale([seconds for _, seconds in waited])
    return {
        "received": _plot(_("Comments received"), [(row["label"], row["received"]) for row in periods]),
        "themes": _plot(
            _("Comments received, by theme"), [(row["label"], row["received"]) for row in report["themes"]]
        ),
        "articles": _plot(_("Rejected or removed, by rule"), refused),
        "times": _plot(_("Median time to a decision, in %(unit)s") % {"unit": unit}, [
            (label, round(seconds / size, 1)) for label, seconds in waited
        ]),
    }  # fmt: skip


def _plot(title: str, rows: list[tuple[str, float]]) -> dict[str, Any]:
    """Bars, each with its label and its number; `share` is its length in percent of the longest."""
    most = max((value for _label, value in rows), default=0)
    bars = [{"label": label, "value": value, "share": round(100 * value / most, 1)} for label, value in rows if most]
    return {"title": title, "bars": bars}


def _scale(seconds: list[int]) -> tuple[int, str]:
    longest = max(seconds, default=0)
    return next((size, str(unit)) for most, size, unit in SCALES if most is None or longest <= most)


def _csv(report: dict[str, Any]) -> HttpResponse:
    """One number a line: which table, which row, which measure."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(["table", "row", "measure", "value"])
    for table, name, facts in _tables(report):
        for measure, value in facts.items():
            if isinstance(value, int):
                lines.writerow([table, _plain(name), measure, value])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="transparency.csv"'
    return response


def _json(about: dict[str, str], report: dict[str, Any]) -> HttpResponse:
    times = {key: report["times"][key] for key in ("decisions", *TIMES)}
    body = about | {**report, "times": times, "unit_of_times": "seconds"}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _tables(report: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    alone = [("totals", "", report["totals"]), ("seconds to a decision", "", report["times"])]
    many = [(table, row["label"], row) for table in ("themes", "articles") for row in report[table]]
    over_time = [(report["unit"], row["start"], row) for row in report["periods"]]
    return [*alone, *many, *over_time, ("appeals", "", report["appeals"])]


def _plain(name: str) -> str:
    """A name that a spreadsheet shows and does not work out."""
    return f"'{name}" if name.startswith(FORMULA) else name
