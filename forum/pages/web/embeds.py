"""A theme or a thread in a frame on another organisation's page: live, and the same for everybody.

Nothing here asks who looks: no session is read and no cookie set. Which sites may frame it, the event says.
"""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import themes, threads, wall
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.queries.thread_pages import Place
from forum.dialogue.web.live_pages import follow_theme
from forum.dialogue.web.thread_pages import comments_of
from forum.events.queries import events
from forum.http.loading import get_or_404

ANYBODY = AnonymousUser()


@require_safe
def of_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    theme: Any = get_or_404(themes.get_by_id, ANYBODY, theme_id)
    _may_be_framed(theme.event)
    row = next(row for row in themes_of(theme.event) if row["id"] == theme.pk)
    context = _about(theme, theme.title, reverse("theme", args=[theme.event.slug, theme.slug])) | {
        "legend": wall.legend([row]),
        "entries_html": fragments.wall_entries_html(wall.stream([row]).entries),
    }
    return _framed(request, theme.event, context)


@require_safe
def of_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread: Any = get_or_404(threads.get, ANYBODY, thread_id)
    _may_be_framed(thread.theme.event)
    context = _about(thread.theme, threads.title_of(thread), reverse("thread", args=[thread.pk])) | {
        "thread_id": thread.pk,
        **comments_of(thread, Place()),
    }
    return _framed(request, thread.theme.event, context)


def _may_be_framed(event: Any) -> None:
    """Raises Http404 where no site may show the dialogue."""
    if not event.framed_by:
        raise Http404


def _about(theme: Any, title: str, address: str) -> dict[str, Any]:
    return {
        "title": title,
        "event": events.card(theme.event, now=timezone.now()),
        "theme": {"id": theme.pk, "code": theme.code, "hue": theme.position, "title": theme.title},
        "url": f"{settings.SITE_URL}{address}",
        "page_follow": follow_theme(theme),
        "live_via": " ".join(settings.LIVE_WAYS),
    }


def _framed(request: HttpRequest, event: Any, context: dict[str, Any]) -> HttpResponse:
    """Without the request: no context processor asks who looks."""
    response = HttpResponse(render_to_string("pages/embed.html", context))
    response["Cache-Control"] = "public, max-age=10"
    response.xframe_options_exempt = True  # the policy below says who may
    csp_replace({"frame-ancestors": event.framed_by})(lambda _: response)(request)
    return response
