"""The whole dialogue as one live stream: the wall for followers, the screen for the room."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import changes, wall
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.web.live_pages import follow_text
from forum.events.queries import events
from forum.events.queries.formatting import GROUP_LABELS
from forum.http.caching import answer
from forum.http.links import address, links, theme_links
from forum.http.loading import asked_number, get_or_404

SCHEMES = {"dark", "light"}


@require_safe
def stream(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    themes = themes_of(event)
    code, group = request.GET.get("theme", ""), _group_asked(request)
    shown = [theme for theme in themes if not code or theme["code"] == code]
    if not shown and code:
        raise Http404
    before, since = asked_number(request, "before"), _place_asked(request, "since")
    page = reverse("wall", args=[event.slug])
    context = {
        "event": events.card(event, now=timezone.now()),
        "canonical": page,
        "page_follow": "" if before else follow_text(*shown),
        "legend": wall.legend(shown),
        "group": group,
        "themes": theme_links(page, themes, {"theme": code, "group": group}),
        "groups": links(page, "group", [("", _("Everyone")), *GROUP_LABELS.items()], {"theme": code, "group": group}),
        "is_earlier": before is not None,
        "is_still": "still" in request.GET,
        "still_url": address(page, {"theme": code, "group": group, "still": "1"}),
        "newest_url": address(page, {"theme": code, "group": group}),
        "screen_url": reverse("screen", args=[event.slug]),
        "frame_code": _frame_code(shown[0]) if event.framed_by and len(shown) == 1 else "",
        "since": since,
    }

    def make() -> HttpResponse:
        stream = get_or_404(partial(wall.stream, before=before, group=group), shown)
        missed = wall.missed(shown, since) if since is not None else None
        earlier = {"theme": code, "group": group, "before": str(stream.earlier)}
        made = {
            "entries_html": fragments.wall_entries_html(stream.entries),
            "missed": missed,
            "missed_label": wall.in_short(missed or []),
            "is_asked": since is not None,
            "earlier_url": address(page, earlier) if stream.earlier else "",
        }
        return render(request, "pages/wall.html", context | made)

    return answer(request, (context, before, follow_text(*shown)), make)


@require_safe
def screen(request: HttpRequest, event_slug: str) -> HttpResponse:
    """For a projector: one slide at a time, read from ten metres."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    themes = themes_of(event)
    site = f"{settings.SITE_URL}{reverse('event', args=[event.slug])}"
    scheme = request.GET.get("scheme", "")
    context = {
        "event": events.card(event, now=timezone.now()),
        "page_follow": follow_text(*themes),
        "legend": wall.legend(themes),
        "scheme": scheme if scheme in SCHEMES else "",
        "address": site.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "wall_url": reverse("wall", args=[event.slug]),
    }

    def make() -> HttpResponse:
        newest = wall.with_excerpts(wall.stream(themes).entries[: wall.MAX_EXCERPTS])
        made = {
            "code_svg": fragments.code_svg(site),
            "slides_html": fragments.slides_html(newest),
            "pinned_html": fragments.slides_html(wall.with_excerpts(wall.pinned(themes))),
        }
        return render(request, "pages/screen.html", context | made)

    return answer(request, context, make)


def _group_asked(request: HttpRequest) -> str:
    group = request.GET.get("group", "")
    if group and group not in GROUP_LABELS:
        raise Http404
    return group


def _place_asked(request: HttpRequest, name: str) -> dict[int, int] | None:
    """A place in the stream from the address; raises Http404 for what is none."""
    text = request.GET.get(name, "")
    try:
        return changes.place(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _frame_code(theme: dict[str, Any]) -> str:
    """What another site puts into its page."""
    source, title = f"{settings.SITE_URL}{reverse('embed_theme', args=[theme['id']])}", escape(theme["title"])
    return f'<iframe src="{source}" title="{title}" width="100%" height="600" loading="lazy"></iframe>'
