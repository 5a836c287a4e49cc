"""List mode: every public comment of a theme as an email, for those who asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from forum.kernel.choices import NotificationKind
from forum.kernel.outbox import MailKind
from forum.kernel.transactions import in_one_transaction
from forum.mail.actions import digests
from forum.mail.comment_mail import comment_email
from forum.mail.links import Stop
from forum.mail.message import Message
from forum.mail.queries import comments, lists
from forum.mail.queries.comments import CommentFacts
from forum.mail.queue import AFTER_COMMENT, comment_key
from forum.models import ListSubscription, OutgoingMail

MOST_A_DAY = 100  # emails of one theme to one person; what is more comes in the daily digest


def queue_lists(*, now: datetime) -> int:
    """Queues what was published since the last round; returns how many emails that makes.

    One statement while nothing was, three for each theme and two for each of its subscribers otherwise.
    """
    grouped = groupby(lists.behind(), key=lambda each: each.theme_id)
    return sum(_queue_theme(list(members), now=now) for _theme_id, members in grouped)


@in_one_transaction
def _queue_theme(members: list[ListSubscription], *, now: datetime) -> int:
    theme = members[0].theme
    oldest = min(each.revision for each in members)
    rows = lists.published_between(theme.pk, oldest, theme.revision)
    emails = [email for each in members for email in _emails(each, rows, now)]
    # Who is answered may have an email of the comment already, which would not leave once it was read: this one does.
    OutgoingMail.objects.bulk_create(emails, update_conflicts=True, unique_fields=["key"], update_fields=["kind"])
    for each in members:
        each.revision = theme.revision
    ListSubscription.objects.bulk_update(members, ["revision", "day", "day_count", "capped_from"])
    capped = [each.person_id for each in members if each.capped_from is not None]
    if capped:
        digests.plan(capped, "daily", now=now)
    return len(emails)


def _emails(member: ListSubscription, rows: Iterable[tuple[int, int, int, Any]], now: datetime) -> list[OutgoingMail]:
    """What this person gets now; counts it, and notes from where on it is too much for today."""
    if member.day != now.date():
        member.day, member.day_count = now.date(), 0
    theirs = [row for row in rows if row[2] > member.revision and (member.sends_own or row[1] != member.person_id)]
    room = max(0, MOST_A_DAY - member.day_count)
    if len(theirs) > room and member.capped_from is None:
        member.capped_from = theirs[room][2] - 1
    member.day_count += len(theirs[:room])
    return [
        OutgoingMail(
            kind=MailKind.LIST,
            key=comment_key(comment_id, member.person_id),
            person_id=member.person_id,
            comment_id=comment_id,
            due_at=published_at + AFTER_COMMENT,
            held_at=now if member.theme.event.holds_mail else None,
        )
        for comment_id, _author, _revision, published_at in theirs[:room]
    ]


def list_message(mail: OutgoingMail, *, now: datetime) -> Message | None:
    """None if the comment is not public any more, or its reader has stopped these emails. Six queries."""
    person, comment_id = mail.person, mail.comment_id
    assert person is not None
    assert comment_id is not None
    facts = comments.public_comment(comment_id, zone=person.time_zone)
    if facts is None or not person.is_active or not comments.is_reachable(person.pk, person.email):
        return None
    if lists.find(person.pk, facts.theme_id) is None:
        return None
    is_reply = comments.still_news(person.pk, facts) == NotificationKind.REPLY
    stop, name = Stop(person.pk, "list", facts.theme_id), f"theme-{facts.theme_id}"
    words = words_of(facts, is_reply=is_reply)
    return comment_email(facts, person.pk, person.email or "", stop, words, list_name=name, now=now)


def words_of(facts: CommentFacts, *, is_reply: bool) -> dict[str, str]:
    """What an email of list mode says around a comment."""
    told = _("%(name)s replied to you") if is_reply else _("%(name)s wrote")
    return {
        "told": told % {"name": facts.name},
        "why": _("You get every comment in “%(theme)s” by email.") % {"theme": facts.theme_title},
        "stop_what": _("Stop these emails"),
    }
