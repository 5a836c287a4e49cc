"""The organisers' page of who has which role."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import logged_in
from forum.events.queries import events
from forum.events.queries import team as queries
from forum.events.rules.roles import may_organise, read_anew, why_not_dismiss, why_not_organise
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel.choices import RoleKind
from forum.kernel.errors import Refused, refuse_if
from forum.moderation.actions.roles import appoint, dismiss
from forum.moderation.web.queues import navigation
from forum.moderation.web.team_forms import AppointForm, DismissForm


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_organise(request.user, event.pk))
    form = AppointForm(request.POST or None, event=event)
    status = 200
    if request.method == "POST":
        status = UNREADABLE
        if form.is_valid():
            try:
                return _appoint(request, event, form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.reason.label)
                status = status_of(refusal.reason)
    context = {
        "event": events.card(event, now=timezone.now()),
        "roles": [
            row | {"take_url": reverse("dismiss", args=[event.slug, row["id"]])} for row in queries.of_event(event)
        ],
        "form": form,
        "action": request.path,
        "navigation": navigation(request.user, event, "team"),
    }
    return render(request, "moderation/team.html", context, status=status)


def _appoint(request: HttpRequest, event: Any, chosen: dict[str, Any]) -> HttpResponse:
    person = chosen["email"]
    appoint(
        person,
        RoleKind(chosen["kind"]),
        event=event,
        theme=chosen["theme"],
        by=logged_in(request.user),
        now=timezone.now(),
    )
    messages.success(request, _("%(name)s now has this role and has been notified.") % {"name": person.name})
    return redirect("team", event.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest, event_slug: str, role_id: int) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_organise(request.user, event.pk))
    role = get_or_404(queries.get, event, role_id)
    refuse_if(why_not_dismiss(request.user, role))
    form = DismissForm(request.POST or None, case=role, person=request.user)
    if request.method == "POST" and form.is_valid():
        dismiss(
            role,
            by=logged_in(request.user),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            article=form.cleaned_data["article"],
        )
        read_anew(request.user)
        messages.success(
            request, _("The role has been removed, and %(name)s has been notified.") % {"name": role.person.name}
        )
        return redirect("team" if may_organise(request.user, event.pk) else "moderation_log", event.slug)
    words = {"role": queries.in_words(role), "name": role.person.name}
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Remove a role: %(role)s, %(name)s") % words,
        "lead": _("They lose the permissions of this role at once. Their past decisions stay in effect."),
        "button": _("Remove role"),
        "danger": True,
        "form": form,
        "action": request.path,
        "cancel_url": reverse("team", args=[event.slug]),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)
