"""What somebody does who reaches the data file with its shell and has no keys: a catalogue of ways.

Each way is a name, the statements, and a text that the verdict has to hold. ``{o}`` is the id of an Observation with an
older version, ``{p}`` of another one, ``{d}`` of a deleted one, ``{r}`` and ``{q}`` the row numbers of the first two,
``{n}`` the newest entry's number, ``{m}`` one in the middle, ``{e}`` the one in which the log speaks of itself.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from carefolio.ledger.tree import Frontier
from tests import stores
from tests.faults import people
from tests.faults.ways import Way, columns

_ROW = {
    "type": "'Condition'",
    "version": "version + 7",
    "owner": "owner + 1",
    "updated": "updated - 1",
    "author": "author + 1",
    "hospital": "hospital + 1",
    "label": "1 - label",
    "low": "low + 1",
    "high": "high - 1",
    "state": "1 - state",
    "flags": "1 - flags",
    "indexed": "zeroblob(16)",
    "body": "substr(body, 1, 20) || x'00' || substr(body, 22)",
}
_FLIP = "CAST(substr(body, 1, length(body) - 1) AS BLOB)"
_SWAP = (
    "CREATE TABLE kept AS SELECT * FROM {table} WHERE {one}",
    "UPDATE {table} SET ({to}) = (SELECT {to} FROM {table} WHERE {two}) WHERE {one}",
    "UPDATE {table} SET ({to}) = (SELECT {to} FROM kept) WHERE {two}",
    "DROP TABLE kept",
)


def _swap(table: str, one: str, two: str, to: str) -> tuple[str, ...]:
    names = {"{table}": table, "{one}": one, "{two}": two, "{to}": to}
    made = list(_SWAP)
    for mark, name in names.items():
        made = [statement.replace(mark, name) for statement in made]
    return tuple(made)


_CURRENT, _OTHER, _OLD = "rid = {r}", "rid = {q}", "rid = {r} AND version = 1"

RECORDS = [
    *columns("record", _CURRENT, _ROW, "Observation/{o}"),
    *columns("record", _CURRENT, {"id": "id || 'x'", "rid": "1000000", "body": _FLIP}, "Observation/{o}"),
    Way("record-typed", ("UPDATE record SET body = CAST('words' AS TEXT) WHERE " + _CURRENT,), "Observation/{o}"),
    Way("record-unreadable", ("UPDATE record SET type = CAST(x'ff00' AS TEXT) WHERE " + _CURRENT,), "Observation/{o}"),
    Way("record-deleted", ("DELETE FROM record WHERE " + _CURRENT,), "Observation/{o}/_history/2 was written, but"),
    Way("record-all-deleted", ("DELETE FROM record",), "was written, but its row was deleted"),
    Way(
        "record-added",
        (
            "CREATE TABLE kept AS SELECT * FROM record WHERE " + _CURRENT,
            "UPDATE kept SET rid = 1000000, id = 'invented'",
            "INSERT INTO record SELECT * FROM kept",
            "DROP TABLE kept",
        ),
        "Observation/invented/_history/2 is stored, but no entry says",
    ),
    Way("record-bodies-swapped", _swap("record", _CURRENT, _OTHER, "body"), "Observation/{o}"),
    Way(
        "record-names-swapped",
        (
            "UPDATE record SET id = 'x' WHERE " + _CURRENT,
            "UPDATE record SET id = '{o}' WHERE " + _OTHER,
            "UPDATE record SET id = '{p}' WHERE " + _CURRENT,
        ),
        "Observation/{o}",
    ),
    Way(
        "record-rolled-back",
        (
            "DELETE FROM record WHERE " + _CURRENT,
            "INSERT INTO record SELECT * FROM history WHERE " + _OLD,
            "DELETE FROM history WHERE " + _OLD,
        ),
        "Observation/{o}/_history/2 was written, but",
    ),
    Way("record-undeleted", ("UPDATE record SET state = 0 WHERE id = '{d}'",), "Observation/{d}"),
    Way(
        "record-shifted",
        ("UPDATE record SET indexed = indexed || substr(body, 1, 1), body = substr(body, 2) WHERE " + _CURRENT,),
        "Observation/{o}",
    ),
]
HISTORY = [
    *columns("history", _OLD, _ROW, "Observation/{o}"),
    *columns("history", _OLD, {"id": "'invented'", "rid": "1000000", "body": _FLIP}, "Observation/{o}"),
    Way("history-of-another", ("UPDATE history SET rid = {q} WHERE " + _OLD,), "Observation/{o}"),
    Way("history-deleted", ("DELETE FROM history WHERE " + _OLD,), "Observation/{o}/_history/1 was written, but"),
    Way("history-all-deleted", ("DELETE FROM history",), "Observation/{o}/_history/1 was written, but"),
    Way(
        "history-added",
        ("INSERT INTO history SELECT * FROM record WHERE " + _CURRENT,),
        "Observation/{o}/_history/2 is stored, but",
    ),
    Way(
        "history-shifted",
        (
            "UPDATE history SET indexed = CAST(indexed || substr(body, 1, 1) AS BLOB),"
            " body = substr(body, 2) WHERE " + _OLD,
        ),
        "Observation/{o}/_history/1",
    ),
    Way(
        "history-with-current-swapped",
        (
            "CREATE TABLE kept AS SELECT * FROM history WHERE " + _OLD,
            "UPDATE history SET body = (SELECT body FROM record WHERE rid = {r}) WHERE " + _OLD,
            "UPDATE record SET body = (SELECT body FROM kept) WHERE " + _CURRENT,
            "DROP TABLE kept",
        ),
        "Observation/{o}",
    ),
]
_ONE = "rid = {r} AND value = (SELECT min(value) FROM {t} WHERE rid = {r})"


def _index(table: str, others: dict[str, str]) -> list[Way]:
    one = _ONE.replace("{t}", table)
    mine = "The index rows of Observation/{o} were changed" if table == "idx" else "The index rows of Patient/{a} were"
    row = "{r}" if table == "idx" else "{s}"
    one, ways = one.replace("{r}", row), []
    values = {"value": "value + 1", **others}
    ways += columns(table, one, values, mine)
    ways += [
        Way(f"{table}-moved", (f"UPDATE OR REPLACE {table} SET rid = {{q}} WHERE {one}",), mine),
        Way(f"{table}-nowhere", (f"UPDATE {table} SET rid = 1000000 WHERE {one}",), "belong to no record"),
        Way(f"{table}-deleted", (f"DELETE FROM {table} WHERE {one}",), mine),
        Way(f"{table}-all-deleted", (f"DELETE FROM {table}",), mine),
        Way(f"{table}-text", (f"UPDATE {table} SET value = 'word' WHERE {one}",), mine),
        Way(f"{table}-blob", (f"UPDATE {table} SET value = x'ff' WHERE {one}",), mine),
        Way(f"{table}-real", (f"UPDATE {table} SET value = 1.5 WHERE {one}",), mine),
        Way(f"{table}-row-text", (f"UPDATE {table} SET rid = 'word' WHERE {one}",), "belong to no record"),
    ]
    return ways


INDEX = [
    *_index("idx", {"compartment": "compartment + 1", "low": "low + 1"}),
    Way("idx-low-text", ("UPDATE idx SET low = 'word' WHERE rid = {r}",), "The index rows of Observation/{o}"),
    Way("idx-added", ("INSERT INTO idx VALUES (1, 2, 3, {r})",), "The index rows of Observation/{o} were changed"),
    Way(
        "idx-swapped",
        (
            "CREATE TABLE kept AS SELECT * FROM idx WHERE rid IN ({r}, {q})",
            "DELETE FROM idx WHERE rid IN ({r}, {q})",
            "INSERT INTO idx SELECT compartment, value, low, {r} + {q} - rid FROM kept",
            "DROP TABLE kept",
            "INSERT INTO idx VALUES (7, 7, 7, {q})",
        ),
        "The index rows of Observation/{p} were changed",
    ),
    *_index("lookup", {}),
    Way("lookup-added", ("INSERT INTO lookup VALUES (2, {r})",), "The index rows of Observation/{o} were changed"),
]
_MIDDLE = "seq = {m}"
ENTRIES = [
    *columns(
        "entry",
        _MIDDLE,
        {
            "time": "time + 1",
            "kind": "kind + 1",
            "actor": "actor + 1",
            "owner": "owner + 1",
            "body": _ROW["body"],
            "leaf": "zeroblob(32)",
        },
        "Entry {m}",
    ),
    *columns("entry", _MIDDLE, {"body": _FLIP, "leaf": "'word'", "time": "'word'", "owner": "77777"}, "Entry {m}"),
    Way("entry-renumbered", ("UPDATE entry SET seq = -5 WHERE " + _MIDDLE,), "Entry {m} was deleted"),
    Way("entry-deleted", ("DELETE FROM entry WHERE " + _MIDDLE,), "Entry {m} was deleted"),
    Way("entry-first-deleted", ("DELETE FROM entry WHERE seq = 1",), "Entry 1 was deleted"),
    Way("entry-last-deleted", ("DELETE FROM entry WHERE seq = {n}",), "Entries {n} to {n} are gone"),
    Way("entry-truncated", ("DELETE FROM entry WHERE seq > {m}",), "are gone, cut off at the end"),
    Way("entry-emptied", ("DELETE FROM entry",), "Entries 1 to {n} are gone"),
    Way(
        "entry-swapped", _swap("entry", "seq = {m}", "seq = {m} + 1", "time, kind, owner, actor, body, leaf"), "swapped"
    ),
    Way(
        "entry-reordered",
        ("UPDATE entry SET seq = -seq WHERE seq > {m}", "UPDATE entry SET seq = {m} + {n} + 1 + seq WHERE seq < 0"),
        "do not give the root",
    ),
    Way(
        "entry-overwritten",
        (
            "CREATE TABLE kept AS SELECT * FROM entry WHERE seq = {m}",
            "DELETE FROM entry WHERE seq = {m} + 2",
            "UPDATE kept SET seq = {m} + 2",
            "INSERT INTO entry SELECT * FROM kept",
            "DROP TABLE kept",
        ),
        "are the same: one was overwritten",
    ),
    Way(
        "entry-added",
        (
            "CREATE TABLE kept AS SELECT * FROM entry WHERE seq = {m}",
            "UPDATE kept SET seq = {n} + 1",
            "INSERT INTO entry SELECT * FROM kept",
            "DROP TABLE kept",
        ),
        "The ledger's head was rolled back",
    ),
    Way(
        "entry-closed-up",
        (
            "DELETE FROM entry WHERE seq = {m}",
            "UPDATE entry SET seq = -seq WHERE seq > {m}",
            "UPDATE entry SET seq = -seq - 1 WHERE seq < 0",
        ),
        "are gone, cut off at the end or removed before it",
    ),
]
HEAD = [
    Way("head-size", ("UPDATE ledger_head SET size = size - 1",), "The ledger's head was changed"),
    Way(
        "head-frontier",
        ("UPDATE ledger_head SET frontier = substr(frontier, 1, 8) || zeroblob(length(frontier) - 8)",),
        "head",
    ),
    Way(
        "head-short",
        ("UPDATE ledger_head SET frontier = substr(frontier, 1, 20)",),
        "The ledger's head is missing or damaged",
    ),
    Way("head-text", ("UPDATE ledger_head SET frontier = 'word'",), "The ledger's head is missing or damaged"),
    Way("head-deleted", ("DELETE FROM ledger_head",), "The ledger's head is missing or damaged"),
    Way(
        "head-rolled-back",
        ("UPDATE ledger_head SET size = 0, frontier = zeroblob(8)",),
        "The ledger's head was rolled back",
    ),
]
CHECKPOINTS = [
    Way(
        "checkpoint-note",
        ("UPDATE checkpoint SET note = substr(note, 1, 20) || 'zz' || substr(note, 23)",),
        "The checkpoint of {n} entries was changed",
    ),
    Way(
        "checkpoint-note-shorter",
        ("UPDATE checkpoint SET note = substr(note, 1, length(note) - 1)",),
        "more or less than",
    ),
    Way("checkpoint-note-longer", ("UPDATE checkpoint SET note = note || 'x'",), "more or less than"),
    Way("checkpoint-size", ("UPDATE checkpoint SET size = size - 1",), "it was signed for {n} entries"),
    Way("checkpoint-size-text", ("UPDATE checkpoint SET size = 'word'",), "it was signed for {n} entries"),
    Way("checkpoint-frontier", ("UPDATE checkpoint SET frontier = zeroblob(8)",), "its frontier does not give"),
    Way("checkpoint-note-blob", ("UPDATE checkpoint SET note = x'ff'",), "The checkpoint of {n} entries was changed"),
    Way(
        "checkpoint-frontier-text",
        ("UPDATE checkpoint SET frontier = 'a'",),
        "The checkpoint of {n} entries was changed",
    ),
    Way("checkpoint-deleted", ("DELETE FROM checkpoint",), "The published checkpoint was deleted: it counted {n}"),
    Way(
        "checkpoint-numbered",
        ("PRAGMA ignore_check_constraints = ON; UPDATE checkpoint SET one = 2",),
        "CHECK constraint failed in checkpoint",
    ),
    Way(
        "checkpoint-cut-with-entries",
        ("DELETE FROM entry WHERE seq > {n} - 3", "DELETE FROM checkpoint", "FRONTIER {n} - 3"),
        "the checkpoint beside the keys counts {n} entries",
    ),
    Way(
        "checkpoint-of-itself-cut-out",
        (
            "DELETE FROM entry WHERE kind = 96",
            "CREATE TABLE kept AS SELECT row_number() OVER (ORDER BY seq) AS seq, time, kind, owner, actor, body, leaf"
            " FROM entry",
            "DELETE FROM entry",
            "INSERT INTO entry SELECT * FROM kept",
            "DROP TABLE kept",
            "FRONTIER {n} - 1",
        ),
        "are gone, cut off at the end or removed before it",
    ),
    Way(
        "checkpoint-of-itself-swapped",
        _swap("entry", "seq = {e}", "seq = {e} - 1", "time, kind, owner, actor, body, leaf"),
        "which is not the log in front of it",
    ),
]
WAYS = [*RECORDS, *HISTORY, *INDEX, *ENTRIES, *HEAD, *CHECKPOINTS, *people.WAYS]

UNBOUND = [
    Way("account-shelf", ("UPDATE account SET shelf = shelf + 1 WHERE role = 'doctor'",), ""),
    Way("account-organization", ("UPDATE account SET organization = 'Organization/x' WHERE role = 'doctor'",), ""),
    Way("token-revoked", ("UPDATE token SET revoked = 1 - revoked",), ""),
    Way("inquiry-added", ("INSERT INTO inquiry SELECT number, 4, 9e15 FROM owner WHERE kind = 'chart'",), ""),
    Way("owner-listed", ("UPDATE owner SET listed = 1 - listed WHERE kind = 'chart'",), ""),
    Way("owner-ref", ("UPDATE owner SET ref = ref || 'x' WHERE kind = 'chart'",), ""),
    Way("owner-deleted", ("DELETE FROM owner WHERE kind = 'chart'",), ""),
    Way("presence-added", ("INSERT OR IGNORE INTO presence SELECT -4, number FROM owner",), ""),
]
"""Ways into tables that no entry of the ledger speaks for."""


def names_in(data: Path) -> dict[str, object]:
    """What the marks of the ways stand for in this data."""
    with closing(stores.opened(data)) as database:
        stores.settle(database)
        one = database.one
        old, row = one("SELECT id, rid FROM history WHERE type = 'Observation' AND state = 0 AND version = 1")
        other, other_row = one("SELECT id, rid FROM record WHERE type = 'Observation' AND version = 1 AND state = 0")
        patient, patient_row = one("SELECT id, rid FROM record WHERE type = 'Patient' ORDER BY rid")
        deleted = one("SELECT id FROM record WHERE state = 1")[0]
        newest, itself = one("SELECT max(seq), max(iif(kind = 96, seq, 0)) FROM entry")
    return {
        "o": old, "r": row, "p": other, "q": other_row, "a": patient, "s": patient_row, "d": deleted,
        "n": newest, "m": newest // 2, "e": itself,
    }  # fmt: skip


def filled(text: str, names: dict[str, object]) -> str:
    """A way's text with its marks filled in."""
    for mark, value in names.items():
        text = text.replace("{" + mark + "}", str(value))
    return text


def tamper(data: Path, way: Way, names: dict[str, object]) -> None:
    """Do it with the store's own shell. ``FRONTIER n`` puts the head that the first n entries give, as somebody would
    who knows the format.
    """
    for statement in way.statements:
        words = filled(statement, names)
        if words.startswith("FRONTIER "):
            words = _set_head(data, words.removeprefix("FRONTIER "))
        stores.run_sql(data, words)


def _set_head(data: Path, asked: str) -> str:
    with closing(stores.opened(data)) as database:
        size = database.one(f"SELECT {asked}")[0]
        leaves = database.read("SELECT leaf FROM entry WHERE seq <= ? ORDER BY seq", (size,))
    frontier = Frontier()
    frontier.extend([leaf for (leaf,) in leaves])
    return f"UPDATE ledger_head SET size = {size}, frontier = x'{frontier.to_bytes().hex()}'"
