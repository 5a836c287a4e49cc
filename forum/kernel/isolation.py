"""Things that are due, each by itself: what fails with one of them keeps nothing from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from forum.database.outage import affects_all_statements

T = TypeVar("T")
logger = logging.getLogger(__name__)


class SomeFailed(ExceptionGroup[Exception]):
    """What failed while the rest was done. Each is in the log already."""


def for_each(things: Iterable[T], act: Callable[[T], int], *, named: Callable[[T], str]) -> int:
    """The sum of what `act` returns. Raises SomeFailed once all had their turn, if some failed; what would fail with
    all of them at once. `named` says what the log calls a thing."""
    done = 0
    errors: list[Exception] = []
    for thing in things:
        try:
            done += act(thing)
        except SomeFailed as failed:
            errors += failed.exceptions
        except Exception as error:
            if affects_all_statements(error):
                raise
            logger.exception("%s: a due task failed", named(thing))
            errors.append(error)
    if errors:
        raise SomeFailed("some of what is due could not be done", errors)
    return done
