"""Fills a database with a dialogue of any size: rows as the actions would have written them, only faster."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.models import Person
from bench.copies import Block, copy, index_others
from forum.dialogue.actions import indexing
from forum.dialogue.actions.day_counts import recount_days
from forum.dialogue.models.comment import branch_id
from forum.exchange.discussions import import_discussion
from forum.markup.render import RENDERER, render
from forum.models import Comment, CommentVersion, Event, Theme, Thread

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST, DEEPEST = 5_000, 200  # comments of the one long thread, and its levels
USUAL = 50  # comments of the others
PEOPLE = 50
BLOCK = 5_000  # comments of usual threads that are copied as often as it takes
WORDS = [
    f"{a}{b}{c}" for a in ("ka", "lo", "mi", "ne", "su") for b in ("ra", "ti", "vo") for c in ("", "n", "st", "ld")
]
BATCH = 2_000  # rows of one INSERT


def fill_with(folder: Path) -> Theme:
    """The same with the real discussions of a folder (mbox and WXR), imported as anybody imports them."""
    theme = fill(0)
    for file in sorted([*folder.glob("*.mbox"), *folder.glob("*.xml")]):
        import_discussion(theme, file)
    theme.refresh_from_db()
    return theme


def fill(size: int) -> Theme:
    """One event, one theme, `size` comments: one long thread, the others usual ones. Returns the theme."""
    times = {"starts_at": BEGUN, "ends_at": BEGUN + timedelta(days=1), "opens_at": BEGUN}
    event = Event.objects.create(slug="bench", title="Bench", place="-", **times)
    theme = Theme.objects.create(event=event, code="B", slug="b", title="B", question="Q?", position=1)
    password = make_password(None)
    people = Person.objects.bulk_create(
        Person(name=f"Person {n}", group="civil", email=f"p{n}@example.org", password=password) for n in range(PEOPLE)
    )
    with transaction.atomic():
        _write(theme, list(people), size)
    if size and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("forum_comment", "forum_commentversion", "forum_thread"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    theme.refresh_from_db()
    return theme


def _write(theme: Theme, people: list[Person], size: int) -> None:
    """Makes the long thread, at least one block of usual ones, and what is no whole block; the rest are copies."""
    copies = max(0, (size - LONGEST) // BLOCK - 1)
    chance, numbers, left = random.Random(47), count(1), size - copies * BLOCK
    written = left
    texts = [_text(chance) for _ in range(200)]
    comments: list[Comment] = []
    while left:
        members = min(LONGEST, left)
        if left < written:  # what is no whole block comes before the one that is copied
            members = min(USUAL, left % BLOCK or left)
        left -= members
        thread = Thread.objects.create(theme=theme, title=f"Thread {left}", created_at=BEGUN)
        comments += _thread(theme, thread, people, members, numbers, chance)
    versions = []
    for comment in comments:
        source, made = texts[comment.pk % len(texts)]
        versions.append(
            CommentVersion(
                pk=comment.pk, comment=comment, number=1, source=source, html=made.html, text=made.text,
                renderer=RENDERER, editor_id=comment.author_id, created_at=comment.created_at,
            )
        )  # fmt: skip
    models.QuerySet(Comment).bulk_create(comments, batch_size=BATCH)  # mptt's own would compute their places again
    CommentVersion.objects.bulk_create(versions, batch_size=BATCH)
    if copies:
        threads = BLOCK // USUAL
        copy(Block(written - BLOCK, written, thread.pk - threads, threads), copies)
    for version in versions[: len(texts)]:
        indexing.put(version.pk, version.pk, title="", name="Person", text=version.text)
    index_others(len(texts))
    Theme.objects.filter(pk=theme.pk).update(
        revision=size,
        last_number=size,
        comment_count=size,
        thread_count=Thread.objects.filter(theme=theme).count(),
    )
    recount_days(theme.pk)


def _thread(
    theme: Theme, thread: Thread, people: list[Person], members: int, numbers: count[int], chance: random.Random
) -> list[Comment]:
    """Comments in the order of their writing; the first chain of the long thread goes as deep as it may."""
    made: list[Comment] = []
    parents: list[Comment | None] = []
    for place in range(members):
        number = next(numbers)
        parent = None
        if place == 1 or (place > 1 and chance.random() < 0.2 and place > DEEPEST):
            parent = made[0]
        elif place > 1:
            parent = made[-1] if place < DEEPEST else made[chance.randrange(max(1, place - 40), place)]
        if members == USUAL and place > 8:
            parent = made[chance.randrange(max(0, place - 8), place)]
        begins = parent is None or parent is made[0]
        comment = Comment(
            pk=number, theme=theme, thread=thread, author=people[number % PEOPLE], number=number, revision=number,
            published_revision=number, published_at=BEGUN + timedelta(seconds=number),
            created_at=BEGUN + timedelta(seconds=number), key=f"bench-{number:011}",
            version_id=number, parent=None if begins else parent, level=0 if begins else parent.level + 1,
            tree_id=branch_id(theme.pk, number) if begins else parent.tree_id, lft=1, rght=2,
        )  # fmt: skip
        made.append(comment)
        parents.append(None if begins else parent)
    _number(made)
    Thread.objects.filter(pk=thread.pk).update(
        opening=made[0].pk, last_comment=made[-1].pk, comment_count=members, revision=made[-1].pk
    )
    return made


def _number(comments: list[Comment]) -> None:
    """Gives every branch its bounds, from the parents."""
    below: dict[int | None, list[Comment]] = {}
    for comment in comments:
        below.setdefault(comment.parent_id, []).append(comment)
    for root in below[None]:
        place = count(1)
        stack: list[tuple[Comment, bool]] = [(root, True)]
        while stack:
            comment, is_entered = stack.pop()
            if not is_entered:
                comment.rght = next(place)
                continue
            comment.lft = next(place)
            stack.append((comment, False))
            stack += [(answer, True) for answer in reversed(below.get(comment.pk, []))]


def _text(chance: random.Random) -> tuple[str, object]:
    words = [chance.choice(WORDS) for _ in range(60)]
    if chance.random() < 0.005:
        words[3] = "quagga"  # the rare word that search is asked for
    words[7] = f"*{words[7]}*"
    source = " ".join(words) + ". See <https://example.org/>."
    return source, render(source)
