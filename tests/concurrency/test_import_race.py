"""An import beside people who write, and beside another one: nothing is lost, nothing comes twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.comments import post_reply
from forum.dialogue.queries.trees import flaws
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.exchange import discussions, mbox
from forum.exchange.chunks import bring_in
from forum.exchange.discussions import import_discussion
from forum.exchange.entry import Entry
from forum.kernel.choices import Status
from forum.kernel.errors import Refused
from forum.models import Comment, Theme
from forum.moderation.actions.moderation import remove_comment, restore_comment
from tests.conftest import Cast
from tests.exchange.archives import write_mails
from tests.factories import new_key

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What acts answer that run at the same time, each with a connection of its own."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(alone, act) for act in acts]]


def assert_sound(theme: Theme) -> None:
    """Trees, tombstones, numbers and counts are as they must be."""
    assert list(flaws()) == []
    theme.refresh_from_db()
    comments = Comment.objects.filter(theme=theme).order_by("number")
    assert list(comments.values_list("number", flat=True)) == list(range(1, theme.last_number + 1))
    public = comments.filter(status=Status.PUBLISHED)
    assert theme.comment_count == public.count() == sum(thread.comment_count for thread in theme.threads.all())
    revisions = list(comments.values_list("published_revision", flat=True))
    assert len(set(revisions)) == len(revisions), "each became public with a revision of its own"


def test_people_answer_and_moderate_while_an_archive_is_imported(
    theme: Theme, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(discussions, "CHUNK", 10)
    write_mails(tmp_path / "early", range(120), seed=11, skipped=4)
    write_mails(tmp_path / "late", range(180), seed=11)
    before = import_discussion(theme, tmp_path / "early").new
    over = Event()

    def bring_in_the_rest() -> Any:
        try:
            return import_discussion(theme, tmp_path / "late")
        finally:
            over.set()

    def any_of(chance: random.Random, **where: Any) -> Comment:
        return chance.choice(list(Comment.objects.filter(theme=theme, **where).select_related("thread")))

    def answer() -> int:
        chance, said = random.Random(1), 0
        while not over.is_set():
            try:
                parent = any_of(chance, status=Status.PUBLISHED)
                post_reply(parent, by=cast.ben, source=f"Answer {said}.", key=new_key(), now=timezone.now())
                said += 1
            except Refused:
                continue  # removed meanwhile
        return said

    def moderate() -> int:
        chance, done = random.Random(2), 0
        facts: dict[str, Any] = {"by": cast.mo, "reason": "It is fair.", "seen": SKIP_CHECK}
        while not over.is_set():
            comment = any_of(chance)
            act = restore_comment if comment.status == Status.REMOVED else remove_comment
            act(comment, now=timezone.now(), **facts)
            done += 1
        return done

    report, said, done = at_once(bring_in_the_rest, answer, moderate)
    assert report.broken == []
    assert (said > 0, done > 0) == (True, True)
    imported = Comment.objects.filter(theme=theme, origin__isnull=False)
    assert imported.count() == before + report.new
    assert report.new > 50
    assert Comment.objects.filter(theme=theme).count() == imported.count() + said
    assert_sound(theme)


def test_two_imports_of_one_archive_at_once_bring_each_comment_in_once(theme: Theme, tmp_path: Path) -> None:
    write_mails(tmp_path / "mails", range(150), seed=12)
    with (tmp_path / "mails").open("rb") as stream:
        entries = [piece for piece in mbox.read(stream) if isinstance(piece, Entry)]

    def bring_all_in() -> int:
        known: dict[str, int] = {}
        return sum(bring_in(theme, entries[n : n + 20], known).new for n in range(0, len(entries), 20))

    counts = at_once(bring_all_in, bring_all_in)
    assert sum(counts) == Comment.objects.filter(theme=theme).count() == len(entries)
    assert_sound(theme)
