"""Files that come with an email: kept as in a form, with the same limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.visible import shows_nothing
from forum.dialogue.actions.attachments import add_file, drop_file
from forum.http import ratelimit
from forum.kernel import work
from forum.kernel.errors import Refused, TextRefused
from forum.kernel.reasons import Reason
from forum.mail.incoming.parse import words
from forum.markup.mail_text import is_attachment, parts_of
from forum.models import Theme

UPLOADS = 30  # a person's in ten minutes, as in forms
# What programs add by themselves: signatures, invitations, cards.
ADDED = {
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar",
    "text/vcard", "text/x-vcard", "text/directory", "application/ms-tnef",
}  # fmt: skip
DECORATION = 16_000  # bytes; a smaller picture within the text is the logo or smiley of a signature


@dataclass(slots=True)
class Files:
    """The files that were kept, by token, and why others were not, a sentence for each."""

    tokens: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def drop_unsent(self, by: Person) -> None:
        """Lets those go that did not become a comment's."""
        for token in self.tokens:
            drop_file(token, by=by)


def keep_files(message: Message, theme: Theme, *, by: Person, key: str, now: datetime) -> Files:
    """Keeps the files of an email for the comment with this key. Raises Refused if the server is busy."""
    files = Files()
    for part in _attached(message):
        name = words(part.get_filename() or _("file"))
        try:
            if not ratelimit.allows(f"files:{by.pk}", UPLOADS, seconds=600):
                raise Refused(Reason.TOO_MANY_UPLOADS)
            with work.PICTURES.turn():
                added = add_file(
                    theme,
                    by=by,
                    content=_content(part),
                    name=name,
                    alt=_alt(name),
                    key=key,
                    has=len(files.tokens),
                    now=now,
                )
            files.tokens.append(added.token)
        except TextRefused as error:
            files.refused.append(f"{name}: {error.sentence}")
        except Refused as refusal:
            if refusal.reason is Reason.BUSY:
                files.drop_unsent(by)
                raise
            files.refused.append(f"{name}: {refusal.reason.label}")
    return files


def _attached(message: Message) -> list[Message]:
    found: list[Message] = []
    for part in parts_of(message):
        if not is_attachment(part):
            found += _attached(part)
        elif part.get_content_type() not in ADDED and not _is_decoration(part):
            found.append(part)
    return found


def _is_decoration(part: Message) -> bool:
    is_within = part["Content-ID"] is not None and part.get_content_disposition() != "attachment"
    return is_within and part.get_content_maintype() == "image" and len(_content(part)) < DECORATION


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _alt(name: str) -> str:
    """What a picture shows, as far as its name says so."""
    stem = " ".join(name.rpartition(".")[0].replace("_", " ").replace("-", " ").split()) or name
    return _("Picture") if shows_nothing(stem) else stem
