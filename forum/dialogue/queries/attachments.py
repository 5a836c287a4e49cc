"""Files as somebody may have them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.db.models import Q

from accounts.models import Viewer
from forum.dialogue.models.attachment import content_path, thumbnail_path
from forum.events.queries.formatting import file_size
from forum.kernel.choices import FileKind
from forum.models import Attachment, Comment

HIGHEST = 432  # CSS pixels of a picture below a comment


def get(person: Viewer, token: str) -> Attachment:
    """A file of a comment whose text this person may read, or an unsent one of their own.

    Raises Attachment.DoesNotExist.
    """
    readable = Q(comment__in=Comment.objects.with_text_for(person).order_by())
    if person.is_authenticated:
        readable |= Q(comment=None, author=person)
    return Attachment.objects.filter(readable).get(token=token)


def unsent(person: Viewer, *, key: str = "", tokens: list[str] | None = None) -> list[dict[str, Any]]:
    """Rows of what somebody added to a form, by its key or by the files' own names. One query."""
    if not person.is_authenticated:
        return []
    mine = Attachment.objects.filter(author=person, comment=None)
    found = mine.filter(key=key) if tokens is None else mine.filter(token__in=tokens)
    return shown(file.shape for file in found.order_by("pk"))


def shown(files: Any) -> list[dict[str, Any]]:
    """Rows ready for the fragments, of what a comment keeps of its files."""
    return [_shape(file) for file in files or ()]


def content(file: Attachment, *, small: bool) -> bytes:
    """A file's bytes. Raises FileNotFoundError."""
    with default_storage.open(thumbnail_path(file.token) if small else content_path(file.token)) as stored:
        return bytes(stored.read())


def _shape(file: dict[str, Any]) -> dict[str, Any]:
    is_picture = file["kind"] == FileKind.PICTURE
    return file | {
        "url": f"/files/{file['token']}/{quote(file['name'])}",
        "small_url": f"/files/{file['token']}/small/" if is_picture else "",
        "size_label": file_size(file["size"]),
        "is_picture": is_picture,
        "is_animation": file.get("is_animation", False),  # older comments say nothing of it
        **(_size_on_page(file["width"], file["height"]) if is_picture else {}),
    }


def _size_on_page(width: int, height: int) -> dict[str, int]:
    """How large a picture is shown at most, so that its place is kept before it has come."""
    scale = min(1.0, HIGHEST / height)
    return {"width": round(width * scale), "height": round(height * scale)}
