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
from carefolio.search.rows import codes
from carefolio.store.rows import Row, State, place

Resource = dict[str, Any]


def open_body(keyring: Keyring, row: Row) -> bytes:
    """The record's JSON; raises a Failure when the ciphertext does not belong where it stands."""
    try:
        return keyring.of(row.owner).open(row.body, place(row.type, row.id, row.version, row.owner))
    except (InvalidTag, KeyError):
        raise broken("A stored record cannot be opened; run 'carefolio ledger verify'.") from None


def open_resource(keyring: Keyring, row: Row) -> Resource:
    """The record as parsed JSON."""
    return parse(open_body(keyring, row))


def _content(row: Row, body: bytes | None, keyring: Keyring, whole: Callable[[Row], Row]) -> Resource:
    """The parsed content; nothing for a deletion and for a record that is not there."""
    if body is None:
        body = open_body(keyring, whole(row)) if row.version and row.state == State.LIVE else b""
    return parse(body) if body else {}


def facts_of(row: Row, body: bytes | None, keyring: Keyring, whole: Callable[[Row], Row] = lambda row: row) -> Facts:
    """What a decision is made on. The content is read only when a contract asks for codes or participants; ``whole``
    fetches a long body that a light look left out.
    """
    known: list[Resource] = []

    def resource() -> Resource:
        if not known:
            known.append(_content(row, body, keyring, whole))
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
        participants=lambda: participants(resource()),
    )
