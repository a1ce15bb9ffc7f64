"""Which version of a record is the newest: nothing of what is in it, so nothing of it is told."""

from __future__ import annotations

from typing import Protocol

from carefolio.base.database import Row

_NEWEST = "SELECT version FROM record WHERE type = ? AND id = ?"


class _Asked(Protocol):
    def one(self, sql: str, args: tuple[str, str]) -> Row | None: ...


def newest(reader: _Asked, type_: str, id_: str) -> int:
    """The newest version's number; 0 where there is no such record. For what its caller may see in any case."""
    row = reader.one(_NEWEST, (type_, id_))
    return int(row[0]) if row else 0
