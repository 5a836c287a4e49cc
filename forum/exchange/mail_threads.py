"""Who answers whom among mails: by their headers, else by their subjects."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from forum.exchange.mail import Mail
from forum.exchange.mail_subjects import is_marked, same_subject
from forum.exchange.trees import closes_circle, opening_of

LONG_AGO = timedelta(days=30)  # after which an answered mail of an old subject is a thread of its own


def parents_of(mails: Iterable[Mail]) -> dict[str, str | None]:
    """For every mail's origin the origin it answers, None for openings; free of circles.

    In-Reply-To counts first, then the last known of References. A mail that names no other of the archive answers the
    opening of an earlier thread: one that names the same missing mails, else the latest of its subject. It begins a
    thread of its own if its References begin elsewhere, or if it is no reply, has replies, and the other is long ago.
    """
    in_order = sorted(mails, key=lambda mail: mail.rank)
    by_id: dict[str, str] = {}
    for mail in sorted(in_order, key=lambda mail: mail.number):
        by_id.setdefault(mail.message_id, mail.origin)
    parent_of: dict[str, str | None] = {mail.origin: None for mail in in_order}
    for mail in in_order:
        parent_of[mail.origin] = _asked(mail, by_id, parent_of)
    _join_copies(in_order, by_id, parent_of)
    _join_what_names_nobody(in_order, parent_of)
    return parent_of


def _asked(mail: Mail, by_id: Mapping[str, str], parent_of: Mapping[str, str | None]) -> str | None:
    known = (by_id[message_id] for message_id in mail.answers if message_id and message_id in by_id)
    return next((origin for origin in known if not closes_circle(mail.origin, origin, parent_of)), None)


def _join_copies(in_order: Iterable[Mail], by_id: Mapping[str, str], parent_of: dict[str, str | None]) -> None:
    """Puts copies of an opening, which share its Message-ID, into its thread."""
    subjects = {mail.origin: same_subject(mail.subject) for mail in in_order}
    for mail in in_order:
        first = by_id[mail.message_id] if mail.message_id else mail.origin
        if parent_of[mail.origin] is None and first != mail.origin and subjects[first] == subjects[mail.origin]:
            opening = opening_of(first, parent_of)
            parent_of[mail.origin] = None if opening == mail.origin else opening


def _join_what_names_nobody(in_order: list[Mail], parent_of: dict[str, str | None]) -> None:
    """Puts mails without a parent into threads that began before, and says so."""
    by_origin = {mail.origin: mail for mail in in_order}
    answered = {message_id for mail in in_order for message_id in mail.answers}
    naming: dict[str, str] = {}  # missing Message-ID: the first mail that names it
    latest: dict[str, Mail] = {}  # subject: the latest mail that has it
    for mail in in_order:
        subject = same_subject(mail.subject)
        last = latest.get(subject)
        if parent_of[mail.origin] is None:
            beside = next((naming[each] for each in mail.answers if each in naming), None)
            likely = beside or (last and last.origin)
            opening = by_origin[opening_of(likely, parent_of)] if likely else mail
            begins_anew = last is not None and mail.message_id in answered and _begins_anew(mail, last)
            # A reply dated before its parent may come first here; then its own opening is this very mail.
            if opening is not mail and (beside or not (begins_anew or _belongs_to_other_thread(mail, opening))):
                parent_of[mail.origin] = opening.origin
                why = "which answers the same missing email" if beside else "by its subject"
                mail.notices.append(f"its parent is not in this file; placed under {opening.where}, {why}")
            for message_id in mail.answers:
                naming.setdefault(message_id, mail.origin)
        if subject:
            latest[subject] = mail


def _begins_anew(mail: Mail, last: Mail) -> bool:
    """Whether a mail only shares its subject with an older thread, as the minutes of one month do with the last."""
    if mail.answers or is_marked(mail.subject) or mail.written_at is None or last.written_at is None:
        return False
    return mail.written_at - last.written_at > LONG_AGO


def _belongs_to_other_thread(mail: Mail, opening: Mail) -> bool:
    """Whether the References header puts this mail in a different thread from `opening`."""
    return bool(mail.root and opening.message_id) and mail.root not in {opening.message_id, opening.root}
