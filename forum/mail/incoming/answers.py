"""The one email that tells somebody why theirs was not posted, or not yet, with its text.

Never to a program (automatic.py), at most one to an address in an hour, and few to addresses that nobody here has
confirmed: whoever forges a sender would have us write to strangers.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from forum.dialogue.actions.outgoing_mail import AFTER_HOLD
from forum.kernel.choices import Status
from forum.kernel.outbox import IncomingState, MailKind
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.mail.addresses import signed_address
from forum.mail.incoming.parse import IncomingMessage
from forum.mail.incoming.verdict import Verdict
from forum.mail.message import Message
from forum.mail.rendering import rendered
from forum.models import Comment, IncomingMail, OutgoingMail

BETWEEN = timedelta(hours=1)  # two answers to one address
MOST_TO_STRANGERS = 60  # in that time
KEPT = timedelta(days=90)  # what became of an email: longer than any mail server tries to deliver it again
LONGEST_SUBJECT, LONGEST_PAGE = 300, 200


def why_not_addressed(incoming: IncomingMessage) -> tuple[Reason, str]:
    """What is wrong with an email that came to no signed address, and the page of the comment that it answers."""
    host = re.escape(settings.SITE_HOST)
    for message_id in incoming.answers:
        if found := re.fullmatch(rf"<comment\.(\d{{1,18}})@{host}>", message_id, re.IGNORECASE):
            return Reason.MAIL_NOT_ADDRESSED, reverse("comment", args=[int(found[1])])
    if any(re.fullmatch(rf"<[^@]+@{host}>", message_id, re.IGNORECASE) for message_id in incoming.answers):
        return Reason.MAIL_DIGEST, ""
    return Reason.MAIL_NOT_ADDRESSED, ""


@in_one_transaction
def record(incoming: IncomingMessage, verdict: Verdict, *, now: datetime) -> str:
    """Writes down what became of an email and queues the answer, if it gets one; returns the state.

    If another process has taken the same email meanwhile, what that one wrote down stays.
    """
    sender = salted_hmac("forum.mail.sender", incoming.sender, algorithm="sha256").hexdigest()
    row, is_new = IncomingMail.objects.get_or_create(
        key=incoming.key,
        defaults={
            "received_at": now,
            "state": verdict.state,
            "reason": verdict.reason.value if verdict.reason else "",
            "sender": sender,
            "person": verdict.person,
            "comment": verdict.comment,
        },
    )
    if is_new and verdict.needs_answer and _may_answer(row, now=now):
        _queue(row, incoming, verdict, now=now)
    return row.state


def _may_answer(row: IncomingMail, *, now: datetime) -> bool:
    """Two queries at most."""
    recent = IncomingMail.objects.filter(received_at__gt=now - BETWEEN).exclude(answer=None)
    if recent.filter(sender=row.sender).exists():
        return False
    return row.person_id is not None or recent.filter(person=None).count() < MOST_TO_STRANGERS


def _queue(row: IncomingMail, incoming: IncomingMessage, verdict: Verdict, *, now: datetime) -> None:
    is_held = verdict.state == IncomingState.HELD
    answer, is_first = OutgoingMail.objects.get_or_create(
        # Two emails at the same moment find no answer to the other one yet; the key is what only one of them gets.
        key=f"answer:{row.sender[:40]}:{int(now.timestamp() // BETWEEN.total_seconds())}",
        defaults={"kind": MailKind.ANSWER, "person": verdict.person, "due_at": now + AFTER_HOLD if is_held else now},
    )
    if not is_first:
        return
    if is_held:  # this answer says the same as the notice, and does so in the thread of their email
        OutgoingMail.objects.to_send().filter(kind=MailKind.NOTICE, comment=verdict.comment).delete()
    IncomingMail.objects.filter(pk=row.pk).update(
        answer=answer,
        sentences=list(verdict.sentences),
        page=verdict.page[:LONGEST_PAGE],
        address=incoming.sender,
        subject=incoming.subject[:LONGEST_SUBJECT],
        message_id=incoming.message_id,
        text=verdict.text,
    )


def answer_message(mail: OutgoingMail, *, now: datetime) -> Message | None:
    """None if it has become pointless: what awaited review was decided meanwhile, which is told by itself."""
    row = IncomingMail.objects.filter(answer=mail).select_related("comment").first()
    if row is None or not row.address or (mail.person is not None and not mail.person.is_active):
        return None
    if row.state == IncomingState.HELD and _is_decided(row.comment):
        return None
    context = {
        "subject": row.subject,
        "is_refused": row.state == IncomingState.REFUSED,
        "said": [*_reasons(row), *row.sentences],
        "url": row.page,
        "typed": row.text,
    }
    text, html = rendered("answer", context)
    headers = {"Auto-Submitted": "auto-replied", "Message-ID": f"<answer.{row.pk}.{row.key[:16]}@{settings.SITE_HOST}>"}
    if row.message_id:
        headers |= {"In-Reply-To": row.message_id, "References": row.message_id}
    bounces_to = signed_address("bounce", person_id=mail.person_id, now=now) if mail.person_id else ""
    subject = f"Re: {row.subject}" if row.subject else _("Your email to Parley")
    return Message(to=row.address, subject=subject, text=text, html=html, bounces_to=bounces_to, headers=headers)


def forget_old(*, now: datetime) -> int:
    """Deletes the texts and addresses of emails whose answer has left, and after KEPT what became of them."""
    left = IncomingMail.objects.exclude(address="").exclude(answer__sent_at=None, answer__isnull=False)
    forgotten = left.update(address="", subject="", message_id="", text="", sentences=[])
    IncomingMail.objects.filter(received_at__lt=now - KEPT).delete()
    return forgotten


def _is_decided(comment: Comment | None) -> bool:
    return comment is None or comment.status != Status.HELD


def _reasons(row: IncomingMail) -> list[str]:
    if row.state == IncomingState.HELD:
        return [_("Your email has been received and is awaiting review. Others cannot see it yet.")]
    if row.state == IncomingState.POSTED:
        return [_("Your email has been posted, but without some of its files.")]
    return [str(Reason(row.reason).label)] if row.reason else []
