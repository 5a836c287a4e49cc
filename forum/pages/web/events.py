"""The first page, the page of an event, and the page of a theme."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import themes, threads
from forum.dialogue.queries.thread_pages import Place
from forum.dialogue.rules.writing import why_not_in_theme, why_not_open_thread
from forum.dialogue.web import sorts, unread
from forum.dialogue.web.following import button
from forum.dialogue.web.live_pages import follow_text
from forum.dialogue.web.reply_boxes import reply_box
from forum.dialogue.web.stance_parts import thread_parts
from forum.dialogue.web.thread_pages import comments_of
from forum.dialogue.web.threads import follow, page_context
from forum.events.queries import events
from forum.events.queries.formatting import comment_count, format_datetime, iso, theme_count
from forum.events.rules.roles import may_moderate
from forum.http.caching import answer
from forum.http.links import feed_addresses, login_url
from forum.http.loading import asked_number, get_or_404
from forum.kernel.choices import PartyKind, Sort
from forum.kernel.reasons import Reason
from forum.mail.addresses import address_for_threads

RESPONSES = 3  # comments shown on the event's page: the opening and two replies


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All events; the only one has the front page to itself."""
    now = timezone.now()
    cards = events.cards(now=now)
    if len(cards) == 1:
        return redirect(cards[0]["url"])
    activity = themes.activity() if cards else {}
    context = {
        "events": [card | _card_facts(request, card, activity.get(card["id"])) for card in cards],
        "canonical": "/",
    }
    return answer(request, context, lambda: render(request, "pages/home.html", context))


def _card_facts(request: HttpRequest, card: dict[str, Any], activity: themes.Activity | None) -> dict[str, str]:
    """What is going on in an event, and the one thing to do there."""
    last = activity["last"] if activity else None
    return {
        "themes_label": theme_count(activity["themes"]) if activity and activity["themes"] else _("No themes yet"),
        "comments_label": comment_count(activity["comments"]) if activity else "",
        "last_iso": iso(last) if last else "",
        "last_label": format_datetime(last, card["timezone"]) if last else "",
        "verb": _verb(card["state"] if activity else events.State.SOON, is_known=request.user.is_authenticated),
    }


def _verb(state: events.State, *, is_known: bool) -> str:
    """What the button says; without a theme there is nothing but the announcement yet."""
    if state is events.State.SOON:
        return _("Read the announcement")
    if state is events.State.CLOSED:
        return _("Read the discussion")
    return _("Join the discussion") if is_known else _("Read and take part")


@require_safe
def event(request: HttpRequest, event_slug: str) -> HttpResponse:
    shown, now = get_or_404(events.get, request.user, event_slug), timezone.now()
    parties = events.parties(shown)
    rows = themes.of_event(shown.pk)
    meeting = events.meeting_theme(shown)
    followed = [*rows, *([{"id": meeting.pk, "revision": meeting.revision, "stamp": meeting.stamp}] if meeting else [])]
    facts = {
        "event": events.card(shown, now=now),
        "organisers": parties[PartyKind.ORGANISER],
        "supporters": parties[PartyKind.SUPPORTER],
        "references": events.references(shown),
        "page_follow": follow_text(*followed),
        "feeds": feed_addresses(f"/{shown.slug}/"),
        "canonical": f"/{shown.slug}/",
        "way_in": _way_in(request, events.state(shown, now=now), has_themes=bool(rows)),
    }

    def make() -> HttpResponse:
        made = {
            "themes_html": fragments.theme_rows_html(rows),
            "responses": _responses(request, meeting),
            "unread": unread.in_event(request, rows),
        }
        return render(request, "pages/event.html", facts | made)

    return answer(request, (facts, rows), make)


def _way_in(request: HttpRequest, state: events.State, *, has_themes: bool) -> dict[str, Any]:
    """The first thing to do on an event's page, if there is one, and whether to invite those who have no account."""
    verb = _("Choose a theme") if state is events.State.OPEN else _("Read the themes")
    return {
        "verb": verb if has_themes else "",
        "invites": state is not events.State.CLOSED and not request.user.is_authenticated,
    }


@require_safe
def theme(request: HttpRequest, event_slug: str, theme_slug: str) -> HttpResponse:
    shown = get_or_404(themes.get, request.user, event_slug, theme_slug)
    reason = why_not_open_thread(request.user, shown, now=timezone.now())
    before = asked_number(request, "before")
    open_url = reverse("open_thread", args=[event_slug, theme_slug])
    context = (
        page_context(shown)
        | follow(shown)
        | {
            "feeds": feed_addresses(request.path),
            "canonical": request.path,
            "sort": sorts.asked(request),
            "before": before,
            "sorts": (orders := sorts.links(request, request.path, _("Newest first"))),
            "sort_label": next(order["label"] for order in orders if order["is_here"]),
            "state": themes.state_of(shown),
            "may_open": reason is None,
            "invites": (invites := _invites(request, shown, reason)),
            "open_url": login_url(open_url) if invites else open_url,
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
        made["follow"] = button(request, "theme", shown.pk)
        made["email"] = "" if reason else address_for_threads(request.user, shown, now=timezone.now())
        return render(request, "pages/theme.html", context | made)

    return answer(request, context, make)


def _invites(request: HttpRequest, theme: Any, reason: Reason | None) -> bool:
    """Whether an account is all that somebody needs to start a thread here."""
    now = timezone.now()
    is_open = events.state(theme.event, now=now) is events.State.OPEN and why_not_in_theme(theme, now=now) is None
    return reason is Reason.LOGIN_NEEDED and is_open


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
        **comments_of(thread, Place(size=RESPONSES)),
        "box": reply_box(request, thread.opening, inside=False),
        "stances": thread_parts(request.user, thread),
    }
