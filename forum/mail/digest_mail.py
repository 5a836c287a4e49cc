"""The email that tells somebody, once a day or once a week, what is new for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from forum.dialogue.queries import notices
from forum.kernel.choices import NotificationKind
from forum.kernel.outbox import MailKind
from forum.mail.actions.digests import Told, told_until
from forum.mail.addresses import signed_address
from forum.mail.headers import list_headers
from forum.mail.links import Stop, settings_url, stop_url
from forum.mail.message import SITE_NAME, Message
from forum.mail.queries import comments, digest_comments, digests, preferences
from forum.mail.queries.digest_comments import Found
from forum.mail.queries.digests import Limits, Section
from forum.mail.rendering import rendered
from forum.models import OutgoingMail

LARGEST = 88_000  # bytes of a whole email: Gmail cuts what is longer than about 100,000
# The first that makes an email of this size is taken. The last one always does.
SIZES = (
    Limits(themes=20, threads=24, excerpts=3, notices=10),
    Limits(themes=20, threads=18, excerpts=3, notices=10),
    Limits(themes=20, threads=14, excerpts=3, notices=10),
    Limits(themes=20, threads=14, excerpts=2, notices=8),
    Limits(themes=20, threads=14, excerpts=1, notices=8),
    Limits(themes=12, threads=8, excerpts=1, notices=6),
    Limits(themes=6, threads=6, excerpts=1, notices=4),
    Limits(themes=2, threads=2, excerpts=1, notices=2),
    Limits(themes=0, threads=0, excerpts=0, notices=1),
)


def digest_message(mail: OutgoingMail, *, now: datetime) -> Message | None:
    """None if there is nothing to tell any more, or nobody to tell it to. 13 queries, and those of each notice."""
    person = mail.person
    assert person is not None
    if not person.is_active or not comments.is_reachable(person.pk, person.email):
        return None
    wanted = preferences.of_person(person.pk)
    until = told_until(mail)
    found = digest_comments.find(person.pk, wanted, mail.kind, until=until)
    waiting = digests.deferred_notices(person.pk) if wanted.moderation == mail.kind else []
    told = notices.notices_of(waiting[: SIZES[0].notices]) if waiting else {}
    if found.is_empty and not told:
        return None
    details = digests.details_of(found, SIZES[0], zone=person.time_zone)
    for limits in SIZES:
        sections = digests.sections(found, details, limits)
        facts = _Digest(mail, sections, dict(list(told.items())[: limits.notices]), found)
        message = facts.message(person, until=until, now=now)
        if message.size() <= LARGEST:
            break
    return message


class _Digest:
    """What one digest says, and how many notices it has room for."""

    def __init__(
        self, mail: OutgoingMail, sections: tuple[Section, ...], told: dict[int, dict[str, Any]], found: Found
    ) -> None:
        self.mail, self.sections, self.told, self.found = mail, sections, told, found

    def message(self, person: Person, *, until: datetime, now: datetime) -> Message:
        stop = self._stop(person)
        events = {theme.event_title for section in self.sections for theme in section.themes}
        events |= {str(notice["event"]) for notice in self.told.values()}
        where = events.pop() if len(events) == 1 else SITE_NAME
        headline = self._headline()
        context = {
            "headline": headline,
            "where": where,
            "sections": [_shown(section) for section in self.sections],
            "notices": list(self.told.values()),
            "earlier": _earlier(self.found.earlier),
            "following_url": reverse("following"),
            "why": _why(self.mail.kind, stop),
            "stop_what": _stop_what(stop),
            "stop_url": stop_url(stop),
            "settings_url": settings_url(person.pk),
        }
        text, html = rendered("digest", context)
        own_id = {"Message-ID": f"<digest.{self.mail.pk}@{settings.SITE_HOST}>"}
        return Message(
            to=person.email or "",
            subject=f"{headline} · {where}",
            text=text,
            html=html,
            reply_to=settings.INCOMING_EMAIL,  # where a reply is explained: a digest is no comment
            bounces_to=signed_address("bounce", person_id=person.pk, now=now),
            headers=own_id | list_headers(self.mail.kind, stop, page=reverse("following")),
            taken=tuple(self.told),
            told=Told(person.pk, self.mail.kind, until, lists=tuple(self.found.lists.items())),
        )

    def _stop(self, person: Person) -> Stop:
        """What the link in it stops: this digest, or the list by which alone it has come."""
        if self.found.is_wanted or self.told or not self.found.lists:
            return Stop(person.pk, self.mail.kind)
        return Stop(person.pk, "list", min(self.found.lists))

    def _headline(self) -> str:
        """What it holds, in numbers: "3 replies and 12 new comments"."""
        parts = [_counted(section.kind, section.count) for section in self.sections]
        if self.told:
            count = len(self.told)
            words = ngettext("%(count)s moderation notice", "%(count)s moderation notices", count)
            parts.append(words % {"count": count})
        if len(parts) == 1:
            return parts[0]
        return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _shown(section: Section) -> dict[str, Any]:
    return {
        "title": _title(section.kind),
        "themes": [
            {
                "facts": theme,
                "threads": [
                    {"facts": thread, "more": _more(thread.more, alone=not thread.excerpts)} for thread in theme.threads
                ],
                "more": _more_threads(theme.more, theme.more_threads),
            }
            for theme in section.themes
        ],
        "more": _more_themes(section.more, section.more_themes),
    }


def _counted(kind: NotificationKind, count: int) -> str:
    match kind:
        case NotificationKind.REPLY:
            return ngettext("%(count)s reply", "%(count)s replies", count) % {"count": count}
        case NotificationKind.MENTION:
            return ngettext("%(count)s mention", "%(count)s mentions", count) % {"count": count}
    return ngettext("%(count)s new comment", "%(count)s new comments", count) % {"count": count}


def _title(kind: NotificationKind) -> str:
    match kind:
        case NotificationKind.REPLY:
            return _("Replies to you")
        case NotificationKind.MENTION:
            return _("Mentions of you")
    return _("New in what you follow")


def _more(count: int, *, alone: bool) -> str:
    """Of a thread's comments that are not shown; `alone` where none is."""
    if not count:
        return ""
    words = ngettext("%(count)s more comment in this thread", "%(count)s more comments in this thread", count)
    if alone:
        words = ngettext("%(count)s comment in this thread", "%(count)s comments in this thread", count)
    return words % {"count": count}


def _more_threads(count: int, threads: int) -> str:
    if not count:
        return ""
    words = ngettext("%(comments)s in %(count)s more thread", "%(comments)s in %(count)s more threads", threads)
    return words % {"comments": _more_comments(count), "count": threads}


def _more_themes(count: int, themes: int) -> str:
    if not count:
        return ""
    words = ngettext("%(comments)s in %(count)s more theme", "%(comments)s in %(count)s more themes", themes)
    return words % {"comments": _more_comments(count), "count": themes}


def _more_comments(count: int) -> str:
    return ngettext("%(count)s more comment", "%(count)s more comments", count) % {"count": count}


def _earlier(count: int) -> str:
    """Of what is unread in what somebody follows, and was told before or is older than their following."""
    if not count:
        return ""
    words = ngettext(
        "You also have %(count)s older unread comment in what you follow.",
        "You also have %(count)s older unread comments in what you follow.",
        count,
    )
    return words % {"count": count}


def _why(name: str, stop: Stop) -> str:
    if stop.what == "list":
        return _("You get every comment of a theme by email. These were too many for one day.")
    if name == MailKind.DAILY:
        return _("You get this email at most once a day, when there is something new for you.")
    return _("You get this email at most once a week, when there is something new for you.")


def _stop_what(stop: Stop) -> str:
    if stop.what == "list":
        return _("Stop these emails")
    return _("Stop the daily digest") if stop.what == MailKind.DAILY else _("Stop the weekly digest")
