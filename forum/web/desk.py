"""The moderators' desk: what waits for a decision, the longest waiting first."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.choices import HoldKind
from forum.errors import refuse_if
from forum.queries import desk, events, wall
from forum.rules.moderation import why_not_see_desk
from forum.rules.roles import may_organise
from forum.web.links import address
from forum.web.loading import asked_number, found


@require_safe
def cards(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    letter, kind = request.GET.get("theme", ""), request.GET.get("rule", "")
    if kind and kind not in HoldKind.values:
        raise Http404
    shown, more = desk.waiting(request.user, event, letter=letter, kind=kind, after=asked_number(request, "after") or 0)
    page = reverse("desk", args=[event.slug])
    context = {
        "event": events.card(event, now=timezone.now()),
        "cards": [card | _addresses(card["id"]) for card in shown],
        "count": desk.count(request.user, event.pk),
        "more": more,
        "more_url": address(page, theme=letter, rule=kind, after=str(shown[-1]["id"])) if more else "",
        "themes": _themes(page, wall.themes_of(event), letter, kind),
        "kinds": _kinds(page, letter, kind),
        "rules_url": reverse("hold_rules", args=[event.slug]) if may_organise(request.user, event.pk) else "",
    }
    return render(request, "moderation/desk.html", context)


def _addresses(comment_id: int) -> dict[str, str]:
    return {f"{act}_url": reverse(act, args=[comment_id]) for act in ("approve", "reject")}


def _themes(page: str, themes: list[dict[str, Any]], letter: str, kind: str) -> list[dict[str, Any]]:
    links = [{"label": _("All themes"), "letter": ""}] + [
        {"label": f"{theme['letter']}. {theme['title']}", "letter": theme["letter"]} for theme in themes
    ]
    return [
        link | {"url": address(page, theme=link["letter"], rule=kind), "is_here": link["letter"] == letter}
        for link in links
    ]


def _kinds(page: str, letter: str, kind: str) -> list[dict[str, Any]]:
    links = [{"label": _("Any reason"), "kind": ""}] + [
        {"label": str(each.label), "kind": each.value} for each in HoldKind
    ]
    return [
        link | {"url": address(page, theme=letter, rule=link["kind"]), "is_here": link["kind"] == kind}
        for link in links
    ]
