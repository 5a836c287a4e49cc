"""A person's public page, and the page where people change how others see them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms import ProfileForm
from forum.actions.people import change_profile
from forum.queries import feeds, people
from forum.web.caching import answer
from forum.web.feeds import addresses
from forum.web.loading import asked_number, found
from forum.web.refusals import UNREADABLE


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What somebody said in public, the newest first."""
    shown = found(people.get, request.user, person_id)
    before = asked_number(request, "before")
    rows = feeds.of_person(person_id, before=before, limit=people.PAGE + 1)
    has_more = len(rows) > people.PAGE
    rows = rows[: people.PAGE]
    context = {
        "person": shown,
        "rows": rows,
        "first_url": shown["url"] if before else "",
        "older_url": f"{shown['url']}?before={rows[-1]['id']}" if has_more else "",
        "feeds": addresses(shown["url"]),
        "canonical": shown["url"],
    }
    return answer(request, context, lambda: render(request, "people/page.html", context))


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, person=request.user)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=UNREADABLE if form.errors else 200)
    change_profile(request.user, **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")
