"""How values read: dates, names, excerpts. Everything in words that a list of rows needs."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from accounts.models import Group, Viewer
from accounts.zones import zone_name, zone_of

EXCERPT = 180  # characters; two lines on a wide screen
GROUP_LABELS = dict(Group.choices)


def microseconds(when: datetime | None) -> int:
    """A time as a number by which scripts can order; 0 for none. Exact in every browser until the year 2255."""
    return round(when.timestamp() * 1_000_000) if when else 0


def own_zone(person: Viewer, event_zone: str) -> str:
    """The zone of what this person alone reads: theirs, or that of the event if they have chosen none."""
    return (person.time_zone if person.is_authenticated else "") or event_zone


def format_datetime(when: datetime, zone: str) -> str:
    """A time for people in the given time zone, such as "12 Oct 2012, 18:05 Baku time"."""
    clock, name, months = _clock(zone, get_language())
    local = when.astimezone(clock)
    return f"{local.day} {months[local.month]} {local.year}, {local:%H:%M} {name}"


@cache
def _clock(zone: str, language: str | None) -> tuple[ZoneInfo, str, list[str]]:
    """What a page with some hundreds of times asks only once. There are few zones and languages."""
    return zone_of(zone), zone_name(zone), _months(language)


def format_time(when: datetime, zone: str) -> str:
    """A time of day in the given time zone, such as "18:05 Baku time"."""
    return f"{when.astimezone(zone_of(zone)):%H:%M} {zone_name(zone)}"


def day(when: datetime, zone: str) -> str:
    """A day for people in the given time zone, such as "12 Oct 2012"."""
    return _date(when.astimezone(zone_of(zone)))


def day_of(local: date) -> str:
    """The same of a day on somebody's own calendar."""
    return _date(local)


def _date(local: date) -> str:
    return f"{local.day} {_months(get_language())[local.month]} {local.year}"


def group_label(group: str) -> str:
    """The name of a stakeholder group; "" for none."""
    return group_labels().get(group, "")


def group_labels() -> Mapping[str, str]:
    """The names of the stakeholder groups in the language of the page."""
    return _group_labels(get_language())


@cache
def _group_labels(language: str | None) -> dict[str, str]:
    return {group: str(label) for group, label in GROUP_LABELS.items()}


@cache
def _months(language: str | None) -> list[str]:
    """The short names of the months, from 1 on: a page shows some hundreds of them."""
    return ["", *(str(MONTHS_3[month]).title() for month in range(1, 13))]


def local_time_html(when: datetime, zone: str) -> SafeString:
    """A time that a script shows on the reader's own clock; without JavaScript, in the given time zone."""
    return format_html('<time datetime="{}" data-own-clock>{}</time>', iso(when), format_datetime(when, zone))


def iso(when: datetime) -> str:
    """A time for machines."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def initials(name: str) -> str:
    """First letters of the first and last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text, cut at a word boundary."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0] + "…"


def cleaned(html: str) -> SafeString:
    """HTML that the renderer cleaned when it was written: templates show it as it is."""
    return mark_safe(html)  # noqa: S308


def comment_count(count: int) -> str:
    return ngettext("%(count)s comment", "%(count)s comments", count) % {"count": count}


def unread_count(count: int) -> str:
    return ngettext("%(count)s unread", "%(count)s unread", count) % {"count": count}


def theme_count(count: int) -> str:
    return ngettext("%(count)s theme", "%(count)s themes", count) % {"count": count}


def thread_count(count: int) -> str:
    return ngettext("%(count)s thread", "%(count)s threads", count) % {"count": count}


def more_threads(count: int, *, is_least: bool = False) -> str:
    """`is_least`: there may be even more of them."""
    words = {"count": count}
    if is_least:
        return ngettext("and at least %(count)s more thread", "and at least %(count)s more threads", count) % words
    return ngettext("and %(count)s more thread", "and %(count)s more threads", count) % words


def file_size(size: int) -> str:
    """Bytes for people, such as "240 kB" or "1.3 MB"."""
    if size < 1_000_000:
        return gettext("%(size)s kB") % {"size": max(1, round(size / 1000))}
    return gettext("%(size).1f MB") % {"size": size / 1_000_000}


def comment_label(code: str, number: int) -> str:
    """The citable name of a comment, such as "P-47"."""
    return f"{code}-{number}"


def placeholder_title(code: str, number: int) -> str:
    """What a thread is called while its opening, and with it its title, is not public."""
    return gettext("Thread %(label)s") % {"label": comment_label(code, number)}


def plan_sentence(closes_at: datetime | None, opens_at: datetime | None, *, zone: str) -> str:
    """When a thread or theme closes and opens, as far as that is planned, on the clocks of the event."""
    planned = {"closes": closes_at, "opens": opens_at}
    times = {key: format_datetime(when, zone) if when else "" for key, when in planned.items()}
    if closes_at and opens_at:
        return gettext("Closes on %(closes)s, opens again on %(opens)s.") % times
    if closes_at:
        return gettext("Closes on %(closes)s.") % times
    return gettext("Opens again on %(opens)s.") % times if opens_at else ""


def slow_sentence(minutes: int) -> str:
    """What slow mode asks of people; empty where it is off."""
    if not minutes:
        return ""
    every = ngettext("one comment per minute", "one comment every %(count)s minutes", minutes)
    return gettext("Slow mode: %(every)s per person.") % {"every": every % {"count": minutes}}


def locked_sentence(reason: str) -> str:
    """Why nothing can be added to a thread or theme."""
    return gettext("Locked by a moderator: %(reason)s") % {"reason": reason}
