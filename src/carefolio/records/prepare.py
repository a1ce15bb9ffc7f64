"""Prepare a write: find the owner, judge the right, compose the rows. Nothing is changed here; the plan that comes out
is put in place by ``commit`` inside one transaction, which looks again at everything it was built on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from carefolio.base import clock
from carefolio.base.failures import (
    Category,
    Failure,
    Issue,
    absent,
    conflict,
    forbidden,
    gone,
    stale,
    unprocessable,
)
from carefolio.base.ids import new_code, new_id
from carefolio.base.keys import Keyring, OwnerKey
from carefolio.consent.decide import decide
from carefolio.consent.lifecycle import Event, Standing, judge_creation, judge_deletion, judge_update
from carefolio.consent.principal import Role, permits_scope
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.references import split, walk
from carefolio.fhir.validate import validate
from carefolio.ledger.entry import Kind
from carefolio.records import rights
from carefolio.records.changes import Change, Method, NewOwner, Outcome, Plan, Write
from carefolio.records.compose import Place, compose, index_of, tombstone
from carefolio.records.conditional import Conditional
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.guesses import Guesses
from carefolio.records.naming import Naming
from carefolio.records.owner import FOLLOWS_TRANSACTION, Claim, claim_of
from carefolio.records.parts import Parts
from carefolio.records.vault import facts_of, open_body, open_resource
from carefolio.records.view import Viewer
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.rows import Flag, Row, State

CODE_AAD = b"owner/code"
"""The associated data of a chart's sealed patient code."""
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


@dataclass(slots=True)
class _Batch:
    """What is being prepared together: the plan so far, the charts that begin with it, the patients it is about."""

    caller: Caller
    plan: Plan
    updated: int
    new: dict[str, NewOwner] = field(default_factory=dict)
    charts: set[int] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Home:
    """The owner that a record goes to."""

    number: int
    ref: str
    key: OwnerKey


class Preparer:
    """Turns changes into a plan. Reads what is stored, writes nothing but keys for charts that may begin."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, conditional: Conditional) -> None:
        self._parts = parts
        self._conditional = conditional
        self._guesses = Guesses()
        self._viewer = viewer
        self._scribe = scribe
        self._naming = Naming(parts.database, parts.keyring)

    def plan(self, caller: Caller, changes: Sequence[Change]) -> Plan:
        """The plan for all changes together; raises a Failure with the place of the first that cannot be done."""
        batch = _Batch(caller, Plan(self._viewer.guard(caller)), clock.now())
        for change in changes:
            change.remarks.clear()
        found = [self._found(batch, change) for change in changes]
        self._link(batch, changes)
        for change, before in zip(changes, found, strict=True):
            if change.type == "Patient" and before is None and change.method is not Method.DELETE:
                self._begin_chart(batch, change)
        claims = [self._claim(batch, change) for change in changes]
        about = {claim.reference for claim in claims if claim.reference} | set(batch.new)
        for change, before, claim in zip(changes, found, claims, strict=True):
            self._one(batch, change, before, claim if claim.reference else _follow(change, about))
        numbers = batch.charts - {new.owner.number for new in batch.plan.owners}
        batch.plan.guard = self._viewer.guard(caller, *sorted(numbers))
        self._write_entries(batch)
        return batch.plan

    def _found(self, batch: _Batch, change: Change) -> Row | None:
        """What stands under the id now; the role's rights and the resource's shape are checked on the way."""
        interaction = {Method.CREATE: "c", Method.UPDATE: "u", Method.DELETE: "d"}[change.method]
        rights.refuse_role(batch.caller.principal, change.type, interaction)
        if change.method is not Method.DELETE:
            refuse_invalid(change)
        if change.method is Method.CREATE:
            return self._existing(batch, change) if change.if_none_exist is not None else _fresh(change)
        row = records.current(self._parts.database, change.type, change.id)
        if row is None and change.method is Method.UPDATE:
            rights.refuse_role(batch.caller.principal, change.type, "c")
        return row

    def _existing(self, batch: _Batch, change: Change) -> Row | None:
        """What ``If-None-Exist`` matches; when nothing does, the transaction looks again before it creates."""
        made = self._conditional.plan(batch.caller, change.type, change.if_none_exist or "")
        rows = self._conditional.rows(made)
        if len(rows) > 1:
            raise stale("More than one record matches If-None-Exist; narrow it.")
        if rows:
            change.id = rows[0].id
            batch.matched.add(change.id)
            return rows[0]
        batch.plan.checks.append(lambda tx: self._conditional.still_none(tx, made))
        return _fresh(change)

    def _link(self, batch: _Batch, changes: Sequence[Change]) -> None:
        """Rewrite what entries call each other to the ids they have here, and resolve references by search."""
        named = {change.full_url: f"{change.type}/{change.id}" for change in changes if change.full_url}
        if len({(change.type, change.id) for change in changes}) < len(changes):
            raise unprocessable(
                "Two entries of this transaction are about the same record.", "Bundle.entry", "duplicate"
            )
        for change in changes:
            for path, holder in walk(change.resource):
                reference = holder["reference"]
                if reference in named:
                    holder["reference"] = named[reference]
                elif "?" in reference and not reference.startswith("Patient?"):
                    holder["reference"] = self._searched(batch, change, path, reference)

    def _searched(self, batch: _Batch, change: Change, path: str, reference: str) -> str:
        """The one record that a conditional reference names among what the caller may see."""
        parts = split(reference)
        if parts.kind != "conditional" or not parts.type:
            return reference
        rows = self._conditional.rows(self._conditional.plan(batch.caller, parts.type, parts.query or ""))
        if len(rows) != 1:
            raise unprocessable(
                f"This reference names {'several records' if rows else 'no record'}.", _at(change, path)
            )
        return rows[0].reference

    def _begin_chart(self, batch: _Batch, change: Change) -> None:
        if batch.caller.principal.role is not Role.HOSPITAL:
            raise forbidden("Only a hospital begins a chart for a new patient.")
        ref = f"Patient/{change.id}"
        if ref not in batch.new:
            batch.new[ref] = new = begin_chart(self._parts.keyring, ref)
            batch.plan.owners.append(new)

    def _claim(self, batch: _Batch, change: Change) -> Claim:
        """The patient the resource names, with a conditional reference replaced by the literal one."""
        if change.method is Method.DELETE or change.type == "Patient":
            return Claim()
        claim = claim_of(change.type, change.resource)
        reference = claim.reference.split("/_history/", 1)[0]
        if reference and reference not in batch.new:
            owner = self._naming.chart(batch.caller.principal, reference)
            if owner is None:
                raise rights.no_such_chart(_at(change, claim.path))
            if "?" in reference and claim.holder is not None:
                claim.holder["reference"] = owner.ref
            reference = owner.ref
        return Claim(reference, claim.holder, claim.path)

    def _one(self, batch: _Batch, change: Change, before: Row | None, claim: Claim) -> None:
        if change.method is Method.DELETE:
            self._delete(batch, change, before)
        elif before is not None and change.id in batch.matched:
            self._match(batch, before)
        elif before is None:
            self._create(batch, change, claim)
        else:
            self._update(batch, change, before, claim)

    def _match(self, batch: _Batch, row: Row) -> None:
        """It exists already: it is shown as it is, which is a disclosure like any other."""
        body = open_body(self._parts.keyring, row)
        decision = self._viewer.decide(batch.caller, row, body)
        if not decision.permit:
            raise Moved  # the search saw what the decision does not: it was changed in between
        if row.type not in DIRECTORY:
            subject = Subject(row.owner, [version_of(row)], decision)
            batch.plan.entries.append(self._scribe.disclosed(batch.caller, Kind.DISCLOSED_READ, subject))
            batch.charts.add(row.owner)
        batch.plan.outcomes.append(Outcome(row, body, created=False, changed=False))

    def _home(self, batch: _Batch, change: Change, claim: Claim) -> _Home:
        reference = f"Patient/{change.id}" if change.type == "Patient" else claim.reference
        new = batch.new.get(reference)
        if new is not None:
            return _Home(new.owner.number, new.owner.ref, new.key)
        principal = batch.caller.principal
        owner = (
            owners.of_reference(self._parts.database, reference)
            if reference and change.type not in DIRECTORY
            else owners.of_number(self._parts.database, principal.shelf)
        )
        if owner is None:
            raise rights.no_such_chart(_at(change, claim.path))
        return _Home(owner.number, owner.ref, self._parts.keyring.of(owner.number))

    def _create(self, batch: _Batch, change: Change, claim: Claim) -> None:
        home = self._home(batch, change, claim)
        self._refuse_out_of_reach(batch, change, home, claim.path)
        if change.if_match is not None:
            raise stale("There is no record here that If-Match could match.")
        principal = batch.caller.principal
        flags, event = Flag.NONE, Kind.RECORD_CREATED
        if change.type == "Consent":
            delegate = self._delegate(batch, home)
            standing = judge_creation(principal, change.resource, home.number, delegate=delegate)
            flags, event = self._contract(change, standing, Kind.RECORD_CREATED)
        place = Place(home.number, home.ref, home.key, principal.account, principal.hospital, batch.updated, flags)
        record, body = compose(self._parts.keyring, change.resource, change.id, place)
        if change.type != "Consent" and home.ref not in batch.new:
            self._refuse_foreign(batch, change, record.row, claim.path)
        batch.plan.writes.append(Write(record, event, moves_consent=bool(flags)))
        batch.plan.outcomes.append(Outcome(record.row, body, created=True, remarks=tuple(change.remarks)))
        batch.charts.add(home.number)

    def _refuse_out_of_reach(self, batch: _Batch, change: Change, home: _Home, path: str) -> None:
        """Raise, in the words for a chart that is absent, for one that the token's scopes leave out and for a contract
        in the chart of a patient for whom the caller does not act.
        """
        principal = batch.caller.principal
        delegate = self._delegate(batch, home)
        is_stranger = principal.role is Role.PATIENT and home.number != principal.chart and not delegate
        in_scope = permits_scope(principal, "c", change.type, home.number)
        if not in_scope or (is_stranger and change.type == "Consent"):
            raise rights.no_such_chart(_at(change, path))

    def _delegate(self, batch: _Batch, home: _Home) -> frozenset[int]:
        """What the caller may hand on, acting for the patient. A chart that begins here has no delegates, and no view:
        one that is looked at before the chart is there would be remembered as a view of nothing.
        """
        return frozenset() if home.ref in batch.new else self._viewer.of(batch.caller, home.number).delegate

    def _refuse_foreign(self, batch: _Batch, change: Change, row: Row, path: str) -> None:
        """Raise unless the caller may add this very record to the chart or shelf that it goes to."""
        principal = batch.caller.principal
        if row.type in DIRECTORY or principal.role is Role.HOSPITAL or row.owner in (principal.chart, principal.shelf):
            return
        view = self._viewer.of(batch.caller, row.owner)
        facts = facts_of(row, None, self._parts.keyring)._replace(author=0)
        if not decide(view.adds, facts).permit:
            raise rights.no_such_chart(_at(change, path))

    def _contract(self, change: Change, standing: Standing, plain: Kind) -> tuple[Flag, Kind]:
        if standing.remark:
            change.remarks.append(standing.remark)
        return Flag.FORCE if standing.force else Flag.NONE, _CONTRACT_EVENTS.get(standing.event, plain)

    def _update(self, batch: _Batch, change: Change, before: Row, claim: Claim) -> None:
        caller, keyring = batch.caller, self._parts.keyring
        if not self._viewer.decide(caller, before).permit:
            self._guesses.count(caller.principal.account)
            raise conflict("This id is taken; choose another id, or let the server choose one.", "duplicate")
        _refuse_stale(change, before)
        owner = owners.of_number(self._parts.database, before.owner)
        old = open_resource(keyring, before) if before.state == State.LIVE else {}
        flags, event = Flag(before.flags), Kind.RECORD_UPDATED
        if change.type == "Consent":
            was = Standing(bool(flags), Event.UNCHANGED, before.owner, before.author)
            delegate = self._viewer.of(caller, before.owner).delegate
            standing = judge_update(caller.principal, old, was, change.resource, delegate=delegate)
            flags, event = self._contract(change, standing, Kind.RECORD_UPDATED)
        elif not rights.may_change(caller.principal, before):
            raise rights.not_yours()
        if owner is None or self._owner_of_update(batch, change, claim, before) != before.owner:
            raise unprocessable("A record stays with the patient it was created for.", _at(change, claim.path))
        place = Place(
            owner=before.owner,
            owner_ref=owner.ref,
            key=keyring.of(before.owner),
            author=before.author,
            hospital=before.hospital,
            updated=batch.updated,
            flags=flags,
            rid=before.rid,
            version=before.version + 1,
        )
        record, body = compose(keyring, change.resource, change.id, place)
        before_index = index_of(keyring, before.type, old, before.owner, owner.ref) if old else None
        write = Write(record, event, before, before_index, moves_consent=bool(flags or before.flags))
        batch.plan.writes.append(write)
        batch.plan.outcomes.append(Outcome(record.row, body, created=False, remarks=tuple(change.remarks)))
        batch.charts.add(before.owner)

    def _owner_of_update(self, batch: _Batch, change: Change, claim: Claim, before: Row) -> int:
        """The owner that the new content names; what names none stays where it is."""
        if change.type in DIRECTORY or change.type == "Patient":
            return before.owner
        if claim.reference:
            return self._home(batch, change, claim).number
        owner = owners.of_number(self._parts.database, before.owner)
        named_before = owner is not None and owner.kind == "chart" and change.type not in FOLLOWS_TRANSACTION
        return batch.caller.principal.shelf if named_before else before.owner

    def _delete(self, batch: _Batch, change: Change, before: Row | None) -> None:
        caller, keyring = batch.caller, self._parts.keyring
        if before is None or not self._viewer.decide(caller, before).permit:
            raise absent()
        if before.state == State.DELETED:
            raise gone()
        _refuse_stale(change, before)
        old = open_resource(keyring, before)
        if before.type == "Consent":
            was = Standing(bool(before.flags), Event.UNCHANGED, before.owner, before.author)
            judge_deletion(caller.principal, old, was, delegate=self._viewer.of(caller, before.owner).delegate)
        elif not rights.may_change(caller.principal, before):
            raise rights.not_yours()
        owner = owners.of_number(self._parts.database, before.owner)
        index = index_of(keyring, before.type, old, before.owner, owner.ref if owner else "")
        record = tombstone(before, keyring.of(before.owner), batch.updated)
        moves = bool(before.flags)
        batch.plan.writes.append(Write(record, Kind.RECORD_DELETED, before, index, moves_consent=moves))
        batch.plan.outcomes.append(Outcome(record.row, b"", created=False))
        batch.charts.add(before.owner)

    def _write_entries(self, batch: _Batch) -> None:
        """One entry for each chart and kind of event, with the digest of every row it wrote."""
        grouped: dict[tuple[int, Kind], list[Row]] = {}
        for write in batch.plan.writes:
            grouped.setdefault((write.record.row.owner, write.event), []).append(write.record.row)
        for (owner, event), rows in grouped.items():
            batch.plan.entries.append(self._scribe.written(batch.caller, event, owner, rows))


def _fresh(change: Change) -> Row | None:
    """It gets an id of ours, and keeps it when it is prepared once more; nothing stands there."""
    change.id = change.id or new_id()
    return None


def begin_chart(keyring: Keyring, ref: str) -> NewOwner:
    """A chart for a patient who has none yet, with a key, which is durable when this returns, and a patient code."""
    key = keyring.take()
    code = new_code("PAT")
    owner = Owner(key.owner, "chart", ref, 1, key.seal(code.encode(), CODE_AAD), 1)
    return NewOwner(owner, key, keyring.blind.value(f"code={code}"))


def refuse_invalid(change: Change) -> None:
    """Raise what breaks FHIR's rules in the resource, each finding with the element's path (422)."""
    named = change.resource.get("resourceType")
    if named != change.type:
        raise unprocessable(f"This is the place of a {change.type}.", _at(change, "resourceType"))
    issues = validate(change.resource)
    if issues:
        placed = (Issue(i.code, i.text, _at(change, i.path or change.type), i.severity) for i in issues)
        raise Failure(Category.UNPROCESSABLE, *placed)


def _refuse_stale(change: Change, before: Row) -> None:
    if change.if_match is not None and change.if_match != before.version:
        raise stale(f"The record has moved on to version {before.version}; read it again before you change it.")


def _follow(change: Change, about: set[str]) -> Claim:
    """Where a type goes that names no patient: to the one patient that the transaction is about."""
    if change.type in FOLLOWS_TRANSACTION and len(about) == 1:
        return Claim(next(iter(about)))
    return Claim()


def _at(change: Change, path: str) -> str:
    """The element's path, inside the bundle where there is one."""
    return f"{change.path}.{path.partition('.')[2] or path}" if change.path else path
