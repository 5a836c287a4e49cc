"""What a person follows: the list, and the button that starts and stops it."""

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

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions.following import follow, unfollow
from forum.dialogue.queries import comments, following, themes, threads
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.http.loading import get_or_404
from forum.http.menus import ACCOUNT_MENU, Button, Link
from forum.kernel.errors import refuse_if
from forum.kernel.reasons import Reason


@require_safe
@login_required
def followed(request: HttpRequest) -> HttpResponse:
    return render(request, "dialogue/following.html", {"rows": following.listed(logged_in(request.user))})


@require_POST
def follow_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    theme = get_or_404(themes.get_by_id, request.user, theme_id)
    return _follow(request, theme, reverse("theme", args=[theme.event.slug, theme.slug]))


@require_POST
def follow_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    return _follow(request, get_or_404(threads.get, request.user, thread_id), reverse("thread", args=[thread_id]))


@require_POST
def follow_branch(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Follows everything below the comment that begins a branch; the opening's branch is its thread."""
    comment: Any = get_or_404(comments.get, request.user, comment_id)
    if comment.level or comment.pk == comment.thread.opening_id:
        raise Http404
    return _follow(request, comment, reverse("comment", args=[comment_id]))


def _follow(request: HttpRequest, target: Any, page: str) -> HttpResponse:
    refuse_if(None if request.user.is_authenticated else Reason.LOGIN_NEEDED)
    wants = request.POST.get("follow") == "1"
    if wants:
        follow(target, by=logged_in(request.user), now=timezone.now())
    else:
        unfollow(target, by=logged_in(request.user))
    if "Parley-Part" in request.headers:
        return JsonResponse({"follows": wants})
    on, off = (
        _("You are now following this. You will be notified of new comments here."),
        _("You are no longer following this."),
    )
    messages.success(request, on if wants else off)
    return redirect("following" if request.POST.get("back") == "following" else page)


def button(request: HttpRequest, kind: following.Kind, target_id: int, *, is_on: bool | None = None) -> Button | None:
    """The switch by which one follows a theme, a thread or a branch; None for who has no account.

    At most one query, none where `is_on` is known.
    """
    return _switch(request.user, kind, target_id, is_on)


@COMMENT_ACTS.entry(150)
def _branch_switch(asked: AboutComment) -> Button | None:
    """A branch can be followed where it begins; the opening's branch is its thread."""
    comment = asked.comment
    if comment.level or comment.pk == comment.thread.opening_id:
        return None
    return _switch(asked.person, "branch", comment.pk)


def _switch(person: Viewer, kind: following.Kind, target_id: int, is_on: bool | None = None) -> Button | None:
    if not person.is_authenticated:
        return None
    if is_on is None:
        is_on = following.follows(person, kind, target_id)
    on, off = _("Following"), _("Follow replies") if kind == "branch" else _("Follow")
    return Button(
        on if is_on else off,
        reverse(f"follow_{kind}", args=[target_id]),
        {"follow": "0" if is_on else "1"},
        is_on=is_on,
        attributes={"class": "follow", "data-follow-form": True, "data-text-on": on, "data-text-off": off},
    )


@ACCOUNT_MENU.entry(10)
def _list_link(person: Person) -> Link:
    return Link(_("Following"), reverse("following"))
