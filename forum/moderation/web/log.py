"""The public log of what moderators did, and whether it names them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Viewer
from forum.dialogue.queries.themes import themes_of
from forum.dialogue.rules.holding import why_not_set_rules
from forum.events.queries import events
from forum.events.rules.roles import moderates_any, read_together
from forum.http.caching import answer
from forum.http.links import address, feed_addresses, links, theme_links
from forum.http.loading import asked_number, get_or_404
from forum.kernel.choices import Act
from forum.moderation.actions.holding import set_log_names
from forum.moderation.queries import entries as single_entries
from forum.moderation.queries import log
from forum.moderation.rules.undoing import CAN_BE_UNDONE, why_not_undo, why_not_undo_together
from forum.moderation.web.queues import navigation


@require_safe
def page(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    decides = moderates_any(request.user, event.pk)
    themes, articles = themes_of(event), log.articles_of(event)
    asked = _asked(request, themes, articles)
    before = asked_number(request, "before")
    entries, older = log.page(request.user, event, asked, before=before, is_colleague=decides)
    if decides:
        entries = _with_undo(request.user, event.pk, entries)
    here = reverse("moderation_log", args=[event.slug])
    organises = why_not_set_rules(request.user, event.pk) is None
    context = {
        "event": events.card(event, now=timezone.now()),
        "days": [{"label": label, "entries": list(rows)} for label, rows in groupby(entries, lambda row: row["day"])],
        "filters": _filters(here, asked, themes, log.acts_in(request.user, event), articles),
        "older_url": _address(here, asked, before=older) if older else "",
        "newest_url": _address(here, asked) if before else "",
        "is_narrowed": asked != log.Asked(),
        "feeds": feed_addresses(here),
        "canonical": here,
        "navigation": navigation(request.user, event, "moderation_log"),
        "names_url": reverse("log_names", args=[event.slug]) if organises else "",
        "names": event.log_names,
    }
    return answer(request, context, lambda: render(request, "moderation/log.html", context))


@require_POST
def names(request: HttpRequest, event_slug: str) -> HttpResponse:
    """Whether everybody reads who decided, or only in which role."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    on = request.POST.get("names") == "1"
    set_log_names(event, on=on, by=request.user, now=timezone.now())
    told = (
        _("The moderation log now shows everyone the moderators' names."),
        _("The moderation log now shows everyone only the moderators' roles."),
    )
    messages.success(request, told[0] if on else told[1])
    return redirect("moderation_log", event.slug)


def _with_undo(person: Viewer, event_id: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with where each can be taken back by this person; what was decided as one is so as one.

    One query more, two where comments of one person were removed as one.
    """
    batches: dict[str, list[Any]] = {row["batch"]: [] for row in rows if row["batch"]}
    known = single_entries.several([row["id"] for row in rows if not row["batch"]], batches)
    for entry in known:
        batches.setdefault(entry.batch, []).append(entry)
    concerned = [entry.person for entry in known if entry.act == Act.BULK_REMOVE and entry.person is not None]
    read_together(concerned, event_id)
    one = {entry.pk for entry in known if why_not_undo(person, entry) is None}
    as_one = {batch for batch, entries in batches.items() if why_not_undo_together(person, entries) is None}
    return [row | _undo_urls(row, one, as_one) for row in rows]


def _undo_urls(row: dict[str, Any], one: set[int], as_one: set[str]) -> dict[str, str]:
    if not row["batch"]:
        return {"undo_url": reverse("undo", args=[row["id"]]) if row["id"] in one else ""}
    is_undone_so = row["batch"] in as_one and row["act"] in CAN_BE_UNDONE
    return {"undo_all_url": reverse("undo_batch", args=[row["batch"]]) if is_undone_so else ""}


def _asked(request: HttpRequest, themes: list[dict[str, Any]], articles: list[tuple[int, str]]) -> log.Asked:
    """What the address narrows the log to; raises Http404 for what there is not."""
    code, act, article = request.GET.get("theme", ""), request.GET.get("act", ""), asked_number(request, "article")
    is_known = (
        (not code or any(theme["code"] == code for theme in themes))
        and (not act or act in Act.values)
        and (article is None or any(pk == article for pk, _ in articles))
    )
    if not is_known:
        raise Http404
    return log.Asked(code, act, article)


def _filters(
    page: str, asked: log.Asked, themes: list[dict[str, Any]], acts: list[str], articles: list[tuple[int, str]]
) -> list[dict[str, Any]]:
    """Links that narrow the log, in rows; a row with nothing to choose is left out."""
    narrowed = _narrowed(asked)
    done = [("", _("All actions")), *((act, log.ACT_LABELS[act]) for act in acts)]
    named = [("", _("All rules")), *((str(pk), title) for pk, title in articles)]
    rows = [
        {"label": _("Themes"), "links": theme_links(page, themes, narrowed)},
        {"label": _("Action"), "links": links(page, "act", done, narrowed)},
        {"label": _("Rules"), "links": links(page, "article", named, narrowed)},
    ]
    return [row for row in rows if len(row["links"]) > 2]


def _narrowed(asked: log.Asked) -> dict[str, str]:
    """What an address of the log carries."""
    return {"theme": asked.code, "act": asked.act, "article": str(asked.article or "")}


def _address(page: str, asked: log.Asked, *, before: int | None = None) -> str:
    return address(page, _narrowed(asked) | {"before": str(before or "")})
