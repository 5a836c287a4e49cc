"""Whatever happens, and in whatever order: every count of unread comments is the one that counting by hand gives."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries import trees, unread
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.rules.roles import read_anew
from forum.kernel.choices import Decision, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, Theme, Thread
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.review import review_comment
from tests.factories import make_person, make_theme, open_thread, reply_to
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db

# A quarter of them on PostgreSQL: the statements are the same on both, the round trips are not.
ALL = int(os.environ.get("UNREAD_SEQUENCES", "160"))
SEQUENCES = range(ALL * 3 // 4) if connection.vendor == "sqlite" else range(ALL * 3 // 4, ALL)
STEPS = 16
LOOK_EVERY = 8


@dataclass
class Hall:
    """The forum, and beside it the plainest possible memory of who has read what."""

    dice: Random
    readers: list[Any]
    themes: list[Theme]
    moderator: Any
    read: dict[int, set[int]] = field(default_factory=dict)

    def comments(self, **where: Any) -> list[Comment]:
        return list(Comment.objects.filter(theme__in=self.themes, **where).select_related("version", "thread"))

    def threads(self) -> list[Thread]:
        return list(Thread.objects.public().filter(theme__in=self.themes))

    def one(self, things: list[Any]) -> Any:
        if not things:
            raise Refused(Reason.NOT_PUBLIC)  # nothing of the kind yet
        return self.dice.choice(things)

    # What can happen.

    def opens(self) -> None:
        open_thread(self.one(self.themes), self.one(self.readers), "A thread")

    def answers(self) -> None:
        reply_to(self.one(self.comments(status=Status.PUBLISHED)), self.one(self.readers), "An answer.")

    def is_held(self) -> None:
        parent = self.one(self.comments())
        facts = {"author": self.one(self.readers), "source": "Held.", "written_at": timezone.now(), "is_public": False}
        import_reply(
            parent, imported_comment(parent.theme, f"held:{Comment.objects.count()}:{self.dice.random()}", **facts)
        )

    def is_approved(self) -> None:
        review_comment(self.one(self.comments(status=Status.HELD)), Decision.APPROVE, seen=SKIP_CHECK, **self.said())

    def is_rejected(self) -> None:
        review_comment(self.one(self.comments(status=Status.HELD)), Decision.REJECT, seen=SKIP_CHECK, **self.said())

    def is_removed(self) -> None:
        remove_comment(self.one(self.comments(status=Status.PUBLISHED)), seen=SKIP_CHECK, **self.said())

    def is_restored(self) -> None:
        restore_comment(self.one(self.comments(status=Status.REMOVED)), seen=SKIP_CHECK, **self.said())

    def is_withdrawn(self) -> None:
        comment = self.one(self.comments(status=Status.PUBLISHED))
        withdraw_comment(comment, by=comment.author, now=timezone.now())

    def is_edited(self) -> None:
        comment = self.one(self.comments(status=Status.PUBLISHED))
        edit_comment(comment, by=comment.author, source=f"Edited {self.dice.random()}", now=timezone.now())

    def is_split(self) -> None:
        split_branch(self.one(self.comments(status=Status.PUBLISHED)), title="Of its own", **self.said())

    def is_merged(self) -> None:
        merge_thread(self.one(self.threads()), into=self.one(self.threads()), **self.said())

    def is_moved(self) -> None:
        move_thread(self.one(self.threads()), to=self.one(self.themes), **self.said())

    def is_read(self) -> None:
        """Some comments were on somebody's screen."""
        theme, reader = self.one(self.themes), self.one(self.readers)
        public = [comment for comment in self.comments(status=Status.PUBLISHED) if comment.theme_id == theme.pk]
        seen = self.dice.sample(public, self.dice.randint(0, len(public)))
        numbers = ",".join(str(comment.published_revision) for comment in seen)
        mark_read(theme, by=reader, numbers=numbers, now=timezone.now())
        self.read[reader.pk] |= {comment.pk for comment in seen}

    def is_read_below(self) -> None:
        """Somebody folds a branch and marks it as read."""
        comment, reader = self.one(self.comments(status=Status.PUBLISHED)), self.one(self.readers)
        theme = Theme.objects.get(pk=comment.theme_id)
        numbers = unread.numbers_below(comment, up_to=theme.revision)
        mark_read(theme, by=reader, numbers=str(numbers), now=timezone.now())
        self.read[reader.pk] |= {below for below in self.below(comment) if self.is_public(below)}

    def said(self) -> dict[str, Any]:
        return {"by": self.moderator, "reason": "Because.", "now": timezone.now()}

    # Counting by hand.

    def below(self, comment: Comment) -> set[int]:
        """A comment and all that answers it, by the parents alone."""
        rows = Comment.objects.filter(thread=comment.thread_id).values_list("pk", "parent_id")
        opening = comment.thread.opening_id
        found, size = {comment.pk}, 0
        while len(found) > size:
            size = len(found)
            found |= {pk for pk, parent in rows if (parent or opening) in found}
        return found

    def is_public(self, pk: int) -> bool:
        return Comment.objects.filter(pk=pk, status=Status.PUBLISHED).exists()

    def check(self) -> None:
        public = self.comments(status=Status.PUBLISHED)
        folded = self.below(self.dice.choice(public)) if public else set()
        for reader in self.readers:
            new = [c for c in public if c.author_id != reader.pk and c.pk not in self.read[reader.pk]]
            themes = [theme.pk for theme in self.themes]
            assert unread.by_theme(reader, themes) == Counter(c.theme_id for c in new)
            for theme in themes:
                counts = unread.by_thread(reader, theme)
                assert counts == Counter(c.thread_id for c in new if c.theme_id == theme)
                read = unread.read_by(reader, theme)
                for thread in Thread.objects.filter(pk__in=counts):
                    listed = unread.in_thread(reader, thread, read)
                    assert sorted(listed) == sorted(c.pk for c in new if c.thread_id == thread.pk)
                    inside = [pk for pk in listed if pk in folded]
                    assert len(inside) == sum(c.pk in folded and c.thread_id == thread.pk for c in new)


STEPS_THERE_ARE = {
    Hall.opens: 2, Hall.answers: 8, Hall.is_held: 2, Hall.is_approved: 2, Hall.is_rejected: 2, Hall.is_removed: 2,
    Hall.is_restored: 2, Hall.is_withdrawn: 1, Hall.is_edited: 1, Hall.is_split: 2, Hall.is_merged: 2,
    Hall.is_moved: 2, Hall.is_read: 5, Hall.is_read_below: 2,
}  # fmt: skip


def play(seed: int, hall: Hall) -> Counter[str]:
    """One sequence; says how often each thing really happened."""
    happened: Counter[str] = Counter()
    for reader in hall.readers:
        hall.read[reader.pk] = set()
    hall.opens()
    hall.opens()
    for step in range(STEPS):
        (act,) = hall.dice.choices(list(STEPS_THERE_ARE), list(STEPS_THERE_ARE.values()))
        try:
            act(hall)
            happened[act.__name__] += 1
        except Refused:
            continue
        if step % LOOK_EVERY == 0:
            hall.check()
    hall.check()
    return happened


def test_every_count_is_the_one_that_counting_by_hand_gives(event, cast):
    readers = [cast.ada, cast.ben, make_person("chi")]
    themes = [make_theme(event), make_theme(event)]
    happened: Counter[str] = Counter()
    for seed in SEQUENCES:
        with transaction.atomic():
            happened += play(seed, Hall(Random(seed), readers, themes, cast.mo))
            assert list(trees.flaws()) == [], f"sequence {seed}"
            assert_counts(themes)
            transaction.set_rollback(True)
        for person in (*readers, cast.mo):
            read_anew(person)
    assert set(happened) == {act.__name__ for act in STEPS_THERE_ARE}
    assert min(happened.values()) > len(SEQUENCES) / 10, happened  # nothing was only ever refused


def assert_counts(themes: list[Theme]) -> None:
    """The stored counts, the newest comments and the numbers, against the comments themselves."""
    for theme in Theme.objects.filter(pk__in=[theme.pk for theme in themes]):
        public = Comment.objects.filter(theme=theme).public()
        assert theme.comment_count == public.count()
        threads = list(Thread.objects.filter(theme=theme))
        assert theme.thread_count == sum(thread.comment_count > 0 for thread in threads)
        for thread in threads:
            inside = public.filter(thread=thread)
            assert thread.comment_count == inside.count()
            newest = inside.order_by("-number").first()
            assert thread.last_comment_id == (newest.pk if newest else None)
            assert (thread.opening_id is None) == (thread.continued_at_id is not None)
            if thread.opening_id:
                order = list(Comment.objects.filter(thread=thread).in_reading_order().values_list("pk", flat=True))
                assert order[0] == thread.opening_id
