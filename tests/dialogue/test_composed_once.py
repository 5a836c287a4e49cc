"""What a look asks is composed once in a process; it finds what the same query finds as Django composes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.summaries import write_summary
from forum.dialogue.queries import changes, comments, themes
from forum.kernel.compiled import CompiledDicts
from forum.models import Comment, Theme
from forum.moderation.actions.moving import merge_thread, move_thread
from tests.factories import make_theme, open_thread

SINCE = [changes.HERE, changes.HEADS, changes.CLOSED, changes.DEPARTED, changes.GONE]


@pytest.fixture
def busy(event, theme, thread, cast, say) -> Theme:
    """A theme in which something of every kind has happened."""
    first = say("ada", "Something *new*.", to=thread.opening)
    say("ben", "To ada.", to=first)
    withdraw_comment(say("ben", "Not what I meant.", to=first), by=cast.ben, now=timezone.now())
    points = {"agreed": [{"text": "This much.", "comments": [first.pk]}]}
    write_summary(thread, points=points, base=0, by=cast.mo, now=timezone.now())
    decided = {"by": cast.mo, "reason": "It belongs there.", "now": timezone.now()}
    merge_thread(open_thread(theme, cast.ben, "The same").thread, into=thread, **decided)
    move_thread(open_thread(theme, cast.ben, "Another").thread, to=make_theme(event, code="ZQ", slug="zq"), **decided)
    return theme


def as_django_finds(asked: CompiledDicts, **values: int) -> list[dict[str, Any]]:
    return list(asked.build(**values))


def test_every_question_of_a_look_finds_the_same(busy):
    for asked in SINCE:
        found = {after: asked.rows(theme=busy.pk, after=after) for after in range(busy_until(busy) + 1)}
        assert found == {after: as_django_finds(asked, theme=busy.pk, after=after) for after in found}
        assert found[0], "nothing is compared"
        assert found[busy_until(busy)] == []
        assert asked.rows(theme=0, after=0) == []


def test_a_theme_and_its_newest_comment_are_the_same(busy, event):
    assert [themes.one(busy.pk)] == themes.shown(Theme.objects.filter(pk=busy.pk))
    empty = make_theme(event, code="ZR", slug="zr")
    assert [themes.one(empty.pk)] == themes.shown(Theme.objects.filter(pk=empty.pk))
    assert themes.one(0) is None


def test_a_comment_of_any_status_is_the_same(busy):
    everything = list(Comment.objects.order_by("pk"))
    assert len(everything) == 6
    for comment in everything:
        assert [comments.one(comment)] == comments.shown(Comment.objects.filter(pk=comment.pk))


def busy_until(theme: Theme) -> int:
    return Theme.objects.get(pk=theme.pk).revision
