"""What pages show of stances: the panel on a comment's own page, and what a script needs in a thread."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Viewer, logged_in
from forum.dialogue.queries import stances
from forum.dialogue.queries.comments import label_of
from forum.dialogue.rules.stances import why_not_take_stance, why_not_take_stances
from forum.http.links import login_url
from forum.kernel.choices import StanceKind
from forum.kernel.reasons import Reason


def panel(person: Viewer, comment: Any) -> dict[str, Any] | None:
    """How people stand to a comment, and this person's choice or why there is none; None where nothing is shown."""
    reason = why_not_take_stance(person, comment, comment.thread, now=timezone.now())
    counts = stances.sentence_of(comment)
    if reason in {Reason.STANCES_OFF, Reason.NOT_PUBLIC} or not comment.is_public:
        return None
    if not counts and reason not in {None, Reason.LOGIN_FOR_STANCE}:
        return None
    mine = stances.mine_on(person, comment)
    return {
        "label": label_of(comment),
        "counts": counts,
        "groups": stances.shares_by_stakeholder_group(comment),
        "kinds": StanceKind.labels,
        "action": reverse("stance", args=[comment.pk]),
        "choices": choices(mine),
        "mine": mine,
        "you": YOU[StanceKind(mine)]() if mine else "",
        "is_open": reason is None,
        "why_not": str(reason.label) if reason else "",
        "login_url": login_url(place_of(comment)) if reason is Reason.LOGIN_FOR_STANCE else "",
    }


def thread_parts(person: Viewer, thread: Any) -> dict[str, Any] | None:
    """What lets a script offer stances in a thread; None if this person may take none. One query."""
    if why_not_take_stances(person, thread, now=timezone.now()) is not None:
        return None
    mine = {str(comment): kind for comment, kind in stances.mine_in(logged_in(person), thread.pk).items()}
    return {"mine": json.dumps(mine), "choices": choices("")}


def choices(mine: str) -> list[dict[str, Any]]:
    """The four buttons; `you` says what a pressed one means."""
    return [
        {"value": kind.value, "label": kind.label, "you": YOU[kind](), "is_pressed": kind == mine}
        for kind in StanceKind
    ]


def place_of(comment: Any) -> str:
    """Where the stances on a comment are shown."""
    return f"{reverse('comment', args=[comment.pk])}#stances"


YOU = {
    StanceKind.SUPPORT: lambda: _("You support this"),
    StanceKind.AGREE: lambda: _("You agree"),
    StanceKind.DISAGREE: lambda: _("You disagree"),
    StanceKind.UNSURE: lambda: _("You are unsure"),
}
