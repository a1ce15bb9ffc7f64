"""From a resource to a row: id and meta set, index and digests computed, attachments cut out, the body sealed."""

from __future__ import annotations

from typing import Any, NamedTuple

from carefolio.base.clock import instant
from carefolio.base.keys import Keyring, OwnerKey
from carefolio.consent.labels import label_of
from carefolio.fhir.json import serialise
from carefolio.fhir.kinds import DIRECTORY
from carefolio.records.enclosures import NOTHING, UNMARKED, Enclosure, Held, enclose, outline
from carefolio.records.packing import packed
from carefolio.search.rows import clinical_span, index_rows
from carefolio.store import rows
from carefolio.store.rows import Flag, Indexed, NewRecord, Row, State

Resource = dict[str, Any]


class Place(NamedTuple):
    """Where a version goes: the owner with its key, and the facts of the write."""

    owner: int
    owner_ref: str
    key: OwnerKey
    author: int
    hospital: int
    updated: int
    flags: int = Flag.NONE
    rid: int = 0
    version: int = 1


class Composed(NamedTuple):
    """The row with its index rows, the JSON that readers will get (what signs stand for is left out of it), and the
    attachments to be kept before the row is.
    """

    record: NewRecord
    body: bytes
    cut: tuple[Enclosure, ...]


def compose(
    keyring: Keyring, resource: Resource, id_: str, place: Place, mark: str = UNMARKED, held: Held = NOTHING
) -> Composed:
    """The next version of a record at its place; ``mark`` begins the names of its blobs, but of those that are ``held``
    by the version before it.
    """
    type_ = resource["resourceType"]
    stamped = _stamp(resource, id_, place)
    body = serialise(stamped)
    low, high = clinical_span(type_, stamped)
    index = index_of(keyring, type_, stamped, place.owner, place.owner_ref, place.flags)
    bound = rows.place(type_, id_, place.version, place.owner)
    stored, cut = enclose(body, place.key, mark, bound, held)
    row = Row(
        rid=place.rid,
        type=type_,
        id=id_,
        version=place.version,
        owner=place.owner,
        updated=place.updated,
        author=place.author,
        hospital=place.hospital,
        label=label_of(stamped),
        low=low,
        high=high,
        state=State.LIVE,
        flags=int(place.flags),
        indexed=index.digest(low),
        body=place.key.seal(packed(stored), bound),
    )
    return Composed(NewRecord(row, index), outline(stored) if held.signed else body, cut)


def tombstone(before: Row, key: OwnerKey, updated: int) -> NewRecord:
    """The mark that a record was deleted: a version without content and without index rows."""
    index = Indexed(compartment_of(before.type, before.owner), (), ())
    version = before.version + 1
    row = before._replace(
        version=version,
        updated=updated,
        state=State.DELETED,
        indexed=index.digest(before.low),
        body=key.seal(b"", rows.place(before.type, before.id, version, before.owner)),
    )
    return NewRecord(row, index)


def index_of(keyring: Keyring, type_: str, resource: Resource, owner: int, owner_ref: str, flags: int) -> Indexed:
    """The index rows that a resource has, as blind values."""
    texts = index_rows(type_, resource, owner_ref, kept=bool(flags & Flag.KEPT))
    value = keyring.blind.value
    return Indexed(
        compartment_of(type_, owner),
        tuple(value(text) for text in texts.chart),
        tuple(value(text) for text in texts.lookup),
    )


def compartment_of(type_: str, owner: int) -> int:
    """Where a record is searched: in its owner's compartment, directory records in the one that all share."""
    return rows.DIRECTORY_COMPARTMENT if type_ in DIRECTORY else owner


def _stamp(resource: Resource, id_: str, place: Place) -> Resource:
    """The resource with the id, version and time that it has here; all else as it was sent."""
    meta = {
        **resource.get("meta", {}),
        "versionId": str(place.version),
        "lastUpdated": instant(place.updated),
    }
    head = {"resourceType": resource["resourceType"], "id": id_, "meta": meta}
    return head | {name: value for name, value in resource.items() if name not in head}
