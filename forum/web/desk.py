"""The moderators' desk: what waits for a decision, the longest waiting first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from forum import fragments
from forum.choices import HoldKind, Status
from forum.errors import refuse_if
from forum.queries import appeals, conduct, desk, entries, events, flags, reports, sanctions, wall
from forum.queries.wording import clock
from forum.rules.moderation import why_not_see_desk
from forum.rules.roles import may_organise
from forum.rules.undoing import why_not_undo
from forum.rules.watching import marked
from forum.web.links import address, theme_links
from forum.web.loading import asked_number, found
from forum.web.reason_forms import JudgeForm

MOST_ASKED = 200  # cards that one page may ask about
ASKED = ("theme", "rule", "after")  # what a desk can be asked for


@require_safe
def cards(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    return page(request, event)


def page(
    request: HttpRequest,
    event: Any,
    *,
    bulk: JudgeForm | None = None,
    picked: Collection[int] = (),
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The desk, with what somebody picked and typed on it, if that has to come back to them."""
    letter, kind = request.GET.get("theme", ""), request.GET.get("rule", "")
    if kind and kind not in HoldKind.values:
        raise Http404
    after, now = asked_number(request, "after") or 0, timezone.now()
    shown, more = desk.waiting(request.user, event, letter=letter, kind=kind, after=after, now=now)
    here, back = reverse("desk", args=[event.slug]), urlencode(_kept(request.GET))
    count = desk.count(request.user, event.pk)
    context = {
        "event": events.card(event, now=now),
        "cards": [
            card | {"is_picked": card["id"] in picked} for card in forms_for(shown, event, request.user, back=back)
        ],
        "count": count,
        "count_label": ngettext("%(n)s comment waits", "%(n)s comments wait", count) % {"n": count},
        "more": more,
        "more_url": address(here, theme=letter, rule=kind, after=str(shown[-1]["id"])) if more else "",
        "themes": theme_links(here, wall.themes_of(event), letter, rule=kind),
        "kinds": _kinds(here, letter, kind),
        "rules_url": reverse("hold_rules", args=[event.slug]) if may_organise(request.user, event.pk) else "",
        "queues": _queues(request.user, event),
        "news_url": address(reverse("desk_news", args=[event.slug]), theme=letter, rule=kind),
        "bulk": bulk or JudgeForm(None, known=conduct.of_event(event.pk), prefix="all"),
        "problem": problem,
        "back": back,
        "bulk_url": reverse("judge_many", args=[event.slug]),
        "decided": _decided(request),
        "last": max((card["id"] for card in shown), default=after),
    }
    return render(request, "moderation/desk.html", context, status=status)


@require_safe
def news(request: HttpRequest, event_slug: str) -> HttpResponse:
    """For the script of an open desk: how many wait, what became of its cards, and the cards that are new.

    `ids` are the cards it shows, `after` the newest it knows of; `cards=1` asks for the new ones themselves.
    """
    event: Any = found(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    asked = request.GET.get("ids", "")
    if not re.fullmatch(r"(\d{1,15}(,\d{1,15})*)?", asked):
        raise Http404
    now = timezone.now()
    ids = [int(each) for each in asked.split(",") if each][:MOST_ASKED]
    states = desk.states(request.user, event.pk, ids, now=now)
    narrowed = {"letter": request.GET.get("theme", ""), "kind": request.GET.get("rule", "")}
    if narrowed["kind"] and narrowed["kind"] not in HoldKind.values:
        raise Http404
    after = asked_number(request, "after") or 0
    fresh, more = desk.waiting(request.user, event, **narrowed, after=after, now=now)
    html = (
        [card_html(request, card) for card in forms_for(fresh, event, request.user)] if "cards" in request.GET else []
    )
    answer = {
        "count": desk.count(request.user, event.pk),
        "new": len(fresh) + more,
        "cards": html,
        "states": {
            pk: {
                "waiting": state["is_waiting"],
                "seen": state["seen"],
                "lease": _("%(name)s is looking at this.") % {"name": state["lease"]} if state["lease"] else "",
                **became(state["status"], state["decided"]),
            }
            for pk, state in states.items()
        },
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response


def desk_url(event: Any, back: str, **more: str) -> str:
    """The desk as it was asked for in `back`, of which only what a desk can be asked for is kept."""
    return address(reverse("desk", args=[event.slug]), **_kept(dict(parse_qsl(back))), **more)


def _kept(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in ASKED if asked.get(name)}


def _decided(request: HttpRequest) -> dict[str, str] | None:
    """The decision from which somebody without scripts comes back, with the way to undo it."""
    asked = request.GET.get("decided", "")
    if not re.fullmatch(r"[0-9]{1,15}|[0-9a-f]{32}", asked):
        return None
    is_batch = len(asked) == 32
    entry: Any = found(entries.first_of_batch if is_batch else entries.get, asked if is_batch else int(asked, 10))
    if why_not_undo(request.user, entry) is not None:
        return None
    by = {"what": entry.get_act_display(), "by": entry.actor.name, "at_label": clock(entry.created_at)}
    undo_all = reverse("undo_batch", args=[asked]) if is_batch else undo_url({"entry": entry.pk})
    return {"said": said(by), "undo_url": undo_all}


def _queues(person: Any, event: Any) -> list[dict[str, Any]]:
    """What else waits for this person, each with its number. Three queries."""
    counted = [
        (_("Flagged"), "flags", flags.count(person, event.pk)),
        (_("Reports"), "reports", reports.count(person, event)),
        (_("Appeals"), "appeals", appeals.count(person, event.pk)),
    ]
    return [{"label": label, "url": reverse(name, args=[event.slug]), "count": n} for label, name, n in counted]


def forms_for(shown: Iterable[dict[str, Any]], event: Any, person: Any, *, back: str = "") -> list[dict[str, Any]]:
    """Cards with their marked text, flags, form and addresses, and what is laid on their authors.

    `back` is what the desk was asked for, to which their forms lead back.

    Four queries, however many cards: what a reason can be made of is asked once.
    """
    shown = list(shown)
    known = conduct.of_event(event.pk)
    flagged = flags.of_comments(person, [card["id"] for card in shown])
    laid = sanctions.of_people({card["author_id"] for card in shown}, event.pk, now=timezone.now())
    return [
        card
        | {
            "flags": flagged.get(card["id"], []),
            "laid": laid.get(card["author_id"], []),
            "person_url": reverse("moderate_person", args=[event.slug, card["author_id"]]),
            "html": fragments.body_html(marked(card["source_html"], card["words"])),
            "form": JudgeForm(None, known=known, prefix=f"c{card['id']}", initial={"seen": card["seen"]}),
            "back": back,
            "decide_url": reverse("judge", args=[card["id"]]),
            "lease_url": reverse("lease", args=[card["id"]]),
        }
        for card in shown
    ]


def card_html(request: HttpRequest, card: dict[str, Any]) -> str:
    return render_to_string("moderation/card.html", {"c": card}, request=request)


def said(decided: dict[str, Any]) -> str:
    """What a decided card says of itself: "Comment published. By Mo, 14:05 UTC."."""
    if not decided:
        return ""
    words = {"what": decided["what"], "name": decided["by"], "time": decided["at_label"]}
    return _("%(what)s. By %(name)s, %(time)s.") % words


def became(status: str, decided: dict[str, Any]) -> dict[str, Any]:
    """What became of a comment, as its card says it: the decision that led to its present state, or its withdrawal."""
    if status == Status.WITHDRAWN:
        return {"decided": _("Its author has withdrawn it."), "undo": "", "entry": ""}
    holds = decided if decided and decided["led_to"] == status else {}
    other = "" if status == Status.HELD else _("It does not wait any more.")
    return {"decided": said(holds) or other, "undo": undo_url(holds), "entry": holds.get("entry", "")}


def undo_url(decided: dict[str, Any]) -> str:
    return reverse("undo", args=[decided["entry"]]) if decided else ""


def _kinds(page: str, letter: str, kind: str) -> list[dict[str, Any]]:
    links = [{"label": _("Any reason"), "kind": ""}] + [
        {"label": str(each.label), "kind": each.value} for each in HoldKind
    ]
    return [
        link | {"url": address(page, theme=letter, rule=link["kind"]), "is_here": link["kind"] == kind}
        for link in links
    ]
