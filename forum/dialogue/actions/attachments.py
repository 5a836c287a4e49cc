"""Adding files to what somebody writes, and letting them go."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Person, Viewer, logged_in
from accounts.visible import few_marks
from forum.database.outage import is_outcome_unknown
from forum.dialogue.models.attachment import content_path, thumbnail_path
from forum.dialogue.rules.attachments import why_not_attach, why_not_send_with
from forum.kernel import work
from forum.kernel.choices import ALT_LENGTH, FILES_UNSENT
from forum.kernel.errors import TextRefused, refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.markup.files import checked
from forum.models import Attachment, Comment, Draft, Theme


def add_file(
    theme: Theme, *, by: Viewer, content: bytes, name: str, alt: str, key: str, has: int, now: datetime
) -> Attachment:
    """Keeps a file for the comment that its author is writing in the form with this key.

    `has` says how many are in the form already. Whoever never sends anything keeps no more than FILES_UNSENT of
    them. Raises Refused and TextRefused.
    """
    refuse_if(why_not_attach(by, theme, now=now, has=has))
    author = logged_in(by)
    file = work.in_drawing_thread(lambda: checked(content, name))
    token = secrets.token_urlsafe(18)
    with _swept_up(token):
        # The bytes first: a row without its file would be a broken picture, a file without its row is only waste.
        default_storage.save(content_path(token), ContentFile(file.content))
        if file.thumbnail:
            default_storage.save(thumbnail_path(token), ContentFile(file.thumbnail))
        added = Attachment.objects.create(
            token=token,
            author=author,
            key=key,
            kind=file.kind,
            name=file.name,
            alt=few_marks(alt.strip())[:ALT_LENGTH],
            size=len(file.content),
            width=file.width,
            height=file.height,
            is_animation=file.is_animation,
            created_at=now,
        )
    _let_go(list(_unsent(author).order_by("-pk"))[FILES_UNSENT:])
    return added


def drop_file(token: str, *, by: Person) -> None:
    """Takes out a file that was not sent yet; nothing happens if there is none."""
    _let_go(list(_unsent(by).filter(token=token)))


def describe_files(alts: Mapping[str, str], *, by: Viewer) -> None:
    """Notes what somebody's unsent files show, by token. No statement without any, one for each that changed."""
    if not alts or not by.is_authenticated:
        return
    for file in _unsent(by).filter(token__in=alts):
        alt = few_marks(alts[file.token].strip())[:ALT_LENGTH]
        if alt != file.alt:
            Attachment.objects.filter(pk=file.pk).update(alt=alt)


def files_to_send(tokens: Collection[str], *, by: Person) -> list[Attachment]:
    """The files a new comment is to have, in the order they were added. No statement without any.

    Raises TextRefused.
    """
    if not tokens:
        return []
    files = list(_unsent(by).filter(token__in=tokens).order_by("pk").select_for_update())
    if (no := why_not_send_with(files, asked=len(set(tokens)))) is not None:
        raise TextRefused(str(no.label))
    return files


def bind(files: Collection[Attachment], comment: Comment) -> None:
    """Makes them the comment's own. No statement without any."""
    if files:
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(comment=comment)


def prune_unsent(*, before: datetime) -> int:
    """Lets unsent files go that were added before a time and belong to no draft; says how many."""
    old = Attachment.objects.filter(comment=None, created_at__lt=before)
    drafted = set(Draft.objects.filter(key__in=old.values("key")).values_list("author_id", "key"))
    left = [file for file in old if (file.author_id, file.key) not in drafted]
    _let_go(left)
    return len(left)


@in_one_transaction
def _let_go(files: list[Attachment]) -> None:
    if not files:
        return
    Attachment.objects.filter(pk__in=[file.pk for file in files], comment=None).delete()
    for path in [path(file.token) for file in files for path in (content_path, thumbnail_path)]:
        transaction.on_commit(lambda path=path: default_storage.delete(path))  # type: ignore[misc]


@contextmanager
def _swept_up(token: str) -> Iterator[None]:
    """Deletes what was saved of a file that could not be added. What may have been added keeps its bytes."""
    try:
        yield
    except Exception as error:
        if not is_outcome_unknown(error):
            for path in (content_path(token), thumbnail_path(token)):
                default_storage.delete(path)
        raise


def _unsent(by: Person) -> QuerySet[Attachment]:
    return Attachment.objects.filter(author=by, comment=None)
