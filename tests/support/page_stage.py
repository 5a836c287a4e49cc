"""The demonstration with something on every page: held, flagged, reported, removed, appealed, summed up, sanctioned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.drafts import Words, keep_draft, thread_spot
from forum.dialogue.actions.summaries import miss_point, write_summary
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.exchange.demonstration import email_of, load_demo
from forum.kernel.choices import BlockKind, FlagKind, RoleKind, SanctionKind
from forum.kernel.outbox import MailKind
from forum.models import Comment, Event, ListSubscription, LogEntry, OutgoingMail, Thread, Trust
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.blocks import block
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.notes import write_note
from forum.moderation.actions.plans import plan_closing, slow_down
from forum.moderation.actions.reports import Notice, report_comment
from forum.moderation.actions.sanctions import sanction
from tests.factories import make_event, new_key
from tests.support.imported import import_reply, imported_comment


def stage_every_page() -> Comment:
    """The demonstration's deepest reply, flagged and reported, with a removed comment above it."""
    load_demo(with_accounts=True)
    comment = Comment.objects.order_by("-level").select_related("parent__parent__author", "thread__theme__event")[0]
    event, now = comment.thread.theme.event, timezone.now()
    mo, olga = (event.roles.get(kind=kind).person for kind in ("moderator", "organiser"))
    Event.objects.update(frame_origins="https://example.org")
    remove_comment(comment.parent.parent, seen=SKIP_CHECK, by=mo, reason="Off the subject.", now=now)
    flag_comment(comment, by=olga, kind=FlagKind.OTHER, note="Look at the tone.", now=now)
    notice = Notice(explanation="It names somebody.", name="Eve", email="eve@example.net")
    report_comment(comment, notice, key=new_key(), now=now)
    _fill_head(comment, mo)
    _appeal(comment.parent.parent, mo)
    _leave_to_decide(comment, mo)
    _lay_down(event, comment, mo, olga)
    _queue_email(comment, olga)
    lima = make_event(slug="lima", title="Lima 2013", place="Lima")  # of two, the front page shows a list
    lima.roles.create(person=mo, kind=RoleKind.MODERATOR)
    return comment


def _leave_to_decide(comment: Comment, mo: Any) -> None:
    """An answer that is awaiting review, whose author is trusted elsewhere; and one with headings."""
    facts: dict[str, Any] = {"author": comment.author, "written_at": timezone.now(), "is_public": False}
    import_reply(comment, imported_comment(comment.theme, "waits", source="It *waits*.", **facts))
    facts["is_public"] = True
    import_reply(comment, imported_comment(comment.theme, "parts", source="## One\n\nA.\n\n#### Two\n\nB.", **facts))
    event = comment.thread.theme.event
    trusted = {"by": mo, "created_at": timezone.now(), "theme": event.themes.last()}
    Trust.objects.create(event=event, person=comment.author, **trusted)


def _fill_head(comment: Comment, mo: Any) -> None:
    """The head of a thread with all that it can say."""
    thread, now = Thread.objects.get(pk=comment.thread_id), timezone.now()
    soon = {"closes_at": now + timedelta(days=1), "opens_at": None}
    plan_closing(thread, by=mo, reason="We meet.", now=now, **soon)
    slow_down(thread, minutes=1, by=mo, reason="", now=now)
    write_note(thread, source="Please answer **the question** first.", by=mo, reason="", now=now)
    points = {"open": [{"text": "Who pays?", "comments": [comment.pk]}]}
    write_summary(thread, points=points, base=thread.summary.number if thread.summary else 0, by=mo, now=now)
    miss_point(thread, text="Something is missing.", by=ada(), now=now)


def _appeal(removed: Comment, mo: Any) -> None:
    """Its author has appealed the removal; and ada one of two."""
    entry = LogEntry.objects.filter(comment=removed).latest("pk")
    appeal(removed, by=removed.author, text="It was to the point.", about=entry.pk, now=timezone.now())
    removed_now = list(Comment.objects.public().filter(author=ada()).order_by("-pk")[:2])
    for own in removed_now:
        remove_comment(own, seen=SKIP_CHECK, by=mo, reason="Off the subject.", now=timezone.now())
    decided = LogEntry.objects.filter(comment=removed_now[0]).latest("pk")
    appeal(decided.comment, by=ada(), text="It was to the point, too.", about=decided.pk, now=timezone.now())


def _lay_down(event: Event, comment: Comment, mo: Any, olga: Any) -> None:
    """A posting limit and a draft of ada's, and a block."""
    now = timezone.now()
    sanction(ada(), SanctionKind.PACE, event, pace=20, by=mo, reason="Please write less.", until=None, now=now)
    block(BlockKind.DOMAIN, "spam.example", event, reason="It sends spam.", until=None, by=olga, now=now)
    theme = comment.thread.theme
    words = Words(source="Begun, not sent.", key=new_key(), title="A question")
    keep_draft(thread_spot(theme), by=ada(), words=words, base=0, now=now)


def _queue_email(comment: Comment, olga: Any) -> None:
    """An email about the comment that has not left."""
    now = timezone.now()
    ListSubscription.objects.create(person=olga, theme=comment.theme, revision=comment.theme.revision, since=now)
    facts = {"kind": MailKind.LIST, "key": "waiting", "person": olga, "comment": comment}
    OutgoingMail.objects.create(due_at=now + timedelta(hours=1), **facts)


def ada() -> Person:
    return Person.objects.get(email=email_of("ada"))
