"""Must this comment wait for a moderator? The rules an organiser has set, and what each of them finds.

A rule looks at the text and at what its author wrote before, and at nothing else; so the same function decides about
a comment that is sent and about one of last month in a rehearsal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q

from forum.choices import HOLD_RULES, PACE_WINDOW, REFUSED_WINDOW, SAME_TEXT_WINDOW, HoldKind, Status
from forum.models import Comment, Trust
from forum.reasons import Reason
from forum.rules.roles import may_moderate, may_organise
from forum.rules.watching import folded, found_words

NUMBERS = {HoldKind.NEWCOMERS: 3, HoldKind.LINKS: 2, HoldKind.PACE: 5}  # as long as nobody chose others
REFUSED = (Status.REJECTED, Status.REMOVED)
TOLD_BEFORE = frozenset({HoldKind.WORDS, HoldKind.REPETITION})  # what a writer can mend before it is sent
MOST_TEXTS = 20  # earlier texts of an author that are compared
IN_THE_TEXT = frozenset({HoldKind.WORDS, HoldKind.LINKS})  # what an edit can bring in
WITH_HISTORY = {HoldKind.NEWCOMERS, HoldKind.PACE, HoldKind.REPETITION, HoldKind.REFUSED}


@dataclass(frozen=True, slots=True)
class HoldRule:
    """A rule that is switched on, with its number or its words."""

    kind: HoldKind
    number: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: which rule, which words, how many."""

    kind: HoldKind
    word: str = ""
    number: int = 0
    limit: int = 0

    @property
    def marks(self) -> list[str]:
        """Names what was found in a form that a page can carry: one for each word."""
        return [sha256(f"{self.kind.value} {word}".encode()).hexdigest()[:8] for word in self.word.split(", ")]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "word": self.word, "number": self.number, "limit": self.limit}


@dataclass
class History:
    """What an author wrote before: how much of it was published, when, which words, and what was refused when."""

    published: int = 0
    times: list[datetime] = field(default_factory=list)
    texts: list[tuple[datetime, str]] = field(default_factory=list)
    refused: list[datetime] = field(default_factory=list)

    def add(self, at: datetime, text: str, status: str) -> None:
        """One more comment, later than all before it; its text folded, or "" where nobody will compare it."""
        self.published += status == Status.PUBLISHED
        self.times.append(at)
        if text:
            self.texts = [*self.texts[1 - MOST_TEXTS :], (at, text)]
        if status in REFUSED:
            self.refused.append(at)


def rules_of(*stored: dict[str, Any]) -> list[HoldRule]:
    """The rules of an event and of one of its themes; where both have a rule of one kind, the theme's holds."""
    merged: dict[str, Any] = {}
    for each in stored:
        merged |= {kind: facts for kind, facts in each.items() if kind in HOLD_RULES}
    return [
        HoldRule(kind, int(merged[kind].get("number") or NUMBERS.get(kind, 0)), tuple(merged[kind].get("words", ())))
        for kind in HOLD_RULES
        if kind in merged and merged[kind].get("is_on")
    ]


def why_not_set_rules(person: Any, event_id: int) -> Reason | None:
    return None if may_organise(person, event_id) else Reason.NOT_ORGANISER


def hold_reasons(
    author: Any, theme: Any, text: str, html: str, *, now: datetime, of: Collection[HoldKind] = frozenset(HOLD_RULES)
) -> list[Found]:
    """Why a comment must wait, by the rules `of` these kinds. Moderators and authors they trust never wait.

    No query while no rule is on; else up to four, before any lock is taken.
    """
    rules = [rule for rule in rules_of(theme.event.hold_rules, theme.hold_rules) if rule.kind in of]
    if not rules or not author.is_authenticated or passes(author, theme):
        return []
    history = history_of(author, theme.event_id, now) if WITH_HISTORY & {rule.kind for rule in rules} else History()
    return found_by(rules, text, html, history, now=now)


def passes(person: Any, theme: Any) -> bool:
    """Whether no rule holds this person's comments in a theme. At most two queries."""
    return may_moderate(person, theme) or trusts_in(theme).filter(person=person.pk).exists()


def trusts_in(theme: Any) -> Any:
    """Whom moderators trust in a theme: there, or in the whole event."""
    return Trust.objects.filter(Q(theme=None) | Q(theme=theme.pk), event=theme.event_id)


def is_newcomer(person: Any, theme: Any) -> bool:
    """Whether nothing of theirs was published in the event yet. One query; at most three where it is so."""
    if not person.is_authenticated:
        return False
    written = Comment.objects.filter(author=person.pk, theme__event=theme.event_id).public().order_by()
    return not written.exists() and not passes(person, theme)


def to_tell(found: Sequence[Found], known: Collection[str]) -> list[str]:
    """The marks of what was found, if its writer should be told before it is sent; else none.

    Only where all of it can be mended: who would wait all the same is not sent to and fro. Told once: `known` holds the
    marks of what they were told already.
    """
    if not found or not {each.kind for each in found} <= TOLD_BEFORE:
        return []
    marks = [mark for each in found for mark in each.marks]
    return marks if set(marks) - set(known) else []


def history_of(author: Any, event_id: int, now: datetime) -> History:
    """What somebody wrote in an event before now. Two queries."""
    written = Comment.objects.filter(author=author.pk, theme__event=event_id, created_at__lt=now).order_by("-pk")
    recent = Q(created_at__gte=now - max(PACE_WINDOW, SAME_TEXT_WINDOW, REFUSED_WINDOW))
    history = History()
    rows = written.filter(recent).values_list("created_at", "status", "version__text")[: 5 * MOST_TEXTS]
    for at, status, text in reversed(rows):
        history.add(at, folded(text), status)
    history.published = written.public().order_by().count()
    return history


def found_by(rules: Iterable[HoldRule], text: str, html: str, history: History, *, now: datetime) -> list[Found]:
    """What each rule finds in a text by somebody with this history."""
    found = (CHECKS[rule.kind](rule, text, html, history, now) for rule in rules)
    return [each for each in found if each is not None]


def _everybody(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    return Found(rule.kind)


def _newcomers(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    return Found(rule.kind, "", history.published, rule.number) if history.published < rule.number else None


def _words(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    words = found_words(text, rule.words)
    return Found(rule.kind, ", ".join(words)) if words else None


def _links(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    links = html.count('<a href="http')
    return Found(rule.kind, "", links, rule.number) if links > rule.number else None


def _pace(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    recent = 1 + sum(at > now - PACE_WINDOW for at in history.times)
    return Found(rule.kind, "", recent, rule.number) if recent > rule.number else None


def _repetition(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    same = folded(text)
    times = sum(at > now - SAME_TEXT_WINDOW and known == same for at, known in history.texts)
    return Found(rule.kind, "", times + 1) if times and same else None


def _refused(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    recent = sum(at > now - REFUSED_WINDOW for at in history.refused)
    return Found(rule.kind, "", recent) if recent else None


CHECKS = {
    HoldKind.EVERYBODY: _everybody,
    HoldKind.NEWCOMERS: _newcomers,
    HoldKind.WORDS: _words,
    HoldKind.LINKS: _links,
    HoldKind.PACE: _pace,
    HoldKind.REPETITION: _repetition,
    HoldKind.REFUSED: _refused,
}


@dataclass(frozen=True, slots=True)
class Past:
    """A comment of the past, as a rehearsal looks at it."""

    comment_id: int
    author_id: int
    at: datetime
    status: str
    text: str
    html: str
    passes: bool = False  # by a moderator or an author they trust: never held


def play(rules: list[HoldRule], past: Iterable[Past]) -> dict[int, list[Found]]:
    """What these rules would have held of comments that were written in this order: comment → what was found."""
    needs_texts = any(rule.kind is HoldKind.REPETITION for rule in rules)
    histories: dict[int, History] = {}
    unsettled: dict[int, list[Past]] = {}  # of the very same moment: none of them is earlier than the others
    held: dict[int, list[Found]] = {}
    for each in past:
        history = histories.setdefault(each.author_id, History())
        waiting = unsettled.setdefault(each.author_id, [])
        while waiting and waiting[0].at < each.at:
            before = waiting.pop(0)
            history.add(before.at, folded(before.text) if needs_texts else "", before.status)
        found = [] if each.passes else found_by(rules, each.text, each.html, history, now=each.at)
        if found:
            held[each.comment_id] = found
        waiting.append(each)
    return held
