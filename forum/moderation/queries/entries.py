"""Single entries of the log, with what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from forum.models import Comment, LogEntry, Theme, Thread


def get(entry_id: int) -> LogEntry:
    """An entry; whether somebody may do anything with it is for the rules. Raises LogEntry.DoesNotExist. One query."""
    return _whole().get(pk=entry_id)


def state_token(target: Thread | Theme | Comment) -> str:
    """What a form carries of the state of what it is about, see LogEntryQuerySet.state_token. One query."""
    return LogEntry.objects.state_token(target)


def several(entry_ids: Iterable[int], batches: Iterable[str]) -> list[LogEntry]:
    """These entries, and all that was decided as one in these batches. One query."""
    return list(_whole().filter(Q(pk__in=list(entry_ids)) | Q(batch__in=list(batches))))


def first_of_batch(batch: str) -> LogEntry:
    """The first of what was decided as one. Raises LogEntry.DoesNotExist."""
    if (entry := _whole().filter(batch=batch).exclude(batch="").order_by("pk").first()) is None:
        raise LogEntry.DoesNotExist
    return entry


def comments_of_batch(batch: str) -> list[int]:
    """The comments about which a batch decided. One query."""
    return list(LogEntry.objects.filter(batch=batch, comment__isnull=False).values_list("comment_id", flat=True))


def _whole() -> Any:
    return LogEntry.objects.with_case()
