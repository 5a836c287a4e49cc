"""Feeds for whoever follows with a reader of their own: Atom and JSON Feed 1.1, one source for both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.dialogue.queries import comments, people, themes, threads
from forum.events.queries import events
from forum.http.caching import answer
from forum.http.links import feed_addresses
from forum.http.loading import get_or_404
from forum.moderation.queries import log
from forum.pages.queries import feeds

ATOM, JSON = "atom", "json"
OWN_PAGE = re.compile(r'(<a [^>]*?href=")(?=/)')
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself."""

    title: str
    about: str
    page: str
    rows: list[dict[str, Any]]


@require_safe
def of_event(request: HttpRequest, event_slug: str, form: str) -> HttpResponse:
    event = get_or_404(events.get, request.user, event_slug)
    page = reverse("event", args=[event.slug])
    return _answer(request, form, Feed(event.title, event.strapline, page, feeds.of_event(event.pk)))


@require_safe
def of_theme(request: HttpRequest, event_slug: str, theme_slug: str, form: str) -> HttpResponse:
    theme = get_or_404(themes.get, request.user, event_slug, theme_slug)
    page = reverse("theme", args=[event_slug, theme_slug])
    title = f"{theme.code}. {theme.title} · {theme.event.title}"
    return _answer(request, form, Feed(title, theme.question, page, feeds.of_theme(theme.pk)))


@require_safe
def of_thread(request: HttpRequest, thread_id: int, form: str) -> HttpResponse:
    try:
        thread = get_or_404(threads.get, request.user, thread_id)
    except Http404:
        if (at := threads.goes_on_at(thread_id)) is None:
            raise
        return redirect("thread_feed", get_or_404(comments.get, request.user, at).thread_id, form)
    page = reverse("thread", args=[thread.pk])
    title = f"{threads.title_of(thread)} · {thread.theme.event.title}"
    return _answer(request, form, Feed(title, thread.theme.question, page, feeds.of_thread(thread.pk)))


@require_safe
def of_person(request: HttpRequest, person_id: int, form: str) -> HttpResponse:
    person = get_or_404(people.get, request.user, person_id)
    about = _("Public comments by %(name)s") % {"name": person["name"]}
    return _answer(request, form, Feed(person["name"], about, person["url"], feeds.of_person(person_id)))


@require_safe
def of_log(request: HttpRequest, event_slug: str, form: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    about = _("Moderation log")
    feed = Feed(f"{about} · {event.title}", about, reverse("moderation_log", args=[event.slug]), log.for_feed(event))
    return _answer(request, form, feed)


def _answer(request: HttpRequest, form: str, feed: Feed) -> HttpResponse:
    if form not in {ATOM, JSON}:
        raise Http404
    make = _atom if form == ATOM else _json
    return answer(request, (form, feed), lambda: make(feed))


def _atom(feed: Feed) -> HttpResponse:
    made = Atom1Feed(
        title=_xml(feed.title),
        link=_absolute(feed.page),
        description="",
        subtitle=_xml(feed.about),
        language=get_language(),
        feed_url=_absolute(feed_addresses(feed.page)["atom_url"]),
    )
    for row in feed.rows:
        made.add_item(
            title=_xml(_title(row)),
            link=_absolute(row["url"]),
            unique_id=_absolute(row["url"]),
            description=_xml(_content(row)),
            author_name=_xml(row["name"]),
            author_link=_absolute(row["author_url"]) if row["author_url"] else None,
            pubdate=row["written_at"],
            updateddate=row["changed_at"],
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _json(feed: Feed) -> HttpResponse:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "language": get_language(),
        "home_page_url": _absolute(feed.page),
        "feed_url": _absolute(feed_addresses(feed.page)["json_url"]),
        "items": [
            {
                "id": _absolute(row["url"]),
                "url": _absolute(row["url"]),
                "title": _title(row),
                "content_html": _content(row),
                "summary": row["excerpt"],
                "date_published": row["written_iso"],
                "date_modified": row["changed_iso"],
                "authors": [_author(row)],
            }
            for row in feed.rows
        ],
    }
    return JsonResponse(
        body, content_type="application/feed+json; charset=utf-8", json_dumps_params={"ensure_ascii": False}
    )


def _title(row: dict[str, Any]) -> str:
    return f"{row['label']}: {row['title']}" if row["title"] else str(row["label"])


def _author(row: dict[str, Any]) -> dict[str, str]:
    """Who wrote it; the log may tell no more than a role, which has no page."""
    return {"name": row["name"]} | ({"url": _absolute(row["author_url"])} if row["author_url"] else {})


def _content(row: dict[str, Any]) -> str:
    """Its text, with whole addresses of people and of comments quoted: a feed reader knows no other page of ours."""
    return OWN_PAGE.sub(rf"\g<1>{settings.SITE_URL}", row["html"])


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _xml(text: str) -> str:
    """Without the characters that XML cannot carry in any spelling."""
    return NOT_XML.sub("", text)
