"""Put plans in place: one transaction that first looks again at everything that a plan was built on, for one plan, or
for many small ones that nobody has to be alone for.
"""

from __future__ import annotations

from collections.abc import Sequence

from carefolio.base.database import Statement, Taken, Transaction
from carefolio.fhir.kinds import DIRECTORY
from carefolio.ledger.log import Log
from carefolio.records.changes import Plan, Write
from carefolio.records.compose import compartment_of
from carefolio.records.disclose import Disclosure, Moved
from carefolio.records.repeat import kept
from carefolio.store import owners, records
from carefolio.store.rows import Indexed, Row


class Committer:
    """Puts a whole group of plans in place: first versions with as many statements as one takes, a version that takes
    another's place with its own. A unique row that somebody took fails the whole group, which is undone; then those
    whose row it is are told, and the others are put in place together.
    """

    quick = False

    def __init__(self, log: Log) -> None:
        self._log = log

    def __call__(self, tx: Transaction, plans: Sequence[Plan]) -> Sequence[Exception | None]:
        """The writer calls this once a group. If we crash before the commit, nothing of the group is there but keys
        that nobody uses; if after it, all of it is there, entries included, and each caller finds out by asking again.
        """
        epoch = tx.epoch()
        taken: set[object] = set()
        held = [_holds(tx, plan, epoch) and _is_first(plan, taken) for plan in plans]
        _place(tx, self._log, [plan for plan, holds in zip(plans, held, strict=True) if holds])
        return [None if holds else Moved() for holds in held]

    def apart(self, tx: Transaction, plans: Sequence[Plan]) -> Sequence[Exception | None]:
        """Whose id, chart or Idempotency-Key somebody took since has to look again. Looking for it before each group
        would cost every write what few meet.
        """
        firsts = {id_ for plan in plans for id_ in _firsts(plan)}
        taken: set[object] = {*records.taken(tx, firsts), *kept(tx, {plan.key for plan in plans if plan.key})}
        taken |= owners.taken(tx, {new.owner.ref for plan in plans for new in plan.owners})
        return [None if taken.isdisjoint(_unique(plan)) else Moved() for plan in plans]

    def at_once(self, plans: Sequence[Plan]) -> Statement | None:
        """No: row numbers are asked for in between."""
        return None


def commit(tx: Transaction, log: Log, plan: Plan) -> None:
    """Raises Moved when the caller's rights, a version or a search result is not what the plan saw; then nothing is
    written. If we crash before the group's commit, nothing of the plan is there but keys that nobody uses; if after
    it, all of it is there, entries included, and the caller finds out by asking again under the same key.
    """
    if not _holds(tx, plan, tx.epoch()):
        raise Moved
    _place(tx, log, [plan])


def record(tx: Transaction, log: Log, told: Disclosure) -> None:
    """Put down what a refusal tells its caller, before it leaves; raises Moved when it has to be decided anew. If we
    crash before the commit, nothing was told; if after it, the ledger says more than the caller may have learned.
    """
    if told.guard is not None and not told.guard.holds(tx, tx.epoch()):
        raise Moved
    log.append(tx, list(told.entries))


def _holds(tx: Transaction, plan: Plan, epoch: int) -> bool:
    """Whether what the plan was decided on is still so, and each version that it supersedes the newest."""
    if not plan.guard.holds(tx, epoch) or not all(check(tx) for check in plan.checks):
        return False
    return all(_is_newest(tx, write.before) for write in plan.writes if write.before is not None)


def _is_newest(tx: Transaction, before: Row) -> bool:
    found = tx.one("SELECT version FROM record WHERE rid = ?", (before.rid,))
    return found is not None and bool(found[0] == before.version)


def _is_first(plan: Plan, taken: set[object]) -> bool:
    """Whether no plan before it in the group writes one of its records, or comes under its caller's same key."""
    names: set[object] = {(write.record.row.type, write.record.row.id) for write in plan.writes}
    if plan.key:
        names.add(plan.key)
    if not taken.isdisjoint(names):
        return False
    taken |= names
    return True


def _firsts(plan: Plan) -> set[tuple[str, str]]:
    """The records that begin with it, by type and id."""
    return {(write.record.row.type, write.record.row.id) for write in plan.writes if write.before is None}


def _unique(plan: Plan) -> set[object]:
    """What is the plan's or somebody else's: records and owners that begin with it, its Idempotency-Key."""
    return {*_firsts(plan), *(new.owner.ref for new in plan.owners), plan.key}


def _place(tx: Transaction, log: Log, plans: Sequence[Plan]) -> None:
    """All that the plans write, and their entries in the plans' order."""
    writes = [write for plan in plans for write in plan.writes]
    _begin(tx, plans)
    for write in writes:
        if write.before is not None:
            _supersede(tx, write, write.before)
    _note_presence(tx, [write.record.row for write in writes])
    for number in {write.record.row.owner for write in writes if write.moves_consent}:
        owners.move_consent(tx, number)
    for act in (act for plan in plans for act in plan.also):
        act(tx)
    log.append_many(tx, [plan.entries for plan in plans])


def _begin(tx: Transaction, plans: Sequence[Plan]) -> None:
    """New charts and shelves, and first versions."""
    try:
        for new in (new for plan in plans for new in plan.owners):
            owners.add(tx, new.owner, new.code_blind)
        records.insert(tx, [write.record for plan in plans for write in plan.writes if write.before is None])
    except Taken:
        raise Moved from None  # somebody took the id since: the next try finds their record


def _supersede(tx: Transaction, write: Write, before: Row) -> None:
    index = write.before_index or Indexed(compartment_of(before.type, before.owner), (), ())
    try:
        records.supersede(tx, write.record, index, before.low)
    except Taken:
        raise Moved from None  # beside us somebody superseded the same version, and was first


def _note_presence(tx: Transaction, rows: Sequence[Row]) -> None:
    seen = {(source, row.owner) for row in rows if row.type not in DIRECTORY for source in (row.hospital, -row.author)}
    owners.note_presence(tx, {(source, owner) for source, owner in seen if source})
