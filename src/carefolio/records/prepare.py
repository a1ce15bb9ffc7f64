"""Prepare a write: find the owner, judge the right, compose the rows. Nothing is changed here; the plan that comes out
is put in place by ``commit`` inside one transaction, which looks again at everything it was built on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, Issue, absent, conflict, forbidden, gone, stale, unprocessable
from carefolio.base.ids import new_code
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.consent.principal import Role
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.validate import validate
from carefolio.ledger.entry import Kind
from carefolio.records import rights
from carefolio.records.announce import Announcer, Turn
from carefolio.records.batch import Batch
from carefolio.records.carried import carried
from carefolio.records.changes import Change, Method, NewOwner, Outcome, Plan, Resource, Write
from carefolio.records.claims import Claims, follow
from carefolio.records.compose import Place, compose, index_of, tombstone
from carefolio.records.conditional import Conditional, Refused
from carefolio.records.disclose import Disclosure, Guard, Moved
from carefolio.records.enclosures import NOTHING, Held
from carefolio.records.entries import Caller, Scribe, Subject, version_of
from carefolio.records.guesses import Guesses
from carefolio.records.judge import Judge, refuse_stale
from carefolio.records.linking import Linker, refuse_same_conditions
from carefolio.records.mandates import Under
from carefolio.records.owner import Claim
from carefolio.records.parts import Parts
from carefolio.records.reserved import is_reserved
from carefolio.records.vault import open_beside, open_resource, open_stored
from carefolio.records.view import Viewer
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.rows import Flag, Row, State

CODE_AAD = b"owner/code"
"""The associated data of a chart's sealed patient code."""


class Preparer:
    """Turns changes into a plan. Reads what is stored, writes nothing but keys for charts that may begin."""

    def __init__(
        self, parts: Parts, viewer: Viewer, scribe: Scribe, conditional: Conditional, announcer: Announcer
    ) -> None:
        self._announcer = announcer
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe
        self._guesses = Guesses()
        self._linker = Linker(conditional)
        self._claims = Claims(parts, viewer)
        self._judge = Judge(parts, viewer)

    def plan(self, caller: Caller, changes: Sequence[Change], under: Under | None = None) -> Plan:
        """The plan for all changes together; raises a Failure with the place of the first that cannot be done, inside
        Refused when conditions were looked at for it.
        """
        batch = Batch(caller, Plan(self._viewer.guard(caller)), clock.now(), under)
        try:
            if under is not None:
                self._stand(batch, under)
            self._prepare(batch, changes)
        except Failure as failure:
            # What came between the first look and a later one may be why it is refused: then it has to be decided anew.
            problem = self._moved(under) or failure
            if batch.searched:
                raise Refused(problem, Disclosure(tuple(batch.searched), self._guard(batch))) from None
            raise problem from None
        batch.plan.guard = self._guard(batch)
        batch.plan.entries += batch.searched
        self._write_entries(batch)
        if under is not None:
            written = (write.record.row for write in batch.plan.writes)
            chart = next((row.owner for row in written if row.type not in DIRECTORY), PLATFORM)
            batch.plan.also.append(partial(self._announcer.told, under=under, chart=chart))
        return batch.plan

    def _prepare(self, batch: Batch, changes: Sequence[Change]) -> None:
        for change in changes:
            change.begin()
        refuse_same_conditions(changes)
        found = [self._found(batch, change) for change in changes]
        self._linker.link(batch, changes)
        for change, before in zip(changes, found, strict=True):
            if change.type == "Patient" and before is None and change.method is not Method.DELETE:
                self._begin_chart(batch, change)
        pairs = list(zip(changes, found, strict=True))
        claims = [self._claims.of(batch, change, before) for change, before in pairs]
        about = {claim.reference for claim in claims if claim.reference} | set(batch.new)
        for (change, before), claim in zip(pairs, claims, strict=True):
            self._one(batch, change, before, claim if claim.reference else follow(change, about))

    def _stand(self, batch: Batch, under: Under) -> None:
        """Raise (412) where something moved that the changes were decided on; look again inside the transaction."""
        moved = self._moved(under)
        if moved is not None:
            raise moved
        if under.unmoved:
            batch.plan.checks.append(under.stands)

    def _moved(self, under: Under | None) -> Failure | None:
        for type_, id_, version in under.unmoved if under else ():
            row = records.current_at(self._parts.database, type_, id_)[1]
            if (row.version if row else 0) != version:
                return stale("Something has changed since you looked at this; look again.")
        return None

    def _guard(self, batch: Batch) -> Guard:
        """What all that was decided hangs on; nothing was decided on charts that begin here."""
        numbers = batch.charts - {new.owner.number for new in batch.plan.owners}
        return self._viewer.guard(batch.caller, *sorted(numbers))

    def _found(self, batch: Batch, change: Change) -> Row | None:
        """What stands under the id now; the role's rights and the resource's shape are checked on the way."""
        interaction = {Method.CREATE: "c", Method.UPDATE: "u", Method.DELETE: "d"}[change.method]
        rights.refuse_role(
            batch.caller.principal, change.type, interaction, mandated=batch.mandated(change, interaction)
        )
        if change.method is not Method.DELETE:
            refuse_invalid(change)
        if change.method is Method.CREATE:
            return self._linker.existing(batch, change)
        row = records.current_at(self._parts.database, change.type, change.id)[1]
        if change.method is Method.UPDATE:
            self._refuse_taken(batch, change, row)
            if row is None:
                mandated = batch.mandated(change, "c")
                rights.refuse_role(batch.caller.principal, change.type, "c", mandated=mandated)
        return row

    def _refuse_taken(self, batch: Batch, change: Change, row: Row | None) -> None:
        """Raise when the id is somebody else's, or reserved, whatever was to be written under it. Who was told so too
        often is told nothing about ids that they cannot see, be there a record or not.
        """
        if row is not None and self._viewer.decide(batch.caller, row).permit:
            return
        account = batch.caller.principal.account
        self._guesses.check(account)
        if row is not None or self._is_reserved(batch, change):
            self._guesses.count(account)
            raise conflict("This id is taken; choose another id, or let the server choose one.", "duplicate")

    def _is_reserved(self, batch: Batch, change: Change) -> bool:
        return not batch.mandated(change, "c") and is_reserved(self._parts.database, change.type, change.id)

    def _begin_chart(self, batch: Batch, change: Change) -> None:
        if batch.caller.principal.role is not Role.HOSPITAL:
            raise forbidden("Only a hospital begins a chart for a new patient.")
        ref = f"Patient/{change.id}"
        if ref not in batch.new:
            batch.new[ref] = new = begin_chart(self._parts.keyring, ref)
            batch.plan.owners.append(new)

    def _one(self, batch: Batch, change: Change, before: Row | None, claim: Claim) -> None:
        if change.method is Method.DELETE:
            self._delete(batch, change, before)
        elif before is not None and change.id in batch.matched:
            self._match(batch, before)
        elif before is None:
            self._create(batch, change, claim)
        else:
            self._update(batch, change, before, claim)

    def _match(self, batch: Batch, row: Row) -> None:
        """It exists already: it is shown as it is, which is a disclosure like any other. Its long attachments are put
        back by the door.
        """
        body = open_stored(self._parts.keyring, records.whole(self._parts.database, row))
        decision = self._viewer.decide(batch.caller, row, body)
        if not decision.permit:
            raise Moved  # the search saw what the decision does not: it was changed in between
        if row.type not in DIRECTORY:
            subject = Subject(row.owner, [version_of(row)], [decision])
            batch.plan.entries.append(self._scribe.disclosed(batch.caller, Kind.DISCLOSED_READ, subject))
            batch.charts.add(row.owner)
        batch.plan.outcomes.append(Outcome(row, body, created=False, changed=False))

    def _create(self, batch: Batch, change: Change, claim: Claim) -> None:
        home = self._claims.home(batch, change, claim)
        flags, event = self._judge.creation(batch, change, home, claim.path)
        principal = batch.caller.principal
        author, hospital = home.author or principal.account, home.hospital if home.author else principal.hospital
        updated = rights.written_at(change.resource, batch.updated)
        place = Place(home.number, home.ref, home.key, author, hospital, updated, flags)
        resource = self._with_kept(batch, change, {})
        record, body, cut = compose(self._parts.keyring, resource, change.id, place, self._parts.mark)
        if change.type != "Consent" and home.ref not in batch.new:
            self._judge.addition(batch, change, (record.row, body), claim.path)
        if change.if_match is not None:
            raise stale("There is no record here that If-Match could match.")
        batch.plan.writes.append(Write(record, event, moves_consent=_has_force(flags), cut=cut))
        self._announce(batch, event, {}, change.resource)
        batch.plan.outcomes.append(Outcome(record.row, body, created=True, remarks=tuple(change.remarks)))
        batch.charts.add(home.number)

    def _update(self, batch: Batch, change: Change, before: Row, claim: Claim) -> None:
        refuse_stale(change, before)
        keyring, (old, held) = self._parts.keyring, self._content(before, change)
        flags, event = self._judge.update(batch, change, before, old)
        home = self._claims.stay(batch, change, claim, before)
        place = Place(
            owner=home.number,
            owner_ref=home.ref,
            key=home.key,
            author=before.author,
            hospital=before.hospital,
            updated=rights.written_at(change.resource, batch.updated),
            flags=flags,
            rid=before.rid,
            version=before.version + 1,
        )
        resource = self._with_kept(batch, change, old)
        record, body, cut = compose(keyring, resource, change.id, place, self._parts.mark, held)
        before_index = index_of(keyring, before.type, old, home.number, home.ref, before.flags) if old else None
        moves = _has_force(flags | before.flags)
        write = Write(record, event, before, before_index, moves_consent=moves, cut=cut)
        batch.plan.writes.append(write)
        self._announce(batch, event, old, change.resource)
        batch.plan.outcomes.append(Outcome(record.row, body, created=False, remarks=tuple(change.remarks)))
        batch.charts.add(before.owner)

    def _with_kept(self, batch: Batch, change: Change, old: Resource) -> Resource:
        """What is to be stored; the change itself stays as it was sent, to be prepared anew."""
        if batch.mandated(change, "u"):
            return change.resource
        return carried(old, change.resource, change.at(f"{change.type}.extension"))

    def _delete(self, batch: Batch, change: Change, before: Row | None) -> None:
        if before is None or not self._viewer.decide(batch.caller, before).permit:
            raise absent()
        if before.state == State.DELETED:
            raise gone()
        refuse_stale(change, before)
        keyring = self._parts.keyring
        old = open_resource(keyring, records.whole(self._parts.database, before))
        self._judge.deletion(batch, before, old)
        owner = owners.of_number(self._parts.database, before.owner)
        index = index_of(keyring, before.type, old, before.owner, owner.ref if owner else "", before.flags)
        record = tombstone(before, keyring.of(before.owner), batch.updated)
        moves = _has_force(before.flags)
        batch.plan.writes.append(Write(record, Kind.RECORD_DELETED, before, index, moves_consent=moves))
        self._announce(batch, Kind.RECORD_DELETED, old, {})
        batch.plan.outcomes.append(Outcome(record.row, b"", created=False))
        batch.charts.add(before.owner)

    def _announce(self, batch: Batch, event: Kind, old: Resource, new: Resource) -> None:
        """The write that was planned last is announced with it, where it is a contract's."""
        write = batch.plan.writes[-1]
        if write.moves_consent:
            had = write.before is not None and _has_force(write.before.flags)
            has = bool(new) and _has_force(write.record.row.flags)
            turn = Turn(event, batch.caller.principal, write.record.row, old, new, had_force=had, has_force=has)
            batch.plan.also.append(partial(self._announcer.contract, turn=turn))

    def _content(self, before: Row, change: Change) -> tuple[Resource, Held]:
        """What the version holds that is to be replaced, and what the next one goes on naming; nothing when it is the
        mark of a deletion. A contract may change in nothing but its status: what is attached to it counts.
        """
        if before.state == State.DELETED:
            return {}, NOTHING
        row = records.whole(self._parts.database, before)
        if row.type == "Consent":
            return open_beside(self._parts.keyring, row, change.resource, signed=change.signed)
        return open_resource(self._parts.keyring, row), NOTHING

    def _write_entries(self, batch: Batch) -> None:
        """One entry for each chart and kind of event, with the digest of every row it wrote."""
        grouped: dict[tuple[int, Kind], list[Row]] = {}
        for write in batch.plan.writes:
            grouped.setdefault((write.record.row.owner, write.event), []).append(write.record.row)
        more = {"rules": [batch.under.mandate.name]} if batch.under else {}
        for (owner, event), rows in grouped.items():
            batch.plan.entries.append(self._scribe.written(batch.caller, event, owner, rows, **more))


def _has_force(flags: int) -> bool:
    return bool(flags & Flag.FORCE)


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
        raise unprocessable(f"This is the place of a {change.type}.", change.at("resourceType"))
    issues = validate(change.resource)
    if issues:
        placed = (Issue(i.code, i.text, change.at(i.path or change.type), i.severity) for i in issues)
        raise Failure(Category.UNPROCESSABLE, *placed)
