"""The email about a moderator's decision, a comment that waits for one, or a report of illegal content."""

from __future__ import annotations

from datetime import datetime

from forum.dialogue.queries import notices
from forum.kernel.outbox import DIGESTS, Frequency
from forum.mail.addresses import signed_address
from forum.mail.links import settings_url
from forum.mail.message import Deferred, Message
from forum.mail.queries.comments import is_reachable
from forum.mail.queries.preferences import wants_notices
from forum.mail.rendering import rendered
from forum.models import OutgoingMail


def notice_message(mail: OutgoingMail, *, now: datetime) -> Message | Deferred | None:
    """None if it has become pointless, or is about a comment of somebody who wants no such emails.

    Deferred if they want them in a digest, which goes to confirmed addresses only.

    What restricts a person, and not one comment, is always told: they may be unable to read it anywhere else.
    """
    notice = notices.notice_of(mail.pk)
    if notice is None or (mail.person and mail.person.is_unreachable):
        return None
    is_about_comment = mail.comment_id or (mail.entry and mail.entry.comment_id)
    if mail.person_id and is_about_comment:
        how_soon = wants_notices(mail.person_id)
        if how_soon == Frequency.OFF:
            return None
        if how_soon in DIGESTS and is_reachable(mail.person_id, notice["email"]):
            return Deferred(how_soon)
    to_settings = settings_url(mail.person_id) if mail.person_id else ""
    text, html = rendered("notice", {"notice": notice, "settings_url": to_settings})
    bounces_to = signed_address("bounce", person_id=mail.person_id, now=now) if mail.person_id else ""
    return Message(
        to=notice["email"], subject=f"Parley: {notice['subject']}", text=text, html=html, bounces_to=bounces_to
    )
