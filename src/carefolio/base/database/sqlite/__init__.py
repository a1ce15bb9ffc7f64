"""SQLite: one file, readers inline, one writer a process that commits in groups."""

from carefolio.base.database.sqlite.database import SqliteDatabase

__all__ = ["SqliteDatabase"]
