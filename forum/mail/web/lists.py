"""The page where somebody asks for every comment of a theme by email, or stops that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import logged_in
from forum.dialogue.queries import themes
from forum.http.loading import get_or_404
from forum.mail.actions.lists import subscribe, unsubscribe
from forum.mail.lists import MOST_A_DAY
from forum.mail.queries import lists


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def theme_by_email(request: HttpRequest, theme_id: int) -> HttpResponse:
    theme: Any = get_or_404(themes.get_by_id, request.user, theme_id)
    person = logged_in(request.user)
    if request.method == "POST":
        if request.POST.get("wants") == "0":
            unsubscribe(person.pk, theme.pk)
            messages.success(request, _("You will get no more emails from this theme."))
        else:
            subscribe(person, theme, sends_own="own" in request.POST, now=timezone.now())
            messages.success(request, _("You will get every new comment in this theme by email."))
        return redirect("theme_by_email", theme.pk)
    context = {
        "title": f"{theme.code}. {theme.title}",
        "event_title": theme.event.title,
        "theme_url": f"/{theme.event.slug}/{theme.slug}/",
        "subscription": lists.find(person.pk, theme.pk),
        "email": person.email,
        "most": MOST_A_DAY,
    }
    return render(request, "mail/theme.html", context)
