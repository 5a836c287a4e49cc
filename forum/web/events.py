"""The first page, the page of an event, and the page of a theme."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum import fragments
from forum.choices import PartyKind, Sort
from forum.queries import events, themes, threads
from forum.queries.pages import Place
from forum.rules.dialogue import why_not_open_thread
from forum.rules.roles import may_moderate
from forum.web import sorts, unread
from forum.web.boxes import reply_box
from forum.web.caching import answer
from forum.web.feeds import addresses
from forum.web.loading import asked_number, found
from forum.web.notifications import button
from forum.web.stance_parts import thread_parts
from forum.web.thread_pages import comments_of
from forum.web.threads import follow, page_context


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"events": events.cards(now=timezone.now())}
    return answer(request, context, lambda: render(request, "home.html", context))


@require_safe
def event(request: HttpRequest, event_slug: str) -> HttpResponse:
    shown = found(events.get, request.user, event_slug)
    parties = events.parties(shown)
    rows = themes.of_event(shown.pk)
    meeting = events.meeting_theme(shown)
    follow = {str(row["id"]): row["revision"] for row in rows}
    if meeting:
        follow[str(meeting.pk)] = meeting.revision
    facts = {
        "event": events.card(shown, now=timezone.now()),
        "organisers": parties[PartyKind.ORGANISER],
        "supporters": parties[PartyKind.SUPPORTER],
        "references": events.references(shown),
        "page_follow": json.dumps(follow),
        "feeds": addresses(f"/{shown.slug}/"),
        "canonical": f"/{shown.slug}/",
    }

    def make() -> HttpResponse:
        made = {
            "themes_html": fragments.theme_rows_html(rows),
            "responses": _responses(request, meeting),
            "unread": unread.in_event(request, rows),
        }
        return render(request, "event/page.html", facts | made)

    return answer(request, (facts, rows), make)


@require_safe
def theme(request: HttpRequest, event_slug: str, theme_slug: str) -> HttpResponse:
    shown = found(themes.get, request.user, event_slug, theme_slug)
    reason = why_not_open_thread(request.user, shown, now=timezone.now())
    before = asked_number(request, "before")
    context = (
        page_context(shown)
        | follow(shown)
        | {
            "feeds": addresses(request.path),
            "canonical": request.path,
            "sort": sorts.asked(request),
            "before": before,
            "sorts": sorts.links(request, request.path, _("Newest first")),
            "state": themes.state_of(shown),
            "may_open": reason is None,
            "why_not": str(reason.label) if reason else "",
        }
    )

    def make() -> HttpResponse:
        news, sort = unread.in_theme(request, shown), sorts.asked(request)
        if sort is Sort.USUAL:
            rows, has_older = threads.in_theme(shown.pk, before=before)
        else:
            rows, has_older = threads.first_by(sort, shown.pk, news["ids"]), False
        made: dict[str, Any] = {
            "threads_html": fragments.thread_rows_html(rows),
            "older_url": f"{request.path}?before={rows[-1]['place']}" if has_older else "",
            "newest_url": request.path if before else "",
            "is_part": has_older or len(rows) < shown.thread_count,
            "unread": news,
        }
        made["mod"] = _moderator_acts(shown) if may_moderate(request.user, shown) else None
        made["follow"] = button(request, "follow_theme", shown.pk, theme=shown.pk)
        return render(request, "theme/page.html", context | made)

    return answer(request, context, make)


def _moderator_acts(theme: Any) -> dict[str, str]:
    names = ["unlock_theme"] if theme.is_locked else ["lock_theme"]
    names += ["plan_theme", "slow_theme"] + ["cancel_theme_plan"] * bool(theme.closes_at or theme.opens_at)
    return {name: reverse(name, args=[theme.pk]) for name in names}


def _responses(request: HttpRequest, meeting: Any) -> dict[str, Any] | None:
    """The answers to the announcement: the meeting theme's thread, shown in the event's own page."""
    thread = threads.first_of(meeting.pk) if meeting else None
    if thread is None:
        return None
    head = threads.head_of(thread)
    return {
        "thread_id": thread.pk,
        "theme_id": thread.theme_id,
        "url": head["url"],
        "title": head["title"],
        "count_label": head["count_label"],
        "thread_locked": thread.is_locked,
        "theme_locked": meeting.is_locked,
        **comments_of(thread, Place()),
        "box": reply_box(request, thread.opening, inside=False),
        "stances": thread_parts(request.user, thread),
    }
