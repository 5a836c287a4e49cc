"""Letting an author's comments pass, and ending that."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import log
from forum.events.rules.roles import moderates
from forum.kernel.choices import Act
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, LogEntry, Thread, Trust
from forum.moderation.rules.trust import why_not_end_trust


def trust_author_of(comment: Comment, thread: Thread, *, giver: Person, now: datetime) -> None:
    """Lets what its author writes pass from now on, as far as whoever trusts them moderates: in the theme, or in all.

    A part of a decision, whose rules have let its giver decide.
    """
    event_id = thread.theme.event_id
    theme = None if moderates(giver, event_id, None) else thread.theme
    Trust.objects.get_or_create(
        event_id=event_id,
        theme=theme,
        person_id=comment.author_id,
        defaults={"by": giver, "created_at": now},
    )


@in_one_transaction
def end_trust(trust_id: int, *, by: Person, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Ends it: the rules hold for this author again, who is told why. Raises Refused."""
    locked = Trust.objects.select_for_update(of=("self",)).select_related("person", "theme").filter(pk=trust_id)
    trust = locked.first()
    if trust is None:
        raise Refused(Reason.NOT_TRUSTED)
    refuse_if(why_not_end_trust(by, trust))
    trust.delete()
    return log.record_in_event(
        Act.DISTRUST,
        trust.event_id,
        by=by,
        reason=reason,
        now=now,
        person=trust.person,
        article=article,
        theme=trust.theme,
    )
