"""Threads of two thousand comments move, part and join while people answer in them, and nothing gets lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.comments import post_reply, withdraw_comment
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, Status
from forum.kernel.errors import Refused
from forum.kernel.ranges import Ranges
from forum.models import Comment, Thread
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.review import review_comment
from tests.bulk import plant_below
from tests.concurrency.big_events import (
    Hall,
    assert_addresses,
    assert_counts,
    assert_nothing_lost,
    assert_trees,
    assert_unread,
)
from tests.concurrency.test_concurrency import all_at_once
from tests.factories import make_person, make_theme, new_key, open_thread
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 2_000  # comments of the thread that moves
WRITERS = 4
BETWEEN = 20  # replies that are waited for before each act


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
    """What each comment answers: 1 answers the opening, 2 and 3 answer 1, only 4 answers 3, with seven hundred below.

    Most answer one of the last few of their part, so that some chains are long and some comments stand alone.
    """
    parts: list[list[int]] = [[0], [1], [2], [4]]
    answered = [0, 1, 1, 3]
    for place in range(5, size):
        (part,) = dice.choices(parts, [30, 15, 20, 35])
        answered.append(dice.choice(part[-9:]) if dice.random() < 0.7 else dice.choice(part))
        part.append(place)
    return answered


def fill(hall: Hall, people: list[Any]) -> list[Comment]:
    made = plant_below(hall.opening, shape(hall.dice, SIZE), by=people)
    for other in Thread.objects.exclude(pk=hall.opening.thread_id).order_by("pk"):
        plant_below(other.opening, [0, 1, 1, 0, 3, 2, 6] * 10, by=people)
    some = hall.dice.sample(made[5:], 90)
    for comment in [made[1], made[3], *some[:30]]:
        remove_comment(comment, seen=SKIP_CHECK, **hall.decides())
    for comment in some[30:60]:
        withdraw_comment(comment, by=comment.author, now=timezone.now())
    facts = {"author": people[0], "source": "Held.", "written_at": timezone.now(), "is_public": False}
    held = [
        import_reply(comment, imported_comment(hall.themes[0], f"held:{comment.pk}", **facts)) for comment in some[60:]
    ]
    for comment in held[:10]:
        review_comment(comment, Decision.REJECT, seen=SKIP_CHECK, **hall.decides())
    for comment in hall.dice.sample(held[10:], 10):  # published late, in the middle of the tree
        review_comment(hall.at(comment), Decision.APPROVE, seen=SKIP_CHECK, **hall.decides())
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


def under_writing(hall: Hall, acts: dict[str, Callable[[], object]], *, between: int) -> None:
    """Four answer wherever they like, from pages of any age; a reader reads; a moderator does one act after another."""
    is_over = Signal()
    seen = [*Comment.objects.filter(thread=hall.at(hall.opening).thread).select_related("thread__theme", "theme")]

    def moderate() -> None:
        for name, act in acts.items():
            before = len(hall.said)
            while len(hall.said) < before + between and not is_over.is_set():
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
        dice = random.Random(7)
        while not is_over.is_set():
            some = Comment.objects.filter(pk__in=[comment.pk for comment in dice.choices(seen, k=30)])
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


def test_nothing_is_lost_while_a_thread_of_two_thousand_moves_and_people_answer_in_it(event, cast, hall, capsys):
    made = fill(hall, [cast.ada, cast.ben, *(make_person(f"speaker{n}") for n in range(8))])
    let_people_read(hall, cast.ada, made[4])
    hall.begin()
    older, _, elsewhere = (thread.opening for thread in Thread.objects.order_by("pk"))

    for name, act in acts_of(hall, made[2], older).items():
        timed(hall, name, act)
    timed(hall, "split all", lambda: split_branch(hall.at(hall.opening), title="It again", **hall.decides()))
    hall.answers[hall.opening.pk] = None
    assert_trees()
    under_writing(hall, acts_of(hall, made[4], elsewhere), between=BETWEEN)

    assert_nothing_lost(hall)
    assert len(hall.said) >= 5 * BETWEEN
    for comment in Comment.objects.filter(status=Status.HELD).order_by("pk")[:3]:
        review_comment(hall.at(comment), Decision.APPROVE, seen=SKIP_CHECK, **hall.decides())
    assert_trees()
    assert_counts()
    assert_addresses(hall, event)
    assert_unread(hall)
    with capsys.disabled():
        print(f"\n{connection.vendor}, a thread of {SIZE:,}, ms (*: while {len(hall.said)} answers came):", end=" ")
        print(", ".join(f"{name} {1000 * seconds:.0f}" for name, seconds in hall.took.items()))


def test_no_answer_fails_however_fast_a_branch_goes_to_and_fro(event, cast, hall):
    """Who waits for a lock may find the comment gone from the thread more than once."""
    made = plant_below(hall.opening, [0, 1, 1, 2, 2, 3], by=[cast.ada, cast.ben])
    hall.begin()
    acts = acts_of(hall, made[2], made[0])
    to_and_fro = {f"{name} {turn}": acts[name] for turn in range(12) for name in ("split", "merge back")}
    under_writing(hall, to_and_fro, between=0)
    assert_nothing_lost(hall)
    assert hall.refused == []
    assert_trees()
    assert_counts()
