"""What all decisions of moderators about a comment have in common.

A decision belongs to what was seen: whoever decides says which text and which state they had before them, and under the
thread's lock nothing happens if either has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forum.actions import log
from forum.actions.locking import lock_with_thread
from forum.choices import Act
from forum.errors import refuse_if
from forum.models import Article, Comment, LogEntry, Thread
from forum.reasons import Reason
from forum.rules.moderation import seen_as, text_seen, why_not_as_seen

Rule = Callable[[Any, Any, Thread], Reason | None]  # why this person may not decide so about a comment, or None
AT_ONCE = timedelta(seconds=10)  # in which the same decision again is a button pressed twice


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who decides, why and when, and what of the comment they had before them; `batch` names what it is one of."""

    by: Any
    reason: str
    now: datetime
    seen: str | None
    article: Article | None = None
    batch: str = ""

    def record(self, act: Act, thread: Thread, comment: Comment, **facts: Any) -> LogEntry:
        """Writes it into the log, in the transaction of the act itself."""
        said: dict[str, Any] = {"reason": self.reason, "article": self.article, "batch": self.batch}
        return log.record(act, thread, by=self.by, now=self.now, comment=comment, **said, **facts)


def lock_to_decide(comment_id: int, verdict: Verdict, why_not: Rule) -> tuple[Thread, Any]:
    """The locked thread of a comment and the comment as it is now, which is as it was seen. Raises Refused."""
    thread, fresh = lock_with_thread(comment_id)
    refuse_unless_as_seen(fresh, thread, verdict, why_not)
    return thread, fresh


def refuse_unless_as_seen(comment: Comment, thread: Thread, verdict: Verdict, why_not: Rule) -> None:
    """To be asked under the thread's lock. Raises Refused."""
    refuse_if(why_not_as_seen(comment, verdict.seen) or why_not(verdict.by, comment, thread))


def made_before(act: Act, comment: Comment, verdict: Verdict) -> LogEntry | None:
    """The same decision of the same person about the same text a moment ago: a second press is answered with it.

    To be asked under the thread's lock. One query if the comment is not as it was seen, else none.
    """
    if verdict.seen is None or verdict.seen == seen_as(comment) or text_seen(verdict.seen) != comment.version_id:
        return None
    last = LogEntry.objects.filter(comment=comment).order_by("-pk").first()
    if last is None or verdict.now - last.created_at > AT_ONCE:
        return None
    article_id = verdict.article.pk if verdict.article else None
    was = (last.act, last.actor_id, last.reason, last.article_id, bool(last.batch))
    return last if was == (act, verdict.by.pk, verdict.reason, article_id, bool(verdict.batch)) else None
