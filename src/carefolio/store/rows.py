"""What a stored record is: its clear columns, its sealed body, and the digests that the ledger keeps of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from hashlib import sha256
from typing import NamedTuple

INDEX_DIGEST_BYTES = 16
DIRECTORY_COMPARTMENT = 0
"""The compartment of directory records, which everybody signed in may search."""


class State(IntEnum):
    """Whether the version is a record or the mark that it was deleted."""

    LIVE = 0
    DELETED = 1


class Flag(IntFlag):
    """Facts of the write that the body must not be able to claim."""

    NONE = 0
    FORCE = 1
    """A contract made by those who may make one; a Consent without it opens nothing."""
    KEPT = 2
    """Written under a mandate, by the rules of a workflow: nobody changes it by themselves any more."""


class Row(NamedTuple):
    """One version of one record, in the order of the table's columns. Times in µs UTC; 0 where there is none."""

    rid: int
    type: str
    id: str
    version: int
    owner: int
    updated: int
    author: int
    hospital: int
    label: int
    low: int
    high: int
    state: int
    flags: int
    indexed: bytes
    body: bytes

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.type}/{self.id}"


COLUMNS = ", ".join(Row._fields)
LIGHT_BODY = 64 * 1024


def light_columns(alias: str) -> str:
    """The columns with a body only where it is short: a long one is fetched when it is known that it will leave.

    How long a hidden record is then shows in no answer's time, and a page of long ones is not in memory at once.
    """
    names = [f"{alias}.{name}" for name in Row._fields[:-1]]
    return ", ".join([*names, f"iif(length({alias}.body) <= {LIGHT_BODY}, {alias}.body, zeroblob(0))"])


class Indexed(NamedTuple):
    """A record's index rows as blind values: those inside its compartment and those across charts."""

    compartment: int
    chart: tuple[int, ...]
    lookup: tuple[int, ...]

    def digest(self, low: int) -> bytes:
        """Sixteen bytes that change when a row is added, lost or altered."""
        return _digest([f"({self.compartment}, {value}, {low})" for value in sorted(set(self.chart))], self.lookup)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A row to be written (its ``rid`` is given inside the transaction when it is 0) and its index rows."""

    row: Row
    index: Indexed


def index_digest(chart: Iterable[tuple[int, int, int]], lookup: Iterable[int]) -> bytes:
    """The digest over a record's rows (compartment, value, low) and lookup values, whatever order they come in."""
    return _digest([f"({place!r}, {value!r}, {low!r})" for place, value, low in sorted(set(chart))], lookup)


def _digest(chart: Iterable[str], lookup: Iterable[int]) -> bytes:
    text = f"[{', '.join(chart)}]{sorted(set(lookup))}"
    return sha256(text.encode()).digest()[:INDEX_DIGEST_BYTES]


def row_digest(row: Row) -> bytes:
    """SHA-256 over every column but the local row number; stands in the ledger's entry of the write."""
    clear = "\n".join(map(str, row[1:13]))
    return sha256(clear.encode() + b"\n" + row.indexed + row.body).digest()


def place(type_: str, id_: str, version: int, owner: int) -> bytes:
    """The associated data of a body: a ciphertext moved to another record, version or owner does not open."""
    return f"{type_}/{id_}/{version}/{owner}".encode()
