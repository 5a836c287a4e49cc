"""The moderators' desk: what waits for a decision, the longest waiting first."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import logged_in
from forum.dialogue.queries import notifications
from forum.dialogue.rules.moderation import why_not_see_desk
from forum.events.queries import conduct, events
from forum.events.queries.formatting import format_time
from forum.events.web.reason_forms import ReviewForm
from forum.http.links import address
from forum.http.loading import get_or_404
from forum.kernel.errors import refuse_if
from forum.moderation.queries import desk, entries, queues
from forum.moderation.queries.queues import Shown
from forum.moderation.rules.undoing import why_not_undo
from forum.moderation.web.cards import became, said, undo_url
from forum.moderation.web.queues import HELD, QUEUES, Queue, asked_of, counts, kept, page_of, place_asked

MOST_ASKED = 500  # cards that one page may ask about


@require_safe
def cards(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    return page(request, event)


def page(
    request: HttpRequest,
    event: Any,
    *,
    bulk: ReviewForm | None = None,
    picked: Collection[int] = (),
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The desk, with what somebody picked and typed on it, if that has to come back to them."""
    shown = page_of(request, event, HELD, now=timezone.now())
    context = shown | {
        "cards": [card | {"is_picked": card["id"] in picked} for card in shown["cards"]],
        "bulk": bulk or ReviewForm(None, known=conduct.of_event(event.pk), prefix="all"),
        "problem": problem,
        "back": urlencode(kept(request.GET)),
        "bulk_url": reverse("review_many", args=[event.slug]),
        "decided": _decided(request),
    }
    return render(request, "moderation/desk.html", context, status=status)


@require_safe
def news(request: HttpRequest, event_slug: str) -> HttpResponse:
    """For the script of an open page: how many wait, what became of its cards, and what it does not show yet.

    `ids` are the cards it shows, from behind `after` to `end` as it was when it was `opened`; `cards=1` asks for what
    is new, or, where nothing is, for what the next page has.
    """
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    queue, now = QUEUES.get(request.GET.get("queue", HELD.name)), timezone.now()
    if queue is None:
        raise Http404
    asked, shown = asked_of(request, now), _shown(request)
    new, later = queues.unseen(queue.line(request.user, event.pk, asked), shown)
    numbers = {"new": queues.count(new), "later": queues.count(later)}
    fresh: list[dict[str, Any]] = []
    end = shown.end
    if "cards" in request.GET:
        fresh, more = queue.waiting(request, event, new if numbers["new"] else later, now=now)
        end = end if numbers["new"] else fresh[-1]["place"] if more else None
    numbers_of = counts(request.user, event, asked)
    told = notifications.unseen_of_queue(logged_in(request.user), event.pk, queue.name)
    answer = numbers | {
        "count": numbers_of[queue.name],
        "counts": numbers_of,
        "cards": [render_to_string(queue.card, {"c": card}, request=request) for card in fresh],
        "end": str(end or ""),
        "seen_url": reverse("see_notification", args=[told]) if told else "",
        "states": _states(request, event, queue, shown.ids),
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(request: HttpRequest) -> Shown:
    """What the page has that asks; raises Http404 for what no page would say."""
    ids, opened = request.GET.get("ids", ""), request.GET.get("opened", "0")
    if not re.fullmatch(r"(\d{1,15}(,\d{1,15})*)?", ids, re.ASCII) or not re.fullmatch(r"\d{1,16}", opened, re.ASCII):
        raise Http404
    return Shown(
        ids=[int(each) for each in ids.split(",") if each][:MOST_ASKED],
        opened=queues.moment_of(int(opened)),
        after=place_asked(request, "after"),
        end=place_asked(request, "end"),
    )


def _states(request: HttpRequest, event: Any, queue: Queue, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What became of the cards that a page shows. Who decided what is told of comments that were held."""
    if queue is not HELD:
        still = set(queue.line(request.user, event.pk, queues.ALL).filter(pk__in=ids).values_list("pk", flat=True))
        return {pk: {"waiting": pk in still, "decided": _("This has already been decided.")} for pk in ids}
    return {
        pk: {
            "waiting": state["is_waiting"],
            "seen": state["seen"],
            "claim": _("%(name)s is reviewing this.") % {"name": state["claim"]} if state["claim"] else "",
            **became(state["status"], state["decided"]),
        }
        for pk, state in desk.states(request.user, event.pk, ids, now=timezone.now()).items()
    }


def desk_url(event: Any, back: str, *, decided: str = "") -> str:
    """The desk as it was asked for in `back`, of which only what a desk can be asked for is kept.

    `decided` names the decision from which somebody comes back.
    """
    return address(reverse("desk", args=[event.slug]), kept(dict(parse_qsl(back))) | {"decided": decided})


def _decided(request: HttpRequest) -> dict[str, str] | None:
    """The decision from which somebody without scripts comes back, with the way to undo it."""
    asked = request.GET.get("decided", "")
    if not re.fullmatch(r"[0-9]{1,15}|[0-9a-f]{32}", asked):
        return None
    is_batch = len(asked) == 32
    entry: Any = get_or_404(entries.first_of_batch if is_batch else entries.get, asked if is_batch else int(asked, 10))
    if why_not_undo(request.user, entry) is not None:
        return None
    by = {
        "what": entry.get_act_display(),
        "by": entry.actor.name,
        "at_label": format_time(entry.created_at, entry.event.timezone),
    }
    undo_all = reverse("undo_batch", args=[asked]) if is_batch else undo_url({"entry": entry.pk})
    return {"said": said(by), "undo_url": undo_all}
