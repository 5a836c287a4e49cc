"""Ending it that an author's comments pass, from the moderators' page about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.actions.trust import end_trust
from forum.errors import refuse_if
from forum.queries import events, records
from forum.rules.sanctions import why_not_see_people
from forum.rules.trust import why_not_end_trust
from forum.web.loading import found
from forum.web.refusals import UNREADABLE
from forum.web.team_forms import DismissForm


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, event_slug: str, trust_id: int) -> HttpResponse:
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    trust: Any = found(records.trust, event, trust_id)
    refuse_if(why_not_end_trust(request.user, trust))
    back = reverse("moderate_person", args=[event.slug, trust.person_id])
    form = DismissForm(request.POST or None, case=trust, person=request.user)
    if request.method == "POST" and form.is_valid():
        end_trust(trust.pk, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The rules hold for %(name)s again, who is told.") % {"name": trust.person.name})
        return redirect(back)
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Trust no more: %(name)s") % {"name": trust.person.name},
        "lead": _("From now on their comments wait where the rules of the event say so. What is public stays so."),
        "form": form,
        "action": request.path,
        "cancel_url": back,
        "button": _("Trust no more"),
    }
    return render(request, "comment/confirm.html", context, status=UNREADABLE if form.errors else 200)
