"""A writer's connection that fails on purpose: real SQLite underneath, one statement in which something goes wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Sequence
from typing import Any

from carefolio.assembly import Carefolio

FAILED, PERSISTED, KILLED = "failed", "failed-but-persisted", "killed"


class Faulty:
    """Counts statements from the moment it is armed; the n-th fails before it is done, after it, or kills us."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.real = connection
        self.left = 0
        self.mode = FAILED
        self.failed_at = ""

    def arm(self, number: int, mode: str) -> None:
        """The statement with this number, counted from now, goes wrong."""
        self.left, self.mode, self.failed_at = number, mode, ""

    @property
    def in_transaction(self) -> bool:
        """As SQLite says."""
        return self.real.in_transaction

    def execute(self, sql: str, args: Sequence[Any] = ()) -> sqlite3.Cursor:
        """One statement."""
        return self._step(sql, lambda: self.real.execute(sql, args))

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> sqlite3.Cursor:
        """One statement for each row."""
        return self._step(sql, lambda: self.real.executemany(sql, rows))

    def close(self) -> None:
        """Let go."""
        self.real.close()

    def _step(self, sql: str, work: Any) -> Any:
        self.left -= 1
        if self.left != 0:
            return work()
        self.failed_at = sql
        if self.mode == PERSISTED:
            work()
        if self.mode == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        problem = sqlite3.OperationalError("disk I/O error")
        problem.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise problem


def put_into(carefolio: Carefolio) -> Faulty:
    """From now on the installation writes through this; nothing is under way when it is called."""
    carefolio.database.write_now(lambda tx: tx.now)
    writer = carefolio.database._writer
    writer._connection = faulty = Faulty(writer._connection)
    return faulty
