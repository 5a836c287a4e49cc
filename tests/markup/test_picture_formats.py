"""Every format and mode that a picture can come in: it looks the same afterwards, and it has not grown."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin

from forum.kernel.errors import TextRefused
from forum.markup.files import checked
from tests.support.picture_files import (
    DISPLAY_P3,
    SRGB,
    TILE,
    chunk,
    grey_profile,
    iccp,
    ink_profile,
    matrix_profile,
    png,
    saved,
    seen,
    tiles,
)

FLAT = 6  # of 255: what a flat colour may lose to JPEG and WebP
GREYS = [0, 85, 170, 255]
COLOURS = [(200, 30, 40), (10, 130, 60), (255, 255, 255), (0, 0, 0)]
EXCHANGED = (SRGB[1], SRGB[0], SRGB[2])  # red and green
PALETTE = b"".join(bytes(colour) for colour in COLOURS)


def grey(*levels: int) -> list[tuple[int, ...]]:
    return [(level, level, level, 255) for level in levels]


def colour(*colours: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(*each, 255)[:4] if len(each) == 3 else each for each in colours]


def clear(place: int, colours: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Without colour at one place: nobody sees which one it would be."""
    return [(0, 0, 0, 0) if at == place else each for at, each in enumerate(colours)]


def raised(*levels: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [tuple(level * 257 for level in each) for each in levels]


def words(*levels: int) -> bytes:
    return b"".join(level.to_bytes(2, "big") for level in levels)


SEEN_THROUGH = [(*each, opacity) for each, opacity in zip(COLOURS, (255, 128, 255, 40), strict=True)]
LA = [(0, 255), (85, 128), (170, 255), (255, 40)]
LA_SEEN = [(level, level, level, opacity) for level, opacity in LA]
PNGS = [  # depth, colour type, samples, chunks, mode that is kept, what is seen
    (1, 0, [(0,), (1,), (0,), (1,)], (), "P", grey(0, 255, 0, 255)),
    (2, 0, [(0,), (1,), (2,), (3,)], (), "L", grey(*GREYS)),
    (4, 0, [(0,), (5,), (10,), (15,)], (), "L", grey(*GREYS)),
    (8, 0, [(level,) for level in GREYS], (), "L", grey(*GREYS)),
    (16, 0, raised(*((level,) for level in GREYS)), (), "L", grey(*GREYS)),
    (1, 0, [(0,), (1,), (0,), (1,)], (chunk(b"tRNS", words(1)),), "P", clear(1, clear(3, grey(0, 0, 0, 0)))),
    (2, 0, [(0,), (1,), (2,), (3,)], (chunk(b"tRNS", words(1)),), "LA", clear(1, grey(*GREYS))),
    (4, 0, [(0,), (5,), (10,), (15,)], (chunk(b"tRNS", words(10)),), "LA", clear(2, grey(*GREYS))),
    (8, 0, [(level,) for level in GREYS], (chunk(b"tRNS", words(170)),), "LA", clear(2, grey(*GREYS))),
    (16, 0, [*raised((0,), (85,), (170,)), (170 * 257 + 1,)], (chunk(b"tRNS", words(170 * 257)),), "LA",
     clear(2, grey(0, 85, 170, 170))),
    (8, 2, COLOURS, (), "RGB", colour(*COLOURS)),
    (16, 2, raised(*COLOURS), (), "RGB", colour(*COLOURS)),
    (8, 2, COLOURS, (chunk(b"tRNS", words(10, 130, 60)),), "RGBA", clear(1, colour(*COLOURS))),
    (16, 2, [(v * 256 + 7, w * 256 + 7, x * 256 + 7) for v, w, x in COLOURS],
     (chunk(b"tRNS", words(10 * 256 + 7, 130 * 256 + 7, 60 * 256 + 7)),), "RGBA", clear(1, colour(*COLOURS))),
    (1, 3, [(0,), (1,), (0,), (1,)], (chunk(b"PLTE", PALETTE[:6]),), "P", colour(*COLOURS[:2], *COLOURS[:2])),
    (2, 3, [(0,), (1,), (2,), (3,)], (chunk(b"PLTE", PALETTE),), "P", colour(*COLOURS)),
    (4, 3, [(0,), (1,), (2,), (3,)], (chunk(b"PLTE", PALETTE),), "P", colour(*COLOURS)),
    (8, 3, [(0,), (1,), (2,), (3,)], (chunk(b"PLTE", PALETTE), chunk(b"tRNS", b"\xff\x80\xff\x28")), "P", SEEN_THROUGH),
    (8, 4, LA, (), "LA", LA_SEEN),
    (16, 4, raised(*LA), (), "RGBA", LA_SEEN),
    (8, 6, SEEN_THROUGH, (), "RGBA", SEEN_THROUGH),
    (16, 6, raised(*SEEN_THROUGH), (), "RGBA", SEEN_THROUGH),
    (8, 6, colour(*COLOURS), (), "RGB", colour(*COLOURS)),
]  # fmt: skip


def close(found: list[tuple[int, ...]], expected: list[tuple[int, ...]], within: int) -> bool:
    """Whether two rows of colours look the same. What is not there at all has no colour."""
    for has, should in zip(found, expected, strict=True):
        if abs(has[3] - should[3]) > within:
            return False
        if should[3] and max(abs(a - b) for a, b in zip(has[:3], should[:3], strict=True)) > within:
            return False
    return True


def mode_of(content: bytes) -> str:
    return Image.open(io.BytesIO(content)).mode


def looks(content: bytes, expected: list[tuple[int, ...]], *, ending: str, mode: str, within: int = FLAT) -> None:
    """What is kept of a file, and what is shown of it in a thread."""
    file = checked(content, "picture.x")
    assert (file.name.rpartition(".")[2], mode_of(file.content)) == (ending, mode)
    assert close(seen(file.content), expected, within), seen(file.content)
    assert close(seen(file.thumbnail), expected, FLAT + 4), seen(file.thumbnail)


@pytest.mark.parametrize(("depth", "kind", "samples", "chunks", "mode", "expected"), PNGS)
def test_every_kind_of_png_looks_the_same(depth, kind, samples, chunks, mode, expected):
    looks(png(depth, kind, samples, *chunks), expected, ending="png", mode=mode, within=1)


def test_no_kind_of_png_is_missing_in_the_table():
    assert {(depth, kind) for depth, kind, *_ in PNGS} == set(PngImagePlugin._MODES)


JPEGS = {
    "1": (tiles("1", [0, 1, 0, 1]), "L", grey(0, 255, 0, 255)),
    "L": (tiles("L", GREYS), "L", grey(*GREYS)),
    "RGB": (tiles("RGB", COLOURS), "RGB", colour(*COLOURS)),
    "RGBX": (tiles("RGBX", COLOURS), "RGB", colour(*COLOURS)),
    "CMYK": (tiles("CMYK", [(0, 255, 255, 0), (255, 0, 255, 0), (0, 0, 0, 0), (0, 0, 0, 255)]), "RGB",
             colour((255, 0, 0), (0, 255, 0), (255, 255, 255), (0, 0, 0))),
    "YCbCr": (tiles("RGB", COLOURS).convert("YCbCr"), "RGB", colour(*COLOURS)),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
@pytest.mark.parametrize("mode", JPEGS)
def test_every_kind_of_photo_looks_the_same(kind, mode):
    shown, kept, expected = JPEGS[mode]
    options = {"save_all": True, "append_images": [shown]} if kind == "MPO" else {}
    looks(saved(shown, kind, quality=95, **options), expected, ending="jpg", mode=kept)


def test_no_kind_of_jpeg_is_missing_in_the_table():
    assert set(JPEGS) == set(JpegImagePlugin.RAWMODE)


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize(("mode", "expected"), [("RGB", colour(*COLOURS)), ("RGBA", SEEN_THROUGH)])
def test_every_kind_of_webp_looks_the_same_and_stays_one(mode, expected, lossless):
    content = saved(tiles(mode, [each[: len(mode)] for each in expected]), "WEBP", lossless=lossless, quality=90)
    looks(content, expected, ending="webp", mode=mode, within=0 if lossless else FLAT)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (tiles("L", GREYS), grey(*GREYS)),
        (tiles("1", [0, 1, 0, 1]), grey(0, 255, 0, 255)),
        (tiles("RGB", COLOURS).quantize(4), colour(*COLOURS)),
        (tiles("RGBA", clear(1, colour(*COLOURS))), clear(1, colour(*COLOURS))),
    ],
    ids=["grey", "two", "palette", "transparent"],
)
def test_every_kind_of_gif_looks_the_same_and_keeps_its_palette(shown, expected):
    looks(saved(shown, "GIF"), expected, ending="png", mode="P", within=2)


PROFILES = {
    "exchanged": (matrix_profile(EXCHANGED), [(200, 100, 110), (0, 255, 0)], [(100, 200, 110), (255, 0, 0)]),
    "linear": (matrix_profile(SRGB, gamma=1.0), [(64, 64, 64), (255, 255, 255)], [(137, 137, 137), (255, 255, 255)]),
    "display p3": (matrix_profile(DISPLAY_P3), [(128, 128, 128), (180, 90, 90)], [(128, 128, 128), (192, 85, 87)]),
    "none": (b"", [(200, 30, 40)], [(200, 30, 40)]),
    "broken": (b"this is no profile", [(200, 30, 40)], [(200, 30, 40)]),
    "cut off": (matrix_profile(EXCHANGED)[:200], [(200, 30, 40)], [(200, 30, 40)]),
    "of grey": (grey_profile(1.0), [(200, 30, 40)], [(200, 30, 40)]),
    "of ink": (ink_profile(), [(200, 30, 40)], [(200, 30, 40)]),
    "of Lab": (ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), [(200, 30, 40)], [(200, 30, 40)]),
    "sRGB": (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), [(200, 30, 40)], [(200, 30, 40)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "PNG palette", "PNG opacity", "PNG 16", "WEBP", "WEBP opacity"])
@pytest.mark.parametrize("name", PROFILES)
def test_colours_are_those_of_the_profile(kind, name):
    profile, colours, expected = PROFILES[name]
    shown = tiles("RGB", colours)
    options = {"icc_profile": profile} if profile else {}
    opacity = 255
    if kind == "PNG 16":
        content = png(16, 2, raised(*colours), *([iccp(profile)] if profile else []))
    elif kind == "PNG palette":
        content = png(8, 3, [(at,) for at in range(len(colours))], *([iccp(profile)] if profile else []),
                      chunk(b"PLTE", b"".join(bytes(each) for each in colours)))  # fmt: skip
    elif kind.endswith("opacity"):
        opacity = 128
        shown.putalpha(opacity)
        content = saved(shown, kind.split()[0], **options)
    else:
        content = saved(shown, kind, **options)
    file = checked(content, "a.x")
    asked = [(*each, opacity) for each in expected]
    assert close(seen(file.content), asked, FLAT), seen(file.content)
    assert close(seen(file.thumbnail), asked, FLAT + 4)
    assert "icc_profile" not in Image.open(io.BytesIO(file.content)).info


@pytest.mark.parametrize(
    "content",
    [
        png(8, 0, [(64,), (255,)], iccp(grey_profile(1.0))),
        png(16, 0, raised((64,), (255,)), iccp(grey_profile(1.0))),
        png(8, 4, [(64, 255), (255, 255)], iccp(grey_profile(1.0))),
        saved(tiles("L", [64, 255]), "JPEG", icc_profile=grey_profile(1.0)),
    ],
    ids=["png", "png 16", "png with opacity", "jpeg"],
)
def test_greys_are_those_of_the_profile_and_stay_grey(content):
    file = checked(content, "a.x")
    assert mode_of(file.content) == "L"
    assert close(seen(file.content), grey(137, 255), FLAT), seen(file.content)


def test_inks_are_those_of_the_profile():
    shown = tiles("CMYK", [(255, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 255)])
    red, white, black = seen(checked(saved(shown, "JPEG", quality=95, icc_profile=ink_profile()), "a.jpg").content)
    assert red[0] > 180
    assert max(red[1:3]) < 90
    assert min(white) > 245
    assert max(black[:3]) < 10


def noise(size: tuple[int, int]) -> Image.Image:
    """As hard to compress as a photo."""
    rough = [Image.effect_noise((size[0] // 4, size[1] // 4), 80).resize(size) for _ in "RGB"]
    return Image.merge("RGB", rough)


def screenshot(size: tuple[int, int]) -> Image.Image:
    draw = random.Random(1)
    shown = Image.new("P", size, 0)
    shown.putpalette([255, 255, 255, 20, 20, 20, 200, 30, 40, 10, 90, 200])
    for _ in range(4000):
        x, y = draw.randrange(size[0]), draw.randrange(size[1])
        shown.paste(draw.randrange(4), (x, y, x + draw.randrange(3, 60), y + 3))
    return shown


@pytest.mark.parametrize(
    "content",
    [
        saved(noise((1600, 1200)), "JPEG", quality=85),
        saved(noise((1600, 1200)), "JPEG", quality=60),
        saved(noise((3200, 2400)), "MPO", quality=80, save_all=True, append_images=[noise((400, 300))]),
        saved(noise((1600, 1200)), "WEBP", quality=75),
        saved(noise((1600, 1200)), "WEBP", quality=50),
        saved(noise((800, 600)), "WEBP", lossless=True),
        saved(screenshot((1600, 1200)), "WEBP", lossless=True),
        saved(screenshot((1600, 1200)), "PNG", optimize=True),
        saved(screenshot((3000, 2000)), "PNG", optimize=True),
        saved(screenshot((1600, 1200)).convert("1"), "PNG", optimize=True),
        saved(screenshot((3000, 2000)).convert("1"), "PNG", optimize=True),
        saved(screenshot((1600, 1200)), "GIF"),
        saved(noise((800, 600)), "PNG"),
    ],
    ids=["jpeg 85", "jpeg 60", "mpo", "webp 75", "webp 50", "webp lossless", "webp screen", "palette", "wide palette",
         "two colours", "wide, two colours", "gif", "png"],
)  # fmt: skip
def test_no_picture_grows(content):
    assert len(checked(content, "a.x").content) <= 1.1 * len(content)


def test_a_palette_is_kept_whole_at_any_width():
    before = screenshot((3000, 2000))
    after = Image.open(io.BytesIO(checked(saved(before, "PNG"), "a.png").content))
    assert after.size == before.size
    assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_nothing_hides_in_a_palette():
    hidden = b"zebrafinch" * 10
    content = png(8, 3, [(0,), (1,)], chunk(b"PLTE", PALETTE[:6] + hidden[:99]))
    assert hidden[:99] in content
    assert b"zebrafinch" not in checked(content, "a.png").content


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PNG palette", "WEBP"])
def test_a_picture_stands_as_its_camera_says(kind, orientation):
    shown = tiles("RGB", COLOURS)
    exif = Image.Exif()
    exif[0x0112] = orientation
    first = shown.quantize(4) if kind == "PNG palette" else shown
    after = Image.open(io.BytesIO(checked(saved(first, kind.split()[0], exif=exif), "a.x").content)).convert("RGB")
    # Where the square that comes first in the file stands, and which way it is from there to the others.
    right, below = (TILE * 4 - 32, 32), (32, TILE * 4 - 32)
    place = {1: (32, 32), 2: right, 3: right, 4: (32, 32), 5: (32, 32), 6: (32, 32), 7: below, 8: below}[orientation]
    assert after.size == ((TILE * 4, TILE) if orientation < 5 else (TILE, TILE * 4))
    assert max(abs(a - b) for a, b in zip(after.getpixel(place), COLOURS[0], strict=True)) <= FLAT
    assert not after.getexif()


STILL, NEXT = tiles("RGB", COLOURS), tiles("RGB", COLOURS[::-1])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_becomes_its_first_picture_and_says_so(kind):
    file = checked(saved(STILL, kind, save_all=True, append_images=[NEXT], duration=100), "a.x")
    assert file.is_animation
    assert close(seen(file.content), colour(*COLOURS), FLAT)
    assert getattr(Image.open(io.BytesIO(file.content)), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "JPEG", "MPO"])
def test_a_single_picture_is_no_animation(kind):
    options = {"save_all": True, "append_images": [NEXT]} if kind == "MPO" else {}
    assert not checked(saved(STILL, kind, **options), "a.x").is_animation


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_cut_off_anywhere_is_read_or_refused_in_words(kind):
    small, after = STILL.resize((32, 8)), NEXT.resize((32, 8))
    whole = saved(small, kind, save_all=True, append_images=[after], duration=100)
    outcomes = set()
    for length in range(1, len(whole)):
        try:
            outcomes.add(checked(whole[:length], "a.x").is_animation)
        except TextRefused as refused:
            outcomes.add(str(refused).split(" ")[0])
    assert outcomes <= {True, False, "This", "Only"}
    assert "This" in outcomes  # This picture is damaged
