"""Appealing a decision about one's own comment, and deciding appeals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Viewer, logged_in
from forum.dialogue import fragments
from forum.dialogue.queries import appeal_links, comments
from forum.dialogue.queries.notices import appeal_right_sentence
from forum.dialogue.rules.moderation import state_token
from forum.dialogue.web.threads import page_context
from forum.events.queries import events
from forum.events.queries.formatting import own_zone
from forum.events.rules.roles import moderates_any
from forum.http.caching import only_theirs
from forum.http.links import address
from forum.http.loading import asked_number, get_or_404
from forum.http.refusals import status_after
from forum.kernel.choices import Outcome
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.actions import appeals as acts
from forum.moderation.queries import appeals
from forum.moderation.rules.appeals import (
    can_others_decide,
    decision_to_appeal,
    why_not_appeal,
    why_not_appeal_decision,
    why_not_decide_appeal,
    why_not_see_appeals,
)
from forum.moderation.web.appeal_forms import AppealForm, OutcomeForm
from forum.moderation.web.queues import APPEALED, kept, page_of


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The author reads the decision and can appeal it once; afterwards the page shows the outcome."""
    refuse_if(None if request.user.is_authenticated else Reason.LOGIN_FOR_APPEAL)
    comment: Any = get_or_404(comments.get, request.user, comment_id)
    refuse_if(None if comment.author_id == request.user.pk else Reason.NOT_YOURS)
    form = AppealForm(request.POST) if request.method == "POST" else None
    reason = None
    if form and form.is_valid():
        try:
            said = form.cleaned_data
            acts.appeal(comment, by=logged_in(request.user), text=said["text"], about=said["about"], now=timezone.now())
        except Refused as refusal:
            reason = refusal.reason
        else:
            messages.success(request, _("Your appeal has been sent. You will be notified of the outcome."))
            return redirect("comment", comment_id)
    entry: Any = decision_to_appeal(comment.pk)
    no = why_not_appeal(request.user, entry)
    told = reason or (no if no is Reason.NOTHING_TO_APPEAL else None)  # an earlier appeal is shown below
    context = page_context(comment.thread.theme) | {
        "label": comments.label_of(comment),
        "comment_url": reverse("comment", args=[comment_id]),
        "source_html": fragments.body_html(comment.version.html),
        "decision": (_told(entry, comment) or {}) | {"url": ""} if entry else None,
        "right": _right(entry, comment) if no is None else "",
        "form": None if no else _asked_about(entry, form, reason),
        "why_not": str(told.label) if told else "",
        "typed": form.data.get("text", "") if form and no else "",
        "list_url": _own_list(request.user, comment.thread.theme.event),
        "action": request.path,
    }
    return render(request, "moderation/appeal.html", context, status=status_after(form, reason))


@require_http_methods(["GET", "HEAD", "POST"])
def by_letter(request: HttpRequest, signed: str) -> HttpResponse:
    """The same for one decision by the link in its email, whoever is logged in. Shows nothing of what they wrote."""
    entry: Any = appeal_links.decision(signed)
    if entry is None:
        raise Refused(Reason.LINK_ENDED)
    author, comment = entry.comment.author, entry.comment
    form = AppealForm(request.POST) if request.method == "POST" else None
    no = reason = why_not_appeal_decision(author, entry)
    if form and no is None and form.is_valid():
        try:
            acts.appeal(comment, by=author, text=form.cleaned_data["text"], about=entry.pk, now=timezone.now())
        except Refused as refusal:
            reason = refusal.reason
        else:
            return only_theirs(redirect(request.path))
    waits = hasattr(entry, "appeal") and entry.appeal.decided_at is None
    context = page_context(comment.thread.theme) | {
        "label": comments.label_of(comment),
        "decision": appeals.told(entry, None, zone=_zone(comment)) | {"url": ""},
        "sent": _("Your appeal has been sent. You will be notified of the outcome.") if waits else "",
        "right": _right(entry, comment) if no is None else "",
        "form": None if no else form or AppealForm(initial={"about": entry.pk}),
        "why_not": str(reason.label) if reason else "",
        "typed": form.data.get("text", "") if form and no else "",
        "action": request.path,
    }
    return only_theirs(render(request, "moderation/answer.html", context, status=status_after(form, reason)))


@require_safe
def listed(request: HttpRequest, event_slug: str) -> HttpResponse:
    """The appeals that wait for this person, the longest waiting first; and what became of others, the newest first.

    Authors find their own here.
    """
    event = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_appeals(request.user, event.pk))
    decides, before, now = moderates_any(request.user, event.pk), asked_number(request, "before"), timezone.now()
    outcomes, has_older = appeals.decided(request.user, event, before=before, is_colleague=decides)
    earlier = kept(request.GET) | {"before": str(outcomes[-1]["id"])} if has_older else {}
    page = page_of(request, event, APPEALED, now=now) if decides else {"event": events.card(event, now=now)}
    context = page | {
        "outcomes": outcomes,
        "older_url": address(reverse("appeals", args=[event.slug]), earlier) if has_older else "",
    }
    return render(request, "moderation/appeals.html" if decides else "moderation/own_appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal with its case; the decision about it belongs to what this page showed."""
    case: Any = get_or_404(appeals.get, request.user, appeal_id)
    comment = case.entry.comment
    form = OutcomeForm(request.POST) if request.method == "POST" else None
    reason = why_not_decide_appeal(request.user, case, comment, comment.thread)
    if reason is not Reason.APPEAL_DECIDED:
        refuse_if(reason)
    if form and reason is None and form.is_valid():
        said = form.cleaned_data
        try:
            acts.decide_appeal(
                case,
                outcome=Outcome(said["outcome"]),
                by=logged_in(request.user),
                answer=said["answer"],
                seen=said["seen"],
                now=timezone.now(),
            )
        except Refused as refusal:
            reason = refusal.reason
        else:
            done = _("The appeal is decided, and the author of %(label)s has been notified.")
            messages.success(request, done % {"label": comments.label_of(comment)})
            return redirect("appeals", comment.thread.theme.event.slug)
    context = page_context(comment.thread.theme) | {
        "c": appeals.card(case),
        "form": None if reason is Reason.APPEAL_DECIDED else _as_seen_now(comment, form, reason),
        "why_not": str(reason.label) if reason else "",
        "typed": form.data.get("answer", "") if form and reason is Reason.APPEAL_DECIDED else "",
        "is_own": case.entry.actor_id == request.user.pk and not can_others_decide(case),
        "action": request.path,
        "list_url": reverse("appeals", args=[comment.thread.theme.event.slug]),
    }
    return render(request, "moderation/decide_appeal.html", context, status=status_after(form, reason))


def panel(person: Viewer, comment: Any) -> dict[str, Any] | None:
    """What an author reads on the page of their comment about a decision that holds; None for everybody else.

    One query for an author, none for others.
    """
    if not person.is_authenticated or comment.author_id != person.pk:
        return None
    return _told(decision_to_appeal(comment.pk), comment)


def _own_list(person: Viewer, event: Any) -> str:
    """Where somebody finds the outcomes of their appeals in an event, if they have sent any."""
    return reverse("appeals", args=[event.slug]) if why_not_see_appeals(person, event.pk) is None else ""


def _told(entry: Any, comment: Any) -> dict[str, Any] | None:
    return appeals.told(entry, getattr(entry, "appeal", None), zone=_zone(comment)) if entry else None


def _zone(comment: Any) -> str:
    """That of the author, who alone reads this."""
    return own_zone(comment.author, comment.thread.theme.event.timezone)


def _right(entry: Any, comment: Any) -> str:
    return appeal_right_sentence(entry.actor_id, comment.author_id, event_id=entry.event_id, theme_id=comment.theme_id)


def _asked_about(entry: Any, form: AppealForm | None, reason: Reason | None) -> AppealForm:
    """The form about the decision that holds now. After a refusal it asks about that one, with the words in it."""
    if form is not None and reason is None:
        return form
    text = form.data.get("text", "") if form else ""
    return AppealForm(initial={"about": entry.pk, "text": text})


def _as_seen_now(comment: Any, form: OutcomeForm | None, reason: Reason | None) -> OutcomeForm:
    """The form about the comment as it is now. After a refusal it holds what was said, and must be sent once more."""
    if form is not None and reason is None:
        return form
    said = {name: form.data.get(name, "") for name in ("outcome", "answer")} if form else {}
    return OutcomeForm(initial=said | {"seen": state_token(comment)})
