"""What an email says about a comment, as everybody may read it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q

from forum.dialogue.queries import unread
from forum.events.queries.formatting import (
    comment_label,
    excerpt,
    format_datetime,
    group_label,
    placeholder_title,
)
from forum.kernel.choices import NotificationKind, Status
from forum.models import Comment, CommentVersion, Notification

ANSWERED = 120  # characters of what a comment answers: one line
FIELDS = (
    "id", "number", "created_at", "author_id", "author__name", "author__group", "author__organisation", "level",
    "version__source", "version__html", "theme_id", "theme__code", "theme__title", "theme__slug",
    "theme__event__slug", "theme__event__title", "theme__event__timezone", "thread_id", "thread__title",
    "thread__opening_id", "thread__opening__status", "thread__opening__number", "parent_id", "parent__number",
    "parent__author__name", "parent__status", "parent__version__text", "thread__opening__author__name",
    "thread__opening__version__text", "tree_id", "lft", "rght", "published_revision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What a comment answers, in one line. `excerpt` is empty once it is not public any more."""

    label: str
    name: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """A public comment with where it stands. `above` are the comments it answers, from the opening down."""

    id: int
    label: str
    author_id: int
    name: str
    about_author: str
    written_label: str
    source: str
    html: str
    url: str
    thread_id: int
    thread_label: str
    thread_title: str
    thread_url: str
    theme_id: int
    theme_title: str
    theme_url: str
    event_title: str
    published_revision: int
    answered: Answered | None
    above: tuple[int, ...]


def public_comment(comment_id: int, *, zone: str = "") -> CommentFacts | None:
    """A comment that everybody may read; None for any other. Two queries, one for an opening.

    Its time is told in `zone`, which is its reader's, or else in that of the event.
    """
    row = Comment.objects.filter(pk=comment_id).public().values(*FIELDS).first()
    return _facts(row, zone) if row else None


def name_and_texts(comment_id: int) -> tuple[str, list[tuple[str, bool]]]:
    """The author of a comment, and all that it ever said, each with whether everybody can read it: to recognise what an
    email quotes of it, and for nothing else. One query."""
    versions = CommentVersion.objects.filter(comment=comment_id).order_by("number")
    rows = versions.values_list("comment__author__name", "comment__status", "is_hidden", "source", "text")
    texts, name = [], ""
    for name, status, is_hidden, *said in rows:  # noqa: B007 - the name is the same in each
        texts += [(text, status == Status.PUBLISHED and not is_hidden) for text in said if text]
    return name, texts


def is_reachable(person_id: int, email: str | None) -> bool:
    """Whether this address is confirmed as this person's, and no emails came back from it. One query."""
    confirmed = EmailAddress.objects.filter(user=person_id, email__iexact=email or "", verified=True)
    return confirmed.exclude(user__unreachable_email=email).exists()


def still_news(person_id: int, facts: CommentFacts) -> NotificationKind | None:
    """Why this person is told of a comment; None once they have seen it, or read it. Two queries at most."""
    told = Notification.objects.filter(person=person_id, comment=facts.id, seen_at=None).order_by()
    kind = told.values_list("kind", flat=True).first()
    if kind is None or facts.published_revision in unread.read_by_id(person_id, facts.theme_id):
        return None
    return NotificationKind(kind)


def _facts(row: dict[str, Any], zone: str) -> CommentFacts:
    code, event = row["theme__code"], row["theme__event__slug"]
    opening = row["thread__opening_id"]
    thread_label = comment_label(code, row["thread__opening__number"])
    is_titled = row["thread__opening__status"] == Status.PUBLISHED
    about = [group_label(row["author__group"]), row["author__organisation"]]
    return CommentFacts(
        id=row["id"],
        label=comment_label(code, row["number"]),
        author_id=row["author_id"],
        name=row["author__name"],
        about_author=", ".join(filter(None, about)),
        written_label=format_datetime(row["created_at"], zone or row["theme__event__timezone"]),
        source=row["version__source"],
        html=row["version__html"],
        url=f"/comments/{row['id']}/",
        thread_id=row["thread_id"],
        thread_label=thread_label,
        thread_title=row["thread__title"] if is_titled else placeholder_title(code, row["thread__opening__number"]),
        thread_url=f"/threads/{row['thread_id']}/",
        theme_id=row["theme_id"],
        theme_title=f"{code}. {row['theme__title']}",
        theme_url=f"/{event}/{row['theme__slug']}/",
        event_title=row["theme__event__title"],
        published_revision=row["published_revision"],
        answered=_answered(row, thread_label) if row["id"] != opening else None,
        above=_above(row) if row["id"] != opening else (),
    )


def _answered(row: dict[str, Any], thread_label: str) -> Answered:
    if row["parent_id"]:
        label = comment_label(row["theme__code"], row["parent__number"])
        name, status, text = row["parent__author__name"], row["parent__status"], row["parent__version__text"]
    else:
        label, name = thread_label, row["thread__opening__author__name"]
        status, text = row["thread__opening__status"], row["thread__opening__version__text"]
    if status != Status.PUBLISHED:
        return Answered(label, "", "")
    return Answered(label, name, excerpt(" ".join((text or "").split()), ANSWERED))


def _above(row: dict[str, Any]) -> tuple[int, ...]:
    inside = Q(tree_id=row["tree_id"], lft__lt=row["lft"], rght__gt=row["rght"])
    ancestors = Comment.objects.filter(inside).order_by("lft").values_list("pk", flat=True)
    return (row["thread__opening_id"], *ancestors) if row["level"] else (row["thread__opening_id"],)
