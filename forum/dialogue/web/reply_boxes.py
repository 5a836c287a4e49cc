"""The box in which somebody answers a comment, or reads why they cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.dialogue.actions.drafts import reply_spot
from forum.dialogue.queries.citations import quoted
from forum.dialogue.queries.comments import label_of, last_edit
from forum.dialogue.queries.thread_pages import address
from forum.dialogue.rules.writing import why_not_reply
from forum.dialogue.web.composers import Composer, Frame, looked_at_outside, new_composer, redisplayed_composer
from forum.dialogue.web.forms import CommentForm
from forum.dialogue.web.sanction_notice import sanction_notice
from forum.dialogue.web.slow import slow_line
from forum.events.queries.formatting import own_zone
from forum.http.links import login_url, signup_url
from forum.kernel.reasons import Reason

SPEAKING = (None, Reason.LOGIN_NEEDED)  # whoever could write here, now or once they are logged in


@dataclass(frozen=True, slots=True)
class Box:
    """Everything the reply box shows. `inside`: it stands in the thread, below the comment it answers."""

    id: str
    composer: Composer | None  # None where nothing can be sent, for the reason `why_not`
    why_not: str
    write_url: str  # where somebody without an account can write; empty for everybody else
    login_url: str
    signup_url: str
    to_name: str
    to_label: str
    typed: str
    inside: bool
    here: str  # where a script finds this box anew
    sanction: dict[str, Any] | None = None  # what a moderator said to who cannot write
    slow: str = ""  # how often people can write here
    visitor_form: CommentForm | None = None  # takes the text of somebody who has yet to log in


def reply_box(
    request: HttpRequest,
    parent: Any,
    *,
    form: CommentForm | None = None,
    reason: Reason | None = None,
    notice: str = "",
    inside: bool = True,
    is_asked_for: bool = False,
) -> Box:
    """The box below `parent`; after a failed sending with its bound form and the reason, so nothing is lost.

    `is_asked_for`: somebody opened this box. Without an account they can write in it, too; other pages only lead there,
    because they are the same for everybody without an account.
    """
    reason = reason or why_not_reply(request.user, parent, parent.thread, now=timezone.now())
    action = reverse("reply", args=[parent.pk])
    box_id = f"reply-{parent.pk}" if inside else f"foot-{parent.pk}"  # a thread's page can show both at once
    is_visitor = reason is Reason.LOGIN_NEEDED
    return Box(
        id=box_id,
        composer=_composer(request, parent, form, notice, box_id, inside=inside) if reason is None else None,
        why_not=str(reason.label) if reason else "",
        write_url=place_in_box(parent) if is_visitor else "",
        login_url=login_url(place_in_box(parent)) if is_visitor else "",
        signup_url=signup_url(place_in_box(parent)) if is_visitor else "",
        to_name=parent.author.name if inside else "",
        to_label=label_of(parent) if inside else "",
        typed=form.data.get("source", "") if form is not None else "",
        inside=inside,
        here=action if inside else f"{action}?foot",
        sanction=sanction_notice(request.user, parent.thread.theme, reason),
        slow=slow_line(request.user, parent.thread.theme, parent.thread) if reason in SPEAKING else "",
        visitor_form=_visitor_form(parent, form) if is_visitor and is_asked_for else None,
    )


def _visitor_form(parent: Any, form: CommentForm | None) -> CommentForm:
    """An empty form, or the one that was sent without a login; it still says whose words it brings."""
    if form is None:
        return CommentForm(initial={"seen": last_edit(parent)})
    form.initial, form.is_bound = dict(form.data.items()), False
    return form


def _composer(
    request: HttpRequest, parent: Any, form: CommentForm | None, notice: str, box_id: str, *, inside: bool
) -> Composer:
    frame = Frame(
        id=box_id,
        action=reverse("reply", args=[parent.pk]),
        submit=_("Send reply"),
        people_url=reverse("people_of_thread", args=[parent.thread_id]),
        cancel_url=place_in_thread(parent) if inside else "",
        files_url=files_url(parent.thread.theme),
        outside=looked_at_outside(request.user, parent.thread.theme),
        zone=own_zone(request.user, parent.thread.theme.event.timezone),
    )
    if form is not None:
        return redisplayed_composer(request, reply_spot(parent), frame, form, notice=notice)
    quote = quoted(parent) if "quote" in request.GET else ""
    return new_composer(request, reply_spot(parent), frame, CommentForm, seen=last_edit(parent), quote=quote)


def files_url(theme: Any) -> str:
    """Where files for comments under a theme are added; empty if it takes none."""
    return reverse("add_file", args=[theme.pk]) if theme.takes_files else ""


def place_in_box(parent: Any) -> str:
    """The address of the page on which this box is open; browsers scroll to its text and focus it."""
    return f"{reverse('reply', args=[parent.pk])}#reply-{parent.pk}-source"


def place_in_thread(comment: Any) -> str:
    """The address of a comment among the others."""
    return address(comment.thread_id, comment.pk, comment.thread.comment_count)
