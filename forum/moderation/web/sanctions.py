"""The moderators' pages about people: what is known of somebody, laying something on them, lifting it; and the page on
which the person reads it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.queries import sanctions
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.rules import sanctions as rules
from forum.events.queries import events
from forum.events.rules.roles import moderates, read_together
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel.choices import SanctionKind
from forum.kernel.errors import Refused, refuse_if
from forum.moderation.actions import sanctions as acts
from forum.moderation.queries import person_history
from forum.moderation.web.queues import navigation
from forum.moderation.web.sanction_forms import SPANS, LiftForm, SanctionForm


@require_safe
def people(request: HttpRequest, event_slug: str) -> HttpResponse:
    """On whom something is laid now."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(rules.why_not_see_people(request.user, event.pk))
    context = {
        "event": events.card(event, now=timezone.now()),
        "rows": _with_lift(request.user, event, sanctions.of_event(request.user, event, now=timezone.now())),
        "navigation": navigation(request.user, event, "moderated_people"),
    }
    return render(request, "moderation/sanctions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, event_slug: str, person_id: int) -> HttpResponse:
    """What the moderators know of somebody here; sending the form lays something on them."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(rules.why_not_see_people(request.user, event.pk))
    shown = get_or_404(person_history.writer, event, person_id)
    no = rules.why_not_decide_about_person(request.user, shown, event.pk)
    form, status, said = _form(request, event), 200, None
    if request.method == "POST":
        refuse_if(no)
        status = UNREADABLE
        if form.is_valid():
            try:
                _lay(request, event, shown, form)
            except Refused as refusal:
                said, status = refusal.reason, status_of(refusal.reason)
                form.take_new_key()
            else:
                messages.success(
                    request, _("The sanction is now in effect, and %(name)s has been told why.") % {"name": shown.name}
                )
                return redirect("moderate_person", event.slug, shown.pk)
    context = {
        "event": events.card(event, now=timezone.now()),
        "name": shown.name,
        "list_url": reverse("moderated_people", args=[event.slug]),
        "standing": person_history.standing(event, shown.pk),
        "sanctions": _with_lift(
            request.user, event, sanctions.of_person(request.user, event, shown.pk, now=timezone.now())
        ),
        "trusts": person_history.trusts(event, shown.pk),
        "decisions": person_history.decisions(request.user, event, shown.pk),
        "clearings": person_history.clearings(event, shown.pk) if no is None else [],
        "removals": [] if no else _removals(event, shown),
        "form": None if no else form,
        "why_not": str(no.label) if no else "",
        "said": str(said.label) if said else "",
        "action": request.path,
    }
    return render(request, "moderation/person.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, event_slug: str, sanction_id: int) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(rules.why_not_see_people(request.user, event.pk))
    laid = get_or_404(sanctions.in_event, event.pk, sanction_id)
    refuse_if(rules.why_not_lift(request.user, laid, now=timezone.now()))
    back = reverse("moderate_person", args=[event.slug, laid.person_id])
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.lift(laid.pk, by=logged_in(request.user), reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(
            request, _("The sanction has been lifted, and %(name)s has been notified.") % {"name": laid.person.name}
        )
        return redirect(back)
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Lift: %(kind)s") % {"kind": SanctionKind(laid.kind).label},
        "lead": laid.person.name,
        "hidden_text": laid.reason,
        "form": form,
        "action": request.path,
        "cancel_url": back,
        "button": _("Lift sanction"),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def told(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """A sanction as its person reads it; a warning is confirmed here. Nobody else finds this page."""
    laid = get_or_404(sanctions.get, request.user, sanction_id)
    if request.method == "POST":
        acts.acknowledge(laid, now=timezone.now())
        messages.success(request, _("Thank you. You can post again."))
        return redirect("sanction", laid.pk)
    context = {"sanction": sanctions.told(laid.pk, now=timezone.now()), "action": request.path}
    return render(request, "moderation/sanction_told.html", context)


def _with_lift(viewer: Viewer, event: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with where each can be lifted by this moderator. Two queries, none without lines that hold."""
    holding = sanctions.several([row["id"] for row in rows if not row["is_over"]])
    read_together([laid.person for laid in holding], event.pk)
    now = timezone.now()
    may = {laid.pk for laid in holding if rules.why_not_lift(viewer, laid, now=now) is None}
    page = {pk: reverse("lift_sanction", args=[event.slug, pk]) for pk in may}
    return [row | {"lift_url": page.get(row["id"], "")} for row in rows]


def _form(request: HttpRequest, event: Any) -> SanctionForm:
    """Only what this moderator may impose on this person, and where."""
    themes = [theme for theme in themes_of(event) if moderates(request.user, event.pk, theme["id"])]
    whole = [(0, _("Whole event"))]
    everywhere = moderates(request.user, event.pk, None)
    some = [(theme["id"], f"{theme['code']}. {theme['title']}") for theme in themes]
    where = [None, *(theme["id"] for theme in themes)]
    kinds = [
        kind
        for kind in SanctionKind
        if any(rules.why_not_kind(request.user, kind, event.pk, place) is None for place in where)
    ]
    return SanctionForm(request.POST or None, kinds=kinds, themes=(whole if everywhere or not some else []) + some)


def _lay(request: HttpRequest, event: Any, person: Person, form: SanctionForm) -> None:
    facts, now = form.cleaned_data, timezone.now()
    acts.sanction(
        person,
        SanctionKind(facts["kind"]),
        event,
        theme_id=facts["theme"],
        pace=facts["pace"],
        reason=facts["reason"],
        note=facts["note"],
        until=form.until(now),
        key=facts["key"],
        by=logged_in(request.user),
        now=now,
    )


def _removals(event: Any, person: Person) -> list[dict[str, Any]]:
    page = reverse("clear_person", args=[event.slug, person.pk])
    return [{"label": label, "url": f"{page}?span={span}"} for span, (label, _time) in SPANS.items()]
