"""What makes a line a point of a summary: one sentence, and the comments it rests on in brackets at its end."""

import re
from dataclasses import dataclass

from accounts.visible import shows_nothing
from forum.kernel.choices import POINT_COMMENTS, POINT_LENGTH
from forum.kernel.names import CODE

POINT = re.compile(r"^(?P<text>.*?)\s*\[(?P<labels>[^\[\]]*)\]\s*\.?$")
LABEL = re.compile(rf"^(?P<code>{CODE})-(?P<number>[0-9]{{1,9}})$", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a list: its sentence and the labels of its comments, such as ("P", 47)."""

    line: int
    text: str
    labels: tuple[tuple[str, int], ...]


class NoPoint(ValueError):
    """A line that cannot be read. `flaw` says what is wrong: "labels", "text", "long", "many" or the label it is."""

    def __init__(self, line: int, flaw: str, label: str = "") -> None:
        super().__init__(flaw)
        self.line, self.flaw, self.label = line, flaw, label


def points_in(source: str) -> tuple[list[Point], list[NoPoint]]:
    """The points of a list as it was typed, one a line, and what is wrong with the others. Empty lines are none."""
    points, flaws = [], []
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            points.append(_point(number, line.strip()))
        except NoPoint as flaw:
            flaws.append(flaw)
    return points, flaws


def _point(number: int, line: str) -> Point:
    found = POINT.match(line)
    if found is None or not (names := [name.strip() for name in found["labels"].split(",") if name.strip()]):
        raise NoPoint(number, "labels")
    text = found["text"].strip()
    if shows_nothing(text):
        raise NoPoint(number, "text")
    if len(text) > POINT_LENGTH:
        raise NoPoint(number, "long")
    labels: dict[tuple[str, int], None] = {}  # each once, in their order
    for name in names:
        label = LABEL.match(name)
        if label is None:
            raise NoPoint(number, "label", name[:20])
        labels[label["code"].upper(), int(label["number"])] = None
    if len(labels) > POINT_COMMENTS:
        raise NoPoint(number, "many")
    return Point(number, text, tuple(labels))
