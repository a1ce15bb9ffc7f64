"""Write-ahead logging, switched on for a file that several processes may be opening at once."""

from __future__ import annotations

import sqlite3
import time

WAIT_SECONDS = 20.0
_RETRY_SECONDS = 0.005
_PRIMARY_CODE = 0xFF


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch it on. For this one statement SQLite does not wait for other processes, whatever its timeout: we do."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return
