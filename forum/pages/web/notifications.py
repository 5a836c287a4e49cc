"""What a person is told, and what they follow."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import logged_in
from forum.dialogue.actions.notifications import see
from forum.dialogue.queries import comments, notifications
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.events.rules.roles import decides_somewhere
from forum.http.loading import asked_number, get_or_404
from forum.kernel.choices import ANSWERS, NotificationKind
from forum.moderation.web.queues import waiting_for


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    before = asked_number(request, "before")
    rows, has_more = notifications.listed(logged_in(request.user), before=before)
    context = {
        "rows": rows,
        "any_new": any(row["is_new"] for row in rows),
        "first_url": reverse("notifications") if before else "",
        "older_url": f"{reverse('notifications')}?before={rows[-1]['id']}" if has_more else "",
    }
    part = "Parley-Part" in request.headers
    response = render(request, "pages/notification_list.html" if part else "pages/notifications.html", context)
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Parley-Part, Cookie"
    return response


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The numbers beside "Notifications" and "Moderate", for the script that keeps them true."""
    if not request.user.is_authenticated:
        return JsonResponse({"label": ""}, status=403)
    person = logged_in(request.user)
    waiting = waiting_for(person) if decides_somewhere(person) else 0
    response = JsonResponse({"label": notifications.label(notifications.unseen(person)), "waiting": str(waiting or "")})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def redirect_to_target(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Redirects to what the notification is about.

    Does not mark it as read, because browsers and mail scanners prefetch links.
    """
    told: Any = get_or_404(notifications.get, request.user, notification_id)
    if told.event:
        return redirect(told.queue, told.event.slug)
    if told.comment and told.kind == NotificationKind.OUTCOME:
        theme = told.comment.thread.theme  # the comment's page is no longer theirs to see
        return redirect("theme", theme.event.slug, theme.slug)
    if told.comment:
        return redirect(place_in_thread(get_or_404(comments.get, request.user, told.comment_id)))
    about = told.entry.comment
    if told.kind == NotificationKind.OUTCOME and about is not None and not about.in_public_tree:
        return redirect("moderation_log", told.entry.event.slug)  # the comment's page is no longer theirs to see
    if told.entry.comment_id:
        return redirect("comment", told.entry.comment_id)
    if told.entry.act in ANSWERS:
        return redirect("summary", told.entry.thread_id)
    if told.entry.thread_id:
        return redirect("thread", told.entry.thread_id)
    if (laid := notifications.sanction_of(told)) is not None:
        return redirect("sanction", laid)
    return redirect("moderation_log", told.entry.event.slug)


@require_POST
@login_required
def see_one(request: HttpRequest, notification_id: int) -> HttpResponse:
    """For the script that hears when somebody follows a notification, and for a button."""
    told: Any = get_or_404(notifications.get, request.user, notification_id)
    see(logged_in(request.user), now=timezone.now(), only=told.pk)
    return HttpResponse(status=204) if "Parley-Part" in request.headers else redirect("notifications")


@require_POST
@login_required
def see_all(request: HttpRequest) -> HttpResponse:
    see(logged_in(request.user), now=timezone.now())
    return redirect("notifications")
