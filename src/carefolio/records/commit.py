"""Put a plan in place: one transaction that first looks again at everything the plan was built on."""

from __future__ import annotations

from collections.abc import Sequence

from carefolio.base.database import Taken, Transaction
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.log import Log
from carefolio.records.changes import Plan, Write
from carefolio.records.compose import compartment_of
from carefolio.records.disclose import Disclosure, Moved
from carefolio.store import owners, records
from carefolio.store.rows import Indexed, Row


def commit(tx: Transaction, log: Log, plan: Plan) -> None:
    """Raises Moved when the caller's rights, a version or a search result is not what the plan saw; then nothing is
    written. If we crash before the group's commit, nothing of the plan is there but keys that nobody uses; if after
    it, all of it is there, entries included, and the caller finds out by asking again under the same key.
    """
    if not plan.guard.holds(tx, tx.epoch()) or not all(check(tx) for check in plan.checks):
        raise Moved
    _begin(tx, plan)
    for write in plan.writes:
        if write.before is not None:
            _supersede(tx, write, write.before)
    _note_presence(tx, [write.record.row for write in plan.writes])
    for number in {write.record.row.owner for write in plan.writes if write.moves_consent}:
        owners.move_consent(tx, number)
    for act in plan.also:
        act(tx)
    log.append(tx, plan.entries)


def record(tx: Transaction, log: Log, told: Disclosure) -> None:
    """Put down what a refusal tells its caller, before it leaves; raises Moved when it has to be decided anew. If we
    crash before the commit, nothing was told; if after it, the ledger says more than the caller may have learned.
    """
    if told.guard is not None and not told.guard.holds(tx, tx.epoch()):
        raise Moved
    log.append(tx, list(told.entries))


def _begin(tx: Transaction, plan: Plan) -> None:
    """New charts and shelves, and first versions."""
    try:
        for new in plan.owners:
            owners.add(tx, new.owner, new.code_blind)
        records.insert(tx, [write.record for write in plan.writes if write.before is None])
    except Taken:
        raise Moved from None  # somebody took the id since: the next try finds their record


def _supersede(tx: Transaction, write: Write, before: Row) -> None:
    found = tx.one("SELECT version FROM record WHERE rid = ?", (before.rid,))
    if found is None or found[0] != before.version:
        raise Moved
    index = write.before_index or Indexed(compartment_of(before.type, before.owner), (), ())
    try:
        records.supersede(tx, write.record, index, before.low)
    except Taken:
        raise Moved from None  # beside us somebody superseded the same version, and was first


def _note_presence(tx: Transaction, rows: Sequence[Row]) -> None:
    seen = {(source, row.owner) for row in rows if row.type not in DIRECTORY for source in (row.hospital, -row.author)}
    for source, owner in sorted(seen):  # in one order: two that note the same never wait for each other
        if source:
            owners.note_presence(tx, source, owner)
