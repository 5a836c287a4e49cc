"""Pictures, written anew: upright, in sRGB, no larger than needed, and with nothing beside what can be seen."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from PIL import Image, ImageMath, ImageOps, PngImagePlugin
from PIL.JpegImagePlugin import JpegImageFile

from forum.kernel.errors import TextRefused
from forum.markup.colours import to_srgb

READ = ("JPEG", "PNG", "WEBP", "GIF")  # Pillow's names
PHOTOS = {"JPEG", "MPO"}  # MPO: a JPEG with others behind it, as phones write it
INDEXED = {"1", "P"}  # modes with a palette of at most 256 colours
PIXELS = 30_000_000  # of one picture
LONGEST_SIDE = 20_000  # pixels; a single row of more would be a picture by itself
DECODED = 4 * PIXELS  # bytes that one picture may take while it is decoded
# WebP keeps two canvases, the frame, a copy of it and the picture; the others the picture alone.
BYTES_A_PIXEL = {"PNG": 4, "GIF": 4, "WEBP": 20}
WIDEST = 2_400  # pixels of what can be downloaded, unless it has a palette
THUMBNAIL_SIDE = 640  # pixels; twice the narrowest column of a thread
PACKED = 6  # of 9; the last three levels can take ten seconds for a tenth fewer bytes
QUALITIES = (85, 75, 65)  # of 100; the first with which a picture does not grow
GROWTH = 1.1  # times the bytes that were sent: what one more encoding may cost
THOROUGH = 3_000_000  # pixels up to which a lossless WebP is packed well: that takes 37 bytes for each
STRIP = 300_000  # pixels that are made smaller at once
OVERLAP = 2  # rows of the result that bicubic sampling looks beyond a strip
ORIENTATION = 0x0112  # EXIF
LEVELS = {"L;2": 85, "L;4": 17}  # Pillow scales such greys to 255, but not the one that stands for "transparent"
PLAIN = {"L", "LA", "RGB", "RGBA", "CMYK"}  # modes in which a picture is made smaller

# Asked by Pillow as soon as it knows the size, before it makes room for the picture.
Image.MAX_IMAGE_PIXELS = PIXELS
# A large picture is one piece of memory, which goes back to the system at once; pieces of 16 MB would be kept. There is
# no other way but the environment.
Image.core.set_block_size(128 * 1024**2)  # type: ignore[attr-defined]
# Texts inside a PNG are thrown away; unpacking 64 MB of them first would be wasted.
PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A picture as it is kept. `ending` says what it is; `thumbnail`, WebP, is what a thread shows of it."""

    ending: str
    content: bytes
    thumbnail: bytes
    width: int  # of the thumbnail
    height: int
    is_animation: bool  # of which this is the first picture


def redrawn(content: bytes) -> Redrawn:
    """The picture without metadata. Raises TextRefused, and what Pillow raises for a file that it cannot read.

    The full-size picture is freed before the resized one is rotated or encoded, to limit memory use.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a file says of others behind its first picture is of no use
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=READ) as picture:
            kind = "JPEG" if picture.format in PHOTOS else str(picture.format)
            is_indexed = kind == "GIF" or picture.mode in INDEXED
            # Made smaller, letters and lines of few colours would have more colours and more bytes.
            size = picture.size if is_indexed else _within(picture.size, WIDEST)
            _check_memory(picture, content, size)
            is_animation = kind != "JPEG" and bool(getattr(picture, "is_animated", False))
            if kind == "JPEG":
                picture.draft(None, size)
            full = _with_own_palette(picture) if is_indexed else _reduced(picture, size)
            turned, profile = picture.getexif().get(ORIENTATION, 1), picture.info.get("icc_profile")
    del picture
    if not is_indexed:
        full = _without_idle_opacity(to_srgb(full, profile))
    if turned != 1:
        full.getexif()[ORIENTATION] = turned
        ImageOps.exif_transpose(full, in_place=True)
    full.info = {}
    small = _within(full.size, THUMBNAIL_SIDE)
    thumbnail = _reduced(full, small) if is_indexed else full.resize(small, Image.Resampling.BICUBIC, reducing_gap=2.0)
    ending, kept = _kept(full, kind, content)
    return Redrawn(ending, kept, _encoded(thumbnail, "WEBP", quality=78), *small, is_animation)


def _check_memory(picture: Image.Image, content: bytes, size: tuple[int, int]) -> None:
    """Asked of the head alone, before anything is decoded. Raises TextRefused."""
    if max(picture.size) > LONGEST_SIDE:
        raise TextRefused(_("This picture is more than 20,000 pixels wide or high. Please make it smaller first."))
    if picture.width * picture.height * _bytes_a_pixel(picture, content, size) > DECODED:
        raise TextRefused(_("This picture is too large to process. Please make it smaller first."))


def _bytes_a_pixel(picture: Image.Image, content: bytes, size: tuple[int, int]) -> float:
    """What decoding takes for each pixel of the file, for `size` in the end."""
    if not isinstance(picture, JpegImageFile):
        return BYTES_A_PIXEL[str(picture.format)]
    ratio = min(picture.width // size[0], picture.height // size[1])
    drawn = 4 / next(scale for scale in (8, 4, 2, 1) if ratio >= scale) ** 2
    if not _comes_in_scans(picture, content):
        return drawn
    # All coefficients of all components are kept until the last scan has come, two bytes each.
    samples = [(across, down) for _, across, down, _ in picture.layer]
    most = max(1, max(across for across, _ in samples) * max(down for _, down in samples))
    return drawn + 2 * sum(across * down for across, down in samples) / most


def _comes_in_scans(picture: JpegImageFile, content: bytes) -> bool:
    """Whether a JPEG comes in several scans: within the picture's data two such bytes can mean nothing else."""
    place = 2
    while place < len(content) - 4 and content[place] == 0xFF and content[place + 1] != 0xDA:
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    end = content.find(b"\xff\xd9", place)
    return "progressive" in picture.info or content.count(b"\xff\xda", place, end if end > 0 else None) != 1


def _within(size: tuple[int, int], widest: int) -> tuple[int, int]:
    """The size of a picture, made smaller if a side is longer than `widest`."""
    ratio = min(1, widest / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _without_idle_opacity(picture: Image.Image) -> Image.Image:
    """The picture as L or RGB if nothing can be seen through it."""
    is_opaque = picture.mode in {"LA", "RGBA"} and picture.getchannel("A").getextrema() == (255, 255)
    return picture.convert(picture.mode.removesuffix("A")) if is_opaque else picture


def _with_own_palette(picture: Image.Image) -> Image.Image:
    """The picture with a palette of the colours that it shows, in sRGB; whatever else was there is left out."""
    profile, key = picture.info.get("icc_profile"), picture.info.get("transparency")
    indexed = picture if picture.mode == "P" else picture.convert("P")
    indexed.load()
    used = [place for place, many in enumerate(indexed.histogram()) if many]
    opacities = (
        (key + b"\xff" * 256)[:256] if isinstance(key, bytes) else bytes(0 if at == key else 255 for at in range(256))
    )
    listed = bytes(indexed.getpalette("RGB") or ()) + bytes(768)
    entries = b"".join(listed[3 * at : 3 * at + 3] + opacities[at : at + 1] for at in used)
    palette = to_srgb(Image.frombytes("RGBA", (len(used), 1), entries), profile)
    places = {before: after for after, before in enumerate(used)}
    kept = Image.frombytes("P", indexed.size, indexed.point([places.get(at, 0) for at in range(256)]).tobytes())
    mode = "RGB" if min(opacities[at] for at in used) == 255 else "RGBA"
    kept.putpalette(palette.convert(mode).tobytes(), mode)
    return kept


def _reduced(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in another size and a plain mode, made strip by strip: only strips stand in memory beside it."""
    raw = str(picture.tile[0][3]) if picture.format == "PNG" and picture.tile else ""  # type: ignore[attr-defined]
    picture.load()
    ratio = picture.height / size[1]
    rows = max(1, int(STRIP / picture.width / ratio))
    edge = OVERLAP * ratio  # rows above and below that have a part in a strip's first and last
    reduced: Image.Image | None = None
    for top, end in pairwise([*range(0, size[1], rows), size[1]]):
        first, last = max(0, int(top * ratio - edge)), min(picture.height, int(end * ratio + edge) + 1)
        strip = _plain(picture.crop((0, first, picture.width, last)), raw)
        box = (0, top * ratio - first, picture.width, min(end * ratio - first, strip.height))
        reduced = reduced or Image.new(strip.mode, size)
        reduced.paste(strip.resize((size[0], end - top), Image.Resampling.BICUBIC, box), (0, top))
    assert reduced is not None
    return reduced


def _plain(strip: Image.Image, raw: str) -> Image.Image:
    """A piece of a picture in a plain mode; `raw` is how a PNG's samples stand in the file, in Pillow's words."""
    key = strip.info.get("transparency")
    if strip.mode.startswith("I"):
        return _scaled(strip, key)
    if isinstance(key, int):
        strip.info["transparency"] = key * LEVELS.get(raw, 1)
    elif raw == "RGB;16B" and key:
        strip.info["transparency"] = tuple(level >> 8 for level in key)  # as Pillow reads the colours
    has_opacity = key is not None and strip.mode in {"L", "RGB"}
    wanted = f"{strip.mode}A" if has_opacity else strip.mode if strip.mode in PLAIN else "RGBA"
    return strip.convert(wanted)


def _scaled(strip: Image.Image, key: int | None) -> Image.Image:
    """Greys of 16 bits as L or LA. Pillow's own conversion cuts them at 255: nearly all would be white."""
    levels = strip.convert("I")
    greys = levels.point(lambda level: level * (1 / 257) + 0.5).convert("L")
    if key is None:
        return greys
    shown = ImageMath.lambda_eval(lambda args: args["convert"]((args["levels"] != key) * 255, "L"), levels=levels)
    return Image.merge("LA", (greys, shown))


def _kept(picture: Image.Image, kind: str, content: bytes) -> tuple[str, bytes]:
    """The ending of what is kept, and its bytes. What was a photo stays one, and does not grow."""
    if kind == "JPEG":
        return "jpg", _lossy(picture, "JPEG", len(content))
    if kind != "WEBP":
        return "png", _encoded(picture, "PNG", compress_level=PACKED)
    if _is_lossless(content):
        method = 4 if picture.width * picture.height <= THOROUGH else 0
        return "webp", _encoded(picture, "WEBP", lossless=True, method=method)
    return "webp", _lossy(picture, "WEBP", len(content))


def _lossy(picture: Image.Image, kind: str, sent: int) -> bytes:
    for quality in QUALITIES:
        encoded = _encoded(picture, kind, quality=quality, optimize=True)
        if len(encoded) <= GROWTH * sent:
            break
    return encoded


def _is_lossless(content: bytes) -> bool:
    """Whether a WebP, or the first picture of an animated one, kept all its colours: its chunks tell."""
    place = 12
    while place < len(content) - 8:
        name, length = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        if name in {b"VP8L", b"VP8 ", b"ALPH"}:
            return name == b"VP8L"
        place += 24 if name == b"ANMF" else 8 + length + length % 2  # into a frame, behind anything else
    return False


def _encoded(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
