"""Threads of two thousand comments move, part and join while people answer in them, and nothing gets lost."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum.actions.comments import post_reply, withdraw_comment
from forum.actions.imports import import_reply, seed_of
from forum.actions.moderation import approve_comment, reject_comment, remove_comment
from forum.actions.moving import merge_thread, move_thread, split_branch
from forum.actions.reading import mark_read
from forum.actions.repair import recount_theme
from forum.choices import Reason, Status
from forum.errors import Refused
from forum.models import Comment, FormerNumber, Theme, Thread
from forum.models.comment import branch_id
from forum.models.ranges import Ranges
from forum.queries import unread
from forum.queries.trees import flaws
from tests.actions.test_concurrency import all_at_once
from tests.bulk import plant_below
from tests.factories import make_person, make_theme, new_key, open_thread

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 2_000  # comments of the thread that moves
WRITERS = 4
BETWEEN = 20  # replies that are waited for before each act
LOOKED_AT = 40  # comments whose old addresses are followed by HTTP

Said = dict[str, Any]


@dataclass
class Hall:
    """The forum, and beside it a plain memory of what was said to whom, where it stood, and who has read it."""

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

    def decides(self) -> Said:
        return {"by": self.moderator, "reason": "It is another question.", "now": timezone.now()}

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


# Before anything moves.


@pytest.fixture
def hall(event, theme, cast) -> Hall:
    """ada opens; below her ben's branch, in it two that will be split, and a third of the thread beside them."""
    here, there = theme, make_theme(event)
    writers = [make_person(f"writer{n}") for n in range(WRITERS)]
    open_thread(here, cast.ben, "Older")
    opening = open_thread(here, cast.ada, "The long thread")
    open_thread(there, cast.ben, "Elsewhere")
    return Hall(cast.mo, [here, there], opening, writers)


def shape(dice: random.Random, size: int) -> list[int]:
    """What each comment answers: 1 answers the opening, 2 and 3 answer 1; below 3 stand some seven hundred.

    Most answer one of the last few of their part, so that some chains are long and some comments stand alone.
    """
    parts: list[list[int]] = [[0], [1], [2], [3]]
    answers = [0, 1, 1]
    for place in range(4, size):
        (part,) = dice.choices(parts, [30, 15, 20, 35])
        answers.append(dice.choice(part[-9:]) if dice.random() < 0.7 else dice.choice(part))
        part.append(place)
    return answers


def fill(hall: Hall, people: list[Any]) -> list[Comment]:
    made = plant_below(hall.opening, shape(hall.dice, SIZE), by=people)
    for other in Thread.objects.exclude(pk=hall.opening.thread_id).order_by("pk"):
        plant_below(other.opening, [0, 1, 1, 0, 3, 2, 6] * 10, by=people)
    some = hall.dice.sample(made[4:], 90)
    for comment in [made[1], *some[:30]]:
        remove_comment(comment, **hall.decides())
    for comment in some[30:60]:
        withdraw_comment(comment, by=comment.author, now=timezone.now())
    facts = {"author": people[0], "source": "Held.", "written_at": timezone.now(), "is_public": False}
    held = [import_reply(comment, seed_of(hall.themes[0], f"held:{comment.pk}", **facts)) for comment in some[60:]]
    for comment in held[:10]:
        reject_comment(comment, **hall.decides())
    for comment in held[10:15]:  # published late, in the middle of the tree
        approve_comment(hall.at(comment), **hall.decides())
    return made


def let_people_read(hall: Hall, ada: Any, branch: Comment) -> None:
    """One nothing, one half in one piece, one here and there, one a single branch; and an author."""
    comments = list(Comment.objects.filter(theme=hall.themes[0]).select_related("theme").order_by("published_revision"))
    elsewhere = list(Comment.objects.filter(theme=hall.themes[1]).select_related("theme"))
    readers = [make_person(name) for name in ("nil", "first", "scattered", "branch")]
    hall.read = {person: set() for person in [*readers, ada, *hall.writers]}
    hall.reads(readers[1], comments[: SIZE // 2])
    hall.reads(readers[2], hall.dice.sample(comments, SIZE // 3))
    hall.reads(readers[2], elsewhere[::3])
    hall.reads(readers[3], list(Comment.objects.below(hall.at(branch)).select_related("theme")))
    hall.reads(ada, comments[SIZE // 4 :: 2])
    hall.reads(ada, elsewhere)


# What happens.


def acts_of(hall: Hall, branch: Comment, into: Comment) -> dict[str, Callable[[], object]]:
    """To the other theme and back; a branch becomes a thread and comes back; all becomes a branch of another thread."""
    here, there = hall.themes
    opening = hall.opening

    def merge(what: Comment, where: Comment) -> None:
        merge_thread(hall.at(what).thread, into=hall.at(where).thread, **hall.decides())
        hall.answers[what.pk] = where.pk

    return {
        "move": lambda: move_thread(hall.at(opening).thread, to=there, **hall.decides()),
        "move back": lambda: move_thread(hall.at(opening).thread, to=here, **hall.decides()),
        "split": lambda: split_branch(hall.at(branch), title="Of its own", **hall.decides()),
        "merge back": lambda: merge(branch, opening),
        "merge": lambda: merge(opening, into),
    }


def timed(hall: Hall, name: str, act: Callable[[], object]) -> None:
    begun = time.perf_counter()
    act()
    hall.took[name] = time.perf_counter() - begun
    hall.look_around()


def under_writing(hall: Hall, acts: dict[str, Callable[[], object]]) -> None:
    """Four answer wherever they like, from pages of any age; a reader reads; a moderator does one act after another."""
    is_over = Signal()
    seen = [*Comment.objects.filter(thread=hall.at(hall.opening).thread).select_related("thread__theme", "theme")]

    def moderate() -> None:
        for name, act in acts.items():
            before = len(hall.said)
            while name != "merge back" and len(hall.said) < before + BETWEEN and not is_over.is_set():
                time.sleep(0.005)
            timed(hall, f"{name} *", act)

    def write(person: Any) -> None:
        dice, count = random.Random(person.pk), 0
        while not is_over.is_set():
            parent, count = dice.choice(seen), count + 1
            facts = {"by": person, "source": f"{person.name} says {count}.", "key": new_key(), "now": timezone.now()}
            try:
                answer = post_reply(parent, **facts)
            except Refused as refusal:
                hall.refused.append((parent.pk, refusal.reason))
                continue
            hall.remember(answer)
            hall.answers[answer.pk] = parent.pk
            hall.said[answer.pk] = facts["source"]
            seen.append(answer)

    def read() -> None:
        while not is_over.is_set():
            some = Comment.objects.filter(pk__in=[comment.pk for comment in hall.dice.sample(seen, 30)])
            on_screen = list(some.public().select_related("theme"))
            hall.may_be_read |= {comment.pk for comment in on_screen}
            numbers = Ranges.of(comment.published_revision for comment in on_screen)
            mark_read(on_screen[0].theme, by=hall.moderator, numbers=str(numbers), now=timezone.now())

    def work(place: int) -> None:
        try:
            [moderate, read, *(partial(write, person) for person in hall.writers)][place]()
        finally:
            is_over.set()

    all_at_once(work, writers=WRITERS + 2)


# Afterwards.


def assert_trees(hall: Hall) -> None:
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
    assert all(row.is_shown == (public_below[row.pk] or row.pk in talking) for row in rows)
    assert list(flaws()) == []


def assert_nothing_lost(hall: Hall) -> None:
    """Every acknowledged reply is there once, in its words, and everything still answers what it answered."""
    theirs = Comment.objects.filter(author__in=hall.writers).order_by()
    assert dict(theirs.values_list("pk", "version__source")) == hall.said
    assert len(set(hall.said.values())) == len(hall.said)
    rows = Comment.objects.order_by().values_list("pk", "parent_id", "thread__opening_id")
    answers = {pk: (parent or opening) if pk != opening else None for pk, parent, opening in rows}
    assert answers == hall.answers
    status = dict(Comment.objects.order_by().values_list("pk", "status"))
    for parent, reason in hall.refused:
        assert reason is Reason.COMMENT_GONE
        assert status[parent] != Status.PUBLISHED


def assert_counts(hall: Hall) -> None:
    for thread in Thread.objects.all():
        public = list(Comment.objects.filter(thread=thread).public().order_by("number"))
        assert thread.comment_count == len(public)
        assert thread.last_comment == (public[-1] if public else None)
        assert (thread.opening_id is None) == (thread.continued_at_id is not None)
    for theme in Theme.objects.all():
        comments, former = Comment.objects.filter(theme=theme).order_by(), FormerNumber.objects.filter(theme=theme)
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
    former = {(row.theme_id, row.number): row.comment_id for row in FormerNumber.objects.all()}
    current = {(row.theme_id, row.number): row.pk for row in Comment.objects.order_by()}
    assert hall.names == former | current
    letters = {theme.pk: theme.letter for theme in hall.themes}
    shown = set(Comment.objects.in_public_tree().order_by().values_list("pk", flat=True))
    client = Client()
    for (theme, number), pk in hall.dice.sample(sorted(hall.names.items()), LOOKED_AT):
        page = client.get(f"/{event.slug}/{letters[theme]}-{number}/", follow=True)
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
            assert unread.by_thread(person, theme) == Counter(c.thread_id for c in new if c.theme_id == theme)
        for thread in Thread.objects.public():
            listed = unread.in_thread(person, thread, unread.read_by(person, thread.theme_id))
            assert set(listed) == {comment.pk for comment in new if comment.thread_id == thread.pk}
    # What is reported read just when it moves may be new once more; what nobody saw never counts as read.
    left = {pk for thread in Thread.objects.public() for pk in unread.in_thread(
        hall.moderator, thread, unread.read_by(hall.moderator, thread.theme_id)
    )}  # fmt: skip
    assert {comment.pk for comment in public} - hall.may_be_read <= left
    assert len(left) < len(public)


def test_nothing_is_lost_while_a_thread_of_two_thousand_moves_and_people_answer_in_it(event, cast, hall, capsys):
    made = fill(hall, [cast.ada, cast.ben, *(make_person(f"speaker{n}") for n in range(8))])
    let_people_read(hall, cast.ada, made[3])
    rows = Comment.objects.order_by().values_list("pk", "parent_id", "thread__opening_id")
    hall.answers = {pk: (parent or opening) if pk != opening else None for pk, parent, opening in rows}
    hall.look_around()
    older, _, elsewhere = (thread.opening for thread in Thread.objects.order_by("pk"))

    for name, act in acts_of(hall, made[2], older).items():
        timed(hall, name, act)
    timed(hall, "split all", lambda: split_branch(hall.at(hall.opening), title="It again", **hall.decides()))
    hall.answers[hall.opening.pk] = None
    assert_trees(hall)
    under_writing(hall, acts_of(hall, made[3], elsewhere))

    assert_nothing_lost(hall)
    assert len(hall.said) >= BETWEEN * 4
    for comment in Comment.objects.filter(status=Status.HELD).order_by("pk")[:3]:
        approve_comment(hall.at(comment), **hall.decides())
    assert_trees(hall)
    assert_counts(hall)
    assert_addresses(hall, event)
    assert_unread(hall)
    with capsys.disabled():
        print(f"\n{connection.vendor}, a thread of {SIZE:,}, ms (*: while {len(hall.said)} answers came):", end=" ")
        print(", ".join(f"{name} {1000 * seconds:.0f}" for name, seconds in hall.took.items()))
