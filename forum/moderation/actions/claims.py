"""Taking a card of the desk for a short while, so that two moderators do not read the same one."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.rules.moderation import why_not_review
from forum.kernel import realtime
from forum.kernel.choices import CLAIM_LASTS, Act
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Claim, Comment


@in_one_transaction
def claim_card(comment: Comment, *, by: Person, now: datetime, over: bool = False) -> None:
    """Takes or renews a card for two minutes; `over` takes it from a colleague, as the log tells.

    Raises Refused.
    """
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_review(by, fresh, thread))
    other = holder_of(fresh, other_than=by, now=now)
    if other is not None and not over:
        raise Refused(Reason.CLAIMED)
    before = Claim.objects.filter(comment=fresh, holder=by, until__gt=now).exists()
    Claim.objects.update_or_create(comment=fresh, defaults={"holder": by, "until": now + CLAIM_LASTS})
    if other is not None:
        log.record(Act.TAKE_OVER, thread, by=by, reason="", now=now, comment=fresh)
    if not before:
        realtime.desk_changed(thread.theme.event_id)


def release_card(comment: Comment, *, by: Person) -> None:
    """Gives a card back before its time, if it is this person's."""
    if Claim.objects.filter(comment=comment, holder=by).delete()[0]:
        realtime.desk_changed(comment.thread.theme.event_id)


def holder_of(comment: Comment, *, other_than: Person, now: datetime) -> Person | None:
    """The colleague who is looking at a comment, or None."""
    claim = Claim.objects.select_related("holder").filter(comment=comment, until__gt=now).first()
    return claim.holder if claim is not None and claim.holder_id != other_than.pk else None


def end(comment: Comment) -> None:
    """Whoever had the card: it is decided."""
    Claim.objects.filter(comment=comment).delete()
