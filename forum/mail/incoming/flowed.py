"""Plain text whose lines flow (RFC 3676): the paragraphs as they were written, before a program broke them."""

from __future__ import annotations

import re

QUOTES = re.compile(r">*")
SIGNATURE = "-- "


def unflowed(text: str, *, deletes_spaces: bool) -> str:
    """The text with each paragraph in one line; quotations keep their marks.

    A line that ends in a space goes on in the next one of the same depth; one space before a line was added on the way.
    """
    made: list[str] = []
    flows, depth_before = False, 0
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = QUOTES.match(line)
        depth = marks.end() if marks else 0
        words = line[depth:].removeprefix(" ")
        if flows and depth == depth_before and words != SIGNATURE:
            made[-1] = (made[-1][:-1] if deletes_spaces else made[-1]) + words
        else:
            made.append(f"{'>' * depth} {words}" if depth else words)
        flows, depth_before = words.endswith(" ") and words != SIGNATURE, depth
    return "\n".join(line.rstrip() if line != SIGNATURE else line for line in made)
