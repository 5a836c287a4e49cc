"""A person's public page, and the page where people change how others see them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import ProfileForm, TimeZoneForm
from accounts.models import Person, logged_in
from forum.dialogue.actions.mentions import Names
from forum.dialogue.actions.people import change_profile, choose_time_zone, switch_single_keys
from forum.dialogue.queries import people, themes, threads
from forum.dialogue.web.comments import wants_json
from forum.http.caching import answer
from forum.http.links import feed_addresses
from forum.http.loading import asked_number, get_or_404
from forum.http.menus import ACCOUNT_MENU, Button, Link
from forum.http.refusals import UNREADABLE
from forum.moderation.queries import person_history
from forum.pages.queries import feeds


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What somebody said in public, the newest first."""
    shown = get_or_404(people.get, request.user, person_id)
    before = asked_number(request, "before")
    rows = feeds.of_person(person_id, before=before, limit=people.PAGE + 1)
    has_more = len(rows) > people.PAGE
    rows = rows[: people.PAGE]
    context = {
        "person": shown,
        "rows": rows,
        "first_url": shown["url"] if before else "",
        "older_url": f"{shown['url']}?before={rows[-1]['id']}" if has_more else "",
        "feeds": feed_addresses(shown["url"]),
        "canonical": shown["url"],
        "places": person_history.moderated_places(request.user, person_id) if request.user.is_authenticated else [],
    }
    return answer(request, context, lambda: render(request, "pages/person.html", context))


@require_safe
def of_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Whom somebody may mean by an @ in a thread."""
    thread = get_or_404(threads.get, request.user, thread_id)
    return _offered(request, thread.theme_id, thread.pk)


@require_safe
def of_theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    """The same for a new thread."""
    return _offered(request, get_or_404(themes.get_by_id, request.user, theme_id).pk, None)


def _offered(request: HttpRequest, theme_id: int, thread_id: int | None) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"people": []}, status=403)
    words = request.GET.get("q", "")[:60]
    near = Names(theme_id=theme_id, thread_id=thread_id)
    offered = people.offered(near.speakers, words, to=request.user)
    for each in offered:
        each["typed"] = near.typed(each["id"], each["name"])
    response = JsonResponse({"people": offered})
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    person = logged_in(request.user)
    form = ProfileForm(request.POST or None, person=person)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=UNREADABLE if form.errors else 200)
    said = form.cleaned_data
    change_profile(person, name=said["name"], group=said["group"], organisation=said["organisation"])
    messages.success(request, _("Your profile has been saved."))
    return redirect("profile")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """What somebody sets for their own reading."""
    person = logged_in(request.user)
    form = TimeZoneForm(request.POST if request.method == "POST" else None, initial={"time_zone": person.time_zone})
    if not form.is_valid():
        return render(request, "account/preferences.html", {"form": form}, status=UNREADABLE if form.errors else 200)
    choose_time_zone(person, form.cleaned_data["time_zone"])
    messages.success(request, _("Your preferences have been saved."))
    return redirect("preferences")


@require_POST
@login_required
def single_keys(request: HttpRequest) -> HttpResponse:
    """The switch for single-key shortcuts, among the preferences and wherever they are listed."""
    is_on = "single_keys" in request.POST
    switch_single_keys(logged_in(request.user), on=is_on)
    if wants_json(request):
        return JsonResponse({"is_on": is_on})
    said = _("Single-key shortcuts are on.") if is_on else _("Single-key shortcuts are off.")
    messages.success(request, said)
    return redirect("preferences")


@ACCOUNT_MENU.entry(30)
def _profile_link(person: Person) -> Link:
    return Link(_("Profile"), reverse("profile"))


@ACCOUNT_MENU.entry(33)
def _preferences_link(person: Person) -> Link:
    return Link(_("Preferences"), reverse("preferences"))


# These pages are allauth's, which declares nothing.
@ACCOUNT_MENU.entry(40)
def _email_link(person: Person) -> Link:
    return Link(_("Email address"), reverse("account_email"))


@ACCOUNT_MENU.entry(50)
def _password_link(person: Person) -> Link:
    return Link(_("Password"), reverse("account_change_password"))


@ACCOUNT_MENU.entry(100)
def _log_out_button(person: Person) -> Button:
    return Button(_("Log out"), reverse("account_logout"))
