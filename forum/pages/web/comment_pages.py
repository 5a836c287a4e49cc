"""A comment's own page: what it answers, the comment, its replies, and what one may do with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import comments, threads, versions, waiting
from forum.dialogue.rules.moderation import sees_hidden_texts
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment, comment_acts
from forum.dialogue.web.comments import only_here, wants_part
from forum.dialogue.web.reply_boxes import place_in_thread, reply_box
from forum.dialogue.web.stance_parts import panel
from forum.dialogue.web.threads import page_context
from forum.events.queries.formatting import excerpt
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404
from forum.http.menus import Link
from forum.markup.clean import plain_text
from forum.moderation.queries import log
from forum.moderation.web import appeals

NEAREST = 2  # ancestors shown right above a comment; on a phone the comment itself must be on the first screen


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The permalink: what the comment answers, the comment, its replies, and what this person may do."""
    shown = get_or_404(comments.get, request.user, comment_id)
    if wants_part(request):
        context = {"acts": comment_acts(request.user, shown)}
        return only_here(render(request, "dialogue/parts/acts.html", context))
    cited = _cited(request, shown)
    facts = (shown.thread.revision, shown.thread_stamp, page_context(shown.thread.theme), cited)
    return answer(request, facts, lambda: _page(request, shown, cited))


def _cited(request: HttpRequest, shown: Any) -> dict[str, Any] | None:
    """The version that the address names (?version=2), if the text is public at all; an unknown one is a 404."""
    number = asked_number(request, "version")
    if number is None or not shown.is_public:
        return None
    return get_or_404(partial(versions.one, sees_hidden=False), shown, number)


def _page(request: HttpRequest, shown: Any, cited: dict[str, Any] | None) -> HttpResponse:
    above, below = comments.around(shown)
    is_hidden = not shown.is_public
    is_theirs_to_await = waiting.awaits(request.user, shown)
    row = waiting.one(shown) if is_theirs_to_await else comments.one(shown)
    context = page_context(shown.thread.theme) | {
        "thread": {"title": threads.title_of(shown.thread), "url": reverse("thread", args=[shown.thread_id])},
        "above": _above(above),
        "comment_html": fragments.comment_html(comments.as_cited(row, cited) if cited and cited["is_open"] else row),
        "cited": _cited_state(shown, cited) if cited else None,
        "replies_html": fragments.comments_html(below),
        "state": _hidden_state(request, shown) if is_hidden and not is_theirs_to_await else {},
        "acts": comment_acts(request.user, shown, version=cited["number"] if cited and cited["is_open"] else None),
        "in_thread_url": place_in_thread(shown),
        "canonical": reverse("comment", args=[shown.pk]),
        "box": None if is_hidden else reply_box(request, shown),
        "stances": panel(request.user, shown),
        "appeal": appeals.panel(request.user, shown),
        "log_url": log.place_of(shown) if is_hidden else "",
    }
    return render(request, "pages/comment.html", context)


def _above(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the comment answers, each as a line that opens: the opening, the nearest two, the others behind one line."""
    lines = [
        {
            "label": row["label"],
            "name": row["name"],
            "words": row["off_topic"] or row["gone_text"] or excerpt(plain_text(row["html"])),
            "html": fragments.comment_html(row),
        }
        for row in rows
    ]
    if len(lines) <= NEAREST + 2:
        return {"lines": lines}
    between = lines[1:-NEAREST]
    return {
        "first": lines[0],
        "between": between,
        "between_label": ngettext("%(count)s more comment", "%(count)s more comments", len(between))
        % {"count": len(between)},
        "lines": lines[-NEAREST:],
    }


def _cited_state(shown: Any, cited: dict[str, Any]) -> dict[str, Any]:
    """What a reader who follows a citation is told about the text it names."""
    history = reverse("history", args=[shown.pk])
    return {
        "number": cited["number"],
        "at_label": cited["at_label"],
        "hidden_reason": cited["hidden_reason"],
        "is_hidden": cited["is_hidden"],
        "is_current": cited["is_current"],
        "has_changed": not cited["is_current"] and not cited["is_hidden"],
        "current_url": reverse("comment", args=[shown.pk]),
        "changes_url": f"{history}?since={cited['number']}",
        "history_url": history,
    }


def _hidden_state(request: HttpRequest, shown: Any) -> dict[str, Any]:
    """The text of a comment that is not public, for its author and its moderators; others see its place only."""
    sees_text = sees_hidden_texts(request.user, shown, shown.thread.theme)
    return {
        "source_html": fragments.body_html(shown.version.html) if sees_text else "",
    }


@COMMENT_ACTS.entry(110)
def _link(asked: AboutComment) -> Link:
    return Link(_("Link to this comment"), asked.url("comment"))
