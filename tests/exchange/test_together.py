"""An import writes hundreds of comments at once, and leaves what they would leave one by one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from bench.emails import write_mailbox
from forum.dialogue.actions.comments import post_reply
from forum.dialogue.actions.create import insert_comment
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.actions.people import placeholder
from forum.dialogue.actions.status import update_tombstones_above
from forum.dialogue.queries.trees import flaws
from forum.exchange import discussions, identity
from forum.exchange.bring_in import imported_comment
from forum.exchange.chunks import author_of
from forum.exchange.discussions import import_discussion, reader_of
from forum.exchange.entry import Entry
from forum.exchange.known import by_origin
from forum.kernel.choices import TITLE_LENGTH, Status
from forum.kernel.errors import TextRefused
from forum.markup.render import render_stored
from forum.models import Comment, Event, Theme, Thread
from tests.conftest import NOW
from tests.exchange.archives import write_blog, write_mails
from tests.support.dump import whole_database

pytestmark = pytest.mark.django_db

Import = Callable[[Theme, Path], Any]
ARCHIVES = Path(os.environ["DATA"]) if os.environ.get("DATA") else None


def one_by_one(theme: Theme, file: Path) -> None:
    """The import as it once was: each entry by itself, written by the function that writes people's replies."""
    known: dict[str, Comment] = {}
    with file.open("rb") as stream:
        entries = [piece for piece in reader_of(file)(stream) if isinstance(piece, Entry)]
    for entry in entries:
        asked = identity.sought(entry)
        found = identity.find(asked, by_origin(theme.pk, asked.origins))
        if isinstance(found.place, int):
            known[entry.origin] = Comment.objects.get(pk=found.place)
        elif entry.parent is None or entry.parent in known:
            try:
                text = render_stored(entry.source)
            except TextRefused:
                continue
            known[entry.origin] = _write(theme, entry, found.origin, text, known)


def _write(theme: Theme, entry: Entry, origin: str, text: Any, known: dict[str, Comment]) -> Comment:
    author = placeholder(author_of(entry), name=entry.author)
    new = imported_comment(
        theme.pk, origin, author=author, text=text, written_at=entry.written_at, is_public=entry.is_public
    )
    if entry.parent is None:
        thread = Thread.objects.create(theme=theme, title=entry.title[:TITLE_LENGTH], created_at=entry.written_at)
        parent = None
    else:
        thread, parent = lock_with_thread(known[entry.parent].pk)
    comment = insert_comment(new, thread, parent=parent)
    if comment.is_public:
        update_tombstones_above(comment, thread, comment.revision)
    return comment


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> dict[str, Import]:
    """Ways to import a file, the slow one first."""

    def in_chunks(size: int, theme: Theme, file: Path) -> Any:
        monkeypatch.setattr(discussions, "CHUNK", size)
        return import_discussion(theme, file)

    return {"one by one": one_by_one} | {f"{size} at once": partial(in_chunks, size) for size in (1, 7, 200)}


def outcome(story: Callable[[Import], None], way: Import) -> dict[str, Any]:
    """The whole database after a story, which is undone."""
    with transaction.atomic():
        story(way)
        assert list(flaws()) == []
        found = whole_database()
        transaction.set_rollback(True)
    return found


def assert_same(story: Callable[[Import], None], ways: dict[str, Import], *, at_least: int) -> None:
    slow, *others = ways
    expected = outcome(story, ways[slow])
    assert len(expected["forum.Comment"]) >= at_least
    for name in others:
        found = outcome(story, ways[name])
        for table, rows in expected.items():
            assert found[table] == rows, f"{table}, {name}"
        assert found.keys() == expected.keys()


def test_mails_of_every_kind(theme: Theme, ways: dict[str, Import], tmp_path: Path) -> None:
    write_mails(tmp_path / "mails", range(300), seed=1)
    assert_same(lambda bring_in: bring_in(theme, tmp_path / "mails"), ways, at_least=300)


@pytest.mark.parametrize("tells_waiting", [False, True])
def test_comments_that_were_not_public_below_and_above_others(
    theme: Theme, ways: dict[str, Import], tmp_path: Path, tells_waiting: bool
) -> None:
    Event.objects.update(tells_waiting=tells_waiting)
    write_blog(tmp_path / "blog", 9, seed=2)

    def story(bring_in: Import) -> None:
        bring_in(theme, tmp_path / "blog")
        gone = Comment.objects.exclude(status=Status.PUBLISHED)
        assert gone.filter(in_public_tree=True).exists(), "tombstones must be compared, too"
        assert gone.filter(in_public_tree=False).exists()

    assert_same(story, ways, at_least=200)


def test_later_files_for_threads_in_which_people_answered(
    theme: Theme, ways: dict[str, Import], cast: Any, tmp_path: Path
) -> None:
    Event.objects.update(tells_waiting=True)
    write_mails(tmp_path / "early", range(130), seed=3, skipped=5)
    write_mails(tmp_path / "late", range(20, 260), seed=3, skipped=7)
    write_blog(tmp_path / "blog", 5, seed=4)
    write_blog(tmp_path / "longer blog", 9, seed=4)

    def story(bring_in: Import) -> None:
        bring_in(theme, tmp_path / "early")
        bring_in(theme, tmp_path / "blog")
        said = Comment.objects.filter(theme=theme, status=Status.PUBLISHED).order_by("number")
        for n, comment in enumerate(said[3:200:13]):
            facts = {"source": f"Answer {n}.", "key": f"key-{n}", "now": NOW + timedelta(minutes=n)}
            post_reply(comment, by=cast.ben, **facts)
        bring_in(theme, tmp_path / "late")
        bring_in(theme, tmp_path / "longer blog")
        bring_in(theme, tmp_path / "late")

    assert_same(story, ways, at_least=400)


@pytest.mark.skipif(ARCHIVES is None, reason="DATA= names no folder with real archives")
def test_real_archives(theme: Theme, ways: dict[str, Import]) -> None:
    assert ARCHIVES is not None
    files = sorted([*ARCHIVES.glob("*.mbox"), *ARCHIVES.glob("*.xml")])
    assert files

    def story(bring_in: Import) -> None:
        for file in files:
            bring_in(theme, file)

    assert_same(story, ways, at_least=100)


def test_an_import_that_is_broken_off_goes_on_where_it_was(
    theme: Theme, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_mails(tmp_path / "mails", range(150), seed=5)

    def in_two_runs(theme: Theme, file: Path) -> None:
        def stop(entries: list[Entry]) -> Any:
            yield from entries[:70]
            raise KeyboardInterrupt

        monkeypatch.setattr(discussions, "CHUNK", 25)
        with pytest.raises(KeyboardInterrupt):
            import_discussion(theme, file, progress=stop)
        assert Comment.objects.count() == 50
        import_discussion(theme, file)

    assert_same(
        lambda bring_in: bring_in(theme, tmp_path / "mails"),
        {"one by one": one_by_one, "in two runs": in_two_runs},
        at_least=150,
    )


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_cannot_be_stored_is_reported_and_the_others_come_in(theme: Theme, tmp_path: Path) -> None:
    write_mails(tmp_path / "mails", range(240), seed=6)
    lost: list[Entry] = []

    def damage(entries: list[Entry]) -> Iterator[Entry]:
        openings = [entry for entry in entries if entry.parent is None]
        bad = openings[1]
        lost.extend(entry for entry in entries if entry.thread == bad.thread)
        for entry in entries:
            yield replace(entry, title="\ud800") if entry is bad else entry  # half a character: no database takes it

    report = import_discussion(theme, tmp_path / "mails", progress=damage)
    reasons = ["cannot be stored (UnicodeEncodeError)"] + ["its parent comment could not be imported"] * (len(lost) - 1)
    assert len(lost) > 1
    assert [(each.where, each.reason) for each in report.broken] == [
        (entry.where, reason) for entry, reason in zip(lost, reasons, strict=True)
    ]
    assert report.new == Comment.objects.count() == 242 - len(lost)
    assert list(flaws()) == []
    again = import_discussion(theme, tmp_path / "mails")
    assert (again.new, again.broken) == (len(lost), [])


def test_how_many_statements_an_import_takes(theme: Theme, tmp_path: Path, django_assert_num_queries: Any) -> None:
    write_mailbox(tmp_path / "first", 100)
    write_mailbox(tmp_path / "all", 400)
    import_discussion(theme, tmp_path / "first")
    with django_assert_num_queries({"sqlite": 28, "postgresql": 30}[connection.vendor]):
        assert import_discussion(theme, tmp_path / "all").new == 300  # in two chunks
    with django_assert_num_queries(2):
        assert import_discussion(theme, tmp_path / "all").known == 400
