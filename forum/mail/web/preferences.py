"""The page of somebody's email settings, and the links in emails that lead to it or stop one kind of email."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Person, logged_in
from forum.http.menus import ACCOUNT_MENU, Link
from forum.http.refusals import UNREADABLE
from forum.kernel.outbox import Frequency
from forum.mail.actions import preferences as actions
from forum.mail.links import read_settings, read_stop, settings_url
from forum.mail.queries import lists, preferences

WHAT: dict[str, Any] = {
    "reply": gettext_lazy("Replies to you"),
    "mention": gettext_lazy("Mentions of you"),
    "followed": gettext_lazy("New comments in threads and themes you follow"),
    "moderation": gettext_lazy("Moderation of your comments"),
    "daily": gettext_lazy("Daily digest"),
    "weekly": gettext_lazy("Weekly digest"),
}
STOPPED = WHAT | {"list": gettext_lazy("Every comment of a theme")}


class PreferencesForm(forms.Form):
    """How soon somebody is told of each kind of thing."""

    reply = forms.ChoiceField(label=WHAT["reply"], choices=Frequency.choices)
    mention = forms.ChoiceField(label=WHAT["mention"], choices=Frequency.choices)
    followed = forms.ChoiceField(
        label=WHAT["followed"],
        choices=Frequency.choices,
        help_text=gettext_lazy("Digests are sent at 7:00 in your time zone; weekly ones on Mondays."),
    )
    moderation = forms.ChoiceField(
        label=WHAT["moderation"],
        choices=Frequency.choices,
        help_text=gettext_lazy("If moderators restrict your account, you always get an email about it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_settings(request: HttpRequest) -> HttpResponse:
    """For who is logged in."""
    return _settings(request, logged_in(request.user), back_to=reverse("email_settings"), is_by_link=False)


@csrf_exempt  # the link itself is the permission; its reader may have no session
@require_http_methods(["GET", "HEAD", "POST"])
def settings_by_link(request: HttpRequest, signed: str) -> HttpResponse:
    """For anybody who has the link from an email."""
    person_id = read_settings(signed)
    person = preferences.find_person(person_id) if person_id is not None else None
    if person is None:
        raise Http404
    return _settings(request, person, back_to=request.path, is_by_link=True)


@csrf_exempt  # mail programs send the POST without cookies: RFC 8058, section 3.2
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Stops one kind of email. Looking at the page changes nothing: mail scanners follow every link."""
    asked = read_stop(signed)
    person = preferences.find_person(asked.person_id) if asked else None
    if asked is None or person is None or asked.what not in STOPPED:
        raise Http404
    context = {
        "what": STOPPED[asked.what],
        "is_stopped": request.method == "POST",
        "settings_url": settings_url(person.pk),
    }
    if request.method == "POST":
        actions.stop(asked)
    return _private(render(request, "mail/stop.html", context))


def _settings(request: HttpRequest, person: Person, *, back_to: str, is_by_link: bool) -> HttpResponse:
    stored = preferences.of_person(person.pk)
    known = {name: getattr(stored, name) for name in actions.FIELDS}
    form = PreferencesForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        chosen = {name: Frequency(form.cleaned_data[name]) for name in actions.FIELDS}
        actions.set_frequencies(person.pk, chosen, now=timezone.now())
        messages.success(request, _("Your email settings have been saved."))
        return redirect(back_to)
    context = {"form": form, "email": person.email, "is_by_link": is_by_link, "themes": lists.listed(person)}
    return _private(render(request, "mail/settings.html", context, status=UNREADABLE if form.errors else 200))


def _private(response: HttpResponse) -> HttpResponse:
    """Neither kept nor passed on: the address of the page holds its permission."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@ACCOUNT_MENU.entry(35)
def _settings_link(person: Person) -> Any:
    return Link(_("Email notifications"), reverse("email_settings"))
