"""The organisers' page of rules by which comments wait, with a dry run before any is switched on."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import logged_in
from forum.dialogue.queries.hold_reasons import sentence
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.rules.dry_run import PastComment, simulate
from forum.dialogue.rules.holding import Found, rules_of, why_not_set_rules
from forum.events.queries import events
from forum.http.links import theme_links
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE
from forum.kernel.choices import DRY_RUN_SPAN, REFUSED, Status
from forum.kernel.errors import refuse_if
from forum.moderation.actions.holding import set_hold_rules, tell_what_waits
from forum.moderation.queries import dry_run
from forum.moderation.web.holding_forms import EventRulesForm, ThemeRulesForm
from forum.moderation.web.queues import navigation


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_set_rules(request.user, event.pk))
    themes = themes_of(event)
    theme = _theme_asked(request, themes)
    form = _form(request, event, theme)
    result = None
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            set_hold_rules(
                event, theme["id"] if theme else None, rules=form.rules, by=logged_in(request.user), now=timezone.now()
            )
            if theme is None:
                tell_what_waits(event, on=form.cleaned_data["told"], by=logged_in(request.user), now=timezone.now())
            messages.success(request, _("The review rules have been saved. They apply to comments sent from now on."))
            return redirect(request.get_full_path())
        result = _preview(event, theme, form.rules)
    context = {
        "event": events.card(event, now=timezone.now()),
        "form": form,
        "fields": _grouped(form),
        "flagged": form["flagged_number"] if theme is None else None,
        "theme_title": theme["title"] if theme else "",
        "themes": theme_links(
            reverse("hold_rules", args=[event.slug]), themes, {"theme": theme["code"] if theme else ""}
        ),
        "result": result,
        "action": request.get_full_path(),
        "navigation": navigation(request.user, event, "hold_rules"),
    }
    return render(request, "moderation/rules.html", context, status=UNREADABLE if form.errors else 200)


def _form(request: HttpRequest, event: Any, theme: dict[str, Any] | None) -> EventRulesForm | ThemeRulesForm:
    data = request.POST if request.method == "POST" else None
    if theme is None:
        return EventRulesForm(data, stored=event.hold_rules, tells_waiting=event.tells_waiting)
    stored = dry_run.rules_of_themes(event.pk)[theme["id"]]
    return ThemeRulesForm(data, stored=stored, of_event=event.hold_rules)


def _theme_asked(request: HttpRequest, themes: list[dict[str, Any]]) -> dict[str, Any] | None:
    code = request.GET.get("theme", "")
    if not code:
        return None
    for theme in themes:
        if theme["code"] == code:
            return theme
    raise Http404


def _grouped(form: EventRulesForm | ThemeRulesForm) -> list[dict[str, Any]]:
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


def _preview(event: Any, theme: dict[str, Any] | None, tried: dict[str, Any]) -> dict[str, Any]:
    """What these rules would have held of the last weeks, and what became of it. Nothing of it is kept but counts and
    what is named: an event may be long."""
    theme_id, since = theme["id"] if theme else None, timezone.now() - DRY_RUN_SPAN
    past = (PastComment(**row) for row in dry_run.past(event.pk, theme_id, since=since))
    of_all, became = 0, Counter[str]()
    last: deque[tuple[int, list[Found]]] = deque(maxlen=dry_run.SHOWN)
    for each, reasons in simulate(_rules_by_theme(event, theme_id, tried), past):
        of_all += each.is_asked
        if reasons:
            became[each.status] += 1
            last.appendleft((each.comment_id, reasons))
    named = dry_run.named([pk for pk, _reasons in last])
    return {
        "days": DRY_RUN_SPAN.days,
        "of_all": of_all,
        "held": became.total(),
        "published": became[Status.PUBLISHED],
        "refused": sum(became[status] for status in REFUSED),
        "rows": [
            named[pk] | {"reasons": [sentence(each.as_json()) for each in reasons]}
            for pk, reasons in last
            if pk in named
        ],
    }


def _rules_by_theme(event: Any, theme_id: int | None, tried: dict[str, Any]) -> dict[int, Any]:
    """What would hold in each theme with the rules that are tried, for the whole event or for one theme."""
    if theme_id is not None:
        return {theme_id: rules_of(event.hold_rules, tried)}
    return {pk: rules_of(tried, stored) for pk, stored in dry_run.rules_of_themes(event.pk).items()}
