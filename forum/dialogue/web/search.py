"""Searching an event's dialogue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import search as finding
from forum.dialogue.queries.search import Found
from forum.dialogue.web.forms import SearchForm
from forum.events.queries import events
from forum.http.caching import answer
from forum.http.loading import get_or_404


@require_safe
def search(request: HttpRequest, event_slug: str) -> HttpResponse:
    """What was found, page by page. The address holds the whole question, so it can be kept and passed on."""
    event = get_or_404(events.get, request.user, event_slug)
    places = finding.places_of(event)
    form = SearchForm(request.GET, themes=[(place.slug, place.label) for place in places])
    asked = form.cleaned_data if form.is_valid() else {}
    words, filters = asked.get("q", ""), {name: value for name, value in asked.items() if value and name != "q"}
    result = Found()
    if asked:
        result = finding.search(
            request.user,
            event,
            words,
            theme=asked["theme"],
            author=asked["author"],
            group=asked["group"],
            since=asked["since"],
            until=asked["until"],
            page=_page(request),
            places=places,
        )
    card = events.card(event, now=timezone.now())
    context = {
        "event": card,
        "is_open": bool(filters or form.errors),
        "result": result,
        "rows": [_marked(row) for row in result.rows],
        "count_label": _count_label(result),
        "pages": _pages(result, {"q": words} | filters),
        "wider_url": f"{card['search_url']}?{urlencode({'q': words})}" if words and filters else "",
        "title": _("Search: %(words)s") % {"words": words[:60]} if words else _("Search"),
    }
    facts = (context, request.GET.dict())
    return answer(request, facts, lambda: render(request, "dialogue/search.html", context | {"form": form}))


def _marked(row: dict[str, Any]) -> dict[str, Any]:
    return row | {f"{name}_html": fragments.marked_html(row[name]) for name in ("title", "snippet", "name")}


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) < 4 else 1


def _count_label(result: Found) -> str:
    if result.has_more:
        return _("The first %(count)s comments") % {"count": result.count}
    return ngettext("%(count)s comment", "%(count)s comments", result.count) % {"count": result.count}


def _pages(result: Found, asked: dict[str, Any]) -> dict[str, Any]:
    """The ways to the pages before and after; empty where there is none."""
    kept = {name: value for name, value in asked.items() if value}
    return {
        "before": f"?{urlencode(kept | {'page': result.page - 1})}" if result.page > 1 else "",
        "after": f"?{urlencode(kept | {'page': result.page + 1})}" if result.page < result.pages else "",
        "here": _("Page %(page)s of %(pages)s") % {"page": result.page, "pages": result.pages},
    }
