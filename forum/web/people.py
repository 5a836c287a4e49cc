"""A person's public page, and the page where people change how others see them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms import ProfileForm
from forum.actions.people import change_profile
from forum.queries import feeds, people, records, themes, threads
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
        "places": records.moderated_places(request.user, person_id) if request.user.is_authenticated else [],
    }
    return answer(request, context, lambda: render(request, "people/page.html", context))


@require_safe
def of_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Whom somebody may mean by an @ in a thread."""
    thread = found(threads.get, request.user, thread_id)
    return _offered(request, thread.theme_id, thread.pk)


@require_safe
def of_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    """The same for a new thread."""
    return _offered(request, found(themes.get_by_id, request.user, theme_id).pk, None)


def _offered(request: HttpRequest, theme_id: int, thread_id: int | None) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"people": []}, status=403)
    words = request.GET.get("q", "")[:60]
    offered = people.speaking_near(request.user, words, theme_id=theme_id, thread_id=thread_id)
    response = JsonResponse({"people": offered})
    response["Cache-Control"] = "private, max-age=60"
    return response


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, person=request.user)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=UNREADABLE if form.errors else 200)
    change_profile(request.user, **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")
