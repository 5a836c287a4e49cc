"""Whatever happens, and in whatever order: the counts of each day are the ones that a full count gives."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.models.day_count import COUNTS
from forum.dialogue.queries.counts import wrongly_counted_themes
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.rules.roles import read_anew
from forum.kernel.choices import Decision, FlagKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, DayCount, Hold, LogEntry, Theme, Thread
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from tests.factories import make_person, make_theme, open_thread, reply_to, whole
from tests.support.imported import import_opening, import_reply, imported_comment

SEQUENCES = 40
STEPS = 25
WORD = "casino"  # makes a comment wait
OLD = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


@dataclass
class Hall:
    """The forum, and what can happen in it."""

    dice: Random
    people: list[Any]
    themes: list[Theme]
    moderator: Any

    def comment(self, **where: Any) -> Comment:
        found = list(Comment.objects.filter(theme__in=self.themes, **where).order_by("pk").values_list("pk", flat=True))
        return whole(self.one(found))

    def thread(self) -> Thread:
        return self.one(list(Thread.objects.public().filter(theme__in=self.themes).order_by("pk")))

    def one(self, things: list[Any]) -> Any:
        if not things:
            raise Refused(Reason.NOT_PUBLIC)  # nothing of the kind yet
        return self.dice.choice(things)

    def said(self) -> dict[str, Any]:
        return {"by": self.moderator, "reason": "Because.", "now": timezone.now()}

    def opens(self) -> None:
        open_thread(Theme.objects.select_related("event").get(pk=self.one(self.themes).pk), self.people[0], "A thread")

    def answers(self) -> None:
        reply_to(self.comment(status=Status.PUBLISHED), self.one(self.people), "An answer.")

    def waits(self) -> None:
        reply_to(self.comment(status=Status.PUBLISHED), self.one(self.people), f"The {WORD}.")

    def is_imported(self) -> None:
        """Of any day, and in any time zone; sometimes as held, which has no hold."""
        at = (OLD + timedelta(hours=self.dice.randint(0, 60))).astimezone(timezone.get_fixed_timezone(240))
        theme, is_public = self.one(self.themes), self.dice.random() < 0.7
        facts = {"author": self.one(self.people), "source": "Once.", "written_at": at, "is_public": is_public}
        new = imported_comment(theme, str(self.dice.random()), **facts)
        if self.dice.random() < 0.3:
            import_opening(theme, "Imported", new)
        else:
            import_reply(self.comment(theme=theme), new)

    def is_approved(self) -> None:
        review_comment(self.comment(status=Status.HELD), Decision.APPROVE, seen=SKIP_CHECK, **self.said())

    def is_turned_away(self) -> None:
        how = self.dice.choice([Decision.REJECT, Decision.REVISE])
        review_comment(self.comment(status=Status.HELD), how, seen=SKIP_CHECK, **self.said())

    def is_flagged(self) -> None:
        """Until that holds it."""
        comment = self.comment(status=Status.PUBLISHED)
        for person in self.people:
            if person.pk != comment.author_id:
                flag_comment(comment, by=person, kind=FlagKind.ATTACK, note="", now=timezone.now())

    def is_edited(self) -> None:
        comment = self.comment(status__in=[Status.PUBLISHED, Status.REVISION])
        source = self.dice.choice([f"Edited {self.dice.random()}", f"Edited for the {WORD}"])
        edit_comment(comment, by=comment.author, source=source, now=timezone.now())

    def is_removed(self) -> None:
        remove_comment(self.comment(status=Status.PUBLISHED), seen=SKIP_CHECK, **self.said())

    def is_restored(self) -> None:
        restore_comment(self.comment(status=Status.REMOVED), seen=SKIP_CHECK, **self.said())

    def is_undone(self) -> None:
        undo(self.one(list(LogEntry.objects.filter(event=self.themes[0].event).order_by("pk"))), **self.said())

    def is_withdrawn(self) -> None:
        comment = self.comment(status=Status.PUBLISHED)
        withdraw_comment(comment, by=comment.author, now=timezone.now())

    def is_split(self) -> None:
        split_branch(self.comment(status=Status.PUBLISHED), title="Of its own", **self.said())

    def is_merged(self) -> None:
        merge_thread(self.thread(), into=self.thread(), **self.said())

    def is_moved(self) -> None:
        move_thread(self.thread(), to=self.one(self.themes), **self.said())


STEPS_THERE_ARE = {
    Hall.opens: 1, Hall.answers: 5, Hall.waits: 3, Hall.is_imported: 4, Hall.is_approved: 3, Hall.is_turned_away: 2,
    Hall.is_flagged: 2, Hall.is_edited: 4, Hall.is_removed: 2, Hall.is_restored: 2, Hall.is_undone: 3,
    Hall.is_withdrawn: 1, Hall.is_split: 1, Hall.is_merged: 2, Hall.is_moved: 3,
}  # fmt: skip


def counted(themes: list[Theme]) -> Counter[tuple[Any, ...]]:
    """By the plainest possible count: (theme, day, count) → how many."""
    found: Counter[tuple[Any, ...]] = Counter()
    has_hold = Exists(Hold.objects.filter(comment=OuterRef("pk")))
    rows = Comment.objects.filter(theme__in=themes).annotate(has_hold=has_hold)
    for theme, at, status, is_held in rows.values_list("theme_id", "created_at", "status", "has_hold"):
        adds = {"received": 1, "published": status == Status.PUBLISHED, "held": is_held}
        for name, step in (adds | {"waiting": status == Status.HELD}).items():
            found[theme, at.astimezone(UTC).date(), name] += int(step)
    return +found


def stored(themes: list[Theme]) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for row in DayCount.objects.filter(theme__in=themes).values("theme_id", "day", *COUNTS):
        found |= Counter({(row["theme_id"], row["day"], name): row[name] for name in COUNTS})
    return found


def play(hall: Hall) -> Counter[str]:
    happened: Counter[str] = Counter()
    hall.opens()
    for _ in range(STEPS):
        (act,) = hall.dice.choices(list(STEPS_THERE_ARE), list(STEPS_THERE_ARE.values()))
        try:
            act(hall)
            happened[act.__name__] += 1
        except Refused:
            continue
    return happened


@pytest.mark.django_db
def test_every_day_has_the_counts_of_a_full_count(event, cast):
    event.hold_rules = {"words": {"is_on": True, "words": [WORD]}, "flags": {"is_on": True, "number": 2}}
    event.save(update_fields=["hold_rules"])
    people = [cast.ada, cast.ben, *(make_person(name) for name in ("chi", "dan"))]
    themes = [make_theme(event), make_theme(event)]
    happened: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        with transaction.atomic():
            happened += play(Hall(Random(seed), people, themes, cast.mo))
            assert stored(themes) == counted(themes), f"sequence {seed}"
            assert wrongly_counted_themes() == []
            transaction.set_rollback(True)
        for person in (*people, cast.mo):
            read_anew(person)
    assert set(happened) == {act.__name__ for act in STEPS_THERE_ARE}
    assert min(happened.values()) > SEQUENCES / 10, happened  # nothing was only ever refused


@pytest.mark.django_db(transaction=True)
def test_those_who_write_at_once_lose_no_count(event, theme, thread, cast):
    """Answers, removals and moves of the same day, in two themes at the same time."""
    other = make_theme(event)
    places = [thread.opening, *(open_thread(theme, cast.ada, f"Thread {n}") for n in range(5))]

    def work(place: int) -> None:
        opening = whole(places[place].pk)
        try:
            for turn in range(8):
                made = reply_to(whole(opening.pk), cast.ben, f"{place}/{turn}")
                if turn % 2:
                    said = {"by": cast.mo, "reason": "Because.", "now": timezone.now()}
                    remove_comment(made, seen=SKIP_CHECK, **said)
                    to = other if turn % 4 == 1 else theme
                    move_thread(Thread.objects.get(pk=opening.thread_id), to=to, **said)
                connection.close()  # as after a request: another writer may have it from the pool
        finally:
            connection.close()

    with ThreadPoolExecutor(len(places)) as pool:
        for done in [pool.submit(work, place) for place in range(len(places))]:
            done.result()
    assert stored([theme, other]) == counted([theme, other])
    assert sum(row.received for row in DayCount.objects.all()) == 6 + 6 * 8
    assert sum(row.published for row in DayCount.objects.all()) == 6 + 6 * 4
