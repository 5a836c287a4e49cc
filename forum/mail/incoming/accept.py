"""Takes an email: it becomes a comment or a thread, by the same rules as a form, or is answered with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.urls import reverse

from accounts.models import Person
from accounts.visible import check_visible, shows_nothing
from forum.dialogue.actions.comments import open_thread, post_reply
from forum.dialogue.queries import themes
from forum.dialogue.queries.answering import to_answer
from forum.kernel.choices import TITLE_LENGTH
from forum.kernel.errors import Refused, TextRefused, refuse_if
from forum.kernel.outbox import IncomingState
from forum.kernel.reasons import Reason
from forum.mail.addresses import SignedAddress
from forum.mail.bounces import take_report
from forum.mail.incoming import answers
from forum.mail.incoming.automatic import is_automatic
from forum.mail.incoming.body import Body, read_body
from forum.mail.incoming.files import keep_files
from forum.mail.incoming.own_email import bare_email, own_email_about
from forum.mail.incoming.parse import LARGEST, IncomingMessage, read_message
from forum.mail.incoming.verdict import Verdict
from forum.mail.queries.writers import addresses_of, find_writer, is_known, sent_before
from forum.models import Comment, IncomingMail, Theme


class TryAgain(Exception):
    """The email cannot be taken right now; the mail server keeps it and tries again."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an email is posted: below a comment, or as a thread of a theme."""

    theme: Theme
    parent: Comment | None = None


def receive(raw: bytes, *, now: datetime) -> str:
    """Takes one email and returns what became of it (an IncomingState). The same email again changes nothing.

    Raises TryAgain while the server is too busy, and what the database raises while it is away.
    """
    incoming = read_message(raw, now=now)
    known = IncomingMail.objects.filter(key=incoming.key).values_list("state", flat=True).first()
    if known is not None:
        return known
    verdict = _judged(incoming, is_too_large=len(raw) >= LARGEST, now=now)
    return answers.record(incoming, verdict, now=now)


def _judged(incoming: IncomingMessage, *, is_too_large: bool, now: datetime) -> Verdict:
    address = incoming.address
    if address is not None and address.purpose == "bounce":
        take_report(incoming.message, address.person_id, now=now)
        return Verdict(IncomingState.REPORT)
    if not incoming.sender or is_automatic(incoming):
        return Verdict(IncomingState.AUTOMATIC)
    if address is None:
        # Whoever made up a sender would have us send their text to somebody else: only people known here get it back.
        text = read_body(incoming.message, bare_email()).said if is_known(incoming.sender) else ""
        reason, page = answers.why_not_addressed(incoming)
        return Verdict(IncomingState.REFUSED, reason, page=page, text=text)
    person = find_writer(address.person_id, incoming.sender)
    own = own_email_about(address.target, address.person_id, now=now) if address.purpose == "reply" else bare_email()
    body = read_body(incoming.message, own, private=addresses_of(address.person_id))
    return _of_writer(incoming, address, person, body, is_too_large=is_too_large, now=now)


def _of_writer(
    incoming: IncomingMessage,
    address: SignedAddress,
    person: Person | None,
    body: Body,
    *,
    is_too_large: bool,
    now: datetime,
) -> Verdict:
    page = reverse("comment", args=[address.target]) if address.purpose == "reply" else ""

    def refused(reason: Reason | None, *sentences: str) -> Verdict:
        return Verdict(IncomingState.REFUSED, reason, sentences, page, body.said, person)

    if person is None:
        return refused(Reason.MAIL_WRONG_SENDER)
    if (comment := sent_before(person.pk, incoming.key)) is not None:
        return _posted(comment, person, ())
    try:
        place = _place(person, address)
        if place.parent is None:
            page = reverse("theme", args=[place.theme.event.slug, place.theme.slug])
        refuse_if(Reason.MAIL_TOO_LARGE if is_too_large else _why_not(incoming, address, place, body))
        return _post(incoming, place, person, body, now=now)
    except Refused as refusal:
        if refusal.reason is Reason.BUSY:
            raise TryAgain from refusal
        return refused(refusal.reason)
    except TextRefused as error:
        return refused(None, error.sentence)


def _place(person: Person, address: SignedAddress) -> _Place:
    """Raises Refused if it is gone, or was never this person's to see."""
    try:
        if address.purpose == "theme":
            return _Place(themes.get_by_id(person, address.target))
        parent = to_answer(person, address.target)
        return _Place(parent.thread.theme, parent)
    except ObjectDoesNotExist:
        raise Refused(Reason.COMMENT_GONE) from None


def _why_not(incoming: IncomingMessage, address: SignedAddress, place: _Place, body: Body) -> Reason | None:
    """What keeps an email from being posted, before anything of it is kept. The rest is for the rules of writing."""
    if address.is_expired:
        return Reason.MAIL_EXPIRED
    if place.parent is None and not place.theme.takes_email:
        return Reason.MAIL_NO_THREADS
    if place.parent is None and (no := _why_not_title(incoming.subject)) is not None:
        return no
    return Reason.MAIL_EMPTY if shows_nothing(body.reply) else None


def _why_not_title(subject: str) -> Reason | None:
    try:
        check_visible(subject)
    except ValidationError:
        return Reason.MAIL_NO_SUBJECT
    if not subject:
        return Reason.MAIL_NO_SUBJECT
    return Reason.MAIL_LONG_SUBJECT if len(subject) > TITLE_LENGTH else None


def _post(incoming: IncomingMessage, place: _Place, person: Person, body: Body, *, now: datetime) -> Verdict:
    """Raises Refused and TextRefused."""
    key = incoming.key
    files = keep_files(incoming.message, place.theme, by=person, key=key, now=now)
    try:
        if place.parent is None:
            title = incoming.subject
            written = open_thread(
                place.theme, by=person, title=title, source=body.source, key=key, now=now, files=files.tokens
            )
        else:
            written = post_reply(place.parent, by=person, source=body.source, key=key, now=now, files=files.tokens)
    except Refused as refusal:
        known = sent_before(person.pk, key) if refusal.reason is Reason.SENT_ALREADY else None
        if known is None:
            raise
        written = known
    finally:
        files.drop_unsent(person)
    return _posted(written, person, files.refused)


def _posted(comment: Comment, person: Person, refused_files: list[str] | tuple[str, ...]) -> Verdict:
    return Verdict(
        IncomingState.POSTED if comment.is_public else IncomingState.HELD,
        sentences=refused_files,
        page=reverse("comment", args=[comment.pk]),
        person=person,
        comment=comment,
    )
