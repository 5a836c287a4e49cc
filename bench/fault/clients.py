"""What writers and moderators have in common: they send until they are answered."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.fault import http
from bench.fault.diary import Act, Diary, Intent, Outcome
from bench.fault.words import Words
from bench.fault.world import World

NO_ANSWER = {500, 502, 503, 504}  # it may have been done or not: the page says so, or nobody knows
PLACE = re.compile(r"/threads/(\d+)/.*?(\d+)$")


@dataclass
class Bench:
    """What all clients share."""

    port: int  # of the way to the server
    world: World
    diary: Diary
    choice: Random
    words: Words
    pause: tuple[float, float]  # seconds between two acts of a client: at least, at most
    ends: asyncio.Event = field(default_factory=asyncio.Event)  # nobody begins anything new
    statuses: Counter[int] = field(default_factory=Counter)  # of all answers; 0 for none
    errors: list[str] = field(default_factory=list)  # answers that no fault excuses
    lost_uploads: int = 0  # that came to no answer: their server may have died with the bytes saved, and no row


class Client:
    """Somebody with an account, who does one thing after the other."""

    def __init__(self, bench: Bench, person: dict[str, Any]) -> None:
        self.bench, self.world = bench, bench.world
        self.id, self.session = person["id"], person["session"]
        self.acts: dict[Callable[[], Awaitable[None]], int] = {}

    async def live(self) -> None:
        choice = self.bench.choice
        while not self.bench.ends.is_set():
            (act,) = choice.choices([*self.acts], [*self.acts.values()])
            await act()
            await asyncio.sleep(choice.uniform(*self.bench.pause))

    async def send(self, act: Act, path: str, fields: dict[str, str], **facts: Any) -> Intent:
        """Writes down what is meant, sends it until it is answered, and writes down the answer."""
        intent = self.bench.diary.begin(act, self.id, **facts)
        while intent.outcome is Outcome.UNKNOWN:
            intent.sends += 1
            try:
                answer = await http.post(self.bench.port, path, fields, session=self.session)
            except OSError:
                self.bench.statuses[0] += 1
                answer = None
            if answer is None or answer.status in NO_ANSWER:
                if answer is not None:
                    self._note(intent, answer)
                intent.is_unsure = True
                await asyncio.sleep(self.bench.choice.uniform(0.2, 1.0))
                continue
            self._note(intent, answer)
            self._take(intent, answer)
        self.bench.diary.end(intent)
        return intent

    async def hidden_field(self, path: str, name: str) -> str | None:
        """The value of a hidden field in the form of this page; None without one."""
        try:
            answer = await http.get(self.bench.port, path, session=self.session)
        except OSError:
            return None
        found = re.search(rf'name="{name}" value="([^"]*)"', answer.body)
        return found[1] if answer.status == 200 and found else None

    def _note(self, intent: Intent, answer: http.Answer) -> None:
        self.bench.statuses[answer.status] += 1
        intent.status = answer.status
        if answer.status == 500 or "/accounts/login" in answer.headers.get("location", ""):
            self.bench.errors.append(f"{intent.act} was answered {answer.status} {answer.headers.get('location', '')}")

    def _take(self, intent: Intent, answer: http.Answer) -> None:
        is_done = answer.status in {200, 201, 302}
        intent.outcome = Outcome.DONE if is_done else Outcome.REFUSED
        if not is_done or intent.act not in {Act.OPEN, Act.REPLY}:
            return
        if answer.status == 302:
            place = PLACE.search(answer.headers["location"])
            assert place, answer.headers
            intent.made = {"thread": int(place[1]), "comment": int(place[2])}
        else:
            body = json.loads(answer.body)
            intent.made = {"thread": body["change"]["thread"], "comment": body["change"]["id"]}
            if self.world.threads[intent.thread].stays:  # one that moves just now may tell a revision of its new theme
                theme, revision = body["theme"], body["change"]["revision"]
                self.world.revisions[theme] = max(self.world.revisions[theme], revision)
