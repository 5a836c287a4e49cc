"""What a digest says, as everybody may read it now: comments by why they are told, by theme and by thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left

from forum.events.queries.formatting import (
    comment_label,
    excerpt,
    format_datetime,
    group_label,
    placeholder_title,
)
from forum.kernel.choices import NotificationKind, Status
from forum.mail.queries.comments import ANSWERED, Answered
from forum.mail.queries.digest_comments import Found, NewComment
from forum.models import Comment, OutgoingMail, Theme, Thread

EXCERPT = 280  # characters of a comment: its first sentences
READ = 600  # characters of which a line is made, as spaces and breaks are joined
COMMENT_FIELDS = (
    "id", "number", "created_at", "author__name", "author__group", "author__organisation", "thread_id",
    "theme__code", "theme__event__timezone", "parent__number", "parent__status", "parent__author__name",
)  # fmt: skip
THREAD_FIELDS = (
    "id", "title", "theme__code", "opening_id", "opening__number", "opening__status", "opening__author__name",
)  # fmt: skip
THEME_FIELDS = ("id", "code", "title", "slug", "event__slug", "event__title")
Inside = dict[int, dict[int, list[int]]]  # the comments to tell of, by theme and thread, each in the order of time


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything a digest shows; the rest is counted. `threads` are shared among the themes."""

    themes: int
    threads: int
    excerpts: int  # in one thread
    notices: int


@dataclass(frozen=True, slots=True)
class ExcerptFacts:
    """The beginning of a public comment, and what it answers."""

    id: int
    label: str
    name: str
    about_author: str
    written_label: str
    text: str
    url: str
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class ThreadNews:
    id: int
    title: str
    url: str
    excerpts: tuple[ExcerptFacts, ...]
    more: int  # comments


@dataclass(frozen=True, slots=True)
class ThemeNews:
    id: int
    title: str
    url: str
    event_title: str
    threads: tuple[ThreadNews, ...]
    more_threads: int
    more: int  # comments in those


@dataclass(frozen=True, slots=True)
class Section:
    """What is told for one reason. `more` comments are in `more_themes` that are not shown."""

    kind: NotificationKind
    count: int
    themes: tuple[ThemeNews, ...]
    more_themes: int
    more: int


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of the comments, threads and themes that a digest can show, by their keys."""

    excerpts: dict[int, ExcerptFacts]
    threads: dict[int, dict[str, Any]]
    themes: dict[int, dict[str, Any]]


def details_of(found: Found, most: Limits, *, zone: str) -> Details:
    """All that a digest within these limits shows, with times in the reader's zone ("": that of each event).

    Three queries; none if nothing was found.
    """
    if found.is_empty:
        return Details({}, {}, {})
    shown = [each for comments in found.by_kind.values() for each in _shown(_grouped(comments), most)]
    threads = {row["id"]: row for row in _threads([thread_id for _, thread_id, _ in shown])}
    themes = Theme.objects.filter(pk__in={theme_id for theme_id, _, _ in shown}).values(*THEME_FIELDS)
    comment_ids = [comment_id for _, _, ids in shown for comment_id in ids[: most.excerpts]]
    rows = Comment.objects.filter(pk__in=comment_ids).public().values(
        *COMMENT_FIELDS, text=Left("version__text", READ), parent_text=Left("parent__version__text", READ)
    )  # fmt: skip
    excerpts = {
        row["id"]: _excerpt(row, threads[row["thread_id"]], zone) for row in rows if row["thread_id"] in threads
    }
    return Details(excerpts, threads, {row["id"]: row for row in themes})


def sections(found: Found, details: Details, limits: Limits) -> tuple[Section, ...]:
    """What was found, as a digest within these limits shows it. No query."""
    return tuple(
        _section(kind, _grouped(comments), details, limits) for kind, comments in found.by_kind.items() if comments
    )


def deferred_notices(person_id: int) -> list[int]:
    """The emails about moderators' decisions that wait for this person's next digest, the oldest first. One query."""
    waiting = OutgoingMail.objects.to_send().filter(person=person_id, is_deferred=True)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _grouped(comments: list[NewComment]) -> Inside:
    inside: Inside = {}
    for comment in comments:
        inside.setdefault(comment.theme_id, {}).setdefault(comment.thread_id, []).append(comment.id)
    return dict(sorted(inside.items()))


def _shown(inside: Inside, limits: Limits) -> list[tuple[int, int, list[int]]]:
    """The threads that these limits show, with their theme and all their comments."""
    themes = list(inside.items())[: limits.themes]
    each = _threads_of_each(len(themes), limits)
    return [(theme_id, *thread) for theme_id, threads in themes for thread in list(threads.items())[:each]]


def _threads_of_each(themes: int, limits: Limits) -> int:
    return max(1, limits.threads // max(1, themes))


def _section(kind: NotificationKind, inside: Inside, details: Details, limits: Limits) -> Section:
    shown = [(theme_id, threads) for theme_id, threads in inside.items() if theme_id in details.themes][: limits.themes]
    each = _threads_of_each(len(shown), limits)
    themes = tuple(_theme(details.themes[theme_id], threads, each, details, limits) for theme_id, threads in shown)
    count = sum(map(_count, inside.values()))
    return Section(
        kind=kind,
        count=count,
        themes=themes,
        more_themes=len(inside) - len(shown),
        more=count - sum(_count(threads) for _, threads in shown),
    )


def _theme(row: dict[str, Any], inside: dict[int, list[int]], each: int, details: Details, limits: Limits) -> ThemeNews:
    shown = [(thread_id, ids) for thread_id, ids in inside.items() if thread_id in details.threads][:each]
    return ThemeNews(
        id=row["id"],
        title=f"{row['code']}. {row['title']}",
        url=f"/{row['event__slug']}/{row['slug']}/",
        event_title=row["event__title"],
        threads=tuple(_thread(details.threads[thread_id], ids, details, limits) for thread_id, ids in shown),
        more_threads=len(inside) - len(shown),
        more=_count(inside) - _count(dict(shown)),
    )


def _thread(row: dict[str, Any], ids: list[int], details: Details, limits: Limits) -> ThreadNews:
    excerpts = tuple(details.excerpts[pk] for pk in ids[: limits.excerpts] if pk in details.excerpts)
    return ThreadNews(
        id=row["id"],
        title=row["title"] if _is_titled(row) else placeholder_title(row["theme__code"], row["opening__number"]),
        url=f"/threads/{row['id']}/",
        excerpts=excerpts,
        more=len(ids) - len(excerpts),
    )


def _count(inside: dict[int, list[int]]) -> int:
    return sum(map(len, inside.values()))


def _is_titled(row: dict[str, Any]) -> bool:
    return bool(row["opening__status"] == Status.PUBLISHED)


def _threads(thread_ids: list[int]) -> Any:
    rows = Thread.objects.filter(pk__in=thread_ids)
    return rows.values(*THREAD_FIELDS, opening_text=Left("opening__version__text", READ))


def _excerpt(row: dict[str, Any], thread: dict[str, Any], zone: str) -> ExcerptFacts:
    about = [group_label(row["author__group"]), row["author__organisation"]]
    return ExcerptFacts(
        id=row["id"],
        label=comment_label(row["theme__code"], row["number"]),
        name=row["author__name"],
        about_author=", ".join(filter(None, about)),
        written_label=format_datetime(row["created_at"], zone or row["theme__event__timezone"]),
        text=_line(row["text"], EXCERPT),
        url=f"/comments/{row['id']}/",
        answered=_answered(row, thread),
    )


def _answered(row: dict[str, Any], thread: dict[str, Any]) -> Answered | None:
    """What a comment answers, without its text once that is not public any more; None for an opening."""
    if row["id"] == thread["opening_id"]:
        return None
    is_opening = row["parent__number"] is None
    number = thread["opening__number"] if is_opening else row["parent__number"]
    label = comment_label(row["theme__code"], number)
    if (thread["opening__status"] if is_opening else row["parent__status"]) != Status.PUBLISHED:
        return Answered(label, "", "")
    if is_opening:
        return Answered(label, thread["opening__author__name"], _line(thread["opening_text"], ANSWERED))
    return Answered(label, row["parent__author__name"], _line(row["parent_text"], ANSWERED))


def _line(text: str | None, most: int) -> str:
    return excerpt(" ".join((text or "").split()), most)
