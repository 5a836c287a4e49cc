"""Somebody who goes on writing while things break."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, post_reply
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.review import review_comment
from tests.factories import new_key
from tests.support.imported import import_reply, imported_comment


class Writer:
    """Goes on writing, editing, deciding about what waits, removing and restoring, in a thread of its own.

    Every text has a word of its own, by which it is known wherever it turns up.
    """

    def __init__(self, thread: Any, cast: Any, *, seed: int = 5, pause: tuple[float, float] = (0.02, 0.12)) -> None:
        self.theme, self.opening, self.cast = thread.theme, thread.opening, cast
        self.choice = random.Random(seed)
        self.pause = pause  # seconds between two acts: at least, at most
        self.words = seed * 10_000_000
        self.branches: list[int] = []  # what can be answered besides the opening
        self.public: dict[int, str] = {}  # comment → its word
        self.held: dict[int, str] = {}
        self.secret: set[str] = set()  # never public so far
        self.approved: dict[str, float] = {}  # word → when at the earliest it became public
        self.removed: dict[int, tuple[str, float]] = {}  # comment → its word, and since when it is removed
        self.edited_away: dict[str, float] = {}
        self.acts = {self.post: 10, self.hold: 3, self.judge: 2, self.edit: 2, self.remove: 3, self.restore: 1}
        self.done: dict[str, int] = {act.__name__: 0 for act in self.acts}
        self.error: BaseException | None = None
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._write, name="writer")

    def __enter__(self) -> Writer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.enough.set()
        self.thread.join()
        if self.error is not None:
            raise self.error

    def _write(self) -> None:
        try:
            while not self.enough.wait(self.choice.uniform(*self.pause)):
                (act,) = self.choice.choices([*self.acts], [*self.acts.values()])
                self.done[act.__name__] += act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def word(self) -> str:
        self.words += 1
        return f"word{self.words}q"

    def any_of(self, comments: dict[int, Any]) -> Comment | None:
        if not comments:
            return None
        return Comment.objects.select_related("version", "author").get(pk=self.choice.choice([*comments]))

    def place(self) -> Comment:
        """The opening or an answer to it: deeper, pages set comments in otherwise than frames do."""
        public = [branch for branch in self.branches if branch in self.public]
        return Comment.objects.get(pk=self.choice.choice([self.opening.pk, *public[-20:]]))

    def post(self) -> bool:
        parent, word = self.place(), self.word()
        source = f"Point *{word}*, at some length. " + "So it goes on. " * self.choice.randrange(40)
        comment = post_reply(parent, by=self.cast.ben, source=source, key=new_key(), now=timezone.now())
        self.public[comment.pk] = word
        if parent.pk == self.opening.pk:
            self.branches.append(comment.pk)
        return True

    def hold(self) -> bool:
        parent, word = self.place(), self.word()
        self.secret.add(word)
        seed = imported_comment(
            self.theme, word, author=self.cast.ada, source=f"Held {word}", written_at=timezone.now(), is_public=False
        )
        self.held[import_reply(parent, seed).pk] = word
        return True

    def judge(self) -> bool:
        if (comment := self.any_of(self.held)) is None:
            return False
        word = self.held.pop(comment.pk)
        decision: dict[str, Any] = {"by": self.cast.mo, "reason": "As it is.", "now": timezone.now()}
        if self.choice.random() < 0.5:
            review_comment(comment, Decision.REJECT, seen=SKIP_CHECK, **decision)
            return True
        self.secret.discard(word)
        self.approved[word] = time.monotonic()
        review_comment(comment, Decision.APPROVE, seen=SKIP_CHECK, **decision)
        self.public[comment.pk] = word
        return True

    def edit(self) -> bool:
        if (comment := self.any_of(self.public)) is None:
            return False
        word = self.word()
        edit_comment(comment, by=comment.author, source=f"Rather {word}.", now=timezone.now())
        self.edited_away[self.public[comment.pk]] = time.monotonic()
        self.public[comment.pk] = word
        return True

    def remove(self) -> bool:
        if (comment := self.any_of(self.public)) is None:
            return False
        remove_comment(comment, seen=SKIP_CHECK, by=self.cast.mo, reason="Against the rules.", now=timezone.now())
        self.removed[comment.pk] = (self.public.pop(comment.pk), time.monotonic())
        return True

    def restore(self) -> bool:
        if (comment := self.any_of(self.removed)) is None:
            return False
        restore_comment(comment, seen=SKIP_CHECK, by=self.cast.mo, reason="By mistake.", now=timezone.now())
        self.public[comment.pk], _ = self.removed.pop(comment.pk)
        return True
