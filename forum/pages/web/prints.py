"""A theme on one page, for paper; a large one in parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import themes
from forum.dialogue.web.threads import page_context
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404
from forum.kernel import work
from forum.pages.queries import prints
from forum.pages.queries.prints import Part, Start


@require_safe
def theme(request: HttpRequest, event_slug: str, theme_slug: str) -> HttpResponse:
    shown = get_or_404(themes.get, request.user, event_slug, theme_slug)
    contents = prints.contents(shown.pk)
    start = Start(asked_number(request, "thread") or 0, asked_number(request, "after") or 0)
    context = page_context(shown) | {"canonical": request.path}

    def make() -> HttpResponse:
        with work.PRINTS.turn():
            part = get_or_404(prints.part, contents, start)
            return render(request, "pages/print.html", context | _shown(contents, part, start))

    return answer(request, (contents, start, context), make)


def _shown(contents: list[dict[str, Any]], part: Part, start: Start) -> dict[str, Any]:
    here = {thread["id"] for thread, _ in part.threads}
    return {
        "threads": [thread | {"place": _place(thread["id"], here)} for thread in contents],
        "sections": [_section(thread, rows, start) for thread, rows in part.threads],
        "is_later": bool(start.thread),
        "next_url": _address(part.next) if part.next else "",
    }


def _section(thread: dict[str, Any], rows: list[dict[str, Any]], start: Start) -> dict[str, Any]:
    is_continued = bool(start.after) and thread["id"] == start.thread
    return {
        "id": thread["id"],
        "title": thread["title"],
        "head_html": "" if is_continued else fragments.thread_head_html(thread | {"is_printed": True}),
        "html": fragments.comments_html(rows),
    }


def _place(thread_id: int, here: set[int]) -> str:
    return f"#thread-{thread_id}" if thread_id in here else _address(Start(thread_id))


def _address(start: Start) -> str:
    asked = {"thread": start.thread} | ({"after": start.after} if start.after else {})
    return f"?{urlencode(asked)}"
