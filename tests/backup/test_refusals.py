"""What a backup and a restore refuse: each with one sentence and exit code 1, and nothing is changed."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from forum.backup.format import BackupError
from forum.backup.take import take_backup
from forum.doctor.readiness import future_problems, migration_problems
from forum.http.health import database_is_ready
from forum.models import Restoration
from tests.backup.archives import (
    back_up,
    changed,
    everything,
    in_manifest,
    in_rows,
    manage,
    manifest,
    members,
    packed,
    put_back,
)
from tests.dialogue.test_attachments import with_file
from tests.server import database_url
from tests.support.schema import FUTURE, GONE, from_the_future

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]


@pytest.fixture
def archive(thread, cast, say, tmp_path: Path) -> Path:
    with_file(cast.client("ada"), thread.opening)
    return back_up(tmp_path / "parley.tar.gz")


def newer_schema(file: Path) -> Path:
    return changed(file, in_manifest(migrations=[*manifest(file)["migrations"], FUTURE]))


def newer_format(file: Path) -> Path:
    return changed(file, in_manifest(format=2))


def another_product(file: Path) -> Path:
    return changed(file, in_manifest(product="misago"))


def another_text(file: Path) -> Path:
    def act(rows: list) -> None:
        rows[0]["text"] = "Words that nobody said."

    return changed(file, in_rows("forum.commentversion", act), is_honest=False)


def another_file(file: Path) -> Path:
    def act(found: dict[str, bytes]) -> None:
        found[next(name for name in found if name.startswith("files/"))] += b"!"

    return changed(file, act, is_honest=False)


def lost_table(file: Path) -> Path:
    return changed(file, lambda found: found.pop("rows/forum.stance.jsonl"), is_honest=False)


def cut_short(file: Path) -> Path:
    copy = file.with_name("short.tar.gz")
    copy.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return copy


def no_archive(file: Path) -> Path:
    copy = file.with_name("letter.txt")
    copy.write_text("Dear all,")
    return copy


def no_manifest(file: Path) -> Path:
    return changed(file, lambda found: found.pop("manifest.json"), is_honest=False)


def way_out(file: Path) -> Path:
    def act(found: dict[str, bytes]) -> None:
        found["files/../../outside"] = b"!"

    return changed(file, act, is_honest=False)


def link(file: Path) -> Path:
    copy = file.with_name("link.tar.gz")
    with tarfile.open(copy, "w:gz") as made:
        entry = tarfile.TarInfo("files/ab/abcd")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(entry)
    return copy


def huge_manifest(file: Path) -> Path:
    copy = file.with_name("huge.tar.gz")
    entry = tarfile.TarInfo("manifest.json")
    entry.size = 10**12
    with gzip.open(copy, "wb") as made:
        made.write(entry.tobuf() + b"{}")
    return copy


def twice(file: Path) -> Path:
    """Each of the two has the right hash."""
    found = members(file)
    return packed(file.with_name("twice.tar.gz"), [("rows/forum.stance.jsonl", found["rows/forum.stance.jsonl"]),
                                                   *found.items()])  # fmt: skip


def two_manifests(file: Path) -> Path:
    found = members(file)
    return packed(file.with_name("two.tar.gz"), [("manifest.json", found["manifest.json"]), *found.items()])


def lost_parent(file: Path) -> Path:
    """Honest in every hash, and yet no sound dialogue."""

    def act(rows: list) -> None:
        rows[0]["author_id"] = 987_654

    return changed(file, in_rows("forum.comment", act))


def unknown_column(file: Path) -> Path:
    def act(rows: list) -> None:
        rows[0]["mood"] = "good"

    return changed(file, in_rows("forum.comment", act))


REFUSALS: list[tuple[Callable[[Path], Path], str]] = [
    (newer_schema, "The backup comes from a newer version of Parley"),
    (newer_format, "made by a newer version of Parley"),
    (another_product, "a backup of another product"),
    (another_text, "rows/forum.commentversion.jsonl does not match the manifest"),
    (another_file, "does not match the manifest"),
    (lost_table, "rows/forum.stance.jsonl does not match the manifest"),
    (cut_short, "is damaged, or not a Parley backup"),
    (no_archive, "is damaged, or not a Parley backup"),
    (no_manifest, "it has no manifest"),
    (way_out, "it holds files/../../outside"),
    (link, "files/ab/abcd is not a plain file"),
    (huge_manifest, "its manifest is too large"),
    (twice, "it holds rows/forum.stance.jsonl twice"),
    (two_manifests, "it holds manifest.json twice"),
    (lost_parent, "nothing was changed"),
    (unknown_column, "nothing was changed: forum.comment: unknown column mood"),
]


@pytest.mark.parametrize(("damage", "words"), REFUSALS, ids=[damage.__name__ for damage, _ in REFUSALS])
def test_what_cannot_be_restored_is_refused_and_nothing_is_changed(archive, thread, say, folder, damage, words):
    damaged = damage(archive)
    say("ben", "Said after the backup.", to=thread.opening)
    before, files = everything(), sorted(folder.rglob("*"))
    with pytest.raises(CommandError) as refusal:
        put_back(damaged, "--replace")
    assert words in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
    assert everything() == before
    assert sorted(folder.rglob("*")) == files
    assert not Restoration.objects.exists()


def test_a_target_that_is_not_empty_is_refused_unless_told(archive):
    with pytest.raises(CommandError, match=r"There is existing data: .* Use --replace"):
        put_back(archive)
    put_back(archive, "--replace")
    assert Restoration.objects.exists()


def test_files_alone_make_a_target_not_empty(archive, tmp_path):
    refused = manage("restore", str(archive), DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}",
                     FILES_FOLDER=str(settings.MEDIA_ROOT))  # fmt: skip
    assert refused.returncode == 1
    assert "the files folder contains files/" in refused.stderr


def test_a_database_from_the_future_is_refused(archive, tmp_path):
    with from_the_future():
        for act in (lambda: put_back(archive, "--replace"), lambda: back_up(tmp_path / "second.tar.gz")):
            with pytest.raises(CommandError, match="The database belongs to a newer version of Parley"):
                act()


def test_an_app_that_is_not_installed_any_more_is_no_newer_version(archive, tmp_path):
    with from_the_future(GONE):
        second = back_up(tmp_path / "second.tar.gz")
        put_back(second, "--replace")
        put_back(archive, "--replace")
        assert (future_problems(), migration_problems(), database_is_ready()) == ([], [], True)
    assert Restoration.objects.exists()


@pytest.mark.either
@pytest.mark.parametrize(
    ("command", "environment", "words"),
    [
        (("backup", "{file}"), {}, "already exists"),
        (("backup", "{folder}/no/such/folder.tar.gz"), {}, "cannot be written"),
        (("backup", "{folder}/new.tar.gz"), {"DATABASE_URL": "sqlite:///{folder}/empty.sqlite3"}, "manage.py migrate"),
        (("backup", "{folder}/new.tar.gz"), {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/x"}, "cannot be used"),
        (("restore", "{folder}/nothing.tar.gz"), {}, "cannot be read: No such file"),
        (("restore", "{file}"), {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/x"}, "cannot be used"),
        (("restore", "{file}"), {}, "Use --replace"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(archive, folder, tmp_path, command, environment, words):
    names = {"file": archive, "folder": tmp_path}
    settings_ = {"DATABASE_URL": database_url(), "FILES_FOLDER": str(folder)} | environment
    refused = manage(*(part.format(**names) for part in command),
                     **{name: value.format(**names) for name, value in settings_.items()})  # fmt: skip
    assert refused.returncode == 1, refused.stderr
    assert words in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
    assert not (tmp_path / "new.tar.gz").exists()
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_sentence_goes_to_whoever_asked_and_progress_to_a_terminal_only(archive, tmp_path):
    out, errors = io.StringIO(), io.StringIO()
    call_command("backup", str(tmp_path / "told.tar.gz"), stdout=out, stderr=errors)
    assert "rows and 1 files" in out.getvalue()
    assert errors.getvalue() == ""
    call_command("backup", str(tmp_path / "quiet.tar.gz"), "--quiet", stdout=(quiet := io.StringIO()))
    assert quiet.getvalue() == ""


def test_a_file_that_appears_meanwhile_is_not_written_over(archive, tmp_path):
    target = tmp_path / "new.tar.gz"
    with pytest.raises(BackupError, match=r"new\.tar\.gz has since been created"):
        take_backup(target, now=timezone.now(), step=lambda done: target.write_text("Of somebody else."))
    assert target.read_text() == "Of somebody else."
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_broken_off_backup_is_not_written_over(archive, tmp_path):
    (tmp_path / "new.tar.gz.unfinished").touch()
    with pytest.raises(CommandError, match="another backup is running, or one was interrupted"):
        back_up(tmp_path / "new.tar.gz")
    assert (tmp_path / "new.tar.gz.unfinished").exists(), "it may be somebody else's"


def test_a_file_that_a_comment_has_lost_is_told(archive, folder, tmp_path):
    (path,) = [name for name in members(archive) if name.startswith("files/")]
    (folder / path).unlink()
    errors = io.StringIO()
    call_command("backup", str(tmp_path / "second.tar.gz"), "--quiet", stderr=errors)
    assert path in errors.getvalue()
    assert manifest(tmp_path / "second.tar.gz")["missing"] == [path]
