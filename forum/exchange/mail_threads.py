"""Who answers whom among mails: by their headers, else by their subjects."""

from collections.abc import Iterable, Mapping

from forum.exchange.mail import Mail
from forum.exchange.mail_subjects import same_subject
from forum.exchange.trees import closes_circle, opening_of


def parents_of(mails: Iterable[Mail]) -> dict[str, str | None]:
    """For every mail's origin the origin it answers, None for openings; free of circles.

    In-Reply-To counts first, then the last known of References; a mail without either (or answering mails
    that are not here) answers the opening of the earliest mail of its subject, if there is an earlier one.
    """
    in_order = sorted(mails, key=lambda mail: mail.rank)
    by_id: dict[str, str] = {}
    for mail in sorted(in_order, key=lambda mail: mail.number):
        by_id.setdefault(mail.message_id, mail.origin)
    parent_of: dict[str, str | None] = {mail.origin: None for mail in in_order}
    for mail in in_order:
        parent_of[mail.origin] = _asked(mail, by_id, parent_of)
    _join_by_subject(in_order, parent_of)
    return parent_of


def _asked(mail: Mail, by_id: Mapping[str, str], parent_of: Mapping[str, str | None]) -> str | None:
    known = (by_id[message_id] for message_id in mail.answers if message_id and message_id in by_id)
    return next((origin for origin in known if not closes_circle(mail.origin, origin, parent_of)), None)


def _join_by_subject(in_order: Iterable[Mail], parent_of: dict[str, str | None]) -> None:
    first: dict[str, str] = {}
    for mail in in_order:
        subject = same_subject(mail.subject)
        if not subject:
            continue
        opening = opening_of(first.setdefault(subject, mail.origin), parent_of)
        # A reply dated before its parent may come first here; then its own opening is this very mail.
        if parent_of[mail.origin] is None and opening != mail.origin:
            parent_of[mail.origin] = opening
