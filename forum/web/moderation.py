"""A moderator's decisions, each on one page with its reason, and the public log of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum import fragments
from forum.actions import moderation as acts
from forum.errors import refuse_if
from forum.queries import comments, events, moderation, threads, versions
from forum.rules import moderation as rules
from forum.rules.roles import may_moderate
from forum.web.caching import answer
from forum.web.comments import place_after
from forum.web.forms import OptionalReasonForm, ReasonForm, RemovalForm
from forum.web.loading import found
from forum.web.refusals import UNREADABLE
from forum.web.threads import page_context


@require_safe
def log(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = found(events.get, request.user, event_slug)
    entries = moderation.log_of(request.user, event, sees_all=may_moderate(request.user, event.pk))
    context = {"event": events.card(event, now=timezone.now()), "entries": entries}
    return answer(request, context, lambda: render(request, "moderation/log.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, comment_id: int) -> HttpResponse:
    return _decide_on_comment(
        request,
        comment_id,
        why_not=rules.why_not_remove,
        act=acts.remove_comment,
        form_class=RemovalForm,
        words={
            "title": _("Remove %(label)s"),
            "lead": _("Its text leaves the thread for everybody. If it has replies, your reason stands in its place."),
            "button": _("Remove this comment"),
            "danger": True,
        },
        done=_("%(label)s is removed. The log leads to its page, where you can restore it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, comment_id: int) -> HttpResponse:
    return _decide_on_comment(
        request,
        comment_id,
        why_not=rules.why_not_restore,
        act=acts.restore_comment,
        form_class=OptionalReasonForm,
        words={
            "title": _("Restore %(label)s"),
            "lead": _("It comes back to its place in the thread, as it was."),
            "button": _("Restore this comment"),
        },
        done=_("%(label)s is back in its place."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hide_version(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
    return _decide_on_version(
        request,
        comment_id,
        number,
        why_not=lambda person, comment, thread, row: rules.why_not_hide_version(
            person, comment, thread, is_current=row["is_current"], is_hidden=row["is_hidden"]
        ),
        act=acts.hide_version,
        form_class=ReasonForm,
        words={
            "title": _("Hide version %(number)s of %(label)s"),
            "lead": _("Its text and note leave the public history; your reason stands in their place."),
            "button": _("Hide this version"),
            "danger": True,
        },
        done=_("Version %(number)s of %(label)s is hidden."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show_version(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
    return _decide_on_version(
        request,
        comment_id,
        number,
        why_not=lambda person, comment, thread, row: rules.why_not_show_version(
            person, comment, thread, is_hidden=row["is_hidden"]
        ),
        act=acts.show_version,
        form_class=OptionalReasonForm,
        words={
            "title": _("Show version %(number)s of %(label)s again"),
            "lead": _("Its text and note come back into the public history."),
            "button": _("Show this version"),
        },
        done=_("Version %(number)s of %(label)s is in the public history again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lock_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    return _decide_on_thread(
        request,
        thread_id,
        why_not=rules.why_not_lock,
        act=acts.lock_thread,
        form_class=ReasonForm,
        words={
            "title": _("Lock this thread"),
            "lead": _("Everybody can read it; nobody can add, edit or withdraw anything in it."),
            "button": _("Lock the thread"),
        },
        done=_("The thread is locked."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unlock_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    return _decide_on_thread(
        request,
        thread_id,
        why_not=rules.why_not_unlock,
        act=acts.unlock_thread,
        form_class=OptionalReasonForm,
        words={
            "title": _("Unlock this thread"),
            "lead": _("People can write in it again."),
            "button": _("Unlock the thread"),
        },
        done=_("The thread is open again."),
    )


def _decide_on_comment(
    request: HttpRequest, comment_id: int, *, words: dict[str, Any], done: str, **how: Any
) -> HttpResponse:
    comment: Any = found(comments.get, request.user, comment_id)
    label = {"label": comments.label_of(comment)}
    words = words | {
        "title": words["title"] % label,
        "comment_html": fragments.comment_html(comments.one(comment)),
        "hidden_html": "" if comment.is_public else fragments.body_html(comment.version.html),
    }
    return _decide(
        request,
        comment,
        lambda: how["why_not"](request.user, comment, comment.thread),
        words=words,
        done=done % label,
        go_to=lambda: place_after(comment),
        theme=comment.thread.theme,
        **how,
    )


def _decide_on_version(
    request: HttpRequest, comment_id: int, number: int, *, words: dict[str, Any], done: str, **how: Any
) -> HttpResponse:
    version: Any = found(versions.get, request.user, comment_id, number)
    comment = version.comment
    names = {"label": comments.label_of(comment), "number": number}
    row = versions.one(comment, number, sees_hidden=True)  # shown only to whom the rule below lets pass
    shown = comments.as_cited(comments.one(comment), row)
    return _decide(
        request,
        version,
        lambda: how["why_not"](request.user, comment, comment.thread, row),
        words=words | {"title": words["title"] % names, "comment_html": fragments.comment_html(shown)},
        done=done % names,
        go_to=lambda: f"{reverse('history', args=[comment_id])}#version-{number}",
        theme=comment.thread.theme,
        **how,
    )


def _decide_on_thread(
    request: HttpRequest, thread_id: int, *, words: dict[str, Any], done: str, **how: Any
) -> HttpResponse:
    thread = found(threads.get, request.user, thread_id)
    return _decide(
        request,
        thread,
        lambda: how["why_not"](request.user, thread),
        words=words | {"title": f"{words['title']}: {threads.title_of(thread)}"},
        done=done,
        go_to=lambda: reverse("thread", args=[thread.pk]),
        theme=thread.theme,
        **how,
    )


def _decide(
    request: HttpRequest,
    thing: Any,
    ask: Callable[[], Any],
    *,
    act: Callable[..., None],
    form_class: type[ReasonForm],
    words: dict[str, Any],
    done: str,
    go_to: Callable[[], str],
    theme: Any,
    **_unused: Any,
) -> HttpResponse:
    """One page for every decision: what will happen, the reason, the act, and what happened."""
    refuse_if(ask())
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(thing, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(request, done)
        return redirect(go_to())
    context = page_context(theme) | {"form": form, "action": request.path, "cancel_url": go_to()} | words
    return render(request, "comment/confirm.html", context, status=UNREADABLE if form.errors else 200)
