"""The exceptions by which rules and actions answer views."""

from collections.abc import Sequence
from typing import Any

from forum.kernel.holds import HoldReason
from forum.kernel.reasons import Reason


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


class TextTooRich(TextRefused):
    """A text that would be too dear to show with all its marks; its bare words would not be."""


class NeedsConfirmation(Exception):
    """A text would be held for `reasons` that its writer can still do something about, and has not been told of.

    `warning_ids` are what the form carries once its writer was told.
    """

    def __init__(self, reasons: Sequence[HoldReason], warning_ids: Sequence[str]) -> None:
        super().__init__(" ".join(warning_ids))
        self.reasons, self.warning_ids = reasons, warning_ids


class MovedMeanwhile(Exception):
    """A comment went to another thread while its old thread's lock was waited for: the act begins anew."""


class AlreadyDone(Exception):
    """The same person has decided the same already, by the log's `entry`: a button pressed twice, or an answer that was
    lost on its way. It travels from an act to `idempotent` around it."""

    def __init__(self, entry: Any) -> None:
        super().__init__(str(entry))
        self.entry = entry


class SavedElsewhere(Exception):
    """A draft was saved from another window or device meanwhile; `version` is its newest."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def refuse_if(reason: Reason | None) -> None:
    """Turns a rule's answer into a refusal. Raises Refused."""
    if reason is not None:
        raise Refused(reason)
