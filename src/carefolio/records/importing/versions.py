"""One entry becomes a version of a record: its owner is found, its right to be there judged, its row composed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from carefolio.base.failures import unprocessable
from carefolio.base.keys import OwnerKey
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.references import split
from carefolio.ledger.entry import Kind
from carefolio.records.carried import carried
from carefolio.records.changes import NewOwner, Write
from carefolio.records.compose import Place, compose, index_of
from carefolio.records.importing.files import Entry
from carefolio.records.importing.sender import Opened, Sender
from carefolio.records.owner import FOLLOWS_TRANSACTION, claim_of, owner_references
from carefolio.records.prepare import begin_chart
from carefolio.records.rights import may_change
from carefolio.records.vault import open_resource
from carefolio.store import owners
from carefolio.store.rows import Flag, Row, State

CACHED = 5_000
_BASE = "http://hl7.org/fhir/StructureDefinition/"
"""Where profiles that come with R4 itself are."""
NO_FORCE = "Stored without force: an access contract counts once the patient makes it active here."
_NO_CHART = "The patient that it belongs to is neither in this input nor known here."
_CONTRACT = "An access contract is changed by the patient or a delegate only."
_MOVED_OWNER = "A record stays with the patient it was created for."
_ERASED = "This patient's records were erased at their own wish; nothing is added."
_FOREIGN = "Only who wrote this record, or their hospital, may change it."


@dataclass(frozen=True, slots=True)
class Home:
    """The chart or shelf that a record goes to."""

    number: int
    ref: str
    key: OwnerKey


@dataclass(slots=True)
class Draft:
    """A valid resource on its way: where it goes, what stands there now, what it names in vain."""

    entry: Entry
    resource: dict[str, Any]
    id: str
    before: Row | None = None
    nowhere: list[str] = field(default_factory=list)
    follows: str = ""
    """The one patient that its file is about, for types that name none."""
    begun: NewOwner | None = None
    """The chart that begins with it."""


class Versions:
    """Composes versions for one sender."""

    def __init__(self, opened: Opened, sender: Sender) -> None:
        self._database = opened.database
        self._keyring = opened.keyring
        self._mark = opened.door.parts.mark
        self._sender = sender
        self._shelf = Home(sender.shelf.number, sender.shelf.ref, opened.keyring.of(sender.shelf.number))
        self._homes: dict[str, Home] = {}

    def compose(self, draft: Draft, updated: int) -> Write:
        """The version; a new patient's chart is noted in the draft. Raises a Failure that says why it cannot be."""
        before = draft.before
        home = self._home(draft)
        if before is None:
            place = Place(home.number, home.ref, home.key, self._sender.account.number, self._shelf.number, updated)
            resource = carried({}, draft.resource, "extension")
            record, _, cut = compose(self._keyring, resource, draft.id, place, self._mark)
            return Write(record, Kind.RECORD_CREATED, cut=cut)
        self._refuse(before)
        if home.number != before.owner:
            raise unprocessable(_MOVED_OWNER)
        return self._supersede(draft.resource, before, home, updated)

    def _supersede(self, resource: dict[str, Any], before: Row, home: Home, updated: int) -> Write:
        old = open_resource(self._keyring, before) if before.state == State.LIVE else {}
        place = Place(
            owner=before.owner,
            owner_ref=home.ref,
            key=home.key,
            author=before.author,
            hospital=before.hospital,
            updated=updated,
            flags=before.flags,
            rid=before.rid,
            version=before.version + 1,
        )
        record, _, cut = compose(self._keyring, carried(old, resource, "extension"), before.id, place, self._mark)
        index = index_of(self._keyring, before.type, old, before.owner, home.ref, before.flags) if old else None
        return Write(record, Kind.RECORD_UPDATED, before, index, cut=cut)

    def _refuse(self, before: Row) -> None:
        """Raise when the sender may not change what stands there."""
        if not may_change(self._sender.principal, before):
            raise unprocessable(_FOREIGN)
        if before.flags & Flag.FORCE:
            raise unprocessable(_CONTRACT)

    def _home(self, draft: Draft) -> Home:
        type_, before = draft.entry.type, draft.before
        if type_ == "Patient":
            return self._chart(f"Patient/{draft.id}") or self._begin(draft)
        if type_ in DIRECTORY:
            return self._shelf
        reference = self._claimed(draft)
        if not reference and type_ in FOLLOWS_TRANSACTION:
            reference = self._place_of(before) if before is not None else draft.follows
        home = self._chart(reference) if reference else self._shelf
        if home is None:
            raise unprocessable(_NO_CHART)
        return home

    def _claimed(self, draft: Draft) -> str:
        """The chart's reference that the resource names, empty when it names no patient at all."""
        type_ = draft.entry.type
        claim = claim_of(type_, draft.resource)
        if claim.reference:
            lost = claim.reference in draft.nowhere
        else:
            lost = any(_is_lost_patient(text) for text in owner_references(type_, draft.resource))
        if lost:
            raise unprocessable(_NO_CHART, claim.path or None)
        return claim.reference.split("/_history/", 1)[0]

    def _begin(self, draft: Draft) -> Home:
        draft.begun = new = begin_chart(self._keyring, f"Patient/{draft.id}")
        return Home(new.owner.number, new.owner.ref, new.key)

    def _chart(self, reference: str) -> Home | None:
        home = self._homes.get(reference)
        if home is None:
            owner = owners.of_reference(self._database, reference)
            if owner is None:
                return None
            home = Home(owner.number, owner.ref, self._key(owner.number))
            if len(self._homes) >= CACHED:
                self._homes.clear()
            self._homes[reference] = home
        return home

    def _key(self, number: int) -> OwnerKey:
        try:
            return self._keyring.of(number)
        except KeyError:
            raise unprocessable(_ERASED) from None

    def _place_of(self, before: Row) -> str:
        owner = owners.of_number(self._database, before.owner)
        return owner.ref if owner else ""


def _is_lost_patient(text: str) -> bool:
    """Whether it is, or may be, a patient whom nothing here is known of."""
    parts = split(text)
    return parts.kind == "urn" or (parts.kind == "absolute" and parts.type == "Patient")


def remarks(resource: dict[str, Any]) -> list[str]:
    """What the report says of a resource that is stored."""
    found = [NO_FORCE] if resource["resourceType"] == "Consent" else []
    claimed = resource.get("meta", {}).get("profile", ())
    unknown = [profile for profile in claimed if profile and not profile.startswith(_BASE)]
    if unknown:
        found.append(f"Claimed profile not known here, stored as it is: {', '.join(unknown)}")
    return found


def unknown(reference: str) -> str:
    """A remark on a reference to nothing known. A search for a patient may hold their number: that stays out of it."""
    shown = "Patient?…" if reference.startswith("Patient?") else reference
    return f"Reference kept as sent, what it names is not known here: {shown}"
