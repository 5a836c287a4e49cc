"""Mail archives (mbox, also as pipermail offers them): mails become threads."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.mail import Mail, read_mail
from forum.exchange.mail_split import split
from forum.exchange.mail_subjects import common_tag, title_of
from forum.exchange.mail_threads import parents_of
from forum.exchange.trees import in_tree_order

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(stream: BinaryIO) -> Iterator[Entry | Broken | Notice]:
    """Every mail of an archive, threads by date of their opening, parents before children.

    A mail that cannot be read comes first, as a Broken; notices stand right after the entry they are about.
    Raises Unreadable if the file holds no mail.
    """
    mails: dict[str, Mail] = {}
    copies: Counter[str] = Counter()
    number = 0
    for envelope, raw in split(stream):
        if not envelope:
            yield Broken("before mail 1", "text that belongs to no email")
            continue
        number += 1
        try:
            mail = read_mail(number, envelope, raw)
        except Exception as error:  # the email package fails on broken mails in ways nobody can list
            yield Broken(f"mail {number}", f"cannot be read ({type(error).__name__})")
            continue
        copies[mail.fingerprint] += 1
        mail = _told_apart(mail, mails, f"mail:{mail.fingerprint}-{copies[mail.fingerprint]}")
        mails[mail.origin] = mail
    if not number:
        raise Unreadable('This is not a mailbox: no line starts an email ("From ", sender, date).')
    yield from _entries({mail.origin: mail for mail in _dated(mails.values())})


def _told_apart(mail: Mail, known: Mapping[str, Mail], own: str) -> Mail:
    """The mail under an origin of its own, even if its Message-ID is missing or taken (by a copy perhaps)."""
    if mail.origin and mail.origin not in known:
        return replace(mail, former=(own,))  # so it was called if another archive held a mail of its Message-ID, too
    notices = [*mail.notices]
    if mail.origin:
        twin = known[mail.origin].number
        notices.append(f"has the same Message-ID as mail {twin}; imported as a separate email")
    return replace(mail, origin=own, notices=notices)


def _dated(mails: Iterable[Mail]) -> Iterator[Mail]:
    """The mails in the order of the file; one without a date gets that of the mail before it."""
    mails = list(mails)
    date = next((mail.written_at for mail in mails if mail.written_at), _EPOCH)
    for mail in mails:
        if mail.written_at is None:
            notices = [*mail.notices, "has no readable date; uses the date of the email before it"]
            yield replace(mail, written_at=date, is_dated=False, notices=notices)
        else:
            date = mail.written_at
            yield mail


def _entries(mails: dict[str, Mail]) -> Iterator[Entry | Notice]:
    parent_of = parents_of(mails.values())
    tag = common_tag(mail.subject for mail in mails.values())
    thread_of: dict[str, str] = {}
    for origin in in_tree_order(parent_of, lambda each: mails[each].rank):
        mail, parent = mails[origin], parent_of[origin]
        thread_of[origin] = thread_of[parent] if parent else origin
        yield Entry(
            origin=origin,
            thread=thread_of[origin],
            parent=parent,
            title=title_of(mail.subject, tag) if parent is None else "",
            author=mail.author,
            author_key=mail.author_key,
            written_at=mail.written_at or _EPOCH,
            source=mail.source,
            is_public=True,
            where=mail.where,
            is_dated=mail.is_dated,
            former=mail.former,
        )
        yield from (Notice(mail.where, notice) for notice in mail.notices)
