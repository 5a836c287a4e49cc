"""One act, one transaction, tried again once if the database asks for it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from forum.errors import MovedMeanwhile

P = ParamSpec("P")
R = TypeVar("R")


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Runs an act atomically.

    A deadlock or serialisation failure is tried again once. So is an act that met its comment on the way to
    another thread, and a uniqueness conflict: when the same form arrives twice at the same moment, the second
    run finds what the first has written.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            return act(*args, **kwargs)  # part of a larger act, which decides for all
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except (OperationalError, IntegrityError, MovedMeanwhile):
            with transaction.atomic():
                return act(*args, **kwargs)

    return run
