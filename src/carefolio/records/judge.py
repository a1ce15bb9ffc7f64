"""May this caller write this version here? Rights and scopes for records, the contracts' own rules for Consents."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from carefolio.base.failures import stale
from carefolio.consent.decide import decide
from carefolio.consent.lifecycle import Event, Standing, judge_creation, judge_deletion, judge_update
from carefolio.consent.principal import Role, permits_scope
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.entry import Kind
from carefolio.records import rights
from carefolio.records.batch import Batch, Home
from carefolio.records.changes import Change
from carefolio.records.parts import Parts
from carefolio.records.vault import facts_of
from carefolio.records.view import Viewer
from carefolio.store.rows import Flag, Row

Resource = dict[str, Any]
Verdict = tuple[Flag, Kind]
"""What the version counts for, and the event that the ledger records."""
_CONTRACT_EVENTS = MappingProxyType(
    {
        Event.PROPOSED: Kind.CONTRACT_PROPOSED,
        Event.GRANTED: Kind.CONTRACT_GRANTED,
        Event.DENIED: Kind.CONTRACT_CHANGED,
        Event.REJECTED: Kind.CONTRACT_REJECTED,
        Event.CHANGED: Kind.CONTRACT_CHANGED,
        Event.WITHDRAWN: Kind.CONTRACT_WITHDRAWN,
        Event.ENDED: Kind.CONTRACT_ENDED,
        Event.TAKEN_BACK: Kind.CONTRACT_ENDED,
    }
)


class Judge:
    """Judges one change at a time; raises the Failure that answers what may not be."""

    def __init__(self, parts: Parts, viewer: Viewer) -> None:
        self._keyring = parts.keyring
        self._viewer = viewer

    def creation(self, batch: Batch, change: Change, home: Home, path: str) -> Verdict:
        """Whether the caller may add such a record to this chart or shelf, as far as its content is not asked for."""
        principal = batch.caller.principal
        delegate = self._delegate(batch, home)
        is_stranger = principal.role is Role.PATIENT and home.number != principal.chart and not delegate
        in_scope = permits_scope(principal, "c", change.type, home.number)
        if not in_scope or (is_stranger and change.type == "Consent"):
            raise rights.no_such_chart(change.at(path))
        if not batch.mandated(change, "c"):
            rights.refuse_kept(principal, Flag.NONE, change.resource)
        if change.type != "Consent":
            return batch.kept(change, "c"), Kind.RECORD_CREATED
        standing = judge_creation(principal, change.resource, home.number, delegate=delegate)
        return _verdict(change, standing, Kind.RECORD_CREATED)

    def _delegate(self, batch: Batch, home: Home) -> frozenset[int]:
        """What the caller may hand on, acting for the patient. A chart that begins here has no delegates, and no view:
        one that is looked at before the chart is there would be remembered as a view of nothing.
        """
        return frozenset() if home.ref in batch.new else self._viewer.of(batch.caller, home.number).delegate

    def addition(self, batch: Batch, change: Change, made: tuple[Row, bytes], path: str) -> None:
        """Raise unless the caller may add this very record to the chart or shelf that it goes to."""
        row, body = made
        principal = batch.caller.principal
        if row.type in DIRECTORY or principal.role is Role.HOSPITAL or row.owner in (principal.chart, principal.shelf):
            return
        if batch.mandated(change, "c"):
            return
        view = self._viewer.of(batch.caller, row.owner)
        facts = facts_of(row, body, self._keyring)._replace(author=0)
        if not decide(view.adds, facts).permit:
            raise rights.no_such_chart(change.at(path))

    def update(self, batch: Batch, change: Change, before: Row, old: Resource) -> Verdict:
        """Whether the caller, who sees the record, may put this in its place."""
        caller = batch.caller
        rights.refuse_scope(caller.principal, before.type, "u", before.owner)
        if change.type == "Consent":
            was = _standing(before)
            delegate = self._viewer.of(caller, before.owner).delegate
            standing = judge_update(caller.principal, old, was, change.resource, delegate=delegate)
            return _verdict(change, standing, Kind.RECORD_UPDATED)
        if batch.mandated(change, "u"):
            return Flag(before.flags) | batch.kept(change, "u"), Kind.RECORD_UPDATED
        rights.refuse_kept(caller.principal, before.flags, old, change.resource)
        if not rights.may_change(caller.principal, before):
            raise rights.not_yours()
        rights.refuse_other_identifiers(caller.principal, before, old, change.resource, change.at("Patient.identifier"))
        return Flag(before.flags), Kind.RECORD_UPDATED

    def deletion(self, batch: Batch, before: Row, old: Resource) -> None:
        """Whether the caller, who sees the record, may take it away."""
        caller = batch.caller
        rights.refuse_scope(caller.principal, before.type, "d", before.owner)
        if before.type == "Consent":
            judge_deletion(
                caller.principal, old, _standing(before), delegate=self._viewer.of(caller, before.owner).delegate
            )
            return
        rights.refuse_kept(caller.principal, before.flags, old)
        if not rights.may_change(caller.principal, before):
            raise rights.not_yours()


def _standing(before: Row) -> Standing:
    return Standing(bool(before.flags & Flag.FORCE), Event.UNCHANGED, before.owner, before.author)


def _verdict(change: Change, standing: Standing, plain: Kind) -> Verdict:
    if standing.remark:
        change.remarks.append(standing.remark)
    return Flag.FORCE if standing.force else Flag.NONE, _CONTRACT_EVENTS.get(standing.event, plain)


def refuse_stale(change: Change, before: Row) -> None:
    """Raise unless the version that stands is the one that the caller changed."""
    if change.if_match is not None and change.if_match != before.version:
        raise stale(f"The record has moved on to version {before.version}; read it again before you change it.")
