"""Taking personal data out of somebody's comment: the only way in which moderators touch another's words.

A moderator names the passages; each is replaced by a mark that everybody sees. Nothing can be put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from forum.actions import indexing, tell
from forum.actions.flags import close_case_with
from forum.actions.locking import take_numbers
from forum.actions.planting import NewText, add_version
from forum.actions.transactions import in_one_transaction
from forum.actions.verdicts import Verdict, lock_to_decide
from forum.choices import Act
from forum.errors import TextRefused, refuse_if
from forum.markup.render import render
from forum.models import Article, Comment, CommentVersion, LogEntry, Thread
from forum.reasons import Reason
from forum.rules.moderation import why_not_redact

MARK = "[personal data taken out]"
NOTE = gettext_noop("Personal data taken out by a moderator")
TAKEN_BACK = gettext_noop("What a moderator had taken out is back")
HIDDEN = gettext_noop("It held personal data that a moderator took out.")


def redact_comment(
    comment: Any,
    *,
    by: Any,
    passages: Sequence[str],
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
) -> LogEntry:
    """Takes these passages out of a comment's text; the versions that held one of them are hidden.

    Raises Refused, and TextRefused if a passage does not occur.
    """
    source = without(comment.version.source, passages)
    text = NewText(source, render(source), NOTE)
    return _redact(comment, text, passages, Verdict(by, reason, now, seen, article))


def without(source: str, passages: Sequence[str]) -> str:
    """A text with a mark in the place of each of these passages. Raises TextRefused if one does not occur.

    All at once and the longest first, so that none is looked for in what another has left.
    """
    for passage in passages:
        if passage not in source:
            raise TextRefused(gettext("This does not occur in the comment: %(passage)s") % {"passage": passage[:80]})
    longest_first = sorted(passages, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MARK, source)


@in_one_transaction
def _redact(comment: Any, text: NewText, passages: Sequence[str], verdict: Verdict) -> LogEntry:
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_redact)
    # The text was made before the lock, from what the comment was then.
    refuse_if(Reason.EDITED_MEANWHILE if fresh.version_id != comment.version_id else None)
    before = fresh.version
    add_version(fresh, text, editor=verdict.by, now=verdict.now, number=before.number + 1)
    versions = CommentVersion.objects.filter(comment=fresh).exclude(pk=fresh.version_id)
    held_it = [pk for pk, source in versions.values_list("pk", "source") if any(each in source for each in passages)]
    CommentVersion.objects.filter(pk__in=held_it).update(is_hidden=True, hidden_reason=HIDDEN)
    show_text(fresh, thread, verdict.now)
    return close_case_with(verdict.record(Act.REDACT, thread, fresh, version=before))


def show_text(comment: Comment, thread: Thread, now: datetime) -> None:
    """Lets readers and the search know that a comment has another text."""
    indexing.renew([comment.pk])
    revision = take_numbers(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(revision=revision, edited_at=now)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    tell.theme_changed(thread.theme_id, revision)
