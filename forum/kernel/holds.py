"""The shapes in which hold rules, and what they found, are stored as JSON."""

from typing import TypedDict


class HoldReason(TypedDict):
    """Why a comment waits: the kind of the rule, and what it found."""

    kind: str
    words: list[str]
    number: int
    limit: int


class HoldSetting(TypedDict, total=False):
    """What an event or a theme says of one kind of rule."""

    is_on: bool
    number: float
    words: list[str]
