"""A forum in which conversations move, and beside it a plain memory by which it can be judged afterwards."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.reading import mark_read
from forum.dialogue.actions.repair import recount_theme
from forum.dialogue.models.comment import branch_id
from forum.dialogue.queries import unread
from forum.dialogue.queries.trees import flaws
from forum.kernel.choices import Status
from forum.kernel.ranges import Ranges
from forum.kernel.reasons import Reason
from forum.models import Comment, OldNumber, Theme, Thread

LOOKED_AT = 40  # comments whose old addresses are followed by HTTP


@dataclass
class Hall:
    """What was said to whom, where it stood, and who has read it."""

    moderator: Any
    themes: list[Theme]
    opening: Comment
    writers: list[Any]
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    answers: dict[int, int | None] = field(default_factory=dict)  # what each comment answers
    said: dict[int, str] = field(default_factory=dict)  # the replies that were acknowledged
    refused: list[tuple[int, Reason]] = field(default_factory=list)
    names: dict[tuple[int, int], int] = field(default_factory=dict)  # which comment was called so, in which theme
    homes: dict[int, set[int]] = field(default_factory=dict)  # which stood in which thread
    read: dict[Any, set[int]] = field(default_factory=dict)
    may_be_read: set[int] = field(default_factory=set)  # what the moderator, who reads too, had on screen on the way
    took: dict[str, float] = field(default_factory=dict)

    def at(self, comment: Comment) -> Any:
        return Comment.objects.select_related("thread__theme", "version").get(pk=comment.pk)

    def decides(self) -> dict[str, Any]:
        return {"by": self.moderator, "reason": "It is another question.", "now": timezone.now()}

    def begin(self) -> None:
        self.answers = answers()
        self.look_around()

    def look_around(self) -> None:
        """Remembers every address that works now."""
        for row in Comment.objects.order_by():
            self.remember(row)

    def remember(self, comment: Comment) -> None:
        """A number is never given to a second comment."""
        assert self.names.setdefault((comment.theme_id, comment.number), comment.pk) == comment.pk
        self.homes.setdefault(comment.thread_id, set()).add(comment.pk)

    def reads(self, person: Any, comments: list[Comment]) -> None:
        numbers = {comment.published_revision: comment.pk for comment in comments if comment.published_revision}
        mark_read(comments[0].theme, by=person, numbers=str(Ranges.of(numbers)), now=timezone.now())
        self.read[person] |= set(numbers.values())


def answers() -> dict[int, int | None]:
    """What each comment answers: its parent, or the opening; an opening answers nothing."""
    rows = Comment.objects.order_by().values_list("pk", "parent_id", "thread__opening_id")
    return {pk: (parent or opening) if pk != opening else None for pk, parent, opening in rows}


def assert_trees() -> None:
    """By the parents alone, with nothing of what the product uses to check itself."""
    rows = list(Comment.objects.order_by("number"))
    openings = set(Thread.objects.exclude(opening=None).values_list("opening_id", flat=True))
    below: defaultdict[int | None, list[Comment]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    size: dict[int, int] = {}
    order, todo = [], list(below[None])
    while todo:
        order.append(row := todo.pop())
        todo += below[row.pk]
    assert len(order) == len(rows), "every comment hangs from a root"
    for row in reversed(order):
        size[row.pk] = 1 + sum(size[answer.pk] for answer in below[row.pk])
    for row in order:
        assert row.rght - row.lft + 1 == 2 * size[row.pk]
        place = row.lft + 1
        for answer in below[row.pk]:  # in the order of their numbers, one directly after the other
            assert (answer.lft, answer.level) == (place, row.level + 1)
            assert (answer.tree_id, answer.thread_id) == (row.tree_id, row.thread_id)
            assert answer.theme_id == row.theme_id
            place += 2 * size[answer.pk]
    for root in below[None]:
        assert (root.lft, root.level, root.tree_id) == (1, 0, branch_id(root.theme_id, root.number))
        assert root.pk not in openings or size[root.pk] == 1
    public_below = {row.pk: row.is_public for row in rows}
    for row in reversed(order):
        public_below[row.pk] |= any(public_below[answer.pk] for answer in below[row.pk])
    talking = set(Thread.objects.filter(comment_count__gt=0).values_list("opening_id", flat=True))
    assert all(row.in_public_tree == (public_below[row.pk] or row.pk in talking) for row in rows)
    assert list(flaws()) == []


def assert_nothing_lost(hall: Hall) -> None:
    """Every acknowledged reply is there once, in its words, and everything still answers what it answered."""
    theirs = Comment.objects.filter(author__in=hall.writers).order_by()
    assert dict(theirs.values_list("pk", "version__source")) == hall.said
    assert len(set(hall.said.values())) == len(hall.said)
    assert answers() == hall.answers
    status = dict(Comment.objects.order_by().values_list("pk", "status"))
    for parent, reason in hall.refused:
        assert reason is Reason.COMMENT_GONE
        assert status[parent] != Status.PUBLISHED


def assert_counts() -> None:
    for thread in Thread.objects.all():
        public = list(Comment.objects.filter(thread=thread).public().order_by("number"))
        assert thread.comment_count == len(public)
        assert thread.last_comment == (public[-1] if public else None)
        assert (thread.opening_id is None) == (thread.continued_at_id is not None)
    for theme in Theme.objects.all():
        comments, former = Comment.objects.filter(theme=theme).order_by(), OldNumber.objects.filter(theme=theme)
        assert theme.comment_count == comments.public().count()
        assert theme.thread_count == Thread.objects.filter(theme=theme, comment_count__gt=0).count()
        assert recount_theme(theme.pk) is False
        taken = [*comments.values_list("number", flat=True), *former.values_list("number", flat=True)]
        assert sorted(taken) == list(range(1, theme.last_number + 1)), "every number once, then or now"
        published = list(comments.exclude(published_revision=None).values_list("published_revision", flat=True))
        assert len(set(published)) == len(published)
        assert max(published, default=0) <= theme.revision


def assert_addresses(hall: Hall, event: Any) -> None:
    """All names by the database, some by their pages: threads, comments and labels of any time."""
    former = {(row.theme_id, row.number): row.comment_id for row in OldNumber.objects.all()}
    current = {(row.theme_id, row.number): row.pk for row in Comment.objects.order_by()}
    assert hall.names == former | current
    codes = {theme.pk: theme.code for theme in hall.themes}
    shown = set(Comment.objects.in_public_tree().order_by().values_list("pk", flat=True))
    client = Client()
    for (theme, number), pk in hall.dice.sample(sorted(hall.names.items()), LOOKED_AT):
        page = client.get(f"/{event.slug}/{codes[theme]}-{number}/", follow=True)
        assert page.status_code == (200 if pk in shown else 404)
        assert (f'id="comment-{pk}"' in page.content.decode()) == (pk in shown)
    for thread, stood in hall.homes.items():
        assert client.get(f"/threads/{thread}/", follow=True).status_code == 200
        assert client.get(f"/threads/{thread}/feed.atom", follow=True).status_code == 200
        for pk in hall.dice.choices(sorted(stood & shown), k=4):
            page = client.get(f"/threads/{thread}/?at={pk}", follow=True)
            assert f'id="comment-{pk}"' in page.content.decode(), (thread, pk)


def assert_unread(hall: Hall) -> None:
    """Every count and every list, against who has read what."""
    public = list(Comment.objects.public().order_by())
    themes = [theme.pk for theme in hall.themes]
    for person, read in hall.read.items():
        new = [comment for comment in public if comment.author_id != person.pk and comment.pk not in read]
        assert unread.by_theme(person, themes) == Counter(comment.theme_id for comment in new)
        for theme in themes:
            counts = unread.in_threads(person, theme, hall.homes, unread.read_by(person, theme))
            assert counts == Counter(c.thread_id for c in new if c.theme_id == theme)
        for thread in Thread.objects.public():
            listed = unread.in_thread(person, thread, unread.read_by(person, thread.theme_id))
            assert set(listed) == {comment.pk for comment in new if comment.thread_id == thread.pk}
    # What is reported read just when it moves may be new once more; what nobody saw never counts as read.
    left = {pk for thread in Thread.objects.public() for pk in unread.in_thread(
        hall.moderator, thread, unread.read_by(hall.moderator, thread.theme_id)
    )}  # fmt: skip
    assert {comment.pk for comment in public} - hall.may_be_read <= left
    assert len(left) < len(public)
