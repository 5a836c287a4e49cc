"""The email that tells somebody of one comment: a reply to them, a mention, or something they follow."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from forum.kernel.choices import NotificationKind
from forum.mail.addresses import signed_address
from forum.mail.headers import list_headers, thread_headers
from forum.mail.links import Stop, settings_url, stop_url
from forum.mail.message import Message, sender_named
from forum.mail.queries import comments
from forum.mail.queries.comments import CommentFacts
from forum.mail.rendering import rendered, source_with_whole_links, with_whole_links
from forum.models import OutgoingMail


def comment_message(mail: OutgoingMail, *, now: datetime) -> Message | None:
    """None if the comment is not public any more, or its reader has seen it meanwhile. Six queries."""
    person, comment_id = mail.person, mail.comment_id
    assert person is not None
    assert comment_id is not None
    facts = comments.public_comment(comment_id, zone=person.time_zone)
    if facts is None or not person.is_active or not comments.is_reachable(person.pk, person.email):
        return None
    why = comments.still_news(person.pk, facts)
    if why is None:
        return None
    stop = Stop(person.pk, why)
    return comment_email(facts, person.pk, person.email or "", stop, words_of(why, facts), list_name=str(why), now=now)


def comment_email(
    facts: CommentFacts, person_id: int, to: str, stop: Stop, words: dict[str, str], *, list_name: str, now: datetime
) -> Message:
    """A comment as an email. `words`: told (the first line), why (they get it), stop_what (the link that stops it)."""
    reply_to = signed_address("reply", person_id=person_id, target=facts.id, now=now)
    context = words | {
        "c": facts,
        "source": source_with_whole_links(facts.source),
        "html": with_whole_links(facts.html),
        "can_reply": bool(reply_to),
        "stop_url": stop_url(stop),
        "settings_url": settings_url(person_id),
    }
    text, html = rendered("comment", context)
    return Message(
        to=to,
        subject=subject_of(facts),
        text=text,
        html=html,
        sender=sender_named(facts.name),
        reply_to=reply_to,
        bounces_to=signed_address("bounce", person_id=person_id, now=now),
        headers=thread_headers(facts.id, facts.above) | list_headers(list_name, stop, page=facts.thread_url),
    )


def subject_of(facts: CommentFacts) -> str:
    """The same for all of a thread, and different for two threads with one title: mail programs go by it, too."""
    return f"[{facts.thread_label}] {facts.thread_title}"


def words_of(why: NotificationKind, facts: CommentFacts) -> dict[str, str]:
    """What an email says around a comment, by why somebody is told of it."""
    return {"told": _told(why, facts), "why": _why(why), "stop_what": _stop_what(why)}


def _told(why: NotificationKind, facts: CommentFacts) -> str:
    match why:
        case NotificationKind.REPLY:
            return _("%(name)s replied to you") % {"name": facts.name}
        case NotificationKind.MENTION:
            return _("%(name)s mentioned you") % {"name": facts.name}
    return _("%(name)s posted in a discussion that you follow") % {"name": facts.name}


def _why(why: NotificationKind) -> str:
    match why:
        case NotificationKind.REPLY:
            return _("You get this email because somebody replied to you.")
        case NotificationKind.MENTION:
            return _("You get this email because somebody mentioned you.")
    return _("You get this email because you follow this discussion.")


def _stop_what(why: NotificationKind) -> str:
    match why:
        case NotificationKind.REPLY:
            return _("Stop emails about replies")
        case NotificationKind.MENTION:
            return _("Stop emails about mentions")
    return _("Stop emails about what you follow")
