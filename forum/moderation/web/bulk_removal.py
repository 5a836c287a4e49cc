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

from accounts.models import Person, logged_in
from forum.dialogue.rules.sanctions import why_not_decide_about_person, why_not_see_people
from forum.events.queries import events
from forum.events.web.reason_forms import OptionalReasonForm
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE
from forum.kernel.choices import MAX_BULK_REMOVE
from forum.kernel.errors import refuse_if
from forum.moderation.actions.bulk_removal import bulk_remove, bulk_restore
from forum.moderation.queries import person_history
from forum.moderation.rules.bulk_removal import clearable, restorable, why_not_restore_cleared
from forum.moderation.web.sanction_forms import SPANS, BulkRemoveForm


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, event_slug: str, person_id: int) -> HttpResponse:
    """Shows what will go; sending the form removes exactly that, and tells what came meanwhile."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    person = get_or_404(person_history.writer, event, person_id)
    refuse_if(why_not_decide_about_person(request.user, person, event.pk))
    span = request.GET.get("span", "all")
    if span not in SPANS:
        raise Http404
    case = SimpleNamespace(event_id=event.pk)
    form = BulkRemoveForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        _clear(request, event, person, form.cleaned_data)
        return redirect("moderate_person", event.slug, person.pk)
    label, time = SPANS[span]
    since = timezone.now() - time if time else None
    found_all = clearable(request.user, person, event.pk, since=since)
    seen, all_of_them = person_history.named(found_all[:MAX_BULK_REMOVE]), found_all.count()
    if not form.is_bound:
        form = BulkRemoveForm(case=case, initial={"since": since.isoformat() if since else "", **seen})
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Remove comments by %(name)s") % {"name": person.name},
        "span": label,
        "seen": seen,
        "more": seen["count"] - len(seen["rows"]),
        "left": all_of_them - seen["count"],
        "form": form,
        "action": request.get_full_path(),
        "cancel_url": reverse("moderate_person", args=[event.slug, person.pk]),
    }
    return render(request, "moderation/bulk_removal.html", context, status=UNREADABLE if form.errors else 200)


def _clear(request: HttpRequest, event: Any, person: Person, asked: dict[str, Any]) -> None:
    entry = bulk_remove(
        person,
        event,
        since=asked["since"],
        last=asked["last"],
        by=logged_in(request.user),
        reason=asked["reason"],
        now=timezone.now(),
        article=asked["article"],
    )
    gone = person_history.size_of(entry) if entry else 0
    said = [ngettext("%(n)s comment has been removed.", "%(n)s comments have been removed.", gone) % {"n": gone}]
    if gone < asked["count"]:
        said.append(_("The other comments in your list had already been removed."))
    left = clearable(request.user, person, event.pk, since=asked["since"])
    newer, older = left.filter(pk__gt=asked["last"]).count(), left.filter(pk__lte=asked["last"]).count()
    if newer:
        said.append(ngettext("%(n)s newer comment is left.", "%(n)s newer comments are left.", newer) % {"n": newer})
    if older:
        words = ngettext(
            "%(n)s older comment is left. Repeat to remove it.",
            "%(n)s older comments are left. Repeat to remove them.",
            older,
        )
        said.append(words % {"n": older})
    messages.success(request, " ".join(said))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, event_slug: str, entry_id: int) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_people(request.user, event.pk))
    entry: Any = get_or_404(person_history.clearing, event, entry_id)
    removals = restorable(entry).select_related("comment")
    removed = [removal.comment for removal in removals if removal.comment is not None]
    refuse_if(why_not_restore_cleared(request.user, entry, removed))
    back = reverse("moderate_person", args=[event.slug, entry.person_id])
    form = OptionalReasonForm(request.POST or None, case=entry)
    if request.method == "POST" and form.is_valid():
        count = bulk_restore(
            entry,
            by=logged_in(request.user),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            article=form.cleaned_data["article"],
        )
        said = ngettext("%(n)s comment has been restored.", "%(n)s comments have been restored.", count)
        messages.success(request, said % {"n": count})
        return redirect(back)
    words = ngettext(
        "%(n)s comment will be restored: all that were removed at that time and have not been removed again since.",
        "%(n)s comments will be restored: all that were removed at that time and have not been removed again since.",
        len(removed),
    )
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": _("Restore comments by %(name)s") % {"name": entry.person.name},
        "lead": words % {"n": len(removed)},
        "form": form,
        "action": request.path,
        "cancel_url": back,
        "button": _("Restore them"),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)
