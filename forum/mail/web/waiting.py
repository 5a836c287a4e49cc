"""The organisers' page of emails that are about to leave, and of how many did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from forum.events.queries import events
from forum.events.queries.formatting import format_datetime, iso
from forum.events.rules.roles import why_not_organise
from forum.http.loading import get_or_404
from forum.kernel.errors import refuse_if
from forum.mail.actions import waiting as actions
from forum.mail.kinds import preview_of
from forum.mail.queries import waiting
from forum.mail.sending import MOST_TRIES
from forum.moderation.web.queues import navigation

ACTS = ("hold", "release", "drop", "hold_new", "send_new")


@require_http_methods(["GET", "HEAD", "POST"])
def emails(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_organise(request.user, event.pk))
    now = timezone.now()
    if request.method == "POST":
        return _act(request, event)
    rows = [
        {
            "label": each.label,
            "author": each.author,
            "title": each.thread_title,
            "count": ngettext("%(count)s email", "%(count)s emails", each.count) % {"count": each.count},
            "is_held": each.on_hold == each.count,
            "due_iso": iso(each.due_at),
            "due_label": format_datetime(each.due_at, event.timezone),
            "comment_id": each.comment_id,
        }
        for each in waiting.waiting(event.pk)
    ]
    context = {
        "event": events.card(event, now=now),
        "rows": rows,
        "holds_new": event.holds_mail,
        "figures": waiting.figures(event.pk, most_tries=MOST_TRIES, now=now),
        "navigation": navigation(request.user, event, "event_emails"),
    }
    return render(request, "mail/waiting.html", context)


@require_safe
def preview(request: HttpRequest, event_slug: str, comment_id: int) -> HttpResponse:
    """The text of an email about a comment, as it would leave now, without the links that are its reader's alone."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_organise(request.user, event.pk))
    mail = waiting.one_of(event.pk, comment_id)
    shown = preview_of(mail, now=timezone.now()) if mail else None
    if shown is None:
        raise Http404
    context = {
        "event": events.card(event, now=timezone.now()),
        "subject": shown.subject,
        "sender": shown.sender,
        "text": shown.text,
        "navigation": navigation(request.user, event, "event_emails"),
    }
    return render(request, "mail/preview.html", context)


def _act(request: HttpRequest, event: Any) -> HttpResponse:
    act, chosen = request.POST.get("act", ""), request.POST.get("comment", "")
    if act not in ACTS or (chosen and not chosen.isdecimal()):
        raise Http404
    if act in {"hold_new", "send_new"}:
        actions.hold_new_emails(event, on=act == "hold_new")
        messages.success(
            request,
            _("Emails about new comments are now on hold until you send them.")
            if act == "hold_new"
            else _("Emails about new comments are sent automatically again."),
        )
    else:
        about = waiting.to_readers(event.pk)
        _settle(request, act, about.filter(comment=int(chosen)) if chosen else about)
    return redirect("event_emails", event.slug)


def _settle(request: HttpRequest, act: str, about: Any) -> None:
    match act:
        case "hold":
            count = actions.hold(about, now=timezone.now())
            said = ngettext("%(count)s email is on hold.", "%(count)s emails are on hold.", count)
        case "release":
            count = actions.release(about)
            said = ngettext("%(count)s email will be sent.", "%(count)s emails will be sent.", count)
        case _:
            count = actions.drop(about)
            said = ngettext("%(count)s email was dropped.", "%(count)s emails were dropped.", count)
    messages.success(request, said % {"count": count})
