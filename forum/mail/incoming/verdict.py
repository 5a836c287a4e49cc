"""What becomes of an email, and what its sender is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Person
from forum.kernel.outbox import IncomingState
from forum.kernel.reasons import Reason
from forum.models import Comment


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` or `sentences` say why not, `page` is where to go on, and `text` is what was not posted.

    `person` is known only if the email came from an address of theirs.
    """

    state: IncomingState
    reason: Reason | None = None
    sentences: Sequence[str] = ()
    page: str = ""
    text: str = ""
    person: Person | None = None
    comment: Comment | None = None

    @property
    def needs_answer(self) -> bool:
        return self.state in {IncomingState.REFUSED, IncomingState.HELD} or bool(self.sentences)
