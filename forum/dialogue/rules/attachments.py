"""May this person add files? None (yes) or the Reason for no."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import Viewer
from forum.dialogue.rules.writing import why_not_speak
from forum.kernel.choices import FILES, FileKind
from forum.kernel.reasons import Reason
from forum.models import Attachment, Theme


def why_not_attach(person: Viewer, theme: Theme, *, now: datetime, has: int = 0) -> Reason | None:
    """Whether one more file can be added where there are `has` already."""
    if (no := why_not_speak(person, theme, now=now)) is not None:
        return no
    if not theme.takes_files:
        return Reason.FILES_OFF
    return Reason.TOO_MANY_FILES if has >= FILES else None


def why_not_send_with(files: Collection[Attachment], *, asked: int) -> Reason | None:
    """Whether a comment can be sent with the files found of those `asked` for."""
    if len(files) != asked:
        return Reason.FILE_LOST
    if asked > FILES:
        return Reason.TOO_MANY_FILES
    if any(file.kind == FileKind.PICTURE and not file.alt for file in files):
        return Reason.NOT_DESCRIBED
    return None
