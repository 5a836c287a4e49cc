"""Any story of writing, reading, following and moderation: each digest tells exactly what is unread, followed, public
and published since the last one."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.following import follow, unfollow
from forum.dialogue.actions.notifications import see
from forum.dialogue.actions.reading import mark_read
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, Status
from forum.kernel.outbox import Frequency
from forum.mail.actions.preferences import set_frequencies
from forum.models import Comment, MailPreferences, Theme
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.review import review_comment
from tests.factories import make_theme, open_thread, reply_to, whole
from tests.mail.conftest import mention, text_of

pytestmark = pytest.mark.django_db
SECTIONS = {"Replies to you": "reply", "Mentions of you": "mention", "New in what you follow": "followed"}
SITE = r"http://127\.0\.0\.1:8000"


@dataclass
class Written:
    """A comment of the story: where it is, whom it concerns, and at which step it was published."""

    pk: int
    theme: int
    thread: int
    branch: int | None
    author: int
    answered: int | None
    mentioned: int | None
    published: int = 0


@dataclass
class Reader:
    """What one person does in the story, and when they were told last."""

    person: Person
    follows: dict[tuple[str, int], int] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    notified: set[int] = field(default_factory=set)
    told: int = 0

    def followed_since(self, each: Written) -> int | None:
        places = [("theme", each.theme), ("thread", each.thread), ("branch", each.branch)]
        return min((self.follows[place] for place in places if place in self.follows), default=None)

    def why(self, each: Written) -> str:
        if each.pk in self.notified and each.mentioned == self.person.pk:
            return "mention"
        return "reply" if each.pk in self.notified and each.answered == self.person.pk else "followed"


class Story:
    def __init__(self, chance: random.Random, themes: list[Theme], cast: Any) -> None:
        self.chance, self.themes, self.cast = chance, themes, cast
        self.readers = [Reader(person) for person in (cast.ada, cast.ben, cast.olga)]
        self.written: dict[int, Written] = {}
        self.restored: set[int] = set()
        self.step = 1

    def status(self, pk: int) -> str:
        return str(Comment.objects.values_list("status", flat=True).get(pk=pk))

    def pick(self, *status: str) -> Comment | None:
        found = list(Comment.objects.filter(status__in=status).order_by("pk").values_list("pk", flat=True))
        return whole(self.chance.choice(found)) if found else None

    def note(self, made: Comment, answered: Comment | None, mentioned: int | None) -> None:
        branch = None
        if answered is not None:
            branch = Comment.objects.values_list("pk", flat=True).get(tree_id=made.tree_id, lft=1)
        self.written[made.pk] = Written(
            made.pk, made.theme_id, made.thread_id, branch, made.author_id, answered and answered.author_id, mentioned
        )
        if made.status == Status.PUBLISHED:
            self.published(made.pk)

    def published(self, pk: int) -> None:
        each = self.written[pk]
        each.published = self.step
        for reader in self.readers:
            concerned = reader.person.pk in {each.mentioned, each.answered} or reader.followed_since(each) is not None
            if concerned and reader.person.pk != each.author:
                reader.notified.add(pk)

    def write(self) -> None:
        by = self.chance.choice(self.readers).person
        other = self.chance.choice([None, None, *(reader.person for reader in self.readers)])
        text = f"Text {self.step}. {self.chance.choice(['', '', '', 'casino'])} {mention(other) if other else ''}"
        above = self.pick(Status.PUBLISHED)
        if above is None or self.chance.random() < 0.15:
            made = open_thread(self.chance.choice(self.themes), by, f"Title {self.step}", text)
            self.note(made, None, other and other.pk)
            return
        self.note(whole(reply_to(above, by, text).pk), above, other and other.pk)

    def read(self) -> None:
        reader = self.chance.choice(self.readers)
        if comment := self.pick(Status.PUBLISHED):
            numbers = str(comment.published_revision)
            mark_read(comment.theme, by=reader.person, numbers=numbers, now=timezone.now())
            reader.read.add(comment.pk)

    def follow(self) -> None:
        reader, comment = self.chance.choice(self.readers), self.pick(Status.PUBLISHED)
        if comment is None:
            return
        branch = self.written[comment.pk].branch
        targets = [("theme", comment.theme), ("thread", comment.thread)]
        if branch:
            targets.append(("branch", whole(branch)))
        name, target = self.chance.choice(targets)
        if (name, target.pk) in reader.follows:
            unfollow(target, by=reader.person)
            del reader.follows[name, target.pk]
        else:
            follow(target, by=reader.person, now=timezone.now())
            reader.follows[name, target.pk] = self.step

    def see(self) -> None:
        reader = self.chance.choice(self.readers)
        see(reader.person, now=timezone.now())
        reader.seen |= reader.notified

    def moderate(self) -> None:
        facts = {"by": self.cast.mo, "reason": "So.", "now": timezone.now(), "seen": SKIP_CHECK}
        comment = self.pick(Status.HELD, Status.PUBLISHED, Status.REMOVED)
        if comment is None:
            return
        if comment.status == Status.HELD:
            decision = self.chance.choice([Decision.APPROVE, Decision.APPROVE, Decision.REJECT])
            review_comment(comment, decision, **facts)
            if decision == Decision.APPROVE:
                self.published(comment.pk)
        elif comment.status == Status.PUBLISHED:
            if self.chance.random() < 0.3:
                withdraw_comment(comment, by=comment.author, now=timezone.now())
            else:
                remove_comment(comment, **facts)
        else:
            restore_comment(comment, **facts)
            self.restored.add(comment.pk)

    def go_on(self) -> None:
        self.step += 1
        acts = [self.write] * 8 + [self.read] * 3 + [self.follow] * 2 + [self.moderate] * 3 + [self.see] * 1
        self.chance.choice(acts)()

    def unread(self, reader: Reader) -> list[Written]:
        public = set(Comment.objects.public().values_list("pk", flat=True))
        return [
            each
            for each in self.written.values()
            if each.pk in public and each.author != reader.person.pk and each.pk not in reader.read
        ]

    def expected(self, reader: Reader) -> dict[tuple[str, int], set[int]]:
        """By why and where, what the next digest has to tell."""
        found = defaultdict(set)
        for each in self.unread(reader):
            since, why = reader.followed_since(each), reader.why(each)
            is_new = each.published > reader.told and each.pk not in reader.seen
            if is_new and (why != "followed" or (since is not None and each.published > since)):
                found[why, each.thread].add(each.pk)
        return found

    def check(self, reader: Reader, text: str | None) -> None:
        expected = self.expected(reader)
        if text is None:  # what was gone when its digest was due is told with the next
            assert set().union(*expected.values()) <= self.restored
            return
        shown, folded = parts_of(text)
        assert set(shown) | set(folded) == set(expected)
        for place, comments in expected.items():
            assert len(shown[place]) == min(3, len(comments))
            assert set(shown[place]) <= comments
            assert len(shown[place]) + folded[place] == len(comments)
        told = set().union(*expected.values())
        others = [each for each in self.unread(reader) if reader.followed_since(each) is not None]
        count = re.search(r"You also have (\d+) older unread", text)
        assert int(count[1] if count else 0) == sum(each.pk not in told for each in others)
        reader.told = self.step


def parts_of(text: str) -> tuple[dict[tuple[str, int], list[int]], dict[tuple[str, int], int]]:
    """By why and where, the comments whose beginning a digest shows, and how many it folds."""
    shown, folded, why = defaultdict(list), defaultdict(int), ""
    lines = text.split("\n")
    for line, next_one in zip(lines, [*lines[1:], ""], strict=True):
        why = SECTIONS.get(line, why)
        if found := re.fullmatch(rf"{SITE}/comments/(\d+)/", line):
            pk = int(found[1])
            shown[why, Comment.objects.values_list("thread_id", flat=True).get(pk=pk)].append(pk)
        if found := re.fullmatch(r"(\d+)(?: more)? comments? in this thread:", line):
            folded[why, int(re.fullmatch(rf"{SITE}/threads/(\d+)/", next_one)[1])] += int(found[1])
    return shown, folded


@pytest.mark.parametrize("seed", range(12))
def test_each_digest_tells_exactly_what_is_new(cast, event, theme, digest, seed):
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])
    story = Story(random.Random(seed), [theme, make_theme(event, code="ZZ", slug="zz", position=2)], cast)
    for reader in story.readers:
        daily = dict.fromkeys(["reply", "mention", "followed"], Frequency.DAILY)
        set_frequencies(reader.person.pk, daily, now=timezone.now() - timedelta(days=1))
    MailPreferences.objects.update(daily_due_at=None)
    sent = 0
    for _ in range(6):
        for _ in range(story.chance.randrange(5, 30)):
            story.go_on()
        texts = {message["To"]: text_of(message) for message in digest(2)}
        sent += len(texts)
        for reader in story.readers:
            story.check(reader, texts.get(reader.person.email))
    assert sent > 5
