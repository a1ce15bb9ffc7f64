"""Who is who: what a sender called an entry, and the record it became.

A record's id is a keyed digest of the hospital and the name, so it is known before the record is written and a
reference can be rewritten before what it points to was read. ``import_identity`` keeps, for each name, the row it
became and a keyed digest of the content that was sent last: the same content again changes nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from carefolio.base.database import Transaction
from carefolio.base.keys import Blind
from carefolio.store.records import Reader

_KNOWN = "SELECT r.type, r.id, r.owner, i.digest FROM import_identity i JOIN record r ON r.rid = i.rid WHERE i.name = ?"
_KEEP = (
    "INSERT INTO import_identity (name, rid, digest) SELECT ?, rid, ? FROM record WHERE id = ? AND type = ?"
    " ON CONFLICT (name) DO UPDATE SET rid = excluded.rid, digest = excluded.digest"
)
_STAMPS = ("versionId", "lastUpdated")
_canonical = msgspec.json.Encoder(order="deterministic", decimal_format="number", enc_hook=str).encode


class Known(NamedTuple):
    """The record that a name stands for, and the digest of what was sent last under it."""

    type: str
    id: str
    owner: int
    digest: bytes


class Names:
    """One hospital's names."""

    def __init__(self, blind: Blind, hospital: str) -> None:
        self._blind = blind
        self._hospital = hospital

    def of(self, text: str) -> bytes:
        """The blind name of what the hospital calls by this fullUrl or ``Type/id``; ``derived_id`` makes its id."""
        return self._blind.digest(f"import\n{self._hospital}\n{text}")

    def by_content(self, type_: str, content: bytes) -> bytes:
        """The blind name of an entry that has none of its own: the same content is the same entry."""
        return self.of(f"{type_} {content.hex()}")

    def content(self, resource: dict[str, Any]) -> bytes:
        """A digest of what was sent, whatever the order of its keys; the sender's version stamps do not count."""
        meta = resource.get("meta")
        if isinstance(meta, dict) and not meta.keys().isdisjoint(_STAMPS):
            kept = {name: value for name, value in meta.items() if name not in _STAMPS}
            resource = {**resource, "meta": kept}
        return self._blind.digest(f"import\n{_canonical(resource).decode()}")


def find(reader: Reader, name: bytes) -> Known | None:
    """The record that this name became; None when it was never imported."""
    row = reader.one(_KNOWN, (name,))
    return None if row is None else Known._make(row)


class Kept(NamedTuple):
    """What is to be remembered with a group: a name, the content's digest, and the record."""

    name: bytes
    content: bytes
    id: str
    type: str

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.type}/{self.id}"


def keep(tx: Transaction, kept: list[Kept]) -> None:
    """Remember names in the transaction that writes their records."""
    tx.many(_KEEP, kept)
