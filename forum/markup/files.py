"""Files that people send: what they are by their content, and what of them may be passed on.

Pictures are drawn anew, so that nothing but the picture is left of them: no place, no camera, no hidden text, no
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
from PIL import Image, ImageOps, UnidentifiedImageError

from forum.choices import FILE_NAME_LENGTH, FILE_SIZE, FileKind
from forum.errors import TextRefused
from forum.reasons import Reason

READ = ("JPEG", "PNG", "WEBP", "GIF")  # Pillow's names
PIXELS = 30_000_000  # of one picture; more would cost hundreds of megabytes to open
WIDEST = 2_400  # pixels of what can be downloaded
SMALL = 640  # pixels of what stands in the thread: twice the narrowest column


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it is passed on. `small` is a picture's look in the thread; empty for documents."""

    kind: FileKind
    name: str
    content: bytes
    small: bytes = b""
    width: int = 0
    height: int = 0


def checked(content: bytes, name: str) -> Checked:
    """What a file is and what of it is kept. Raises TextRefused with a sentence for its sender."""
    if len(content) > FILE_SIZE:
        raise TextRefused(str(Reason.FILE_TOO_LARGE.label))
    if not content:
        raise TextRefused(_("This file is empty."))
    if content.startswith(b"%PDF-") and _ends_as_pdf(content) and _looks_like(content, "pdf"):
        return Checked(FileKind.PDF, named(name, "pdf"), content)
    try:
        return _drawn_anew(content, name)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TextRefused(_("Only pictures (JPEG, PNG, WebP, GIF) and PDF documents can be added.")) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise TextRefused(_("This picture is damaged and cannot be read.")) from error


def named(name: str, extension: str) -> str:
    """A harmless file name with the ending its content has: no folders, no invisible or turning signs."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or name
    visible = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in stem)
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


def _drawn_anew(content: bytes, name: str) -> Checked:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=READ) as picture:
            if picture.width * picture.height > PIXELS:
                raise TextRefused(_("This picture has more than 30 million pixels. Please make it smaller first."))
            is_photo = picture.format == "JPEG"
            upright = ImageOps.exif_transpose(picture)
            bare = upright.convert("RGB" if is_photo else "RGBA")
    bare.info = {}
    full = _within(bare, WIDEST)
    small = _within(bare, SMALL)
    return Checked(
        FileKind.PICTURE,
        named(name, "jpg" if is_photo else "png"),
        _encoded(full, "JPEG", quality=85, optimize=True) if is_photo else _encoded(full, "PNG", optimize=True),
        _encoded(small, "WEBP", quality=78),
        small.width,
        small.height,
    )


def _within(picture: Image.Image, widest: int) -> Image.Image:
    """The picture, made smaller if a side is longer than `widest`."""
    copy = picture.copy()
    copy.thumbnail((widest, widest))
    return copy


def _encoded(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
