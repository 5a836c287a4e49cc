"""The public history of a comment: every version, and what changed from one to the next."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import comments, threads, versions
from forum.dialogue.rules.moderation import sees_hidden_texts, why_not_hide_version, why_not_show_version
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.dialogue.web.threads import page_context
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404
from forum.http.menus import Link


@require_safe
def history(request: HttpRequest, comment_id: int) -> HttpResponse:
    shown: Any = get_or_404(comments.with_text, request.user, comment_id)
    sees_hidden = sees_hidden_texts(request.user, shown, shown.thread.theme)
    rows = versions.history(shown, before=asked_number(request, "before"), sees_hidden=sees_hidden)
    if not rows:
        raise Http404
    since = _since(request, shown, sees_hidden=sees_hidden)
    context = page_context(shown.thread.theme)
    return answer(request, (context, rows, since), lambda: _page(request, shown, context, rows, since))


@COMMENT_ACTS.entry(130)
def _history_link(asked: AboutComment) -> Link | None:
    """Only where there is something to compare."""
    comment = asked.comment
    if not comment.edited_at:
        return None
    sees_text = comment.is_public or sees_hidden_texts(asked.person, comment, asked.thread.theme)
    return Link(_("History"), asked.url("history")) if sees_text else None


def _since(request: HttpRequest, shown: Any, *, sees_hidden: bool) -> dict[str, Any] | None:
    """The version that ?since=2 asks to be compared with the current one; None if there is nothing to compare."""
    number = asked_number(request, "since")
    if number is None:
        return None
    row = get_or_404(partial(versions.one, sees_hidden=sees_hidden), shown, number)
    return row if row["is_open"] and not row["is_current"] else None


def _page(
    request: HttpRequest, shown: Any, context: dict[str, Any], rows: list[dict[str, Any]], since: dict[str, Any] | None
) -> HttpResponse:
    url = reverse("history", args=[shown.pk])
    oldest = rows[-1]["number"]
    context |= {
        "comment": {
            "label": comments.label_of(shown),
            "url": reverse("comment", args=[shown.pk]),
            "thread_title": threads.title_of(shown.thread),
            "state": "" if shown.is_public else comments.gone_sentence(shown.status, shown.status_reason),
        },
        "versions": [_with_changes(row) | _acts(request, shown, row) for row in rows],
        "since": _since_then(shown, since) if since else None,
        "earlier_url": f"{url}?before={oldest}" if oldest > 1 else "",
        "newest_url": "" if rows[0]["is_current"] else url,
    }
    return render(request, "dialogue/history.html", context)


def _with_changes(row: dict[str, Any]) -> dict[str, Any]:
    """A version with what changed in it; the first that can be read stands as a whole."""
    previous = row["previous"]
    if not row["is_open"] or previous is None:
        return row | {"is_whole": row["is_open"], "changes_html": ""}
    return row | {"is_whole": False, "changes_html": fragments.changes_html(previous, row)}


def _since_then(shown: Any, since: dict[str, Any]) -> dict[str, Any]:
    version = shown.version  # as it was loaded with the comment: an edit since then may have to wait
    current = {"id": version.pk, "source": version.source}
    return {
        "from_number": since["number"],
        "to_number": version.number,
        "changes_html": fragments.changes_html(since, current),
    }


def _acts(request: HttpRequest, shown: Any, row: dict[str, Any]) -> dict[str, str]:
    """What a moderator may do with a version: an address for each act, empty where the rules say no."""
    person, thread, is_hidden = request.user, shown.thread, row["is_hidden"]
    answers = {
        "hide": why_not_hide_version(person, shown, thread, is_current=row["is_current"], is_hidden=is_hidden),
        "show": why_not_show_version(person, shown, thread, is_hidden=is_hidden),
    }
    return {
        f"{name}_url": "" if no else reverse(f"{name}_version", args=[shown.pk, row["number"]])
        for name, no in answers.items()
    }
