"""Files that people send: what they are by their content, and what of them may be passed on.

Pictures are re-encoded, so that nothing but the picture is left of them: no place, no camera, no hidden text, no
second file behind the first. PDF documents are passed on as they are, and only ever as downloads.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from accounts.visible import SHOWS_NOTHING, few_marks
from forum.kernel.choices import FILE_NAME_LENGTH, FILE_SIZE, FileKind
from forum.kernel.errors import TextRefused
from forum.kernel.reasons import Reason

READ = ("JPEG", "PNG", "WEBP", "GIF")  # Pillow's names
PHOTOS = {"JPEG", "MPO"}  # MPO: a JPEG with others behind it, as phones write it
PIXELS = 30_000_000  # of one picture
LONGEST_SIDE = 20_000  # pixels; a single row of more would be a picture by itself
DECODED = 4 * PIXELS  # bytes that one picture may take while it is decoded
# WebP keeps two canvases, the frame, a copy of it and the picture; the others the picture alone.
BYTES_A_PIXEL = {"PNG": 4, "GIF": 4, "WEBP": 20}
WIDEST = 2_400  # pixels of what can be downloaded
THUMBNAIL_SIDE = 640  # pixels; twice the narrowest column of a thread
PACKED = 6  # of 9; the last three levels can take ten seconds for a tenth fewer bytes
STRIP = 300_000  # pixels that are made smaller at once
OVERLAP = 2  # rows of the result that bicubic sampling looks beyond a strip
ORIENTATION = 0x0112  # EXIF

# Asked by Pillow as soon as it knows the size, before it makes room for the picture.
Image.MAX_IMAGE_PIXELS = PIXELS
# A large picture is one piece of memory, which goes back to the system at once; pieces of 16 MB would be kept. There is
# no other way but the environment.
Image.core.set_block_size(128 * 1024**2)  # type: ignore[attr-defined]
# Texts inside a PNG are thrown away; unpacking 64 MB of them first would be wasted.
PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it is passed on. `thumbnail` is what a thread shows of a picture; empty for documents."""

    kind: FileKind
    name: str
    content: bytes
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0


def checked(content: bytes, name: str) -> Checked:
    """What a file is and what of it is kept. Raises TextRefused with a sentence for its sender."""
    if len(content) > FILE_SIZE:
        raise TextRefused(str(Reason.FILE_TOO_LARGE.label))
    if not content:
        raise TextRefused(_("This file is empty. Please choose another one."))
    if content.startswith(b"%PDF-") and _ends_as_pdf(content) and _looks_like(content, "pdf"):
        return Checked(FileKind.PDF, named(name, "pdf"), content)
    try:
        return _reencoded(content, name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TextRefused(_("This picture has more than 30 million pixels. Please make it smaller first.")) from error
    except UnidentifiedImageError as error:
        raise TextRefused(_("Only pictures (JPEG, PNG, WebP, GIF) and PDF documents can be added.")) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise TextRefused(_("This picture is damaged and cannot be read. Please choose another one.")) from error


def named(name: str, extension: str) -> str:
    """A harmless file name with the ending its content has: no folders, no invisible or turning signs."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or name
    visible = "".join(
        " " if unicodedata.category(sign)[0] in "CZ" else sign for sign in few_marks(SHOWS_NOTHING.sub("", stem))
    )
    plain = re.sub(r'[\s"<>|:*?#%&;]+', "-", visible).strip("-. ")
    return f"{plain[: FILE_NAME_LENGTH - 6] or 'file'}.{extension}"


def _ends_as_pdf(content: bytes) -> bool:
    return b"%%EOF" in content[-2048:]


def _looks_like(content: bytes, extension: str) -> bool:
    """What the signatures in a file say it is, whatever its name claims."""
    try:
        return str(puremagic.from_string(content)).lstrip(".") == extension
    except puremagic.PureError:
        return False


def _reencoded(content: bytes, name: str) -> Checked:
    """The picture re-encoded at storage size, with a thumbnail and without metadata."""
    full, is_photo = _opened_and_resized(content)
    thumbnail = full.resize(_within(full.size, THUMBNAIL_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return Checked(
        FileKind.PICTURE,
        named(name, "jpg" if is_photo else "png"),
        _encoded(full, "JPEG", quality=85, optimize=True) if is_photo else _encoded(full, "PNG", compress_level=PACKED),
        _encoded(thumbnail, "WEBP", quality=78),
        thumbnail.width,
        thumbnail.height,
    )


def _opened_and_resized(content: bytes) -> tuple[Image.Image, bool]:
    """The picture, rotated upright and resized for storage, and whether it is a photo.

    The full-size picture is freed before the resized one is rotated or encoded, to limit memory use.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=READ) as picture:
            is_photo = picture.format in PHOTOS
            size = _within(picture.size, WIDEST)
            _check_memory(picture, content, size)
            if is_photo:
                picture.draft(None, size)
            full = _reduced(picture, size, "RGB" if is_photo else "RGBA")
            turned = picture.getexif().get(ORIENTATION, 1)
    del picture
    if turned != 1:
        full.getexif()[ORIENTATION] = turned
        ImageOps.exif_transpose(full, in_place=True)
    full.info = {}
    return full, is_photo


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


def _reduced(picture: Image.Image, size: tuple[int, int], mode: str) -> Image.Image:
    """The picture in another size and mode, made strip by strip: only strips stand in memory beside it."""
    reduced = Image.new(mode, size)
    picture.load()
    ratio = picture.height / size[1]
    rows = max(1, int(STRIP / picture.width / ratio))
    edge = OVERLAP * ratio  # rows above and below that have a part in a strip's first and last
    for top in range(0, size[1], rows):
        end = min(top + rows, size[1])
        first, last = max(0, int(top * ratio - edge)), min(picture.height, int(end * ratio + edge) + 1)
        strip = picture.crop((0, first, picture.width, last)).convert(mode)
        box = (0, top * ratio - first, picture.width, min(end * ratio - first, strip.height))
        reduced.paste(strip.resize((size[0], end - top), Image.Resampling.BICUBIC, box), (0, top))
    return reduced


def _encoded(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
