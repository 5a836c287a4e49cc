"""The page of a thread, and opening a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum.dialogue import fragments
from forum.dialogue.actions.comments import open_thread as act_open_thread
from forum.dialogue.actions.drafts import thread_spot
from forum.dialogue.queries import comments, summaries, themes, threads, waiting
from forum.dialogue.queries.thread_pages import PAGE, Place, page_of
from forum.dialogue.rules.writing import why_not_open_thread
from forum.dialogue.web import sorts, unread
from forum.dialogue.web.attaching import Received, receive
from forum.dialogue.web.composers import (
    WAITS,
    Composer,
    Frame,
    is_submission,
    looked_at_outside,
    new_composer,
    redisplayed_composer,
    rescue,
    rescue_in_place,
    sending,
    sent,
    warned,
    why_not_as_is,
)
from forum.dialogue.web.following import button
from forum.dialogue.web.forms import ThreadForm
from forum.dialogue.web.live_pages import follow_theme
from forum.dialogue.web.reply_boxes import Box, files_url, place_in_thread, reply_box
from forum.dialogue.web.sanction_notice import sanction_notice
from forum.dialogue.web.slow import slow_line
from forum.dialogue.web.stance_parts import thread_parts
from forum.dialogue.web.thread_pages import comments_of, may_sort, place_asked, ways
from forum.events.queries import events
from forum.events.queries.formatting import own_zone
from forum.events.rules.roles import may_moderate, may_summarise
from forum.http.caching import answer
from forum.http.errors import typed_in
from forum.http.links import feed_addresses
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_after
from forum.kernel.errors import NeedsConfirmation, Refused, TextRefused
from forum.kernel.indents import settled
from forum.kernel.reasons import Reason

FIRST_PAGE = Place()


@require_safe
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    try:
        shown = get_or_404(threads.get, request.user, thread_id)
        head = threads.head_of(shown)
        place = place_asked(request)
        where = page_context(shown.theme)
        facts = (head, place, sorts.asked(request), where)
        return answer(request, facts, lambda: thread_page(request, shown, head, where, place=place))
    except Http404:
        return redirect(_elsewhere(request, thread_id))


def _elsewhere(request: HttpRequest, thread_id: int) -> str:
    """Where a conversation goes on that was once at this address: the thread was merged into another, or the comment
    it names stands in a thread of its own now. Raises Http404."""
    place = place_asked(request)
    named = place.at or place.after or place.before or threads.goes_on_at(thread_id)
    if named is None:
        raise Http404
    comment = get_or_404(comments.get, request.user, named)
    if comment.thread_id == thread_id:
        raise Http404
    return place_in_thread(comment)


def thread_page(
    request: HttpRequest,
    shown: Any,
    head: dict[str, Any],
    where: dict[str, Any],
    *,
    place: Place = FIRST_PAGE,
    box: Box | None = None,
    box_below: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The page, `where` its context says; with a `box` inside, directly below the comment `box_below`."""
    context = where | follow(shown.theme)
    context |= {
        "thread": head,
        "head_html": fragments.thread_head_html(head),
        "mod": _moderator_acts(request, shown, head),
        "summing": _summary_acts(request, shown),
        "unread": unread.in_thread(request, shown, head["last_label"]),
        "stances": thread_parts(request.user, shown),
        "follow": button(request, "thread", shown.pk, is_on=shown.is_followed),
        "sorts": sorts.links(request, head["url"], _("Threaded")) if may_sort(shown) else [],
        "branches_url": reverse("branches", args=[shown.pk]) if shown.comment_count > 2 else "",
        "feeds": feed_addresses(head["url"]),
        "canonical": head["url"],
    }
    theirs = waiting.own(request.user, shown)
    if box is None:
        unread_ids = set(context["unread"]["ids"])
        context |= comments_of(shown, place, sorts.asked(request), unread_ids, theirs)
        context["box"] = reply_box(request, shown.opening, inside=False)
        return render(request, "dialogue/thread.html", context, status=status)
    part = page_of(shown, Place(at=box_below) if shown.comment_count > PAGE else FIRST_PAGE)
    rows = settled(waiting.among(part.trail + part.rows, theirs))
    context["pages"] = ways(shown, part)
    cut = next((place for place, row in enumerate(rows, start=1) if row["id"] == box_below), len(rows))
    context["before_html"] = fragments.comments_html(rows[:cut])
    context["after_html"] = fragments.comments_html(rows[cut:])
    context["box"] = box
    return render(request, "dialogue/thread.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def open_thread(request: HttpRequest, event_slug: str, theme_slug: str) -> HttpResponse:
    theme = get_or_404(themes.get, request.user, event_slug, theme_slug)
    spot = thread_spot(theme)
    form = ThreadForm(request.POST) if request.method == "POST" else None
    reason = why_not_open_thread(request.user, theme, now=timezone.now())
    received = receive(request, form, theme) if form else Received()
    said = received.said
    notice = None
    if form and not reason and not said and is_submission(request) and form.is_valid():
        try:
            if (notice := why_not_as_is(request, form, spot)) is None:
                opening = act_open_thread(
                    theme,
                    by=request.user,
                    title=form.cleaned_data["title"],
                    source=form.cleaned_data["source"],
                    key=form.cleaned_data["key"],
                    now=timezone.now(),
                    files=form.attached,
                    sending=sending(request, form),
                )
                sent(request, spot)
                if not opening.is_public:
                    messages.info(request, WAITS)
                return redirect(place_in_thread(opening))
        except NeedsConfirmation as warning:
            said = warned(form, warning)
        except TextRefused as error:
            form.add_error("source", error.sentence)
        except Refused as refusal:
            if refusal.reason is Reason.SLOW_MODE:
                notice = refusal.reason
                rescue_in_place(request, spot, form)
            else:
                reason = refusal.reason
    if form and reason:
        rescue(request, spot, form)
    context = page_context(theme) | {
        "composer": None if reason else _composer(request, theme, form, said or (str(notice.label) if notice else "")),
        "why_not": str(reason.label) if reason else "",
        "sanction": sanction_notice(request.user, theme, reason),
        "slow": "" if reason else slow_line(request.user, theme),
        "typed": typed_in(request),
    }
    status = max(received.status, UNREADABLE) if said else status_after(form, reason or notice)
    return render(request, "dialogue/new_thread.html", context, status=status)


def _composer(request: HttpRequest, theme: Any, form: ThreadForm | None, notice: str) -> Composer:
    frame = Frame(
        id="new-thread",
        action=request.path,
        submit=_("Start the thread"),
        people_url=reverse("people_of_theme", args=[theme.pk]),
        cancel_url=reverse("theme", args=[theme.event.slug, theme.slug]),
        files_url=files_url(theme),
        outside=looked_at_outside(request.user, theme),
        zone=own_zone(request.user, theme.event.timezone),
    )
    if form is None:
        return new_composer(request, thread_spot(theme), frame, ThreadForm)
    return redisplayed_composer(request, thread_spot(theme), frame, form, notice=notice)


def page_context(theme: Any) -> dict[str, Any]:
    """What every page under a theme says about where it is."""
    address = [theme.event.slug, theme.slug]
    return {
        "event": events.card(theme.event, now=timezone.now()),
        "theme": {
            "id": theme.pk,
            "slug": theme.slug,
            "code": theme.code,
            "hue": theme.position,
            "title": theme.title,
            "question": theme.question,
            "about_html": fragments.body_html(theme.about_html),
            "is_locked": theme.is_locked,
            "revision": theme.revision,
            "url": reverse("theme", args=address),
            "open_thread_url": reverse("open_thread", args=address),
        },
    }


def follow(theme: Any) -> dict[str, str]:
    """From which revision on a page that shows something live follows its theme."""
    return {"page_follow": follow_theme(theme)}


def _moderator_acts(request: HttpRequest, shown: Any, head: dict[str, Any]) -> dict[str, str] | None:
    if not may_moderate(request.user, shown.theme):
        return None
    return {
        "plan_url": reverse("plan_thread", args=[shown.pk]),
        "cancel_plan_url": reverse("cancel_thread_plan", args=[shown.pk]) if head["plan_text"] else "",
        "slow_url": reverse("slow_thread", args=[shown.pk]),
        "note_url": reverse("note", args=[shown.pk]),
        "remove_note_url": reverse("remove_note", args=[shown.pk]) if head["note_html"] else "",
        "lock_url": reverse("lock_thread", args=[shown.pk]),
        "unlock_url": reverse("unlock_thread", args=[shown.pk]),
        "rename_url": reverse("rename_thread", args=[shown.pk]),
        "move_url": reverse("move_thread", args=[shown.pk]),
        "merge_url": reverse("merge_thread", args=[shown.pk]),
    }


def _summary_acts(request: HttpRequest, shown: Any) -> dict[str, Any] | None:
    """For who writes summaries: the way to it, and how many points are missed in it. At most one query more."""
    if not may_summarise(request.user, shown.theme):
        return None
    return {
        "edit_url": reverse("edit_summary", args=[shown.pk]),
        "url": reverse("summary", args=[shown.pk]),
        "edit_label": _("Edit the summary") if shown.summary_id else _("Write a summary"),
        "missing": summaries.open_count(shown) if shown.summary_id else 0,
    }
