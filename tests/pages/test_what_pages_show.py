"""Every stored field that a public page shows moves what the page is kept by.

Each field of each model is changed in the database, behind the back of all actions; where a page made anew is
different, the field shows. It must then stand in the rows that the page is kept by, or be changed by acts alone that
move them: those have a row in tests/browser/changes_table.py, which tests/live/test_public_pages.py plays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import DatabaseError, models, transaction
from django.db.models.functions import Concat
from django.test import Client

from forum.database.row_states import rows_of
from forum.models import Event, Party, Reference, Theme
from tests.browser.changes_table import TABLE, Stage, make_stage
from tests.factories import make_theme

pytestmark = [pytest.mark.django_db, pytest.mark.either]

KEPT_BY = (Event, Theme, Party, Reference)  # whole rows of these
# What else shows, and a row of the table that changes it.
PLAYED = {
    "Comment.agree_count": "a stance is taken",
    "Comment.disagree_count": "a stance is taken",
    "Comment.edited_at": "a comment is edited",
    "Comment.is_pinned": "a comment is pinned",
    "Comment.off_topic": "a comment is off topic",
    "Comment.published_at": "a held comment is published",
    "Comment.published_revision": "a held comment is published",
    "Comment.revision": "a comment is edited",
    "Comment.status": "an answered comment is removed",
    "Comment.status_reason": "an answered comment is removed",
    "Comment.support_count": "a stance is taken",
    "Comment.theme": "a thread moves away",
    "Comment.thread": "a branch is split off",
    "Comment.unsure_count": "a stance is taken",
    "CommentVersion.html": "a text is rendered anew",
    "CommentVersion.text": "personal data is taken out",
    "LogEntry.act": "an answered comment is removed",
    "LogEntry.comment": "an answered comment is removed",
    "Note.html": "a note is set",
    "Note.role": "a note is set",
    "Note.thread": "a note is set",
    "Note.written_at": "a note is set",
    "Person.group": "somebody changes their name",
    "Person.name": "somebody changes their name",
    "Person.organisation": "somebody changes their name",
    "Summary.created_at": "a summary is written",
    "Summary.points": "a summary is written",
    "Thread.closes_at": "a thread's closing is planned",
    "Thread.comment_count": "a reply is written",
    "Thread.is_locked": "a thread is locked",
    "Thread.last_comment": "a reply is written",
    "Thread.revision": "a reply is written",
    "Thread.slow_minutes": "a thread is slowed down",
    "Thread.theme": "a thread moves away",
    "Thread.title": "a thread is renamed",
}
FOR_EVER = {"Comment.author", "Comment.created_at"}  # shown, and changed by nobody
# Constraints forbid to change these in every row alike. Those of a comment and a thread show, and move with its place.
UNTRIED = {
    "Comment.in_public_tree", "Comment.level", "Comment.lft", "Comment.number", "Comment.origin", "Comment.parent",
    "Comment.tree_id", "Comment.version", "CommentVersion.comment", "CommentVersion.hidden_reason",
    "CommentVersion.is_hidden", "CommentVersion.number", "Event.starts_at", "LogEntry.undoes", "Notification.comment",
    "Notification.entry", "Notification.kind", "OutgoingMail.comment", "OutgoingMail.key", "OutgoingMail.kind",
    "Person.origin", "RevisionStamp.slot", "Role.theme", "Summary.hidden_reason", "Summary.is_hidden",
    "Theme.is_meeting", "Thread.opening",
}  # fmt: skip

ACTS = {row.name: row.do for row in TABLE}
SHOWN = [  # something of everything that pages show
    "a stance is taken", "readers are told what waits", "a comment is edited", "a note is set", "a summary is written",
    "a comment is off topic", "a comment is pinned", "a thread is slowed down", "a thread's closing is planned",
    "an answered comment is removed",
]  # fmt: skip


@pytest.fixture
def stage(event: Event, theme: Theme, cast: Any) -> Stage:
    Party.objects.create(event=event, kind="organiser", name="The organisers", url="https://example.org")
    Reference.objects.create(event=event, number=1, text="A document", url="https://example.org/1")
    made = make_stage(theme, make_theme(event, is_meeting=True), cast)
    for name in SHOWN:
        ACTS[name](made)
    return made


def paths_of(stage: Stage) -> list[str]:
    event, thread = f"/{stage.theme.event.slug}/", f"/threads/{stage.thread.pk}/"
    comments = [f"/comments/{comment.pk}/" for comment in (stage.first, stage.second)]
    return [event, f"{event}{stage.theme.slug}/", f"{event}live/", thread, *comments]


def pages(paths: list[str]) -> list[Any]:
    """What stands at these addresses, made anew; a page that cannot be made is another page, too."""
    cache.clear()
    client = Client(raise_request_exception=False)
    answers: list[Any] = [client.get(path) for path in paths]
    return [(answer.status_code, answer.content) for answer in answers]


def other_values(field: Any) -> Iterator[Any]:
    """Values that every row gets in turn; none for what is no value."""
    match field:
        case models.AutoField():
            return
        case models.ForeignKey():
            keys = field.related_model._default_manager.order_by("pk").values_list("pk", flat=True)
            yield from {keys.first(), keys.last()} - {None}
        case models.BooleanField():
            when = models.When(**{field.name: True}, then=models.Value(False))
            yield models.Case(when, default=models.Value(True))
        case models.DateTimeField():
            yield models.F(field.name) + timedelta(days=1)
        case models.IntegerField():
            yield models.F(field.name) + 1
        case models.JSONField():
            yield models.Value({}, models.JSONField())
        case models.CharField() | models.TextField():
            if field.choices:
                yield from (str(value) for value, _ in field.flatchoices)
            else:
                yield Concat(models.F(field.name), models.Value("-x"), output_field=models.TextField())


def test_every_field_that_shows_moves_what_its_page_is_kept_by(stage: Stage, caplog: pytest.LogCaptureFixture):
    caplog.set_level("CRITICAL", "django.request")  # what cannot be shown is another page
    paths = paths_of(stage)
    before = pages(paths)
    assert before == pages(paths)
    showing, untried = set(), set()
    for model in [*apps.get_app_config("forum").get_models(), *apps.get_app_config("accounts").get_models()]:
        if not model._default_manager.exists():
            continue
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            for value in other_values(field):
                try:
                    with transaction.atomic():
                        model._default_manager.order_by().update(**{field.name: value})
                        if pages(paths) != before:
                            showing.add(name)
                        transaction.set_rollback(True)
                except DatabaseError:
                    untried.add(name)
    kept = {f"{model.__name__}.{field.name}" for model in KEPT_BY for field in model._meta.concrete_fields}
    assert showing - kept == PLAYED.keys() | FOR_EVER
    assert untried - showing == UNTRIED
    assert set(PLAYED.values()) <= ACTS.keys()


@pytest.mark.parametrize("model", KEPT_BY)
def test_pages_are_kept_by_whole_rows(model: Any):
    assert set(rows_of(model).columns) == {field.column for field in model._meta.concrete_fields}
