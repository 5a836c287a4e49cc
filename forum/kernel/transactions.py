"""One act, one transaction, tried again once if the database asks for it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, NotSupportedError, OperationalError, transaction

from forum.database.outage import is_connection_lost, is_timeout
from forum.kernel.errors import MovedMeanwhile

P = ParamSpec("P")
R = TypeVar("R")
MOVES = 20  # of one comment while somebody waits for it: more than anybody makes


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Runs an act atomically.

    A deadlock, a serialisation failure or a lost connection is tried again once; a lock that did not come in time is
    not, and neither is an act whose connection was lost while it was committed: it may have happened. A uniqueness
    conflict is tried again, too: when the same form arrives twice at the same moment, the second run finds what the
    first has written. So is an act that met a prepared statement from before a migration; the rollback drops those. An
    act that met its comment on the way to another thread begins anew as often as that happens: a branch may be split
    off and merged back in one wait.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            return act(*args, **kwargs)  # part of a larger act, which decides for all
        failures, moves = 0, 0
        while True:
            is_complete = False  # and only to be committed
            try:
                with transaction.atomic():
                    result = act(*args, **kwargs)
                    is_complete = True
                return result
            except (OperationalError, IntegrityError, NotSupportedError) as error:
                failures += 1
                if failures > 1 or is_timeout(error) or (is_complete and is_connection_lost(error)):
                    raise
            except MovedMeanwhile:
                moves += 1
                if moves > MOVES:
                    raise

    return run
