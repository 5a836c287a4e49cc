"""Django's PostgreSQL, with a pool that hands out no dead connection and questions that end.

psycopg's own pool tests one connection at a time and waits twice as long after each that is dead, so that after a
restart of PostgreSQL a full pool costs its users more than they wait. And nobody notices a connection that falls
silent: `tcp_user_timeout` notices a machine that is gone, but not a proxy or balancer that takes data and says nothing.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any, ClassVar

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8
from psycopg_pool import ConnectionPool, PoolTimeout

PATIENCE = 5.0  # seconds in which somebody waits for a connection
ATTEMPTS_WITHIN = 1.0  # seconds in which the pool tries to connect again, before it asks who still waits
CHECKED_WITHIN = 2.0  # seconds for a connection from the pool to show that it is alive
TRUSTED_FOR = 0.5  # seconds for which a connection that worked is handed out without being asked anything
SLACK = 2.0  # seconds that an answer may take longer than the statement: the server ends that by itself
IDLE_WITHIN = 20  # seconds; the server takes the locks of who has been silent for so long inside a transaction


class NoAnswer(errors.OperationalError):
    """The server did not answer within the timeout; a retry may take as long again."""

    sqlstate = errors.QueryCanceled.sqlstate  # as when the server itself ends a statement that takes too long
    connection_timed_out = True  # a server that ends a statement itself leaves the connection open


class Connection(psycopg.Connection):
    """One whose questions end: a server that says nothing for so long is taken to be gone."""

    answer_within: float | None = None  # seconds; None for ever
    answered_at = 0.0  # when the server last answered, by the monotonic clock
    statements_within: ClassVar[int | None] = None  # seconds, in this process

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None or self.answer_within is None:
            return super().wait(gen, interval, timeout)
        try:
            answer = super().wait(gen, interval, self.answer_within)
            self.answered_at = monotonic()
            return answer
        except errors.OperationalError as error:
            if not isinstance(error, errors._WaitTimeout):
                raise
            self.pgconn.finish()  # or whoever cleans up would wait for it once more
            raise NoAnswer("PostgreSQL has not answered in time") from None

    def was_alive_just_now(self) -> bool:
        """Whether the server has answered within a moment, and nothing has come since: it says so when it ends."""
        if monotonic() - self.answered_at > TRUSTED_FOR:
            return False
        line = select.poll()
        line.register(self.pgconn.socket, select.POLLIN)
        return not line.poll(0)

    def is_alive(self) -> bool:
        if self.was_alive_just_now():
            return True
        usual, self.answer_within = self.answer_within, CHECKED_WITHIN
        try:
            ConnectionPool.check_connection(self)
        except psycopg.Error:
            return False
        finally:
            self.answer_within = usual
        return True


def _go_on_for_who_waits(pool: ConnectionPool) -> None:
    """The pool gave up; who waits for it would wait in vain, though the server may come back in the next moment."""
    if pool.get_stats().get("requests_waiting"):
        pool.check()  # which connects, if there is room


POOL = {
    "timeout": PATIENCE,
    "reconnect_timeout": ATTEMPTS_WITHIN,
    "reconnect_failed": _go_on_for_who_waits,
    "connection_class": Connection,
}


class PreparedCursor(psycopg.Cursor[Any]):
    """Has each statement prepared when its connection runs it for the first time."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        try:
            return super().execute(query, params, prepare=True, **how)
        except errors.FeatureNotSupported:  # "cached plan must not change result type": a column was altered meanwhile
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise  # its rollback makes psycopg forget what was prepared
            super().execute("DEALLOCATE ALL", prepare=False)  # of which psycopg takes notice
            return super().execute(query, params, prepare=True, **how)

    def _convert_query(self, query: Any, params: Any = None) -> Any:
        self._query = super()._convert_query(query, params)  # or Django could not say what ran
        return self._query


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with the pool above, and cursors and numbers for what is prepared."""

    bigint = Int8

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        super().__init__(settings_dict, alias)
        if asked := settings_dict["OPTIONS"].get("pool"):
            settings_dict["OPTIONS"]["pool"] = asked | POOL

    @async_unsafe
    def prepared_cursor(self) -> Any:
        """See forum/database/prepared.py."""
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = PreparedCursor(self.connection)
        return super()._prepare_cursor(cursor)  # type: ignore[misc]

    def get_new_connection(self, conn_params: Any) -> Any:
        deadline = monotonic() + PATIENCE
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except PoolTimeout as error:
                raise NoAnswer(str(error)) from None
            if self.pool is None or connection.is_alive():
                return connection
            self.pool.putconn(connection)
            self.pool.drain()  # the others fared alike
            if monotonic() > deadline:
                raise NoAnswer("PostgreSQL does not answer")

    def _configure_connection(self, connection: Any) -> bool:
        """Called by the pool for each connection it makes."""
        theirs: Any = super()
        is_changed = bool(theirs._configure_connection(connection))
        if (seconds := Connection.statements_within) is not None:
            connection.answer_within = seconds + SLACK
        if connection.prepare_threshold is None:
            return is_changed  # a pooler would give the settings of this session to others
        # One plan for all values from the first time on: PostgreSQL would make five others before.
        settings = {"plan_cache_mode": "force_generic_plan"}
        if seconds is not None:
            settings["statement_timeout"] = f"{seconds}s"
            settings["idle_in_transaction_session_timeout"] = f"{IDLE_WITHIN}s"
        connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in settings.items()))
        return True
