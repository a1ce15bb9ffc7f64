"""Whose record a change is about: the chart that it names, and whether the caller may add to that chart at all.

A chart to which they may not add is as good as absent, in the same words and before anything else is said: whoever
names charts in what they write learns nothing of those that they could not have named.
"""

from __future__ import annotations

from functools import partial

from carefolio.base.failures import unprocessable
from carefolio.base.keys import PLATFORM
from carefolio.consent.principal import Role, permits_scope
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.references import split
from carefolio.records import rights
from carefolio.records.batch import Batch, Home
from carefolio.records.changes import Change, Method
from carefolio.records.naming import Naming
from carefolio.records.owner import FOLLOWS_TRANSACTION, Claim, claim_of, owner_holders
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.rows import Row


class Claims:
    """Finds the owner of what is written."""

    def __init__(self, parts: Parts, viewer: Viewer) -> None:
        self._parts = parts
        self._viewer = viewer
        self._naming = Naming(parts.database, parts.keyring)

    def of(self, batch: Batch, change: Change, before: Row | None) -> Claim:
        """The patient that the resource names, with a conditional reference replaced by the literal one; raises, in
        the words for one who is absent, when the caller may not add to that chart.
        """
        if change.method is Method.DELETE or change.type == "Patient":
            return Claim()
        self._localise(change)
        claim = claim_of(change.type, change.resource)
        reference = claim.reference.split("/_history/", 1)[0]
        if reference and reference not in batch.new:
            owner = batch.once(("asked", reference), partial(self._naming.chart, batch.caller.principal, reference))
            stays = owner is not None and before is not None and before.owner == owner.number
            may = stays or self._may_add(batch, owner, change)
            if owner is None or not may:
                raise rights.no_such_chart(change.at(claim.path))
            batch.known["named", owner.ref] = owner
            if "?" in reference and claim.holder is not None:
                change.refer(claim.holder, owner.ref)
            reference = owner.ref
        return Claim(reference, claim.holder, claim.path)

    def _localise(self, change: Change) -> None:
        """What names the owner by our own address, as we hand it out, names them as well as ``Patient/id`` does."""
        base = self._parts.base + "/"
        for holder in owner_holders(change.type, change.resource):
            text = holder["reference"].removeprefix(base)
            if split(text).kind in ("literal", "conditional"):
                change.refer(holder, text)

    def _may_add(self, batch: Batch, owner: Owner | None, change: Change) -> bool:
        """Whether the caller may add any record of this type to the chart; the very record is judged later."""
        principal, type_ = batch.caller.principal, change.type
        number = owner.number if owner else PLATFORM  # looked at in its place, so that this takes as long
        view = self._viewer.of(batch.caller, number)
        if not permits_scope(principal, "c", type_, number):
            return False
        if principal.role is Role.HOSPITAL or number == principal.chart or batch.mandated(change, "c"):
            return True
        if type_ == "Consent":
            return principal.role is Role.DOCTOR or bool(view.delegate)
        return any(window.kinds is None or type_ in window.kinds for window in view.adds)

    def home(self, batch: Batch, change: Change, claim: Claim) -> Home:
        """The chart that is claimed, else the sender's shelf; under a mandate what it goes beside comes first."""
        if change.beside and batch.mandated(change, "c"):
            return self._beside(change)
        reference = f"Patient/{change.id}" if change.type == "Patient" else claim.reference
        new = batch.new.get(reference)
        if new is not None:
            return Home(new.owner.number, new.owner.ref, new.key)
        database = self._parts.database
        in_chart = reference and change.type not in DIRECTORY
        shelf = batch.caller.principal.shelf
        if in_chart:
            owner = batch.once(("named", reference), partial(owners.of_reference, database, reference))
        else:
            owner = batch.once(("shelf", shelf), partial(owners.of_number, database, shelf))
        if owner is None:
            raise rights.no_such_chart(change.at(claim.path))
        return Home(owner.number, owner.ref, self._parts.keyring.of(owner.number))

    def _beside(self, change: Change) -> Home:
        type_, _, id_ = change.beside.partition("/")
        row = records.current_at(self._parts.database, type_, id_)[1]
        owner = owners.of_number(self._parts.database, row.owner) if row else None
        if row is None or owner is None:
            raise unprocessable("What this belongs to is not there any more.", change.at(change.type), "not-found")
        home = Home(owner.number, owner.ref, self._parts.keyring.of(owner.number))
        return home._replace(author=row.author, hospital=row.hospital) if change.type in DIRECTORY else home

    def stay(self, batch: Batch, change: Change, claim: Claim, before: Row) -> Home:
        """Where the record is; raises when its new content would take it elsewhere."""
        owner = owners.of_number(self._parts.database, before.owner)
        if owner is None or self._named(batch, change, claim, owner) != before.owner:
            raise unprocessable("A record stays with the patient it was created for.", change.at(claim.path))
        return Home(owner.number, owner.ref, self._parts.keyring.of(owner.number))

    def _named(self, batch: Batch, change: Change, claim: Claim, owner: Owner) -> int:
        """The owner that the new content names; what names none stays where it is."""
        if change.type in DIRECTORY or change.type == "Patient":
            return owner.number
        if claim.reference:
            return self.home(batch, change, claim).number
        named_before = owner.kind == "chart" and change.type not in FOLLOWS_TRANSACTION
        return batch.caller.principal.shelf if named_before else owner.number


def follow(change: Change, about: set[str]) -> Claim:
    """Where a type goes that names no patient: to the one patient that the transaction is about."""
    if change.type in FOLLOWS_TRANSACTION and len(about) == 1:
        return Claim(next(iter(about)))
    return Claim()
