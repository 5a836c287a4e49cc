"""A thread folded to its branches, for whoever reads without scripts or wants the whole at a glance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import branches, threads
from forum.dialogue.web.threads import page_context
from forum.events.queries.formatting import unread_count
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404


@require_safe
def folded(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Each branch says how many replies it holds, and how many this person has not read."""
    shown: Any = get_or_404(threads.get, request.user, thread_id)
    after = asked_number(request, "after")
    head = threads.head_of(shown)

    def make() -> HttpResponse:
        rows, has_more = get_or_404(lambda: branches.folded(request.user, shown, after=after))
        context = page_context(shown.theme) | {
            "thread": head,
            "head_html": fragments.thread_head_html(head),
            "branches": [_branch(*row, opening=shown.opening_id) for row in rows],
            "more_url": f"{request.path}?after={rows[-1][0]['id']}" if has_more else "",
            "canonical": head["url"],
        }
        return render(request, "dialogue/branches.html", context)

    return answer(request, (head, after, page_context(shown.theme)), make)


def _branch(row: dict[str, Any], replies: int, news: int, *, opening: int) -> dict[str, Any]:
    held = ngettext("%(count)s reply", "%(count)s replies", replies) % {"count": replies}
    label = f"{held}, {unread_count(news)}" if news else held
    is_open = replies and row["id"] != opening
    return {
        "html": fragments.comment_html(row),
        "label": label if is_open else "",
        "url": reverse("comment", args=[row["id"]]),
    }
