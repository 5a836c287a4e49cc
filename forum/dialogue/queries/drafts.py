"""Drafts, each only for its author."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Person, Viewer
from forum.events.queries.formatting import comment_label, excerpt, format_datetime, iso, own_zone
from forum.kernel.choices import DRAFTS, DraftKind
from forum.models import Comment, Draft

WORDS = ("title", "source", "note", "key", "seen", "version", "saved_at")


def note_without_drafts(person: Person) -> None:
    """Takes over what another question of this request has answered: `kept` asks nothing then."""
    person._has_drafts = False  # type: ignore[attr-defined]


def note_draft(person: Person) -> None:
    """The opposite, once there is one."""
    person._has_drafts = True  # type: ignore[attr-defined]


def kept(person: Viewer, kind: DraftKind, *, theme_id: int, comment_id: int | None) -> dict[str, Any] | None:
    """What this person was writing here, or None. One query; none without an account or any draft."""
    if not person.is_authenticated or not getattr(person, "_has_drafts", True):
        return None
    drafts = Draft.objects.filter(author=person, kind=kind, comment=comment_id)
    if comment_id is None:
        drafts = drafts.filter(theme=theme_id)
    return drafts.values(*WORDS).first()


def get(person: Person, draft_id: int) -> Draft:
    """One draft of this person. Raises Draft.DoesNotExist."""
    return Draft.objects.select_related("theme__event").get(pk=draft_id, author=person)


def listed(person: Person) -> list[dict[str, Any]]:
    """Everything this person has begun, newest first. Two queries."""
    visible = Comment.objects.readable_by(person).order_by().values("pk")
    rows = Draft.objects.filter(author=person).order_by("-saved_at")[:DRAFTS]
    rows = rows.select_related("theme__event", "comment__author")
    gone = set(Draft.objects.filter(author=person).exclude(comment__in=visible).values_list("comment_id", flat=True))
    return [_shape(draft, person, is_readable=draft.comment_id not in gone) for draft in rows]


def _shape(draft: Draft, person: Person, *, is_readable: bool) -> dict[str, Any]:
    return {
        "id": draft.pk,
        "what": _what(draft, is_readable=is_readable),
        "theme": draft.theme.title,
        "title": draft.title,
        "excerpt": excerpt(" ".join(draft.source.split())),
        "saved_iso": iso(draft.saved_at),
        "saved_label": format_datetime(draft.saved_at, own_zone(person, draft.theme.event.timezone)),
        "url": address(draft),
        "discard_url": reverse("discard_draft", args=[draft.pk]),
    }


def address(draft: Draft) -> str:
    """Where the writing goes on."""
    if draft.comment_id is None:
        return reverse("open_thread", args=[draft.theme.event.slug, draft.theme.slug])
    if draft.kind == DraftKind.EDIT:
        return reverse("edit", args=[draft.comment_id])
    return f"{reverse('reply', args=[draft.comment_id])}#reply-{draft.comment_id}-source"


def _what(draft: Draft, *, is_readable: bool) -> str:
    if draft.comment is None:
        return gettext("A new thread")
    label = comment_label(draft.theme.code, draft.comment.number)
    if draft.kind == DraftKind.EDIT:
        return gettext("Your edit of %(label)s") % {"label": label}
    if not is_readable:
        return gettext("Your reply to %(label)s (no longer public)") % {"label": label}
    named = {"name": draft.comment.author.name, "label": label}
    return gettext("Your reply to %(name)s, %(label)s") % named
