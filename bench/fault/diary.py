"""What each client meant to do, written down before it is sent, and what came back. The checker reads nothing else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Act(StrEnum):
    OPEN = "open"
    REPLY = "reply"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    READ = "read"
    REMOVE = "remove"
    RESTORE = "restore"
    APPROVE = "approve"
    REJECT = "reject"
    LOCK = "lock"
    UNLOCK = "unlock"
    MOVE = "move"


class Outcome(StrEnum):
    DONE = "done"  # acknowledged
    REFUSED = "refused"
    UNKNOWN = "unknown"  # nobody knows: it is repeated until somebody does


WITH_KEY = {Act.OPEN, Act.REPLY}  # a repeat is known by its key: what it answers is the whole truth


@dataclass
class Intent:
    """Something that somebody wants done."""

    number: int
    act: Act
    who: int  # the key of a person
    comment: int = 0
    thread: int = 0
    theme: int = 0
    parent: int = 0
    key: str = ""
    title: str = ""
    text: str = ""
    is_held: bool = False
    up_to: int = 0
    file: str = ""
    outcome: Outcome = Outcome.UNKNOWN
    status: int = 0  # of the last answer
    sends: int = 0
    is_unsure: bool = False  # an earlier send came to no answer, so that a refusal may come from its own success
    made: dict[str, int] = field(default_factory=dict)  # the keys of what was made


class Diary:
    """A file with a line for each intent and one for its end."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w")
        self.open: dict[int, Intent] = {}
        self.count = 0
        self.done: Counter[Act] = Counter()
        self.refused: Counter[tuple[Act, int]] = Counter()
        self.repeats = 0

    def begin(self, act: Act, who: int, **facts: Any) -> Intent:
        self.count += 1
        intent = Intent(self.count, act, who, **facts)
        self.open[intent.number] = intent
        self._write(intent)
        return intent

    def end(self, intent: Intent) -> None:
        del self.open[intent.number]
        self.repeats += intent.sends - 1
        if intent.outcome is Outcome.DONE:
            self.done[intent.act] += 1
        else:
            self.refused[intent.act, intent.status] += 1
        self._write(intent)

    @property
    def acknowledged(self) -> int:
        return self.done.total()

    def close(self) -> None:
        self.file.close()

    def _write(self, intent: Intent) -> None:
        self.file.write(json.dumps(asdict(intent)) + "\n")
        self.file.flush()  # the bench may be killed, too


def read(path: Path) -> list[Intent]:
    """Every intent with its end, in the order in which they ended; those without an end come last, as unknown."""
    begun: dict[int, Intent] = {}
    ended: list[Intent] = []
    for line in path.read_text().splitlines():
        facts = json.loads(line)
        intent = Intent(**facts | {"act": Act(facts["act"]), "outcome": Outcome(facts["outcome"])})
        if intent.outcome is Outcome.UNKNOWN:
            begun[intent.number] = intent
        else:
            begun.pop(intent.number)
            ended.append(intent)
    return ended + list(begun.values())
