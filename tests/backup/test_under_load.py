"""A backup that is made while people write, and what becomes of it elsewhere."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from forum.dialogue.queries import counts, trees
from forum.jobs import upkeep
from forum.models import Comment, OutgoingMail
from tests.backup.archives import back_up, content, manage, manifest, put_back, rows
from tests.backup.writing import Somebody
from tests.factories import make_person
from tests.server import database_url, running

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
WITHIN = 30  # seconds


def wait_for(is_so: Any) -> None:
    until = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def loaded(thread: Any, folder: Path, tmp_path: Path) -> tuple[Path, set[str], set[str]]:
    """An archive, what had been acknowledged before it was begun, and what ever was."""
    archive = tmp_path / "parley.tar.gz"
    with ExitStack() as ends:
        server = ends.enter_context(running(FILES_FOLDER=str(folder)))
        people = [make_person(f"writer{n}") for n in range(WRITERS)]
        writers = [Somebody(server, person, thread.opening, seed=n) for n, person in enumerate(people)]
        for writer in writers:
            ends.enter_context(writer)
        wait_for(lambda: all(len(w.said) >= 5 and w.files and w.taken_out for w in writers))
        before = {word for writer in writers for word in writer.said}
        made = manage("backup", str(archive), DATABASE_URL=database_url(), FILES_FOLDER=str(folder))
        assert (made.returncode, made.stderr) == (0, "")
        during = sum(len(writer.said) for writer in writers) - len(before)
        wait_for(lambda: sum(len(writer.said) for writer in writers) > len(before) + during)
    assert during > 5, "people wrote while it was made"
    return archive, before, {word for writer in writers for word in writer.said}


def test_a_backup_under_writing_load_moves_between_databases_without_a_difference(loaded, thread, tmp_path, folder):
    archive, before, ever = loaded
    said = {row["text"].removeprefix("Said ").rstrip(".") for row in rows(archive, "forum.commentversion")[1:]}
    assert before <= said <= ever, "what was acknowledged is there, and nothing else"
    numbers = sorted(row["number"] for row in rows(archive, "forum.comment"))
    assert numbers == list(range(1, len(said) + 2)), "one moment has no gaps"
    (theme,) = rows(archive, "forum.theme")
    assert theme["comment_count"] == theme["last_number"] == len(numbers)
    facts = manifest(archive)
    assert facts["missing"] == []
    assert {f"files/{row['token'][:2]}/{row['token']}" for row in rows(archive, "forum.attachment")} == set(
        facts["files"]
    )

    scratch = {"DATABASE_URL": f"sqlite:///{tmp_path / 'scratch.sqlite3'}", "FILES_FOLDER": str(tmp_path / "scratch")}
    moved = manage("restore", str(archive), **scratch)
    assert (moved.returncode, moved.stderr) == (0, "")
    assert "sends no email until" in moved.stdout
    there = tmp_path / "there.tar.gz"
    assert manage("backup", str(there), **scratch).returncode == 0
    assert content(there) == content(archive), "from here to SQLite"

    put_back(there, "--replace")
    here_again = back_up(tmp_path / "here-again.tar.gz")
    assert content(here_again) == content(archive), "and from SQLite back"
    assert list(trees.flaws()) == []
    assert (counts.wrongly_counted_themes(), counts.wrongly_indexed()) == ([], 0)
    assert (upkeep.missing_files(), Comment.objects.count()) == ([], len(numbers))

    assert manage("restore", str(here_again), "--replace", **scratch).returncode == 0
    there_again = tmp_path / "there-again.tar.gz"
    assert manage("backup", str(there_again), **scratch).returncode == 0
    assert content(there_again) == content(archive), "and to SQLite once more"


@pytest.mark.either
def test_a_verified_backup_was_restored_on_trial(thread, cast, say, folder, tmp_path):
    say("ben", "One.", to=thread.opening)
    file = tmp_path / "parley.tar.gz"
    call_command("backup", str(file), "--verify")
    assert not [path for path in tmp_path.iterdir() if "verify" in path.name], "the scratch database is gone"
    assert OutgoingMail.objects.count() == 0
