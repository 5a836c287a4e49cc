"""The texts of a run: each has a word that no other has, by which it is known wherever it turns up."""

from __future__ import annotations

import re
from random import Random

WATCHED = "watchedword"  # what has it waits for a moderator
WORD = re.compile(r"word\d+q")


class Words:
    def __init__(self, choice: Random) -> None:
        self.choice = choice
        self.count = 0

    def text(self, *, is_held: bool = False) -> str:
        self.count += 1
        begins = f"Point word{self.count}q, at some length. " + (f"A {WATCHED}. " if is_held else "")
        return (begins + "So it goes on. " * self.choice.randrange(20)).strip()


def word_of(text: str) -> str:
    """The word by which a text is known."""
    found = WORD.search(text)
    assert found, text
    return found[0]
