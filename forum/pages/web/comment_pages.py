"""A comment's own page: what it answers, the comment, its replies, and what one may do with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from forum.dialogue import fragments
from forum.dialogue.queries import comments, threads, versions, waiting
from forum.dialogue.rules.moderation import (
    sees_hidden_texts,
    why_not_mark_off_topic,
    why_not_mark_on_topic,
    why_not_pin,
    why_not_redact,
    why_not_remove,
    why_not_restore,
    why_not_review,
    why_not_unpin,
)
from forum.dialogue.rules.writing import why_not_edit, why_not_reply, why_not_withdraw
from forum.dialogue.web.comments import only_here, wants_part
from forum.dialogue.web.following import button
from forum.dialogue.web.reply_boxes import place_in_thread, reply_box
from forum.dialogue.web.stance_parts import panel
from forum.dialogue.web.threads import page_context
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404
from forum.kernel.reasons import Reason
from forum.moderation.queries import log
from forum.moderation.rules.flags import why_not_flag
from forum.moderation.rules.moving import why_not_split
from forum.moderation.rules.reports import why_not_report
from forum.moderation.web import appeals

# Why authors who look for "Edit" do not find it; the other reasons are no news to whom they concern.
EDITING_IS_OVER = {Reason.THREAD_LOCKED, Reason.THREAD_CLOSED, Reason.THEME_LOCKED, Reason.DIALOGUE_CLOSED}


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The permalink: what the comment answers, the comment, its replies, and what this person may do."""
    shown = get_or_404(comments.get, request.user, comment_id)
    if wants_part(request):
        context = {"acts": _acts(request, shown), "follow": _branch(request, shown)}
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
        "trail_html": fragments.comments_html(above),
        "comment_html": fragments.comment_html(comments.as_cited(row, cited) if cited and cited["is_open"] else row),
        "cited": _cited_state(shown, cited) if cited else None,
        "replies_html": fragments.comments_html(below),
        "state": _hidden_state(request, shown) if is_hidden and not is_theirs_to_await else {},
        "acts": _acts(request, shown, cited),
        "follow": _branch(request, shown),
        "in_thread_url": place_in_thread(shown),
        "canonical": reverse("comment", args=[shown.pk]),
        "box": None if is_hidden else reply_box(request, shown),
        "stances": panel(request.user, shown),
        "appeal": appeals.panel(request.user, shown),
        "log_url": log.place_of(shown) if is_hidden else "",
    }
    return render(request, "pages/comment.html", context)


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


def _branch(request: HttpRequest, shown: Any) -> dict[str, Any] | None:
    """Following a branch is offered where it begins."""
    if shown.level or shown.pk == shown.thread.opening_id:
        return None
    return button(request, "branch", shown.pk)


def _acts(request: HttpRequest, shown: Any, cited: dict[str, Any] | None = None) -> dict[str, str]:
    """What this person may do with a comment: an address for each act, empty where the rules say no."""
    person, thread = request.user, shown.thread
    edit_no = why_not_edit(person, shown, thread, now=timezone.now())
    answers = {
        "edit": edit_no,
        "withdraw": why_not_withdraw(person, shown, thread),
        "remove": why_not_remove(person, shown, thread),
        "restore": why_not_restore(person, shown, thread),
        "split": why_not_split(person, shown, thread),
        "off_topic": why_not_mark_off_topic(person, shown, thread),
        "on_topic": why_not_mark_on_topic(person, shown, thread),
        "redact": why_not_redact(person, shown, thread),
        "review": why_not_review(person, shown, thread),
        "pin": why_not_pin(person, shown, thread),
        "unpin": why_not_unpin(person, shown, thread),
        "flag": (flag_no := why_not_flag(person, shown, thread)),
        "report": why_not_report(shown),
    }
    acts = {f"{name}_url": "" if no else reverse(name, args=[shown.pk]) for name, no in answers.items()}
    acts["edit_why_not"] = str(edit_no.label) if edit_no in EDITING_IS_OVER else ""
    acts["flagged_url"] = reverse("flag", args=[shown.pk]) if flag_no is Reason.FLAGGED_ALREADY else ""
    acts["link"] = reverse("comment", args=[shown.pk])
    pinned = f"?version={cited['number']}" if cited and cited["is_open"] else ""
    acts["cite_url"] = reverse("cite", args=[shown.pk]) + pinned if shown.is_public else ""
    can_answer = why_not_reply(person, shown, thread, now=timezone.now()) is None
    acts["quote_url"] = f"{reverse('reply', args=[shown.pk])}?quote#reply-{shown.pk}" if can_answer else ""
    acts["read_url"] = reverse("read_branch", args=[shown.pk]) if person.is_authenticated else ""
    acts["up_to"] = str(thread.theme.revision)
    has_history = shown.edited_at and (shown.is_public or sees_hidden_texts(person, shown, thread.theme))
    acts["history_url"] = reverse("history", args=[shown.pk]) if has_history else ""
    return acts
