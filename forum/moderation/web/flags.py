"""Flags: a participant's page for one comment, and the moderators' page of all that were flagged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import logged_in
from forum.dialogue import fragments
from forum.dialogue.queries import comments
from forum.dialogue.rules.moderation import why_not_see_desk
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.dialogue.web.comments import place_after
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.dialogue.web.threads import page_context
from forum.events.queries import events
from forum.http import ratelimit
from forum.http.loading import get_or_404
from forum.http.menus import Link
from forum.http.refusals import status_after
from forum.kernel.choices import FlagKind
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.actions.flags import dismiss_case, flag_comment, take_back_flag
from forum.moderation.queries import flags
from forum.moderation.rules.flags import why_not_flag, why_not_keep
from forum.moderation.web.decision_pages import DecisionPage, on_comment
from forum.moderation.web.flag_forms import FlagForm, KeepForm
from forum.moderation.web.queues import FLAGGED, page_of

FLAGS = 20  # a person's in an hour: nobody reads more than that with care


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Where somebody says what is wrong with a comment, or takes back what they said."""
    # What was public when the writing began may be gone by now: that is told, and the text comes back.
    load = comments.once_readable if request.method == "POST" else comments.get
    shown: Any = get_or_404(load, request.user, comment_id)
    form = FlagForm(request.POST or None)
    reason = why_not_flag(request.user, shown, shown.thread)
    mine = flags.own(request.user, shown.pk) if reason is Reason.FLAGGED_ALREADY else None
    if request.method != "POST" and mine is None:
        refuse_if(reason)
    if form.is_valid() and reason is None:
        try:
            _send(request, shown, form)
            messages.success(request, _("The moderators will review it and notify you of the outcome."))
            return redirect(place_after(shown))
        except Refused as refusal:
            reason = refusal.reason
    is_refused = form.is_bound and reason is not None
    context = page_context(shown.thread.theme) | {
        "label": comments.label_of(shown),
        "comment_html": fragments.comment_html(comments.one(shown)) if shown.is_public else "",
        "form": None if mine and not form.is_bound else form,
        "why_not": str(reason.label) if reason and is_refused else "",
        "mine": mine,
        "take_back_url": reverse("take_back_flag", args=[shown.pk]),
        "report_url": reverse("report", args=[shown.pk]),
        "action": request.path,
        "cancel_url": place_in_thread(shown) if shown.is_public else place_after(shown),
    }
    return render(request, "moderation/flag.html", context, status=status_after(form, reason if is_refused else None))


@COMMENT_ACTS.entry(310)
def _flag_link(asked: AboutComment) -> Link | None:
    no = why_not_flag(asked.person, asked.comment, asked.thread)
    if no is Reason.FLAGGED_ALREADY:
        return Link(_("Your flag"), asked.url("flag"))
    return None if no else Link(_("Flag"), asked.url("flag"))


def _send(request: HttpRequest, shown: Any, form: FlagForm) -> None:
    """Raises Refused."""
    if not ratelimit.allows(f"flags:{request.user.pk}", FLAGS, seconds=3600):
        raise Refused(Reason.TOO_MANY_FLAGS)
    kind = FlagKind(form.cleaned_data["kind"])
    flag_comment(shown, by=logged_in(request.user), kind=kind, note=form.cleaned_data["note"], now=timezone.now())


@require_POST
def take_back(request: HttpRequest, comment_id: int) -> HttpResponse:
    shown: Any = get_or_404(comments.once_readable, request.user, comment_id)
    take_back_flag(shown, by=request.user)
    messages.success(request, _("Your flag has been withdrawn."))
    return redirect(place_after(shown))


@require_safe
def cards(request: HttpRequest, event_slug: str) -> HttpResponse:
    """The public comments that participants flagged, for who decides about them."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    context = page_of(request, event, FLAGGED, now=timezone.now())
    return render(request, "moderation/flags.html", context | {"reports_url": reverse("reports", args=[event.slug])})


keep = on_comment(
    DecisionPage(
        title=_lazy("Dismiss the flags on %(label)s"),
        lead=_lazy("The comment stays as it is. The people who flagged it are told that their flags were dismissed."),
        button=_lazy("Dismiss flags"),
        done=_lazy("The flags on %(label)s have been dismissed."),
        why_not=why_not_keep,
        act=dismiss_case,
        form=KeepForm,
        leads_to=lambda request, entry: reverse("flags", args=[entry.event.slug]),
    )
)
