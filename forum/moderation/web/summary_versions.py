"""The versions of a thread's summary, and what moderators decide about earlier ones."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Viewer
from forum.dialogue.actions.summaries import hide_summary, show_summary
from forum.dialogue.queries import summaries, threads
from forum.dialogue.rules.summaries import why_not_hide_summary, why_not_show_summary
from forum.dialogue.web.summaries import after_merge, place
from forum.events.rules.roles import may_moderate
from forum.events.web.reason_forms import OptionalReasonForm, RemovalForm
from forum.http.caching import answer
from forum.http.loading import get_or_404
from forum.kernel.reasons import Reason
from forum.moderation.web.decision_pages import DecisionPage, on_summary


@require_safe
def history(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Every version, and those of threads that were merged into this one."""
    try:
        thread = get_or_404(threads.get, request.user, thread_id)
    except Http404:
        return after_merge("summary_history", thread_id)
    versions = summaries.history(thread, sees_hidden=may_moderate(request.user, thread.theme))
    context = place(thread) | {"versions": [row | _acts(request.user, thread, row) for row in versions]}
    return answer(request, context, lambda: render(request, "dialogue/summary_history.html", context))


def _acts(person: Viewer, thread: Any, row: dict[str, Any]) -> dict[str, str]:
    """What a moderator may do with a version: an address for each act, empty where the rules say no."""
    is_hidden = row["is_hidden"]
    answers = {
        "hide": why_not_hide_summary(person, thread, is_current=row["is_current"], is_hidden=is_hidden),
        "show": why_not_show_summary(person, thread, is_hidden=is_hidden),
    }
    return {
        f"{name}_url": "" if no else reverse(f"{name}_summary", args=[thread.pk, row["id"]])
        for name, no in answers.items()
    }


def _why_not_hide(person: Viewer, thread: Any, version: Any) -> Reason | None:
    return why_not_hide_summary(
        person, thread, is_current=version.pk == thread.summary_id, is_hidden=version.is_hidden
    )  # fmt: skip


def _why_not_show(person: Viewer, thread: Any, version: Any) -> Reason | None:
    return why_not_show_summary(person, thread, is_hidden=version.is_hidden)


hide = on_summary(
    DecisionPage(
        title=_("Hide version %(number)s of the summary: %(label)s"),
        lead=_("Its points are removed from the public history. Your reason is shown in their place."),
        button=_("Hide this version"),
        done=_("Version %(number)s of the summary has been hidden."),
        why_not=_why_not_hide,
        act=hide_summary,
        form=RemovalForm,
        is_danger=True,
    )
)
show = on_summary(
    DecisionPage(
        title=_("Show version %(number)s of the summary again: %(label)s"),
        lead=_("Its points are shown in the public history again."),
        button=_("Show this version"),
        done=_("Version %(number)s of the summary is shown in the public history again."),
        why_not=_why_not_show,
        act=show_summary,
        form=OptionalReasonForm,
    )
)
