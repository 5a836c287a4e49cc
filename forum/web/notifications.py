"""What a person is told, and what they follow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.actions.following import follow, unfollow
from forum.actions.notifications import see
from forum.choices import ANSWERS, NotificationKind
from forum.errors import refuse_if
from forum.queries import comments, following, notifications, themes, threads
from forum.reasons import Reason
from forum.web.boxes import place_in_thread
from forum.web.loading import asked_number, found


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    before = asked_number(request, "before")
    rows, has_more = notifications.listed(request.user, before=before)
    context = {
        "rows": rows,
        "any_new": any(row["is_new"] for row in rows),
        "first_url": reverse("notifications") if before else "",
        "older_url": f"{reverse('notifications')}?before={rows[-1]['id']}" if has_more else "",
    }
    part = "Parley-Part" in request.headers
    response = render(request, "notifications/list.html" if part else "notifications/page.html", context)
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Parley-Part, Cookie"
    return response


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The number beside "Notifications", for the script that keeps it true."""
    if not request.user.is_authenticated:
        return JsonResponse({"label": ""}, status=403)
    response = JsonResponse({"label": notifications.label(notifications.unseen(request.user))})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def opened(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Leads to what somebody was told of, and marks it as seen."""
    told: Any = found(notifications.get, request.user, notification_id)
    see(request.user, now=timezone.now(), only=told.pk)
    if told.comment and told.kind == NotificationKind.OUTCOME:
        theme = told.comment.thread.theme  # the comment's page is no longer theirs to see
        return redirect("theme", theme.event.slug, theme.slug)
    if told.comment:
        return redirect(place_in_thread(found(comments.get, request.user, told.comment_id)))
    about = told.entry.comment
    if told.kind == NotificationKind.OUTCOME and about is not None and not about.is_shown:
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
def see_all(request: HttpRequest) -> HttpResponse:
    see(request.user, now=timezone.now())
    return redirect("notifications")


@require_safe
@login_required
def followed(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/following.html", {"rows": following.listed(request.user)})


@require_POST
def follow_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    theme = found(themes.get_by_id, request.user, theme_id)
    return _follow(request, theme, reverse("theme", args=[theme.event.slug, theme.slug]))


@require_POST
def follow_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    return _follow(request, found(threads.get, request.user, thread_id), reverse("thread", args=[thread_id]))


@require_POST
def follow_branch(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Follows everything below the comment that begins a branch; the opening's branch is its thread."""
    comment: Any = found(comments.get, request.user, comment_id)
    if comment.level or comment.pk == comment.thread.opening_id:
        raise Http404
    return _follow(request, comment, reverse("comment", args=[comment_id]))


def _follow(request: HttpRequest, target: Any, page: str) -> HttpResponse:
    refuse_if(None if request.user.is_authenticated else Reason.LOGIN_NEEDED)
    wants = request.POST.get("follow") == "1"
    if wants:
        follow(target, by=request.user, now=timezone.now())
    else:
        unfollow(target, by=request.user)
    if "Parley-Part" in request.headers:
        return JsonResponse({"follows": wants})
    on, off = _("You follow this now: what is new appears among your notifications."), _("You stopped following.")
    messages.success(request, on if wants else off)
    return redirect("following" if request.POST.get("back") == "following" else page)


def button(request: HttpRequest, url_name: str, target_id: int, **target: int) -> dict[str, Any] | None:
    """What the follow button shows; None for who has no account."""
    if not request.user.is_authenticated:
        return None
    return {"url": reverse(url_name, args=[target_id]), "is_on": following.follows(request.user, **target)}
