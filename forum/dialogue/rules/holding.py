"""Must this comment wait for a moderator? The rules an organiser has set, and what each of them finds.

A rule looks at the text and at what its author wrote before, and at nothing else; so the same function decides about
a comment that is sent and about one of last month in a dry run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from django.db.models import Q, QuerySet

from accounts.models import Viewer
from forum.dialogue.models.log import refused_at
from forum.dialogue.rules.word_filter import found_words, normalise
from forum.events.rules.roles import may_moderate, may_organise
from forum.kernel.choices import (
    HOLD_RULES,
    PACE_WINDOW,
    REFUSED,
    REFUSED_WINDOW,
    SAME_TEXT_WINDOW,
    Act,
    HoldKind,
    Status,
)
from forum.kernel.compiled import Compiled
from forum.kernel.holds import HoldReason, HoldSetting
from forum.kernel.reasons import Reason
from forum.models import Comment, CommentVersion, Hold, LogEntry, Theme, Trust

NUMBERS = {HoldKind.NEWCOMERS: 3, HoldKind.LINKS: 2, HoldKind.PACE: 5}  # as long as nobody chose others
TOLD_BEFORE = frozenset({HoldKind.WORDS, HoldKind.REPETITION})  # what a writer can mend before it is sent
MOST_TEXTS = 20  # earlier texts of an author that are compared
IN_THE_TEXT = frozenset({HoldKind.WORDS, HoldKind.LINKS})  # what an edit can bring in
ABOUT_THE_TEXT = IN_THE_TEXT | {HoldKind.REPETITION}  # what an edit can take out, too
RECENT = frozenset({HoldKind.PACE, HoldKind.REPETITION})  # look at what its author wrote of late


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
    words: tuple[str, ...] = ()
    number: int = 0
    limit: int = 0

    @property
    def warning_ids(self) -> list[str]:
        """Names what was found in a form that a page can carry: one for each word."""
        return [sha256(f"{self.kind.value} {word}".encode()).hexdigest()[:8] for word in self.words or ("",)]

    def as_json(self) -> HoldReason:
        return {"kind": self.kind.value, "words": list(self.words), "number": self.number, "limit": self.limit}


@dataclass
class History:
    """What an author wrote before, as far as rules ask: how much of it was published, when the last of it was written
    and in which words, and when any of it was refused."""

    published: int = 0
    times: list[datetime] = field(default_factory=list)
    texts: list[tuple[datetime, bytes]] = field(default_factory=list)  # as digests: a dry run keeps those of everybody
    refused: list[datetime] = field(default_factory=list)

    def add(self, at: datetime, digest: bytes, status: str, refused_at: datetime | None) -> None:
        """One more comment, later than all before it; its digest empty where nobody will compare it."""
        self.published += status == Status.PUBLISHED
        self.times = [*(time for time in self.times if time > at - PACE_WINDOW), at]
        if digest:
            self.texts = [*self.texts[1 - MOST_TEXTS :], (at, digest)]
        if refused_at is not None:
            self.refused.append(refused_at)


def digest_of(text: str) -> bytes:
    """The same for all texts of the same words, and empty for a text without any."""
    words = normalise(text)
    return sha256(words.encode()).digest() if words else b""


def rules_of(*stored: Mapping[str, HoldSetting]) -> list[HoldRule]:
    """The rules of an event and of one of its themes; what the theme says of a rule, on or off, holds there.

    A theme that says nothing of it has the rule as the event has it.
    """
    merged: dict[str, HoldSetting] = {}
    for each in stored:
        merged |= {kind: said for kind, said in each.items() if kind in HOLD_RULES and "is_on" in said}
    return [
        HoldRule(kind, int(merged[kind].get("number") or NUMBERS.get(kind, 0)), tuple(merged[kind].get("words", ())))
        for kind in HOLD_RULES
        if kind in merged and merged[kind].get("is_on")
    ]


def why_not_set_rules(person: Viewer, event_id: int) -> Reason | None:
    return None if may_organise(person, event_id) else Reason.NOT_ORGANISER


def hold_reasons(author: Viewer, theme: Theme, text: str, html: str, *, now: datetime) -> list[Found]:
    """Why a new comment must wait. Moderators and authors they trust never wait.

    No query while no rule is on; else up to five, before any lock is taken.
    """
    rules = rules_of(theme.event.hold_rules, theme.hold_rules)
    if not rules or not author.is_authenticated or passes(author, theme):
        return []
    history = history_of(author.pk, theme.event_id, now, of={rule.kind for rule in rules})
    return found_by(rules, text, html, history, now=now)


def found_in(comment: Comment, text: str, html: str, *, of: Collection[HoldKind] = ABOUT_THE_TEXT) -> list[Found]:
    """What the rules about texts find in one of a comment's, whoever wrote it. No query but for repetitions: then one.

    It says nothing of whether the comment must wait.
    """
    theme = comment.thread.theme
    rules = [rule for rule in rules_of(theme.event.hold_rules, theme.hold_rules) if rule.kind in of]
    at = comment.created_at
    history = history_of(comment.author_id, theme.event_id, at, of={rule.kind for rule in rules})
    return found_by(rules, text, html, history, now=at)


def brought_in(found: Iterable[Found], before: Iterable[Found]) -> list[Found]:
    """What an edit brings in, of what was found in the new text and in the one before: other words, more links."""
    known = {each.kind: each for each in before}
    made = []
    for each in found:
        was = known.get(each.kind, Found(each.kind))
        words = tuple(word for word in each.words if word not in was.words)
        if words or each.number > was.number:
            made.append(replace(each, words=words))
    return made


def reasons_after_edit(stored: Sequence[HoldReason], found: Iterable[Found]) -> list[HoldReason]:
    """Why a comment waits once its author changed its text: the other reasons, and what was found in the new text.

    It waits on if nothing is left of them: somebody has to see that this is so.
    """
    gone = {*ABOUT_THE_TEXT, HoldKind.EDITED}
    left = [reason for reason in stored if reason["kind"] not in gone] + [each.as_json() for each in found]
    return left or ([Found(HoldKind.EDITED).as_json()] if stored else [])


def was_public(comment: Comment, version: CommentVersion, hold: Hold | None) -> bool:
    """Whether everybody could read the version that a waiting comment has now. One query where that is not plain."""
    if comment.published_revision is None:
        return False
    if hold is None or version.created_at < hold.created_at:
        return True  # the hold began while this was what everybody read
    publishing = LogEntry.objects.filter(comment=comment.pk, act__in=[Act.APPROVE, Act.TRUST])
    return publishing.filter(created_at__gte=version.created_at).exists()  # and undone since


def passes(person: Viewer, theme: Theme) -> bool:
    """Whether the hold rules do not apply to this person: a moderator, or a trusted author. At most two queries."""
    return may_moderate(person, theme) or trusts_in(theme).filter(person=person.pk).exists()


def trusts_in(theme: Theme) -> QuerySet[Trust]:
    """Whom moderators trust in a theme: there, or in the whole event."""
    return Trust.objects.filter(Q(theme=None) | Q(theme=theme.pk), event=theme.event_id)


def is_newcomer(person: Viewer, theme: Theme) -> bool:
    """Whether nothing of theirs was published in the event yet. One query; at most three where it is so."""
    if not person.is_authenticated:
        return False
    return not WRITTEN.rows(author=person.pk, event=theme.event_id) and not passes(person, theme)


WRITTEN = Compiled(
    lambda author, event: Comment.objects.filter(author=author, theme__event=event).public().order_by().only("pk")[:1],
    author=int,
    event=int,
)


def new_warnings(found: Sequence[Found], acknowledged: Collection[str]) -> list[str]:
    """The ids of what its writer should be warned of before a text is sent; none if there is no use in it.

    Only where all of it can be mended: no warning helps a writer whose text is held anyway. Each warning is given once:
    `acknowledged` holds the ids of those that were given.
    """
    if not found or not {each.kind for each in found} <= TOLD_BEFORE:
        return []
    warning_ids = [each_id for each in found for each_id in each.warning_ids]
    return warning_ids if set(warning_ids) - set(acknowledged) else []


def history_of(
    author_id: int, event_id: int, now: datetime, *, of: Collection[HoldKind] = frozenset(HOLD_RULES)
) -> History:
    """What somebody wrote in an event before now, as far as rules `of` these kinds ask. At most three queries."""
    written = Comment.objects.filter(author=author_id, theme__event=event_id, created_at__lt=now).order_by("-pk")
    history = History()
    if RECENT & set(of):
        recent = written.filter(created_at__gte=now - max(PACE_WINDOW, SAME_TEXT_WINDOW))
        rows = recent.values_list("created_at", "status", "version__text")[: 5 * MOST_TEXTS]
        for at, status, text in reversed(rows):
            history.add(at, digest_of(text) if HoldKind.REPETITION in of else b"", status, None)
    if HoldKind.REFUSED in of:
        refused = written.filter(status__in=REFUSED).values_list(refused_at(), flat=True)
        history.refused = list(refused)
    history.published = written.public().order_by().count() if HoldKind.NEWCOMERS in of else 0
    return history


def found_by(rules: Iterable[HoldRule], text: str, html: str, history: History, *, now: datetime) -> list[Found]:
    """What each rule finds in a text by somebody with this history."""
    found = (CHECKS[rule.kind](rule, text, html, history, now) for rule in rules)
    return [each for each in found if each is not None]


def _everybody(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    return Found(rule.kind)


def _newcomers(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    return Found(rule.kind, (), history.published, rule.number) if history.published < rule.number else None


def _words(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    words = found_words(text, rule.words)
    return Found(rule.kind, tuple(words)) if words else None


def _links(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    links = html.count('<a href="http')
    return Found(rule.kind, (), links, rule.number) if links > rule.number else None


def _pace(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    recent = 1 + sum(at > now - PACE_WINDOW for at in history.times)
    return Found(rule.kind, (), recent, rule.number) if recent > rule.number else None


def _repetition(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    same = digest_of(text)
    times = sum(at > now - SAME_TEXT_WINDOW and known == same for at, known in history.texts) if same else 0
    return Found(rule.kind, (), times + 1) if times else None


def _refused(rule: HoldRule, text: str, html: str, history: History, now: datetime) -> Found | None:
    recent = sum(now - REFUSED_WINDOW < at <= now for at in history.refused)  # by when it was decided
    return Found(rule.kind, (), recent) if recent else None


CHECKS = {
    HoldKind.EVERYBODY: _everybody,
    HoldKind.NEWCOMERS: _newcomers,
    HoldKind.WORDS: _words,
    HoldKind.LINKS: _links,
    HoldKind.PACE: _pace,
    HoldKind.REPETITION: _repetition,
    HoldKind.REFUSED: _refused,
}
