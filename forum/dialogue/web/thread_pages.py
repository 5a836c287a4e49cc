"""The comments of a thread page: which part of the thread, and the ways to the parts around it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse

from forum.dialogue import fragments
from forum.dialogue.queries import schema_org
from forum.dialogue.queries.sorts import branches_by
from forum.dialogue.queries.thread_pages import PAGE, WHOLE, Page, Place, page_of
from forum.dialogue.queries.threads import title_of
from forum.dialogue.queries.waiting import among
from forum.http.loading import get_or_404
from forum.kernel.choices import Sort
from forum.kernel.indents import settled


def place_asked(request: HttpRequest) -> Place:
    """The part of the thread that the address asks for. Raises Http404 for what is no address of ours."""
    asked = {name: request.GET.get(name, "") for name in ("after", "before", "at")}
    if any(value and (not value.isdecimal() or len(value) > 15) for value in asked.values()):
        raise Http404
    return Place(**{name: int(value) for name, value in asked.items() if value}, whole="all" in request.GET)


def may_sort(thread: Any) -> bool:
    """Other orders show a whole thread at once, so only those that fit on one page have them."""
    return 2 < thread.comment_count <= WHOLE


def comments_of(
    thread: Any,
    place: Place,
    sort: Sort = Sort.USUAL,
    unread: Collection[int] = frozenset(),
    waiting: Collection[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The rendered comments and the addresses of what stands before and after them; kept while nothing changes.

    What is sorted by one reader's `unread` comments, and what holds their `waiting` ones, is made for them alone.
    """
    if sort is not Sort.USUAL and may_sort(thread):
        place = Place(whole=True)
        if sort is Sort.UNREAD:
            return _made(thread, place, sort, unread, waiting)
    if waiting:
        return _made(thread, place, sort, unread, waiting)
    where = f"{place.after}:{place.before}:{place.at}:{place.whole:d}:{place.size}"
    what = f"tree:{thread.pk}:{thread.theme_id}:{thread.stamp}:{thread.theme.event.timezone}:{where}:{sort}"
    return fragments.kept_html(what, thread.revision, lambda: _made(thread, place, sort, unread, ()))


def _made(
    thread: Any, place: Place, sort: Sort, unread: Collection[int], waiting: Collection[dict[str, Any]]
) -> dict[str, Any]:
    page = get_or_404(page_of, thread, place)
    rows = settled(among(page.trail + page.rows, waiting))
    if place.whole:
        rows = branches_by(sort, rows, unread)
    return {
        "comments_html": fragments.comments_html(rows),
        "pages": ways(thread, page),
        "structured_data_html": _structured_data(thread, page.trail + page.rows),
    }


def _structured_data(thread: Any, rows: list[dict[str, Any]]) -> str:
    """The page in JSON-LD, for search engines; "" while the opening is not public."""
    facts = schema_org.posting(thread, title_of(thread), rows, site=settings.SITE_URL)
    return fragments.data_block(facts) if facts else ""


def ways(thread: Any, page: Page) -> dict[str, str]:
    """Where the thread goes on from a page, and the address of the whole of it if that is not too much."""
    address = reverse("thread", args=[thread.pk])
    is_part = page.has_earlier or page.has_later
    return {
        "earlier": f"{address}?before={page.rows[0]['id']}" if page.has_earlier else "",
        "later": f"{address}?after={page.rows[-1]['id']}" if page.has_later else "",
        "first": address if page.has_earlier else "",
        "whole": f"{address}?all=1" if is_part and PAGE < thread.comment_count <= WHOLE else "",
    }
