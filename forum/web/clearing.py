"""Removing many comments of one person as one act, and bringing them back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from forum.actions.clearing import clear_comments, restore_cleared
from forum.choices import CLEARED
from forum.errors import refuse_if
from forum.queries import events, records
from forum.rules.clearing import clearable, restorable, why_not_restore_cleared
from forum.rules.sanctions import why_not_decide_about, why_not_see_people
from forum.web.loading import found
from forum.web.reason_forms import OptionalReasonForm
from forum.web.refusals import UNREADABLE
from forum.web.sanction_forms import SPANS, ClearForm


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, event_slug: str, person_id: int) -> HttpResponse:
    """Shows what will go; sending the form removes exactly that, and tells what came meanwhile."""
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    person = found(records.writer, event, person_id)
    refuse_if(why_not_decide_about(request.user, person, event.pk))
    span = request.GET.get("span", "all")
    if span not in SPANS:
        raise Http404
    case = SimpleNamespace(event_id=event.pk)
    form = ClearForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        _clear(request, event, person, form.cleaned_data)
        return redirect("moderate_person", event.slug, person.pk)
    label, time = SPANS[span]
    since = timezone.now() - time if time else None
    found_all = clearable(request.user, person, event.pk, since=since)
    seen, all_of_them = records.named(found_all[:CLEARED]), found_all.count()
    if not form.is_bound:
        form = ClearForm(case=case, initial={"since": since.isoformat() if since else "", **seen})
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Remove comments of %(name)s") % {"name": person.name},
        "span": label,
        "seen": seen,
        "more": seen["count"] - len(seen["rows"]),
        "left": all_of_them - seen["count"],
        "form": form,
        "action": request.get_full_path(),
        "cancel_url": reverse("moderate_person", args=[event.slug, person.pk]),
    }
    return render(request, "sanctions/clear.html", context, status=UNREADABLE if form.errors else 200)


def _clear(request: HttpRequest, event: Any, person: Any, asked: dict[str, Any]) -> None:
    bounds = {"since": asked["since"], "last": asked["last"]}
    facts: dict[str, Any] = {name: asked[name] for name in ("reason", "article")}
    entry = clear_comments(person, event, by=request.user, now=timezone.now(), **bounds, **facts)
    gone = records.size_of(entry) if entry else 0
    said = [ngettext("%(n)s comment is removed.", "%(n)s comments are removed.", gone) % {"n": gone}]
    if gone < asked["count"]:
        said.append(_("The others you saw were gone already."))
    left = clearable(request.user, person, event.pk, since=asked["since"])
    newer, older = left.filter(pk__gt=asked["last"]).count(), left.filter(pk__lte=asked["last"]).count()
    if newer:
        said.append(ngettext("%(n)s newer one is left.", "%(n)s newer ones are left.", newer) % {"n": newer})
    if older:
        words = ngettext("%(n)s older one is left: remove again.", "%(n)s older ones are left: remove again.", older)
        said.append(words % {"n": older})
    messages.success(request, " ".join(said))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, event_slug: str, entry_id: int) -> HttpResponse:
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    entry: Any = found(records.clearing, event, entry_id)
    removed = [removal.comment for removal in restorable(entry).select_related("comment")]
    refuse_if(why_not_restore_cleared(request.user, entry, removed))
    back = reverse("moderate_person", args=[event.slug, entry.person_id])
    form = OptionalReasonForm(request.POST or None, case=entry)
    if request.method == "POST" and form.is_valid():
        count = restore_cleared(entry, by=request.user, now=timezone.now(), **form.cleaned_data)
        said = ngettext("%(n)s comment is back in its place.", "%(n)s comments are back in their places.", count)
        messages.success(request, said % {"n": count})
        return redirect(back)
    words = ngettext(
        "%(n)s comment comes back to its place: what was removed then, and what nobody removed again since.",
        "%(n)s comments come back to their places: what was removed then, and what nobody removed again since.",
        len(removed),
    )
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Bring back comments of %(name)s") % {"name": entry.person.name},
        "lead": words % {"n": len(removed)},
        "form": form,
        "action": request.path,
        "cancel_url": back,
        "button": _("Bring them back"),
    }
    return render(request, "comment/confirm.html", context, status=UNREADABLE if form.errors else 200)
