"""A disk that is full: reading goes on, and who writes is told so and keeps the text."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError

from tests.backup.archives import back_up, put_back
from tests.dialogue.test_attachments import picture, with_file
from tests.faults.site import Visitor
from tests.server import Server
from tests.support.own_services import SKIPS

SIZE = "24m"


def can_mount() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None


pytestmark = [
    pytest.mark.django_db,  # for the server's helper only: the site has a database of its own
    pytest.mark.either,
    pytest.mark.skipif(not can_mount(), reason="needs to mount a small file system"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system, or a skipped test where a container forbids it."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "parley-test", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode and SKIPS:
        pytest.skip("this machine mounts nothing")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def site(disk: Path, demo: Path) -> Iterator[Server]:
    database = shutil.copy(demo, disk)
    server = Server(DATABASE_URL=f"sqlite:///{database}", REDIS_URL="", FILES_FOLDER=str(disk))
    server.start()
    yield server
    server.stop()


def fill(disk: Path) -> Path:
    """Takes what is left of it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return filler


def test_on_a_full_disk_reading_goes_on_and_writing_says_no_with_the_text(site, disk):
    ada, reader = Visitor(site.url), Visitor(site.url)
    ada.log_in("ada")
    path, fields = ada.reply_form(3)
    theme = reader.get("/threads/2/").page
    filler = fill(disk)

    for _ in range(3):
        for visitor in (reader, ada):
            assert [visitor.get(page).status for page in ("/", "/threads/2/", "/comments/3/")] == [200] * 3
    words = "Words for a disk that has no place for them. " * 200
    told = ada.post(path, fields | {"source": words})
    assert told.status == 503
    assert words.strip() in told.page
    assert reader.get("/threads/2/").page == theme

    filler.unlink()
    assert ada.post(path, told.fields(path)).status == 200
    assert "Words for a disk" in reader.get("/threads/2/").page


def test_a_file_for_which_there_is_no_place_is_refused_with_the_words(site, disk):
    ada = Visitor(site.url)
    ada.log_in("ada")
    path, fields = ada.reply_form(3)
    fill(disk)
    document = b"%PDF-1.4\n" + b"1" * 100_000 + b"\n%%EOF"
    told = ada.post_file(path, fields | {"source": "My words.", "act": "attach"}, "file", "a.pdf", document)
    assert told.status in {422, 503}
    assert "My words." in told.page
    assert [path for path in (disk / "files").rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_a_restore_takes_no_file_away_that_it_cannot_replace(disk, settings, thread, cast, tmp_path_factory):
    settings.MEDIA_ROOT = str(disk)
    with_file(cast.client("ada"), thread.opening, picture(size=(2000, 1500)), "harbour.jpg", alt="A harbour")
    archive = back_up(tmp_path_factory.mktemp("elsewhere") / "parley.tar.gz")
    had = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
    for path in had:
        path.write_bytes(had[path][:9])
    filler = fill(disk)
    with pytest.raises(CommandError, match="No space left"):
        put_back(archive, "--replace")
    assert {path: path.read_bytes() for path in had} == {path: content[:9] for path, content in had.items()}
    filler.unlink()
    put_back(archive, "--replace")
    assert {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()} == had
