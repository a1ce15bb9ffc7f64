"""One way to tamper with the data, and the same way for several columns."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """One way to tamper."""

    name: str
    statements: tuple[str, ...]
    says: str


def columns(table: str, where: str, changes: dict[str, str], says: str) -> list[Way]:
    """One column at a time."""
    return [
        Way(f"{table}-{column}-{value}", (f"UPDATE {table} SET {column} = {value} WHERE {where}",), says)
        for column, value in changes.items()
    ]
