"""A SQLite installation of any size, and what two stores hold, table by table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from carefolio.base.database import Database, Snapshot, Table, run
from carefolio.bench import growth
from carefolio.bench.stage import Stage, people, settings_of
from carefolio.bench.wanted import Size
from carefolio.ledger.tree import Frontier

ITS_OWN = frozenset({"installation", "checkpoint", "ledger_head"})
"""Tables that say where the store is and how far its ledger: the ledger is compared by itself."""
_ENTRIES = "SELECT leaf FROM entry ORDER BY seq"


def installed(folder: Path, count: int) -> Path:
    """The data folder of an installation with so many resources; ``DRILL_SOURCE`` names where one is kept for again."""
    kept = Path(os.environ.get("DRILL_SOURCE", folder))
    stage = Stage(kept, settings_of(kept / "data"), Size())
    if not stage.data.exists():
        with growth.opened(stage, create=True) as carefolio:
            people(stage, carefolio)
        with growth.opened(stage) as carefolio:
            run(carefolio.database, growth.fill(stage, carefolio, count))
    return stage.data


class Held(NamedTuple):
    """What a store holds: rows and their digest by table, and the ledger's root after so many entries."""

    tables: dict[str, tuple[int, str]]
    entries: int
    root: bytes


def held(database: Database, entries: int | None = None) -> Held:
    """All of it, read as a stranger to the move would: in the order of the keys, a row at a time; of the ledger the
    first ``entries``.
    """
    with database.snapshot() as moment:
        tree = Frontier()
        for (leaf,) in moment.each(_ENTRIES):
            if tree.size == entries:
                break
            tree.append(bytes(leaf))
        tables = [table for table in moment.tables() if table.name not in ITS_OWN]
        return Held({table.name: _digest(moment, table, tree.size) for table in tables}, tree.size, tree.root())


def _digest(moment: Snapshot, table: Table, entries: int) -> tuple[int, str]:
    where = f"WHERE seq <= {_last(moment, entries)}" if table.name == "entry" else ""
    sql = f"SELECT {', '.join(table.columns)} FROM {table.name} {where} ORDER BY {', '.join(table.key)}"
    digest, count = sha256(), 0
    for row in moment.each(sql):
        digest.update(repr(tuple(map(_plain, row))).encode())
        count += 1
    return count, digest.hexdigest()


def _last(moment: Snapshot, entries: int) -> int:
    row = moment.one("SELECT min(seq) FROM entry")
    return (row[0] if row else 0) + entries - 1


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytes | memoryview | bytearray) else value


def moved(source: Database, note: str) -> float:
    """Which part of all rows is there, by the note that a move keeps in its target."""
    _end, name, after = json.loads(note)
    with source.snapshot() as moment:
        tables = [table for table in moment.tables() if table.name != "installation"]
        counts = {table.name: _count(moment, table.name) for table in tables}
        done = sum(count for table, count in counts.items() if table < name)
        if after is not None:
            key = next(table.key for table in tables if table.name == name)
            marks = ", ".join("?" * len(key))
            done += _count(moment, f"{name} WHERE ({', '.join(key)}) <= ({marks})", [_told(value) for value in after])
        return done / sum(counts.values())


def _count(moment: Snapshot, what: str, args: Sequence[Any] = ()) -> int:
    row = moment.one(f"SELECT count(*) FROM {what}", args)
    return int(row[0]) if row else 0


def _told(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
