"""The queues of the desk: a tab for each, all with the same head, filters, keys and counters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Viewer
from forum.dialogue import fragments
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.rules.blocks import why_not_block
from forum.events.queries import events
from forum.events.queries.formatting import microseconds
from forum.events.rules.roles import may_organise, moderates_any
from forum.http.links import address, links, theme_links
from forum.kernel.choices import AGES, Age, HoldKind
from forum.kernel.queues import QueueKind
from forum.moderation.queries import appeals, desk, flags, queues, reports
from forum.moderation.queries.queues import ALL, Asked, Place
from forum.moderation.web.cards import forms_for

KEPT = ("theme", "rule", "age", "after")  # what a desk can be asked for
Cards = tuple[list[dict[str, Any]], int]  # those of a page, and how many more there are


class Waiting(Protocol):
    def __call__(
        self, request: HttpRequest, event: Any, line: Any, *, after: Place | None = None, now: datetime
    ) -> Cards: ...


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of what waits. `name` is that of its page, too."""

    name: str
    label: Any
    line: Callable[[Any, int | None, Asked], Any]  # in an event, or in all events
    waiting: Waiting
    card: str  # the template of a card


def _held(request: HttpRequest, event: Any, line: Any, *, after: Place | None = None, now: datetime) -> Cards:
    shown, more = desk.waiting(request.user, event, line, after=after, now=now)
    return forms_for(shown, event, request.user, back=urlencode(kept(request.GET))), more


def _flagged(request: HttpRequest, event: Any, line: Any, *, after: Place | None = None, now: datetime) -> Cards:
    shown, more = flags.waiting(request.user, line, after=after)
    reports_url = reverse("reports", args=[event.slug])
    return [
        card
        | {f"{act}_url": reverse(act, args=[card["id"]]) for act in ("keep", "remove")}
        | {"html": fragments.comments_html([card["comment"]]), "reports_url": reports_url}
        for card in shown
    ], more


def _reported(request: HttpRequest, event: Any, line: Any, *, after: Place | None = None, now: datetime) -> Cards:
    shown, more = reports.waiting(line, after=after)
    return [card | {"decide_url": reverse("decide_report", args=[event.slug, card["id"]])} for card in shown], more


def _appealed(request: HttpRequest, event: Any, line: Any, *, after: Place | None = None, now: datetime) -> Cards:
    return appeals.waiting(line, after=after)


HELD = Queue(QueueKind.HELD.value, QueueKind.HELD.label, desk.queue, _held, "moderation/card.html")
FLAGGED = Queue(QueueKind.FLAGGED.value, QueueKind.FLAGGED.label, flags.queue, _flagged, "moderation/flagged_card.html")
REPORTED = Queue(
    QueueKind.REPORTED.value, QueueKind.REPORTED.label, reports.queue, _reported, "moderation/report_card.html"
)
APPEALED = Queue(
    QueueKind.APPEALED.value, QueueKind.APPEALED.label, appeals.queue, _appealed, "moderation/appeal_card.html"
)
QUEUES = {queue.name: queue for queue in (HELD, FLAGGED, REPORTED, APPEALED)}


def page_of(request: HttpRequest, event: Any, queue: Queue, *, now: datetime) -> dict[str, Any]:
    """What the page of a queue shows: its cards, the tabs, and what it can be narrowed to."""
    person: Viewer = request.user
    asked, after, narrowed = asked_of(request, now), place_asked(request, "after"), kept(request.GET)
    narrowed.pop("after", None)
    line = queue.line(person, event.pk, asked)
    shown, more = queue.waiting(request, event, line, after=after, now=now)
    numbers, here = counts(person, event, asked), reverse(queue.name, args=[event.slug])
    end = str(shown[-1]["place"]) if more else ""
    known = {"queue": queue.name, **narrowed, "after": str(after or ""), "opened": str(microseconds(now))}
    return {
        "event": events.card(event, now=now),
        "queue_label": queue.label,
        "cards": shown,
        "card_template": queue.card,
        "tabs": _tabs(event, queue, narrowed, numbers),
        "counts": numbers,
        "count": numbers[queue.name],
        "more": more,
        "more_url": address(here, narrowed | {"after": end}) if more else "",
        "filters": _filters(event, queue, here, narrowed),
        "everything_url": here if asked != ALL else "",
        "own": desk.own_waiting(person, event.pk),
        "rules_url": reverse("hold_rules", args=[event.slug]) if may_organise(person, event.pk) else "",
        "navigation": navigation(person, event, HELD.name),
        "news_url": address(reverse("desk_news", args=[event.slug]), known),
        "end": end,
    }


def counts(person: Viewer, event: Any, asked: Asked) -> dict[str, int]:
    """How many wait for this person in each queue, of what was asked for. Four queries."""
    return {name: queues.count(queue.line(person, event.pk, asked)) for name, queue in QUEUES.items()}


def waiting_for(person: Viewer) -> int:
    """How many decisions somebody could make now, in all events. One query."""
    held, *others = (queue.line(person, None, ALL).order_by().values("pk") for queue in QUEUES.values())
    return int(held.union(*others, all=True).count())


def navigation(person: Viewer, event: Any, here: str) -> list[dict[str, Any]]:
    """The pages of those who decide in an event, of which `here` is the one shown; organisers have more of them.

    None for others. At most one query.
    """
    if not moderates_any(person, event.pk) and why_not_block(person, event.pk) is not None:
        return []
    pages: dict[str, str] = {}
    if moderates_any(person, event.pk):
        pages |= {"desk": _("Review queue"), "moderated_people": _("Sanctions")}
    pages |= {"moderation_log": _("Log"), "conduct": _("Code of conduct"), "transparency": _("Transparency report")}
    if may_organise(person, event.pk):
        pages |= {"hold_rules": _("Review rules"), "team": _("Team"), "event_emails": _("Emails")}
    if why_not_block(person, event.pk) is None:
        pages["blocks"] = _("Blocks")
    return [
        {"label": label, "url": reverse(name, args=[event.slug]), "is_here": name == here}
        for name, label in pages.items()
    ]


def asked_of(request: HttpRequest, now: datetime) -> Asked:
    """What the address narrows a queue to; raises Http404 for what there is not."""
    code, kind, age = (request.GET.get(name, "") for name in ("theme", "rule", "age"))
    if (kind and kind not in HoldKind.values) or (age and age not in Age.values):
        raise Http404
    return Asked(code, kind, now - AGES[Age(age)] if age else None)


def place_asked(request: HttpRequest, name: str) -> Place | None:
    """A place in a queue from the address; raises Http404 for what is none."""
    try:
        return queues.place(request.GET[name]) if request.GET.get(name) else None
    except ValueError as error:
        raise Http404 from error


def kept(asked: Mapping[str, str]) -> dict[str, str]:
    """Of what was asked for, what leads back to the same desk."""
    return {name: asked[name] for name in KEPT if asked.get(name)}


def _tabs(event: Any, here: Queue, narrowed: dict[str, str], numbers: dict[str, int]) -> list[dict[str, Any]]:
    """The queues, with what they share kept: rules hold comments and nothing else."""
    shared = {name: asked for name, asked in narrowed.items() if name != "rule"}
    return [
        {
            "name": queue.name,
            "label": str(queue.label),
            "url": address(reverse(queue.name, args=[event.slug]), shared),
            "count": numbers[queue.name],
            "is_here": queue is here,
        }
        for queue in QUEUES.values()
    ]


def _filters(event: Any, queue: Queue, here: str, narrowed: dict[str, str]) -> list[dict[str, Any]]:
    ages, rules = [("", _("Any time")), *Age.choices], [("", _("Any reason")), *HoldKind.choices]
    rows = [
        {"label": _("Themes"), "links": theme_links(here, themes_of(event), narrowed)},
        {"label": _("Waiting time"), "links": links(here, "age", ages, narrowed)},
    ]
    if queue is HELD:
        rows.append({"label": _("Reasons"), "links": links(here, "rule", rules, narrowed)})
    return rows
