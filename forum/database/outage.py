"""Whether the database or the disk has failed, and whether an operation may be retried."""

from __future__ import annotations

import errno
import re
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError

# SQLite has one class for what passes and for what we ask wrongly.
OUR_FAULT = re.compile(r"no such (table|column|function|module)|near \"|too many SQL variables")
CANCELLED = "57014"
# What fails with every statement that writes, not only with this one.
STORE_REFUSES = re.compile(r"readonly database|disk is full|disk I/O error|unable to open database")  # SQLite
READ_ONLY = "25006"  # PostgreSQL after a failover, on the server that only copies now
DISK_REFUSES = {"53100", "58030"}  # PostgreSQL's codes for: the disk is full, or cannot be read or written
# PostgreSQL's codes for: the connection is lost, the server stops or starts, it accepts no further connection.
CONNECTION_LOST = re.compile(r"08...|57P0[123]|53300")
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
READS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|SET|SHOW|EXPLAIN|PRAGMA)\b", re.IGNORECASE)


def is_outage(error: BaseException | None) -> bool:
    """Whether this is not an error in the program: the database is unavailable, full, busy or does not answer."""
    if isinstance(error, OperationalError | InterfaceError):
        return not OUR_FAULT.search(str(error))
    if isinstance(error, DatabaseError):
        return _state_of(error) == READ_ONLY
    return isinstance(error, OSError) and error.errno in DISK


def is_connection_lost(error: BaseException | None) -> bool:
    """Whether the connection was lost or could not be opened; retrying on a new one may succeed."""
    if not isinstance(error, OperationalError | InterfaceError) or not hasattr(error.__cause__, "sqlstate"):
        return False
    state = _state_of(error)
    return state is None or CONNECTION_LOST.fullmatch(state) is not None


def is_outcome_unknown(error: BaseException) -> bool:
    """Whether it is unknown if the operation succeeded: the connection was lost or timed out before the reply."""
    return is_connection_lost(error) or getattr(error.__cause__, "connection_timed_out", False)


def affects_all_statements(error: BaseException) -> bool:
    """Whether any other statement would fail, too: the connection is lost, the database is read-only, the disk is full.

    A statement that timed out, waited for a lock or exceeded a limit says nothing about the next one.
    """
    if isinstance(error, DatabaseError | InterfaceError):
        is_refused = _state_of(error) in {READ_ONLY, *DISK_REFUSES} or STORE_REFUSES.search(str(error)) is not None
        return is_refused or is_outcome_unknown(error)
    return is_outage(error)


def is_timeout(error: BaseException) -> bool:
    """Whether a statement or lock timeout expired; an immediate retry would only wait again."""
    return _state_of(error) == CANCELLED or "database is locked" in str(error)


def _state_of(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


class Writes:
    """Notes whether anything may have been written; to be put around statements with `connection.execute_wrapper`."""

    def __init__(self) -> None:
        self._is_certain = False
        self._is_open = False  # a transaction has written something, and we do not know yet how it ended

    @property
    def may_have_happened(self) -> bool:
        return self._is_certain or self._is_open

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        if not READS.match(sql):
            self._note(connection)
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            # What was not committed on a lost connection never will be; after other errors a savepoint may still help.
            if connection.in_atomic_block and is_connection_lost(error):
                self._is_open = False
            raise

    def _note(self, connection: Any) -> None:
        if not connection.in_atomic_block:
            self._is_certain = True
        elif not self._is_open:
            self._is_open = True
            connection.on_commit(self._committed)

    def _committed(self) -> None:
        self._is_certain, self._is_open = True, False
