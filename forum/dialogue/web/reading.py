"""Saying what one has read: by a script while it is on screen, or by a button."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import logged_in
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries import comments, themes, threads, unread
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.events.queries.formatting import unread_count
from forum.http.loading import get_or_404
from forum.http.menus import Button
from forum.kernel.errors import refuse_if
from forum.kernel.reasons import Reason

ASKED = 100  # threads of a page
REPORTED = 2_000  # ranges in one report: a longer one is no reader's


@require_POST
def theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    """Adds the ranges in `read`; without them, everything up to the revision `up_to` that the page showed."""
    shown = get_or_404(themes.get_by_id, request.user, theme_id)
    given = request.POST.get("read", "")
    try:
        unread.ranges(given, most=REPORTED)
    except ValueError:
        return _no_ranges()
    back = reverse("theme", args=[shown.event.slug, shown.slug])
    up_to = _up_to(request)
    return _mark_read_and_respond(request, shown, given or (f"1-{up_to}" if up_to else ""), back)


@require_POST
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    shown = get_or_404(threads.get, request.user, thread_id)
    numbers = unread.numbers_of(shown, up_to=_up_to(request))
    return _mark_read_and_respond(request, shown.theme, str(numbers), reverse("thread", args=[thread_id]))


@require_POST
def branch(request: HttpRequest, comment_id: int) -> HttpResponse:
    shown = get_or_404(comments.get, request.user, comment_id)
    numbers = unread.numbers_below(shown, up_to=_up_to(request))
    return _mark_read_and_respond(request, shown.thread.theme, str(numbers), place_in_thread(shown))


@COMMENT_ACTS.entry(140)
def _branch_button(asked: AboutComment) -> Button | None:
    if not asked.person.is_authenticated:
        return None
    fields = {"up_to": str(asked.thread.theme.revision)}
    return Button(_("Mark replies as read"), asked.url("read_branch"), fields, attributes={"data-read-branch": True})


@require_safe
def news(request: HttpRequest, theme_id: int) -> HttpResponse:
    """How much is unread under a theme, thread by thread, for a browser that keeps by itself what was read.

    `threads` names those of its page: where very much is unread, the answer tells of no others.
    """
    shown = get_or_404(themes.get_by_id, request.user, theme_id)
    try:
        read = unread.ranges(request.GET.get("read", ""))
    except ValueError:
        return _no_ranges()
    found = unread.by_thread_without(shown, read)
    counts, total = dict(found), sum(found.values())
    if found.is_cut:
        asked = [int(each) for each in request.GET.get("threads", "").split(",") if each.isdecimal()]
        counts = unread.in_threads(request.user, shown.pk, asked[:ASKED], read)
        total = unread.in_theme_without(shown, read)
    threads_said = {key: unread_count(count) for key, count in counts.items()}
    response = JsonResponse({"theme": unread_count(total) if total else "", "threads": threads_said})
    response["Cache-Control"] = "private, no-store"  # what somebody has read is theirs
    return response


def _up_to(request: HttpRequest) -> int:
    """The revision that the page showed: what came after it has not been seen."""
    text = request.POST.get("up_to", "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _mark_read_and_respond(request: HttpRequest, shown: Any, numbers: str, back: str) -> HttpResponse:
    refuse_if(None if request.user.is_authenticated else Reason.LOGIN_NEEDED)
    ranges = mark_read(shown, by=logged_in(request.user), numbers=numbers, now=timezone.now())
    if "Parley-Part" in request.headers:
        return JsonResponse({"read": str(ranges)})
    return redirect(back)


def _no_ranges() -> HttpResponse:
    return JsonResponse({"error": "read must be ranges such as 1-40,45"}, status=400)
