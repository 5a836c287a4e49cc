"""What the person who runs a site should know about what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import Max

from forum.dialogue.models.attachment import content_path, thumbnail_path
from forum.models import Attachment, Comment, LogEntry, OutgoingMail

FOLDER = "files"


def newest_time() -> datetime | None:
    """When the last comment was written or the last decision taken."""
    comments = Comment.objects.order_by().aggregate(at=Max("created_at"))["at"]
    decisions = LogEntry.objects.order_by().aggregate(at=Max("created_at"))["at"]
    return max(filter(None, [comments, decisions]), default=None)


def overdue_mail(*, since: datetime, most_tries: int) -> int:
    """Emails that should have left before a time and may still be tried."""
    return OutgoingMail.objects.to_send().filter(due_at__lt=since, tries__lt=most_tries).count()


def given_up_mail(*, most_tries: int) -> int:
    return OutgoingMail.objects.to_send().filter(tries__gte=most_tries).count()


def uncertain_mail(*, now: datetime) -> int:
    """Emails of which nobody knows whether they left."""
    return OutgoingMail.objects.uncertain(now=now).count()


def missing_files() -> list[str]:
    """What comments have and the folder has not."""
    tokens = Attachment.objects.exclude(comment=None).order_by("pk").values_list("token", flat=True)
    return [path for path in map(content_path, tokens.iterator()) if not default_storage.exists(path)]


def stray_files(*, before: datetime) -> list[str]:
    """What lies in the folder since before a time and belongs to nobody, neither sent nor unsent."""
    tokens = set(Attachment.objects.values_list("token", flat=True))
    known = {path(token) for token in tokens for path in (content_path, thumbnail_path)}
    strangers = [path for path in stored_files() if path not in known]
    return [path for path in strangers if default_storage.get_modified_time(path) < before]


def stored_files() -> Iterator[str]:
    """Every file in the folder of comments' files, by its path in there."""
    if not default_storage.exists(FOLDER):
        return
    for part in sorted(default_storage.listdir(FOLDER)[0]):
        for name in sorted(default_storage.listdir(f"{FOLDER}/{part}")[1]):
            yield f"{FOLDER}/{part}/{name}"
