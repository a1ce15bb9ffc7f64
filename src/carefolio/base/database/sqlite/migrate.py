"""Migrations: numbered SQL files, each applied once, all that are missing in one transaction."""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from carefolio.base.failures import broken


def migrations() -> list[tuple[int, str]]:
    """All migrations as (number, SQL), in order."""
    folder = files("carefolio.base.database.sqlite") / "migrations"
    found = [(int(file.name[:4]), file.read_text()) for file in folder.iterdir() if file.name.endswith(".sql")]
    return sorted(found)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date. A crash leaves the old schema whole; several processes may try at once."""
    steps = migrations()
    if _version(connection) == steps[-1][0]:
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)
    if version > steps[-1][0]:
        connection.execute("ROLLBACK")
        raise broken("The database was made by a newer Carefolio; upgrade this one.")
    for number, sql in steps:
        if number > version:
            for statement in _statements(sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(sql: str) -> list[str]:
    statements: list[str] = []
    pending = ""
    for line in sql.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
