"""Pictures are made small while they are read: what is too large is known by its head, and nothing is copied whole."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from django.test import Client
from PIL import Image, ImageChops, ImageStat

from forum.models import Attachment
from tests.dialogue.test_attachments import add, newest, picture, with_file
from tests.services import ROOT
from tests.support.picture_files import SRGB, matrix_profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

PROFILE = matrix_profile(SRGB)
MOST = 200_000  # kB above what the process has anyway
# Peak memory of a process that reads one picture, in kB above what it had before. Not the peak of getrusage(): that
# begins with what the process that started this one had, which hides everything below it.
ONE_PICTURE = """
import sys
from forum.markup.files import checked
content = sys.stdin.buffer.read()
peak = lambda: int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
before = peak()
checked(content, "a.png")
print(peak() - before)
"""


def slope(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Something to see in every row and column."""
    return Image.merge("RGB", [Image.linear_gradient("L").resize(size).rotate(a) for a in (0, 90, 180)]).convert(mode)


def encoded(shown: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    shown.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (picture("JPEG", (6000, 4990), progressive=True, subsampling="4:4:4"), "too large to process"),
        (picture("WEBP", (3000, 3000)), "too large to process"),
        (picture("PNG", (20_001, 10)), "more than 20,000 pixels wide or high"),
        (picture("GIF", (10, 20_001)), "more than 20,000 pixels wide or high"),
        (picture("PNG", (6000, 5100)), "30 million pixels"),
        (picture("JPEG", (6000, 5100)), "30 million pixels"),
        (picture("GIF", (6000, 5100)), "30 million pixels"),
        (picture("WEBP", (6000, 5100)), "30 million pixels"),
    ],
)
def test_what_would_take_too_much_memory_is_refused_by_its_head(thread, cast, content, sentence):
    for sent in (content, content[:4000]):  # cut off, decoding it would say that it is damaged
        answer = add(cast.client("ben"), thread.theme, sent)
        assert answer.status_code == 422
        assert sentence in answer.json()["sentence"] or (sent != content and content.startswith(b"RIFF"))
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG", (6000, 4990)),
        encoded(Image.new("RGBA", (6000, 4990)), "PNG"),
        picture("JPEG", (6000, 4990), subsampling="4:4:4"),
        picture("JPEG", (4100, 4100), progressive=True),
        picture("WEBP", (2440, 2440), lossless=True),
        picture("GIF", (6000, 4990)),
        encoded(slope((2440, 2440)), "WEBP", lossless=True, method=0),
        encoded(slope((1700, 1700)), "WEBP", lossless=True, method=0),
        encoded(Image.new("I;16", (6000, 4990), 30_000), "PNG"),
        encoded(Image.linear_gradient("L").resize((6000, 4990)).convert("P"), "PNG", icc_profile=PROFILE),
        encoded(Image.new("1", (6000, 4990)), "PNG"),
        encoded(Image.new("CMYK", (6000, 4990)), "JPEG", subsampling=0),
        encoded(Image.new("RGBA", (6000, 4990)), "PNG", icc_profile=PROFILE),
    ],
    ids=["png", "png with transparency", "jpeg", "progressive jpeg", "webp", "gif", "large lossless webp",
         "lossless webp", "16 bits", "palette", "two colours", "inks", "profile"],
)  # fmt: skip
def test_the_largest_pictures_stay_below_the_limit_of_memory(content):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", ONE_PICTURE]
    done = subprocess.run(command, input=content, capture_output=True, cwd=ROOT, env=environment, check=True)
    assert int(done.stdout) < MOST


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(5000, 3700), (3000, 9000), (900, 600), (12_000, 700)])
def test_a_picture_made_small_in_strips_looks_as_if_made_at_once(thread, cast, kind, size):
    shown = slope(size)
    written = with_file(cast.client("ben"), thread.opening, encoded(shown, kind), "a.png", alt="A slope")
    full = Image.open(io.BytesIO(Client().get(f"/files/{written.attachments.get().token}/a").content)).convert("RGB")
    assert max(full.size) == min(2400, max(size))
    at_once = shown.resize(full.size, Image.Resampling.BICUBIC)
    differs = ImageChops.difference(full, at_once)
    if kind == "PNG":
        assert max(high for _, high in differs.getextrema()) <= 2
    assert max(ImageStat.Stat(differs).mean) < 2


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA"])
def test_every_mode_of_a_png_is_read(thread, cast, mode):
    answer = add(cast.client("ben"), thread.theme, encoded(slope((2500, 900)).convert(mode), "PNG"))
    assert answer.status_code == 200


def test_a_photo_as_phones_write_it_stays_a_photo(thread, cast):
    two = encoded(slope((3000, 2000)), "MPO", save_all=True, append_images=[slope((300, 200))])
    add(cast.client("ben"), thread.theme, two, "photo.jpg")
    assert newest().name == "photo.jpg"


def test_a_photo_lying_on_its_side_is_turned_after_it_was_made_small(thread, cast):
    exif = Image.Exif()
    exif[0x0112] = 6
    add(cast.client("ben"), thread.theme, encoded(slope((5000, 3000)), "JPEG", exif=exif))
    assert (newest().width, newest().height) == (384, 640)
