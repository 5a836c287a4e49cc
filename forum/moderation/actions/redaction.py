"""Taking personal data out of somebody's comment: the only way in which moderators touch another's words.

A moderator names the passages; each is replaced by a mark that everybody sees. Nothing can be put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from accounts.models import Person
from forum.dialogue.actions import indexing
from forum.dialogue.actions.create import NewText, add_version
from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.rules.moderation import SKIP_CHECK, version_of_token, why_not_redact
from forum.kernel import realtime
from forum.kernel.choices import Act
from forum.kernel.errors import AlreadyDone, TextRefused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.markup.mentions import Rendition
from forum.markup.render import render_stored
from forum.models import Article, Comment, CommentVersion, LogEntry, Thread
from forum.moderation.actions.decisions import DecisionContext, idempotent, lock_to_decide
from forum.moderation.actions.flags import close_flag_case

MARK = "[personal data redacted]"
NOTE = gettext_noop("Personal data redacted by a moderator")
TAKEN_BACK = gettext_noop("Redacted text restored by a moderator")
HIDDEN = gettext_noop("It contained personal data, which a moderator redacted.")


def redact_comment(
    comment: Comment,
    *,
    by: Person,
    passages: Sequence[str],
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
) -> LogEntry:
    """Takes these passages out of a comment's text; the versions that held one of them are hidden.

    Raises Refused, and TextRefused if a passage does not occur.
    """
    source, html = comment.current_version.source, comment.current_version.html
    # With another text it is refused below, or was done before.
    if seen is SKIP_CHECK or version_of_token(seen) == comment.version_id:
        source = without(source, passages)
    text = NewText(*render_stored(source, Rendition(html)), NOTE)
    return _redact(comment, text, passages, DecisionContext(by, reason, now, seen, article))


def without(source: str, passages: Sequence[str]) -> str:
    """A text with a mark in the place of each of these passages. Raises TextRefused if one does not occur.

    All at once and the longest first, so that none is looked for in what another has left.
    """
    for passage in passages:
        if passage not in source:
            raise TextRefused(gettext("This text is not in the comment: %(passage)s") % {"passage": passage[:80]})
    longest_first = sorted(passages, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MARK, source)


@idempotent
@in_one_transaction
def _redact(comment: Comment, text: NewText, passages: Sequence[str], context: DecisionContext) -> LogEntry:
    try:
        thread, fresh = lock_to_decide(comment.pk, context, why_not_redact, Act.REDACT)
    except AlreadyDone as made:
        refuse_if(None if _took_out(made.entry, passages) else Reason.EDITED_MEANWHILE)
        raise
    # The text was made before the lock, from what the comment was then.
    refuse_if(Reason.EDITED_MEANWHILE if fresh.version_id != comment.version_id else None)
    before = fresh.current_version
    add_version(fresh, text, editor=context.by, now=context.now, number=before.number + 1)
    versions = CommentVersion.objects.filter(comment=fresh).exclude(pk=fresh.version_id)
    held_it = [pk for pk, source in versions.values_list("pk", "source") if any(each in source for each in passages)]
    CommentVersion.objects.filter(pk__in=held_it).update(is_hidden=True, hidden_reason=HIDDEN)
    show_text(fresh, thread, context.now)
    return close_flag_case(context.record(Act.REDACT, thread, fresh, version=before))


def _took_out(entry: LogEntry, passages: Sequence[str]) -> bool:
    """Whether these very passages are what a redaction has taken out: other ones would stay, and be told as gone."""
    before: Any = entry.version
    if any(passage not in before.source for passage in passages):
        return False
    made = CommentVersion.objects.get(comment=before.comment_id, number=before.number + 1)
    return without(before.source, passages) == made.source


def show_text(comment: Comment, thread: Thread, now: datetime) -> None:
    """Lets readers and the search know that a comment has another text."""
    indexing.renew([comment.pk])
    revision = bump_revision(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(revision=revision, edited_at=now)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    realtime.theme_changed(thread.theme_id, revision)
