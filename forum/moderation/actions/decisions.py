"""What all decisions of moderators have in common.

A decision belongs to what was seen. About a comment, whoever decides says which text and which state they had before
them; about a whole thread or theme, which entry of the log about it was the newest. Under the lock nothing happens if
that has changed, so that a request which a bad connection delivers late, or twice, does not act again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from accounts.models import Person, Viewer
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.models.log import LogEntryQuerySet
from forum.dialogue.rules.moderation import SKIP_CHECK, version_of_token, why_not_in_state
from forum.kernel.choices import Act
from forum.kernel.errors import AlreadyDone, Refused
from forum.kernel.reasons import Reason
from forum.models import Article, Comment, CommentVersion, LogEntry, Theme, Thread

Rule = Callable[[Viewer, Comment, Thread], Reason | None]  # why this person may not decide so about a comment, or None
NEVER_REPEATED = {Reason.NOT_MODERATOR, Reason.OWN_COMMENT}  # reasons that hold whatever was decided before
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """Who decides, why and when, and what of the comment they had before them; `batch` names what it is one of."""

    by: Person
    reason: str
    now: datetime
    seen: str | None
    article: Article | None = None
    batch: str = ""

    def record(
        self,
        act: Act,
        thread: Thread,
        comment: Comment,
        *,
        version: CommentVersion | None = None,
        since: datetime | None = None,
        undoes: LogEntry | None = None,
        tells: bool = True,
    ) -> LogEntry:
        """Writes it into the log, in the transaction of the act itself; see log.record for the rest."""
        return log.record(
            act,
            thread,
            by=self.by,
            reason=self.reason,
            now=self.now,
            comment=comment,
            version=version,
            article=self.article,
            since=since,
            batch=self.batch,
            undoes=undoes,
            tells=tells,
        )


def lock_to_decide(comment_id: int, context: DecisionContext, why_not: Rule, act: Act) -> tuple[Thread, Comment]:
    """The locked thread of a comment and the comment as it is now, which is as it was seen.

    Raises Refused, or AlreadyDone.
    """
    thread, fresh = lock_with_thread(comment_id)
    refuse_unless_in_state(fresh, thread, context, why_not, act)
    return thread, fresh


def refuse_unless_in_state(comment: Comment, thread: Thread, context: DecisionContext, why_not: Rule, act: Act) -> None:
    """To be asked under the thread's lock. Raises Refused, or AlreadyDone. One query more if the answer is no."""
    no = why_not_in_state(comment, context.seen) or why_not(context.by, comment, thread)
    if no is None:
        return
    if context.seen is not SKIP_CHECK:
        entries = LogEntry.objects.filter(comment=comment)
        last = refuse_unless_repeated(no, act, entries, context.by, context.reason, context.article, context.batch)
        # A redaction itself makes another text.
        if version_of_token(context.seen) in {comment.version_id, last.version_id}:
            raise AlreadyDone(last)
    raise Refused(no)


def refuse_unless_repeated(
    no: Reason, act: Act, entries: LogEntryQuerySet, by: Person, reason: str, article: Article | None, batch: str = ""
) -> LogEntry:
    """The newest of these entries if it is the same decision of the same person. Raises Refused if it is not.

    What somebody else decided since is newer, so that this one no longer holds.
    """
    last: LogEntry | None = None if no in NEVER_REPEATED else entries.order_by("-pk").first()
    made = (act, by.pk, reason, article.pk if article else None, bool(batch))
    if last is None or (last.act, last.actor_id, last.reason, last.article_id, bool(last.batch)) != made:
        raise Refused(no)
    return last


@dataclass(frozen=True, slots=True)
class TargetDecision:
    """What somebody decides about a thread or theme, or where a comment stands.

    `seen` is the newest entry of the log about it when the form was opened; a form that does not say it decides about
    what is there now.
    """

    act: Act
    by: Person
    reason: str
    article: Article | None = None
    seen: str | None = SKIP_CHECK

    def ensure_current(self, target: Thread | Theme | Comment, no: Reason | None, *, is_done: bool) -> None:
        """To be asked under the lock of the target; `no` is what the rule of the act says.

        `is_done`: the target is as this decision would leave it, so that it may be the same one once more.
        Raises Refused, or AlreadyDone. One query where something was seen, or the answer is no.
        """
        entries = LogEntry.objects.about(target)
        if no is None and self.seen is not SKIP_CHECK and self.seen != LogEntry.objects.state_token(target):
            no = Reason.CHANGED_MEANWHILE
        if no is not None and not is_done:
            raise Refused(no)
        if no is not None:
            raise AlreadyDone(refuse_unless_repeated(no, self.act, entries, self.by, self.reason, self.article))


def idempotent(act: Callable[P, LogEntry]) -> Callable[P, LogEntry]:
    """Whoever decides the same twice is answered with what they decided first. Stands around the transaction."""

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> LogEntry:
        try:
            return act(*args, **kwargs)
        except AlreadyDone as made:
            entry: LogEntry = made.entry
            return entry

    return run
