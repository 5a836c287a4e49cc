"""Reads what a mail server reports of an email that it could not deliver.

RFC 3464 (delivery status), RFC 3463 (status codes), RFC 6533 (the same for addresses beyond ASCII, which flufl.bounce
does not know). Reports of other shapes are left to flufl.bounce.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from flufl.bounce import all_failures

STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
logger = logging.getLogger(__name__)
LONGEST_SAID = 200  # characters of what the mail server said


@dataclass(frozen=True, slots=True)
class BounceReport:
    """That an email was not delivered: for good (`is_hard`), or this time. `said` is what the mail server said."""

    is_hard: bool
    said: str


def read_report(message: Message) -> BounceReport | None:
    """None if this says of no email that it was not delivered, such as a receipt or a delay that may still end well."""
    fields = list(_status_fields(message))
    if fields:
        failed = [each for each in fields if (each.get("Action") or "").strip().lower() == "failed"]
        return _of_fields(failed[0]) if failed else None
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # many parsers of what anybody may send: one that fails has found nothing
        logger.warning("A report about an email could not be read", exc_info=True)
        return None
    if not temporary and not permanent:
        return None
    return BounceReport(is_hard=bool(permanent), said="")


def _of_fields(fields: Message) -> BounceReport:
    code = CODE.search(str(fields.get("Status") or ""))
    said = str(fields.get("Diagnostic-Code") or "").partition(";")[2] or str(fields.get("Status") or "")
    # A server that gave up says "failed" with the code of the last delay: the mailbox may work again tomorrow.
    return BounceReport(is_hard=code is not None and code[1] == "5", said=" ".join(said.split())[:LONGEST_SAID])


def _status_fields(message: Message) -> Iterator[Message]:
    """The fields of each recipient. Python reads only the older of the two content types into blocks."""
    for part in message.walk():
        if part.get_content_type() in STATUS_PARTS:
            text = part.as_string().partition("\n\n")[2].replace("\r\n", "\n")
            for block in re.split(r"\n{2,}", text):
                fields = HeaderParser().parsestr(block)
                if fields.get("Action") and fields.get("Status"):
                    yield fields
