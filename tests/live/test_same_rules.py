"""Pages and the followers of tests and benches judge what they hear alike: the same calls are played to both."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.live.simulation import World, play
from tests.services import NODE
from tests.support import page
from tests.support.follower import Follower, Positions

pytestmark = [
    pytest.mark.either,
    pytest.mark.skipif(not NODE and os.environ.get("REQUIRE_SERVICES") != "1", reason="asks a script in Node"),
]

ROOT = Path(__file__).resolve().parents[2]
SEEDS = range(30)
PLAIN = {"opened", "heard", "due", "closed", "hold", "release", "rest", "lose", "loaded"}


class Recorder:
    """A follower that notes each call, each chance it took, and what it knew after each call."""

    made: list[Recorder]

    def __init__(self, positions: Positions) -> None:
        self.follower = Follower(positions)
        self.positions_at_first = dict(positions)
        self.calls: list[list[Any]] = []
        self.answers: list[Any] = []
        self.randoms: list[float] = []
        Recorder.made.append(self)

    def __getattr__(self, name: str) -> Any:
        if name not in PLAIN:
            return getattr(self.follower, name)

        def call(*given: Any) -> Any:
            self.calls.append([name, *given])
            out = getattr(self.follower, name)(*given)
            self.answers.append(json.loads(json.dumps([out, known(self.follower)])))
            return out

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "random":

            def random() -> float:
                self.randoms.append(value())
                return self.randoms[-1]

            self.follower.random = random
        else:
            super().__setattr__(name, value)


def known(follower: Follower) -> dict[str, Any]:
    return {
        "positions": follower.positions,
        "resumeFrom": follower.resume_from,
        "isStale": follower.is_stale,
        "isOpen": follower.is_open,
        "isUnsure": follower.is_unsure,
        "heardAt": follower.heard_at,
        "askAt": follower.ask_at,
        "tries": follower.tries,
        "gaps": sorted(follower.gaps),
        "unanswered": sorted(follower.unanswered),
    }


def a_story(seed: int) -> Any:
    """Some writing, cuts, restarts and restores; readers who look away and come back."""
    choice = Random(seed)
    acts = ["write", "write", "edit", "remove", "back_up", "cut", "restart", "restore", "wait", "wait", "look_away"]

    async def story(world: World) -> None:

        world.swaps = bool(seed % 2)
        for polls in (False, False, True):
            world.join(polls=polls)
        for _ in range(40):
            match choice.choice(acts):
                case "cut":
                    world.cut(choice.randrange(4), silently=choice.random() < 0.3)
                case "restart":
                    world.processes[choice.randrange(2)].restart()
                case "restore":
                    world.restore(choice.randrange(6))
                case "wait":
                    await asyncio.sleep(choice.choice([0.01, 0.1, 3, 30]))
                case "look_away":
                    look_away(choice.choice(world.pages).follower, choice)
                case "write":
                    world.write(choice.choice([20, 70_000]))
                case act:
                    getattr(world, act)()

    return story


def look_away(follower: Any, choice: Random) -> None:
    match choice.randrange(4):
        case 0:
            follower.hold()
        case 1:
            follower.release()
        case 2:
            follower.rest()
        case 3:
            follower.due(choice.randrange(10**6))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Recorder]:
    Recorder.made = []
    monkeypatch.setattr(page, "Follower", Recorder)
    for seed in SEEDS:
        try:
            play(seed, a_story(seed))
        except AssertionError:
            continue  # who looks away at random does not end equal; what is asked here is whether both do the same
    return [each for each in Recorder.made if each.calls]


def test_the_same_calls_have_the_same_answers_in_the_page_and_in_the_tests(recorded):
    lines = "\n".join(
        json.dumps({"randoms": each.randoms, "positions": each.positions_at_first, "calls": each.calls})
        for each in recorded
    )
    played = subprocess.run(
        [NODE, str(ROOT / "tests/js/replay.mjs")], input=lines, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in played.stdout.splitlines()]
    assert len(answers) == len(recorded) >= 3 * len(SEEDS)
    for there, here in zip(answers, recorded, strict=True):
        assert there == here.answers
    acts = {step["act"] for each in recorded for out, _ in each.answers if isinstance(out, list) for step in out}
    assert acts == {"apply", "beat", "load", "ask", "end", "rest"}, "each of these was played"
