"""Bodies: sealed under the owner's key, bound to type, id, version and owner; and what is known of an opened one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag

from carefolio.base.failures import broken
from carefolio.base.keys import Keyring
from carefolio.consent.decide import Facts
from carefolio.fhir.json import parse
from carefolio.fhir.kinds import participants
from carefolio.records.enclosures import Held, held_in, named, outline, recognised, whole
from carefolio.records.packing import unpacked
from carefolio.records.parts import Parts
from carefolio.search.rows import codes
from carefolio.store.rows import Flag, Row, State, place

Resource = dict[str, Any]


def open_stored(keyring: Keyring, row: Row) -> bytes:
    """The record's JSON, or what is left of it where long attachments were cut out (``enclosures``); raises a Failure
    when the ciphertext does not belong where it stands.
    """
    try:
        owner = row.owner
        return unpacked(keyring.of(owner).open(row.body, place(row.type, row.id, row.version, owner)))
    except (InvalidTag, KeyError):
        raise broken("A stored record cannot be opened; run 'carefolio ledger verify'.") from None


def open_whole(parts: Parts, row: Row) -> bytes:
    """The record's JSON, attachments included."""
    return made_whole(parts, row, open_stored(parts.keyring, row))


def made_whole(parts: Parts, row: Row, stored: bytes) -> bytes:
    """The JSON of a record that was opened, with what was cut out of it; a store of attachments is asked for that."""
    return whole(stored, parts.blobs, parts.keyring.of(row.owner), _place(row))


def open_resource(keyring: Keyring, row: Row) -> Resource:
    """The record as parsed JSON, for us alone: a long attachment is an empty text in it."""
    return parse(outline(open_stored(keyring, row)))


def open_beside(keyring: Keyring, row: Row, new: Resource, *, signed: bool) -> tuple[Resource, Held]:
    """The same beside what is to replace it, with what that may go on naming: a long attachment that both have stands
    in it, or its sign where ``new`` was made from signs.
    """
    stored, place_ = open_stored(keyring, row), _place(row)
    old = parse(named(stored)) if signed else recognised(stored, keyring.of(row.owner), place_, new)
    return old, held_in(stored, place_, signed=signed)


def _place(row: Row) -> bytes:
    return place(row.type, row.id, row.version, row.owner)


def _content(row: Row, body: bytes | None, keyring: Keyring, fetch: Callable[[Row], Row]) -> Resource:
    """The parsed content; nothing for a deletion and for a record that is not there."""
    if body is None:
        body = open_stored(keyring, fetch(row)) if row.version and row.state == State.LIVE else b""
    return parse(outline(body)) if body else {}


def facts_of(row: Row, body: bytes | None, keyring: Keyring, fetch: Callable[[Row], Row] = lambda row: row) -> Facts:
    """What a decision is made on. The content is read only when a contract asks for codes or participants; ``fetch``
    gets a long body that a light look left out. Attachments never count, and their store is never asked.
    """
    known: list[Resource] = []

    def resource() -> Resource:
        if not known:
            known.append(_content(row, body, keyring, fetch))
        return known[0]

    return Facts(
        type=row.type,
        id=row.id,
        owner=row.owner,
        author=row.author,
        hospital=row.hospital,
        low=row.low,
        high=row.high,
        label=row.label,
        codes=lambda: codes(row.type, resource()),
        participants=lambda: participants(resource(), kept=bool(row.flags & Flag.KEPT)),
    )
