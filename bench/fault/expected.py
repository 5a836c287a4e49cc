"""What the database must hold in the end, worked out from a diary alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.fault.diary import WITH_KEY, Act, Intent, Outcome

STATUS = {
    Act.WITHDRAW: "withdrawn",
    Act.REMOVE: "removed",
    Act.RESTORE: "published",
    Act.APPROVE: "published",
    Act.REJECT: "rejected",
}
LOCKED = {Act.LOCK: True, Act.UNLOCK: False}


@dataclass
class Span:
    """How often something was done: that often was acknowledged, and some may have been done besides."""

    least: int = 0
    most: int = 0

    def add(self, *, is_certain: bool) -> None:
        self.least += is_certain
        self.most += 1

    def __contains__(self, count: int) -> bool:
        return self.least <= count <= self.most

    def __str__(self) -> str:
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


@dataclass
class ExpectedComment:
    id: int
    author: int
    key: str
    thread: int
    parent: int  # 0 for an opening
    texts: set[str]
    statuses: set[str]
    versions: Span
    file: str = ""


@dataclass
class ExpectedThread:
    id: int
    title: str
    opening: int
    themes: set[int]
    locks: set[bool] = field(default_factory=lambda: {False})


@dataclass
class Expected:
    comments: dict[int, ExpectedComment] = field(default_factory=dict)
    threads: dict[int, ExpectedThread] = field(default_factory=dict)
    entries: dict[tuple[Act, int], Span] = field(default_factory=lambda: defaultdict(Span))  # act, comment or thread
    refused_keys: list[tuple[int, str]] = field(default_factory=list)  # author and key of what was never written
    read: list[Intent] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)
    unanswered: list[Intent] = field(default_factory=list)
    twice: list[Intent] = field(default_factory=list)  # answered with what another intent had made

    def take(self, intent: Intent) -> None:
        """One more intent, in the order in which they ended."""
        if intent.outcome is Outcome.UNKNOWN:
            self.unanswered.append(intent)
        elif intent.act in WITH_KEY:
            self._take_new(intent)
        elif intent.outcome is Outcome.DONE or intent.is_unsure:
            self._take_change(intent, is_certain=intent.outcome is Outcome.DONE)

    def _take_new(self, intent: Intent) -> None:
        if intent.outcome is Outcome.REFUSED:
            self.refused_keys.append((intent.who, intent.key))
            return
        made, thread = intent.made["comment"], intent.made["thread"]
        if made in self.comments:
            self.twice.append(intent)
        statuses = {"held" if intent.is_held else "published"}
        facts = {"texts": {intent.text}, "statuses": statuses, "versions": Span(1, 1), "file": intent.file}
        self.comments[made] = ExpectedComment(made, intent.who, intent.key, thread, intent.parent, **facts)
        if intent.act is Act.OPEN:
            self.threads[thread] = ExpectedThread(thread, intent.title, made, {intent.theme})

    def _take_change(self, intent: Intent, *, is_certain: bool) -> None:
        if intent.act is Act.READ:
            self.read += [intent] if is_certain else []
        elif intent.act is Act.EDIT:
            comment = self.comments[intent.comment]
            _settle(comment.texts, intent.text, is_certain=is_certain)
            comment.versions.add(is_certain=is_certain)
        elif intent.act in STATUS:
            _settle(self.comments[intent.comment].statuses, STATUS[intent.act], is_certain=is_certain)
        elif intent.act in LOCKED:
            _settle(self.threads[intent.thread].locks, LOCKED[intent.act], is_certain=is_certain)
        else:
            self.moved.add(intent.thread)
            _settle(self.threads[intent.thread].themes, intent.theme, is_certain=is_certain)
        if intent.act not in {Act.READ, Act.EDIT, Act.WITHDRAW}:
            self.entries[intent.act, intent.comment or intent.thread].add(is_certain=is_certain)


def _settle(known: set, value: object, *, is_certain: bool) -> None:
    if is_certain:
        known.clear()
    known.add(value)


def expected_of(intents: Iterable[Intent]) -> Expected:
    expected = Expected()
    for intent in intents:
        expected.take(intent)
    return expected
