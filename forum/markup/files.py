"""Files that people send: what they are by their content, and what of them may be passed on.

Pictures are re-encoded, so that nothing but the picture is left of them: no place, no camera, no hidden text, no
second file behind the first. PDF documents are passed on as they are, and only ever as downloads.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.visible import SHOWS_NOTHING, few_marks
from forum.kernel.choices import FILE_NAME_LENGTH, FILE_SIZE, FileKind
from forum.kernel.errors import TextRefused
from forum.kernel.reasons import Reason
from forum.markup.pictures import redrawn


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it is passed on. `thumbnail` is what a thread shows of a picture; empty for documents.

    `is_animation` says that the picture is the first one of an animation.
    """

    kind: FileKind
    name: str
    content: bytes
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0
    is_animation: bool = False


def checked(content: bytes, name: str) -> Checked:
    """What a file is and what of it is kept. Raises TextRefused with a sentence for its sender."""
    if len(content) > FILE_SIZE:
        raise TextRefused(str(Reason.FILE_TOO_LARGE.label))
    if not content:
        raise TextRefused(_("This file is empty. Please choose another one."))
    if content.startswith(b"%PDF-") and _ends_as_pdf(content) and _looks_like(content, "pdf"):
        return Checked(FileKind.PDF, named(name, "pdf"), content)
    try:
        drawn = redrawn(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TextRefused(_("This picture has more than 30 million pixels. Please make it smaller first.")) from error
    except UnidentifiedImageError as error:
        raise TextRefused(_("Only pictures (JPEG, PNG, WebP, GIF) and PDF documents can be added.")) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error) as error:
        raise TextRefused(_("This picture is damaged and cannot be read. Please choose another one.")) from error
    return Checked(
        FileKind.PICTURE,
        named(name, drawn.ending),
        drawn.content,
        drawn.thumbnail,
        drawn.width,
        drawn.height,
        drawn.is_animation,
    )


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
