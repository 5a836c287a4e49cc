"""Compares a database with the diary of those who wrote into it, and with itself. Prints as JSON what is wrong.

`python -m bench.fault.checker FOLDER SEED` in a process of its own, with DATABASE_URL; FOLDER holds the diary, the
stage, and what clients saw in the end.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from bench.fault import diary, soundness
from bench.fault.diary import Act
from bench.fault.expected import Expected, ExpectedComment, expected_of
from forum.kernel.ranges import Ranges
from forum.models import Attachment, Comment, LogEntry, Reading, Thread

OF_THREAD = {Act.LOCK, Act.UNLOCK, Act.MOVE}
FIELDS = ("id", "author_id", "key", "parent_id", "thread_id", "thread__opening_id", "status", "version__source")


def violations(folder: Path, choice: Random) -> Iterator[str]:
    stage = json.loads((folder / "stage.json").read_text())
    expected = expected_of(diary.read(folder / "diary.jsonl"))
    yield from _answers(expected)
    yield from _comments(expected, stage)
    yield from _threads(expected, stage)
    yield from _entries(expected)
    yield from _read(expected)
    seen = json.loads((folder / "seen.json").read_text())
    yield from _older_threads(seen["older"])
    yield from soundness.problems(stage, choice, lost_uploads=seen["lost"])


def _answers(expected: Expected) -> Iterator[str]:
    for intent in expected.unanswered:
        yield f"{intent.act} number {intent.number} was never answered; the last of {intent.sends}: {intent.status}"
    for intent in expected.twice:
        yield f"{intent.act} number {intent.number} was answered with what another one had made: {intent.made}"


def _comments(expected: Expected, stage: dict[str, Any]) -> Iterator[str]:
    rows = {row["id"]: row for row in Comment.objects.order_by().values(*FIELDS)}
    versions = Counter(Comment.objects.order_by().filter(versions__isnull=False).values_list("id", flat=True))
    if len(rows) != stage["comments"] + len(expected.comments):
        made = len(rows) - stage["comments"]
        yield f"{len(expected.comments)} comments were acknowledged, and there are {made}"
    for comment in expected.comments.values():
        if (row := rows.get(comment.id)) is None:
            yield f"comment {comment.id} was acknowledged and is not there"
            continue
        yield from _comment(comment, row)
        if versions[comment.id] not in comment.versions:
            yield f"comment {comment.id} has {versions[comment.id]} versions, not {comment.versions}"
    keys = {(row["author_id"], row["key"]) for row in rows.values()}
    for refused in expected.refused_keys:
        if refused in keys:
            yield f"what person {refused[0]} sent with key {refused[1]} was refused, and is there"
    bound = dict(Attachment.objects.exclude(comment=None).values_list("token", "comment_id"))
    for comment in expected.comments.values():
        if comment.file and bound.get(comment.file) != comment.id:
            yield f"comment {comment.id} lacks its file {comment.file}"


def _comment(comment: ExpectedComment, row: dict[str, Any]) -> Iterator[str]:
    parent = None if comment.parent in {0, row["thread__opening_id"]} else comment.parent
    facts = {"author_id": comment.author, "key": comment.key, "parent_id": parent, "thread_id": comment.thread}
    for name, value in facts.items():
        if row[name] != value:
            yield f"comment {comment.id} has {name} {row[name]}, not {value}"
    if row["status"] not in comment.statuses:
        yield f"comment {comment.id} is {row['status']}, not {' or '.join(sorted(comment.statuses))}"
    if row["version__source"] not in comment.texts:
        yield f"comment {comment.id} reads {row['version__source']!r}, not {sorted(comment.texts)}"


def _threads(expected: Expected, stage: dict[str, Any]) -> Iterator[str]:
    rows = {row["id"]: row for row in Thread.objects.values("id", "title", "opening_id", "theme_id", "is_locked")}
    made = len(rows) - len(stage["threads"]) - len(stage["planned"])
    if made != len(expected.threads):
        yield f"{len(expected.threads)} threads were acknowledged, and there are {made}"
    for thread in expected.threads.values():
        if (row := rows.get(thread.id)) is None:
            yield f"thread {thread.id} was acknowledged and is not there"
            continue
        if (row["title"], row["opening_id"]) != (thread.title, thread.opening):
            yield f"thread {thread.id} has another title or opening than was acknowledged"
        if row["theme_id"] not in thread.themes:
            yield f"thread {thread.id} stands in theme {row['theme_id']}, not in {sorted(thread.themes)}"
        if row["is_locked"] not in thread.locks:
            yield f"thread {thread.id} is {'locked' if row['is_locked'] else 'open'} and should not be"


def _entries(expected: Expected) -> Iterator[str]:
    """The log says once what was decided once."""
    counted: Counter[tuple[str, int | None]] = Counter()
    for act, comment, thread in LogEntry.objects.values_list("act", "comment_id", "thread_id"):
        counted[act, thread if act in OF_THREAD else comment] += 1
    for (act, key), span in expected.entries.items():
        if counted[act, key] not in span:
            yield f"the log says {counted[act, key]} times {act} of {key}, not {span}"


def _read(expected: Expected) -> Iterator[str]:
    """What somebody has said they read counts as read, in threads that kept their numbers.

    What was removed at that moment was not there to be read, and is new when it is restored.
    """
    removed = {key for act, key in expected.entries if act is Act.REMOVE}
    known = {
        (person, theme): Ranges.parse(text)
        for person, theme, text in Reading.objects.values_list("person_id", "theme_id", "ranges")
    }
    for intent in expected.read:
        if intent.thread in expected.moved:
            continue
        published = Comment.objects.filter(thread=intent.thread, published_revision__lte=intent.up_to).order_by()
        ranges = known.get((intent.who, intent.theme), Ranges())
        rows = published.public().exclude(pk__in=removed).values_list("published_revision", flat=True)
        if missing := [number for number in rows if number not in ranges]:
            yield f"person {intent.who} has read thread {intent.thread} up to {intent.up_to}, but not {missing[:5]}"


def _older_threads(shown: dict[str, list[int]]) -> Iterator[str]:
    """Followers list more threads than a page has room for; each must be public there."""
    for theme, threads in shown.items():
        public = set(Thread.objects.public().filter(theme=int(theme)).values_list("pk", flat=True))
        for key in sorted(set(threads) - public):
            yield f"a follower of theme {theme} lists thread {key}, which is not public there"


if __name__ == "__main__":
    found = list(violations(Path(sys.argv[1]), Random(sys.argv[2])))
    json.dump({"violations": found, "figures": soundness.figures()}, sys.stdout)
