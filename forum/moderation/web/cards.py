"""Cards of the desk with all that moderators need to decide, and what decided ones say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Viewer
from forum.dialogue import fragments
from forum.dialogue.queries import sanctions
from forum.dialogue.rules.word_filter import marked
from forum.events.queries import conduct
from forum.events.web.reason_forms import ReviewForm
from forum.kernel.choices import Status
from forum.moderation.queries import flags


def forms_for(shown: Iterable[dict[str, Any]], event: Any, person: Viewer, *, back: str = "") -> list[dict[str, Any]]:
    """Cards with their marked text, flags, form and addresses, and the sanctions on their authors.

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
            "form": ReviewForm(None, known=known, prefix=f"c{card['id']}", initial={"seen": card["seen"]}),
            "has_lists": False,  # a desk holds what reasons can be made of once, in its form for many
            "back": back,
            "decide_url": reverse("review", args=[card["id"]]),
            "claim_url": reverse("claim", args=[card["id"]]),
        }
        for card in shown
    ]


def card_html(request: HttpRequest, card: dict[str, Any]) -> str:
    return render_to_string("moderation/card.html", {"c": card}, request=request)


def said(decided: dict[str, Any]) -> str:
    """What a decided card says of itself: "Comment published. By Mo, 14:05 Baku time."."""
    if not decided:
        return ""
    words = {"what": decided["what"], "name": decided["by"], "time": decided["at_label"]}
    return _("%(what)s. By %(name)s, %(time)s.") % words


def became(status: str, decided: dict[str, Any]) -> dict[str, Any]:
    """What became of a comment, as its card says it: the decision that led to its present state, or its withdrawal."""
    if status == Status.WITHDRAWN:
        return {"decided": _("The author has withdrawn it."), "undo": "", "entry": ""}
    holds = decided if decided and decided["led_to"] == status else {}
    other = "" if status == Status.HELD else _("This has already been decided.")
    return {"decided": said(holds) or other, "undo": undo_url(holds), "entry": holds.get("entry", "")}


def undo_url(decided: dict[str, Any]) -> str:
    return reverse("undo", args=[decided["entry"]]) if decided else ""
