"""The checker of `make fault` sees what is lost, doubled, wrong or left over: else its silence would say nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bench.fault import checker
from bench.fault.diary import Act, Diary, Outcome
from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment, CommentVersion, LogEntry, Thread
from forum.moderation.actions.moderation import lock_thread, remove_comment
from tests.factories import open_thread, reply_to

pytestmark = pytest.mark.django_db


class Site:
    """People who write, with a diary, and the checker that reads it."""

    def __init__(self, folder: Path, theme: Any, cast: Any) -> None:
        self.folder, self.cast = folder, cast
        self.diary = Diary(folder / "diary.jsonl")
        person = {"id": cast.ada.pk}
        stage = {"comments": 0, "threads": [], "planned": [], "themes": [{"id": theme.pk}], "writers": [person]}
        (folder / "stage.json").write_text(json.dumps(stage))
        (folder / "seen.json").write_text('{"older": {}, "lost": 0}')
        self.opening = open_thread(theme, cast.ada, "A thread", "word1q")
        self.told(Act.OPEN, made=self.opening, title="A thread", theme=theme.pk, text="word1q")
        self.reply = reply_to(self.opening, cast.ada, "word2q")
        self.told(Act.REPLY, made=self.reply, parent=self.opening.pk, thread=self.thread.pk, text="word2q")
        self.answer = reply_to(self.reply, cast.ada, "word3q")
        self.told(Act.REPLY, made=self.answer, parent=self.reply.pk, thread=self.thread.pk, text="word3q")

    @property
    def thread(self) -> Thread:
        return self.opening.thread

    def told(self, act: Act, *, made: Comment | None = None, outcome: Outcome = Outcome.DONE, **facts: Any) -> None:
        """Notes something with its end; `made` is what it was answered with."""
        facts.setdefault("key", made.key if made else "")
        intent = self.diary.begin(act, self.cast.ada.pk, **facts)
        intent.outcome, intent.sends = outcome, 1
        intent.made = {"comment": made.pk, "thread": made.thread_id} if made else {}
        self.diary.end(intent)

    def decide(self) -> None:
        """An edit, a removal and a lock, each acknowledged."""
        decision: dict[str, Any] = {"by": self.cast.mo, "reason": "As it is.", "now": timezone.now()}
        edit_comment(self.reply, by=self.cast.ada, source="word4q", now=timezone.now())
        self.told(Act.EDIT, comment=self.reply.pk, text="word4q")
        remove_comment(self.answer, seen=SKIP_CHECK, **decision)
        self.told(Act.REMOVE, comment=self.answer.pk)
        lock_thread(self.thread, **decision)
        self.told(Act.LOCK, thread=self.thread.pk)

    def violations(self) -> list[str]:
        return list(checker.violations(self.folder, Random(1)))


@pytest.fixture
def site(folder: Path, theme: Any, cast: Any) -> Iterator[Site]:
    site = Site(folder, theme, cast)
    yield site
    site.diary.close()


def test_what_is_as_it_was_told_is_no_violation(site):
    site.decide()
    assert site.violations() == []


def of_comment(key: int, **changed: Any) -> None:
    Comment.objects.filter(pk=key).order_by().update(**changed)


WRONG: dict[str, Callable[[Site], object]] = {
    "has author_id": lambda site: of_comment(site.reply.pk, author=site.cast.ben),
    "is withdrawn, not published": lambda site: of_comment(site.reply.pk, status="withdrawn"),
    "has parent_id None": lambda site: of_comment(site.answer.pk, parent=None, level=0, tree_id=99),
    "is not there": lambda site: site.told(Act.REPLY, made=Comment(pk=10**6, key="k", thread_id=1), text="word9q"),
    "3 comments were acknowledged, and there are 4": lambda site: reply_to(site.opening, site.cast.ada, "word8q"),
    "never answered": lambda site: site.diary.begin(Act.EDIT, site.cast.ada.pk, comment=site.reply.pk),
    "what another one had made": lambda site: site.told(Act.REPLY, made=site.reply, text="word2q"),
    "was refused, and is there": lambda site: site.told(Act.REPLY, outcome=Outcome.REFUSED, key=site.reply.key),
    "reads 'word2q'": lambda site: site.told(Act.EDIT, comment=site.reply.pk, text="word7q"),
    "has 1 versions, not 2": lambda site: site.told(Act.EDIT, comment=site.reply.pk, text="word2q"),
    "the log says 0 times remove": lambda site: site.told(Act.REMOVE, comment=site.reply.pk),
    "and should not be": lambda site: site.told(Act.LOCK, thread=site.thread.pk),
    "stands in theme": lambda site: site.told(Act.MOVE, thread=site.thread.pk, theme=10**6),
    "has read thread": lambda site: site.told(Act.READ, thread=site.thread.pk, theme=site.thread.theme_id, up_to=99),
    "lacks its file": lambda site: site.told(Act.REPLY, made=site.reply, text="word2q", file="a-token"),
    "has (3, 4, 1), not (2, 3, 1)": lambda site: of_comment(site.answer.pk, lft=3, rght=4),
    "is counted wrongly": lambda site: Thread.objects.filter(pk=site.thread.pk).update(comment_count=7),
    "has handed out 3 numbers": lambda site: of_comment(site.answer.pk, number=9),
    "has not reached": lambda site: of_comment(site.answer.pk, revision=99),
    "missing from the search": lambda site: connection.cursor().execute("DELETE FROM forum_search"),
    "with other words": lambda site: CommentVersion.objects.filter(comment=site.reply).update(text="other"),
    "belong to nobody": lambda site: stray_file(site.folder),
}


def stray_file(folder: Path) -> None:
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "abc").write_text("nobody's")


@pytest.mark.parametrize("sentence", WRONG)
def test_whatever_is_wrong_is_named(site, sentence):
    WRONG[sentence](site)
    assert any(sentence in violation for violation in site.violations()), site.violations()


def test_what_was_done_twice_is_named(site):
    site.decide()
    entry = LogEntry.objects.get(act="remove")
    LogEntry.objects.filter(pk=entry.pk).update(act="lock", comment=None)
    assert any("times lock" in violation for violation in site.violations()), site.violations()


def test_a_change_without_an_answer_may_have_been_made_or_not(site):
    """A refusal of what was sent again may come from its own success."""
    edit_comment(site.reply, by=site.cast.ada, source="word4q", now=timezone.now())
    for text in ("word4q", "word5q"):
        intent = site.diary.begin(Act.EDIT, site.cast.ada.pk, comment=site.reply.pk, text=text)
        intent.outcome, intent.sends, intent.is_unsure = Outcome.REFUSED, 2, True
        site.diary.end(intent)
    assert site.violations() == []
