"""The way in for those who decide: from every page to what is waiting."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Person, logged_in
from forum.events.rules.roles import decides_somewhere
from forum.http.menus import HEAD_MENU, Link
from forum.kernel.errors import refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.queries.moderation import events_where_deciding
from forum.moderation.queries.queues import ALL
from forum.moderation.web.queues import QUEUES, counts, navigation, waiting_for


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The events in which this person decides, and what is waiting; the only one opens at its first full queue."""
    person = logged_in(request.user)
    events = events_where_deciding(person)
    refuse_if(None if events else Reason.NOT_MODERATOR)
    rows = [_row(person, event) for event in events]
    if len(rows) == 1:
        return redirect(_first_full(rows[0]["queues"])["url"])
    return render(request, "moderation/home.html", {"rows": rows})


@HEAD_MENU.entry(10)
def moderate(person: Person) -> Link | None:
    """On every page, with how much is waiting. No query for who decides nowhere, else one."""
    if not decides_somewhere(person):
        return None
    return Link(_("Moderate"), reverse("moderation_home"), count=str(waiting_for(person) or ""))


def _row(person: Person, event: Any) -> dict[str, Any]:
    numbers = counts(person, event, ALL)
    queues = [
        {"label": str(queue.label), "count": numbers[name], "url": reverse(name, args=[event.slug])}
        for name, queue in QUEUES.items()
    ]
    return {
        "title": event.title,
        "url": reverse("event", args=[event.slug]),
        "queues": queues,
        "navigation": navigation(person, event, ""),
    }


def _first_full(queues: list[dict[str, Any]]) -> dict[str, Any]:
    return next((queue for queue in queues if queue["count"]), queues[0])
