"""Whatever is written, cut, restarted, restored or lost meanwhile: in the end every page shows what the database holds.

EXAMPLES=5000 plays more stories than the test run does, and with `--hypothesis-seed=N` others.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.live import feed as feed_module
from forum.live import frames
from forum.live.feed import Feed
from tests.live.simulation import World, play
from tests.support.follower import Follower as PageFollower

pytestmark = pytest.mark.either

EXAMPLES = int(os.environ.get("EXAMPLES", "400"))
IS_FIXED = "EXAMPLES" not in os.environ  # the test run plays the same stories each time
SMALL = {"FRAME_BYTES": 240, "PIECE": 90}  # so that short texts need several frames, and some travel in pieces
REMEMBERED = 12

few = st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from([5, 20, 20, 400])),
    st.tuples(st.just("write"), st.sampled_from([5, 20, 20, 400])),
    st.tuples(st.just("edit")),
    st.tuples(st.just("remove")),
    st.tuples(st.just("remove_many"), few),
    st.tuples(st.just("move"), few),
    st.tuples(st.just("cut"), st.integers(0, 6), st.booleans()),
    st.tuples(st.just("cut_next"), st.lists(st.integers(0, 5), min_size=1, max_size=3)),
    st.tuples(st.just("restart"), st.integers(0, 1)),
    st.tuples(st.just("back_up")),
    st.tuples(st.just("restore"), st.integers(0, 5)),
    st.tuples(st.just("fail_over"), few, st.integers(0, 3)),
    st.tuples(st.just("join"), st.booleans()),
    st.tuples(st.just("hints"), st.booleans()),
    st.tuples(st.sampled_from(["look_away", "rest", "come_back"]), st.integers(0, 5)),
    st.tuples(st.just("burst"), st.integers(8, 30)),
    st.tuples(st.just("long_burst"), st.integers(2, 5)),
    st.tuples(st.just("wait"), st.sampled_from([0.001, 0.01, 0.03, 0.06, 0.3, 2.0, 7.0, 30.0])),
    st.tuples(st.just("wait"), st.sampled_from([0.001, 0.01, 0.03, 0.06, 0.3, 2.0, 7.0, 30.0])),
)
STORIES = st.tuples(st.integers(0, 2**32), st.booleans(), st.lists(STEPS, min_size=15, max_size=50))


async def do(world: World, step: tuple[Any, ...]) -> None:
    match step:
        case ("write", size):
            world.write(size)
        case ("cut", texts, silently):
            world.cut(texts, silently=silently)
        case ("cut_next", cuts):
            world.cuts += cuts
        case ("restart", process):
            world.processes[process].restart()
        case ("join", polls):
            if len(world.pages) < 6:
                world.join(polls=polls)
        case ("hints", are_lost):
            world.loses_hints = are_lost
        case ("burst", count):
            for _ in range(count):
                world.write(10)
                await asyncio.sleep(world.choice.random() * 0.01)
        case ("fail_over", lost, counts_on):
            world.back_up()
            for _ in range(lost):
                world.write()
            await asyncio.sleep(0.3)
            world.backups = world.backups[-1:]
            world.restore(lost + counts_on)
        case ("long_burst", count):
            for _ in range(count):
                world.write(400)
                await asyncio.sleep(0.05 + world.choice.random() * 0.1)
        case ("wait", seconds):
            await asyncio.sleep(seconds)
        case (act, *numbers):
            getattr(world, act)(*numbers)


def tell(example: tuple[int, bool, list[tuple[Any, ...]]]) -> None:
    """Plays one story: a seed for all chances, whether texts change places on their way, and the steps."""
    seed, swaps, steps = example

    async def story(world: World) -> None:
        world.swaps = swaps
        world.write()
        world.join(polls=False)
        world.join(polls=False)
        world.join(polls=True)
        for step in steps:
            await do(world, step)

    play(seed, story)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(frames, name, value)
    monkeypatch.setattr(feed_module, "REMEMBERED", REMEMBERED)
    monkeypatch.setattr(feed_module, "SLICE", 1)  # other tasks get their turn after each follower


def all_stories(count: int, *, shrinks: bool = True) -> Any:
    """Runs `tell` over so many stories, always the same ones unless a seed is given."""
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if shrinks else [])]
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    with_settings = settings(
        max_examples=count,
        deadline=None,
        derandomize=IS_FIXED,
        database=None,
        phases=phases,
        suppress_health_check=checks,
    )
    return with_settings(given(STORIES)(tell))


def test_after_any_story_every_page_shows_what_the_database_holds():
    all_stories(EXAMPLES)()


# Each rule taken out alone. The stories must notice, or the rule is not needed.


def believes_any_frame(patch: pytest.MonkeyPatch) -> None:
    """The page goes where a frame leads to, wherever it leads from."""
    plain = PageFollower._frame
    patch.setattr(PageFollower, "_frame", lambda self, message, now: plain(self, message | {"since": 0}, now))


def never_asks(patch: pytest.MonkeyPatch) -> None:
    """A page that lacks something waits for its connection to break."""
    patch.setattr(PageFollower, "due", lambda self, now: [])


def believes_open_connections(patch: pytest.MonkeyPatch) -> None:
    """No silence is long enough to end a connection."""
    patch.setattr("tests.support.follower.SILENCE", 1e9)


def joins_pieces_as_they_come(patch: pytest.MonkeyPatch) -> None:
    """Pieces have no name: those of two frames are mixed."""
    plain = PageFollower._piece
    patch.setattr(PageFollower, "_piece", lambda self, message, now: plain(self, message | {"of": 1}, now))


def registers_before_it_looks(patch: pytest.MonkeyPatch) -> None:
    """As before: a follower hears what is new while what it lacks is still being looked for."""

    async def join(self: Feed, follower: Any, asked: Any) -> bool:
        self.followers.add(follower)
        await self._make_ready(asked)
        for text in [*self.changes_since(asked), self.beat()]:
            follower.offer(text)
        return True

    patch.setattr(Feed, "join", join)


def looks_hand_out_themselves(patch: pytest.MonkeyPatch) -> None:
    """As before: whoever has looked tells everybody, also while somebody else is telling them."""

    def queue(self: Feed, texts: list[str]) -> None:
        async def hand_out(audience: list[Any]) -> None:
            for text in texts:
                for follower in audience:
                    follower.offer(text)
                    await asyncio.sleep(0.02)

        task = asyncio.create_task(hand_out(list(self.followers)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    tasks: set[asyncio.Task[None]] = set()
    patch.setattr(Feed, "_queue", queue)


def frames_all_lead_to_the_end(patch: pytest.MonkeyPatch) -> None:
    """Who is cut off between two frames believes to have all of them."""
    plain = frames._frame

    def frame(feed: str, since: Position, position: Position, made: list[Any]) -> str:
        return plain(feed, Position(0, 0), Position(position.revision + 5, position.stamp), made)

    patch.setattr(frames, "_frame", frame)


def compares_no_stamps(patch: pytest.MonkeyPatch) -> None:
    """A revision alone says where somebody is, whatever database has counted to it."""

    def known(asked: Position, stamps: Any) -> bool:
        return asked.revision <= stamps[-1].revision

    patch.setattr(positions, "was_handed_out", known)
    patch.setattr(feed_module, "was_handed_out", known)


def who_is_ahead_waits(patch: pytest.MonkeyPatch) -> None:
    """As before: a page that has seen more than there is is told nothing."""
    plain = Feed.changes_since

    def changes_since(self: Feed, asked: Position) -> list[str]:
        return [] if asked.revision > self.position.revision else plain(self, asked)

    patch.setattr(Feed, "changes_since", changes_since)


def forgets_nobody_noticed(patch: pytest.MonkeyPatch) -> None:
    """What the memory no longer holds is taken for nothing."""
    plain = Feed.changes_since

    def changes_since(self: Feed, asked: Position) -> list[str]:
        self.oldest_kept = 0
        return plain(self, asked)

    patch.setattr(Feed, "changes_since", changes_since)


@pytest.mark.parametrize(
    "break_it",
    [
        believes_any_frame, never_asks, believes_open_connections, joins_pieces_as_they_come, registers_before_it_looks,
        looks_hand_out_themselves, frames_all_lead_to_the_end, compares_no_stamps, who_is_ahead_waits,
        forgets_nobody_noticed,
    ],
    ids=lambda way: way.__name__,
)  # fmt: skip
def test_without_one_of_the_rules_some_page_ends_otherwise(break_it, monkeypatch):
    break_it(monkeypatch)
    with pytest.raises((AssertionError, ValueError, LookupError)):
        all_stories(EXAMPLES, shrinks=False)()
