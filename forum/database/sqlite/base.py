"""Django's SQLite, whose writers in one process take turns.

SQLite itself lets them look again and again, each after a longer pause, and whoever happens to look at the right moment
goes first: with sixteen of them, some wait for seconds. Other processes still meet there.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.sqlite3 import base

from forum.database.outage import READS
from forum.database.sqlite.files import Identity, identity
from forum.database.sqlite.turns import Turns

USUAL_PATIENCE = 5.0  # seconds, as the sqlite3 module has it where the settings say nothing

_turns: defaultdict[str, Turns] = defaultdict(Turns)  # by the database's file


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's; a transaction that may write waits for its turn before it begins, a single statement likewise."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        super().__init__(settings_dict, alias)
        self.turns: Turns | None = None  # those of which we have one
        self.file: Identity = None  # the one that is open

    def get_new_connection(self, conn_params: Any) -> Any:
        theirs: Any = super()
        made = theirs.get_new_connection(conn_params)
        self.file = identity(str(self.settings_dict["NAME"]))
        return made

    def close_if_unusable_or_obsolete(self) -> None:
        """Also when another file took the place of the one that is open. Asked before and after each request."""
        is_idle = self.connection is not None and not self.in_atomic_block
        if is_idle and self.file != identity(str(self.settings_dict["NAME"])):
            self.close()
        super().close_if_unusable_or_obsolete()

    def create_cursor(self, name: Any = None) -> Any:
        connection: Any = self.connection
        return connection.cursor(factory=lambda line: Cursor(line, self))

    @contextmanager
    def own_turn(self, statement: str) -> Iterator[None]:
        """Around one statement, which needs a turn of its own if it writes outside a transaction."""
        if self.in_atomic_block or self.turns is not None or READS.match(statement):
            yield
            return
        self._take_turn()
        try:
            yield
        finally:
            self._end_turn()

    def _start_transaction_under_autocommit(self) -> None:
        this: Any = self
        if this.transaction_mode == "IMMEDIATE":
            self._take_turn()
        theirs: Any = super()
        try:
            theirs._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        theirs: Any = super()
        theirs._commit()
        self._end_turn()  # if that failed, a rollback follows

    def _rollback(self) -> None:
        theirs: Any = super()
        try:
            theirs._rollback()
        finally:
            self._end_turn()

    def _close(self) -> None:
        theirs: Any = super()
        try:
            theirs._close()
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        turns = _turns[str(self.settings_dict["NAME"])]
        patience = float(self.settings_dict["OPTIONS"].get("timeout", USUAL_PATIENCE))
        if not turns.take(patience):
            with self.wrap_database_errors:
                raise sqlite3.OperationalError("database is locked")
        self.turns = turns

    def _end_turn(self) -> None:
        turns, self.turns = self.turns, None
        if turns is not None:
            turns.hand_on()


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which asks its connection for a turn."""

    def __init__(self, line: sqlite3.Connection, wrapper: DatabaseWrapper) -> None:
        super().__init__(line)
        self.wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        with self.wrapper.own_turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self.wrapper.own_turn(query):
            return super().executemany(query, param_list)
