"""Refusals: the one exception by which a rule's no travels to the doors."""

from collections.abc import Sequence
from typing import Any

from forum.reasons import Reason


class Refused(Exception):
    """Somebody may not do this, for `reason`. Doors translate it into a page, a JSON answer or a frame."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class TextRefused(Exception):
    """A text cannot be accepted as it is; `sentence` tells its author why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class WouldWait(Exception):
    """A text would be held for `reasons` that its writer can still do something about, and has not been told of.

    `marks` says what they know once they have been told.
    """

    def __init__(self, reasons: Sequence[dict[str, Any]], marks: Sequence[str]) -> None:
        super().__init__(" ".join(marks))
        self.reasons, self.marks = reasons, marks


class MovedMeanwhile(Exception):
    """A comment went to another thread while its old thread's lock was waited for: the act begins anew."""


class SavedElsewhere(Exception):
    """A draft was saved from another window or device meanwhile; `version` is its newest."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def refuse_if(reason: Reason | None) -> None:
    """Turns a rule's answer into a refusal. Raises Refused."""
    if reason is not None:
        raise Refused(reason)
