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

from accounts.models import logged_in
from forum.dialogue.rules.sanctions import why_not_see_people
from forum.events.queries import events
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE
from forum.kernel.errors import refuse_if
from forum.moderation.actions.trust import end_trust
from forum.moderation.queries import person_history
from forum.moderation.rules.trust import why_not_end_trust
from forum.moderation.web.team_forms import DismissForm


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, event_slug: str, trust_id: int) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    trust: Any = get_or_404(person_history.trust, event, trust_id)
    refuse_if(why_not_end_trust(request.user, trust))
    back = reverse("moderate_person", args=[event.slug, trust.person_id])
    form = DismissForm(request.POST or None, case=trust, person=request.user)
    if request.method == "POST" and form.is_valid():
        end_trust(
            trust.pk,
            by=logged_in(request.user),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            article=form.cleaned_data["article"],
        )
        messages.success(
            request,
            _("The review rules apply to %(name)s again. They have been notified.") % {"name": trust.person.name},
        )
        return redirect(back)
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Stop trusting: %(name)s") % {"name": trust.person.name},
        "lead": _(
            "From now on their comments are held for review where the event's review rules require it. "
            "Published comments stay public."
        ),
        "form": form,
        "action": request.path,
        "cancel_url": back,
        "button": _("Stop trusting"),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)
