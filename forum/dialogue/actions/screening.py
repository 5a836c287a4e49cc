"""What a text must pass before it is written, all of it before any lock: rules, signs of a program, the spam check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Viewer, logged_in
from forum.dialogue.rules.holding import (
    IN_THE_TEXT,
    Found,
    brought_in,
    found_in,
    hold_reasons,
    is_newcomer,
    new_warnings,
    passes,
)
from forum.kernel import spam_check
from forum.kernel.choices import HoldKind
from forum.kernel.errors import NeedsConfirmation
from forum.markup.render import Rendered
from forum.models import Comment, Theme


@dataclass(frozen=True, slots=True)
class SubmissionContext:
    """How a text came, as far as its door can tell."""

    acknowledged: frozenset[str] | None = None  # ids of the warnings its writer was given; None: nobody can be warned
    looks_automated: bool = False  # sent in a way that programs use
    address: str = ""  # the writer's network address
    agent: str = ""  # what their browser calls itself


NON_INTERACTIVE = SubmissionContext()  # for doors at which nobody can be asked anything


def screen(
    author: Viewer,
    theme: Theme,
    rendered: Rendered,
    *,
    now: datetime,
    sending: SubmissionContext = NON_INTERACTIVE,
    key: str = "",
) -> list[Found]:
    """What the rules find in a text. Raises NeedsConfirmation where its writer should know of it first, and does not.

    No query while no rule is on. A text that was sent with this key before is there already: nobody is asked again.
    """
    found = hold_reasons(author, theme, rendered.text, rendered.html, now=now)
    if sending.acknowledged is None or not (warning_ids := new_warnings(found, sending.acknowledged)):
        return found
    if not key or not Comment.objects.filter(author=author.pk, key=key).order_by().exists():
        raise NeedsConfirmation([each.as_json() for each in found], warning_ids)
    return found


def screen_edit(
    author: Viewer, comment: Comment, rendered: Rendered, *, sending: SubmissionContext
) -> tuple[list[Found], list[Found]]:
    """What the rules find in a comment's new text, and what of it a public comment must wait for: what is new in it.

    Raises NeedsConfirmation where its writer should know of it first, and does not: what waits already waits on.
    No query while no rule is on.
    """
    found = found_in(comment, rendered.text, rendered.html)
    new = [each for each in found if each.kind in IN_THE_TEXT]
    if new and comment.is_public:
        before = comment.current_version
        new = brought_in(new, found_in(comment, before.text, before.html, of=IN_THE_TEXT))
    if not new or passes(author, comment.thread.theme):
        return found, []
    warning_ids = new_warnings(new, sending.acknowledged) if sending.acknowledged is not None else []
    if comment.is_public and warning_ids:
        raise NeedsConfirmation([each.as_json() for each in new], warning_ids)
    return found, new


def screen_newcomer(
    author: Viewer, theme: Theme, source: str, sending: SubmissionContext, *, waits: bool
) -> list[Found]:
    """What only newcomers are looked at for. What `waits` already is not sent to anybody outside.

    No query unless it was sent as programs send, or a spam check is set up; then three. May take two seconds.
    """
    asks = spam_check.is_on() and not waits
    if not (sending.looks_automated or asks) or not is_newcomer(author, theme):
        return []
    if sending.looks_automated:
        return [Found(HoldKind.MACHINE)]
    name = logged_in(author).name
    said = spam_check.is_suspicious(source, name=name, address=sending.address, agent=sending.agent)
    return [] if said is False else [Found(HoldKind.CHECKER, number=int(said is True))]
