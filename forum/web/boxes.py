"""The box in which somebody answers a comment, or reads why they cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from forum.choices import Reason
from forum.queries.comments import label_of
from forum.queries.pages import PAGE
from forum.rules.dialogue import why_not_reply
from forum.web.forms import CommentForm
from forum.web.viewer import login_url


@dataclass(frozen=True, slots=True)
class Box:
    """Everything the reply box shows. `inside`: it stands in the thread, below the comment it answers."""

    id: str
    action: str
    is_open: bool
    why_not: str
    login_url: str
    to_name: str
    to_label: str
    form: CommentForm
    typed: str
    cancel_url: str
    inside: bool
    here: str  # where a script finds this box anew


def reply_box(
    person: Any,
    parent: Any,
    *,
    form: CommentForm | None = None,
    reason: Reason | None = None,
    inside: bool = True,
) -> Box:
    """The box below `parent`; after a failed sending with its bound form and the reason, so nothing is lost."""
    reason = reason or why_not_reply(person, parent, parent.thread, now=timezone.now())
    action = reverse("reply", args=[parent.pk])
    box_id = f"reply-{parent.pk}"
    return Box(
        id=box_id,
        action=action,
        is_open=reason is None,
        why_not=str(reason.label) if reason else "",
        login_url=login_url(f"{action}#{box_id}") if reason is Reason.LOGIN_NEEDED else "",
        to_name=parent.author.name if inside else "",
        to_label=label_of(parent) if inside else "",
        form=form or CommentForm(),
        typed=form.data.get("source", "") if form is not None else "",
        cancel_url=place_in_thread(parent) if inside else "",
        inside=inside,
        here=action if inside else f"{action}?foot",
    )


def place_in_thread(comment: Any) -> str:
    """The address of a comment among the others: in a long thread, of the page that holds it."""
    page = f"?at={comment.pk}" if comment.thread.comment_count > PAGE else ""
    return f"{reverse('thread', args=[comment.thread_id])}{page}#comment-{comment.pk}"
