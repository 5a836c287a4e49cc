"""The organisers' page of rules by which comments wait, with a rehearsal before any is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.actions.holding import set_hold_rules, tell_what_waits
from forum.choices import REHEARSED, Status
from forum.errors import refuse_if
from forum.queries import events, rehearsal, wall
from forum.queries.reasons import sentence
from forum.rules.holding import Past, play, rules_of, why_not_set_rules
from forum.web.forms import HoldRulesForm
from forum.web.links import theme_links
from forum.web.loading import found
from forum.web.refusals import UNREADABLE


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_set_rules(request.user, event.pk))
    themes = wall.themes_of(event)
    theme = _theme_asked(request, themes)
    stored = found(rehearsal.stored_rules, event.pk, theme["id"] if theme else None)
    form = HoldRulesForm(request.POST or None, stored=stored, tells_waiting=None if theme else event.tells_waiting)
    result = None
    if request.method == "POST" and form.is_valid():
        if "rehearse" not in request.POST:
            set_hold_rules(event, theme["id"] if theme else None, rules=form.rules, by=request.user, now=timezone.now())
            if theme is None:
                tell_what_waits(event, on=form.cleaned_data["told"], by=request.user)
            messages.success(request, _("The rules are set. They hold for what is sent from now on."))
            return redirect(request.get_full_path())
        result = _rehearse(event, theme, form.rules)
    context = {
        "event": events.card(event, now=timezone.now()),
        "form": form,
        "fields": _grouped(form),
        "flagged": form["flagged_number"] if theme is None else None,
        "theme_title": theme["title"] if theme else "",
        "themes": theme_links(reverse("hold_rules", args=[event.slug]), themes, theme["letter"] if theme else ""),
        "result": result,
        "action": request.get_full_path(),
    }
    return render(request, "moderation/rules.html", context, status=UNREADABLE if form.errors else 200)


def _theme_asked(request: HttpRequest, themes: list[dict[str, Any]]) -> dict[str, Any] | None:
    letter = request.GET.get("theme", "")
    if not letter:
        return None
    for theme in themes:
        if theme["letter"] == letter:
            return theme
    raise Http404


def _grouped(form: HoldRulesForm) -> list[dict[str, Any]]:
    """Each switch with what belongs to it, in the order of the rules."""
    made: list[dict[str, Any]] = []
    for field in form:
        if field.name == "flagged_number":
            continue  # no rule about what is sent: it has a place of its own
        if "_" in field.name:
            next(each for each in made if each["switch"].name == field.name.split("_")[0])["more"] = field
        else:
            made.append({"switch": field, "more": None})
    return made


def _rehearse(event: Any, theme: dict[str, Any] | None, stored: dict[str, Any]) -> dict[str, Any]:
    """What these rules would have held of the last weeks, and what became of it."""
    rows = list(rehearsal.past(event.pk, theme["id"] if theme else None, since=timezone.now() - REHEARSED))
    held = play(rules_of(stored), _past(rows))
    recent = {row["comment_id"]: row["status"] for row in rows if row["is_recent"]}
    would = [pk for pk in recent if pk in held]
    named = rehearsal.named(would[::-1])
    became = [recent[pk] for pk in would]
    return {
        "days": REHEARSED.days,
        "of_all": len(recent),
        "held": len(would),
        "published": became.count(Status.PUBLISHED),
        "refused": sum(status in (Status.REMOVED, Status.REJECTED) for status in became),
        "rows": [
            named[pk] | {"reasons": [sentence(each.as_json()) for each in held[pk]]}
            for pk in reversed(would)
            if pk in named
        ],
    }


def _past(rows: list[dict[str, Any]]) -> Iterator[Past]:
    for row in rows:
        yield Past(**{name: value for name, value in row.items() if name != "is_recent"})
