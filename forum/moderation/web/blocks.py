"""The page on which organisers refuse sign-ups from a mail provider or a network for a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.adapter import address_of
from accounts.models import logged_in
from forum.dialogue.rules.blocks import why_not_block
from forum.events.queries import events
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE
from forum.kernel.choices import BlockKind
from forum.kernel.errors import refuse_if
from forum.moderation.actions import blocks as acts
from forum.moderation.queries import blocks as queries
from forum.moderation.web.queues import navigation
from forum.moderation.web.sanction_forms import BlockForm


@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_block(request.user, event.pk))
    form, now = BlockForm(request.POST or None, here=address_of(request)), timezone.now()
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        acts.block(
            BlockKind(facts["kind"]), facts["value"], event,
            reason=facts["reason"], until=form.until(now), by=logged_in(request.user), now=now,
        )  # fmt: skip
        messages.success(request, _("Sign-ups from %(value)s are now blocked.") % {"value": facts["value"]})
        return redirect("blocks", event.slug)
    context = {
        "event": events.card(event, now=now),
        "rows": queries.effective(event, now=now),
        "form": form,
        "action": request.path,
        "navigation": navigation(request.user, event, "blocks"),
    }
    return render(request, "moderation/blocks.html", context, status=UNREADABLE if form.errors else 200)


@require_POST
def lift(request: HttpRequest, event_slug: str, block_id: int) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_block(request.user, event.pk))
    blocked = get_or_404(queries.get, event, block_id)
    acts.lift_block(blocked, by=logged_in(request.user), now=timezone.now())
    messages.success(request, _("People can sign up from %(value)s again.") % {"value": blocked.value})
    return redirect("blocks", event.slug)
