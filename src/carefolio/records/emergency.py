"""Break-glass: a verified doctor gives a reason and reads for an hour; the patient and the auditor see it at once."""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import absent, forbidden
from carefolio.base.ids import new_id
from carefolio.base.keys import PLATFORM
from carefolio.consent.principal import Role, permits_scope
from carefolio.ledger.entry import Kind
from carefolio.records.announce import Announcer
from carefolio.records.charts import emergency_place
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller, Scribe, Subject
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.store import owners

OPEN_FOR = 60 * clock.MINUTE
_SOMEBODY_ELSES = 0
"""As a chart's number: one that ``patient/`` scopes leave out, as they do every chart but the caller's own."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code of the reasons' list, and what the doctor wrote."""

    system: str
    code: str
    text: str


class BreakGlass:
    """Opens a chart for an hour."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, announcer: Announcer) -> None:
        self._announcer = announcer
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe

    async def open(self, caller: Caller, id_: str, reason: Reason) -> int:
        """Until when (µs UTC) the chart is open to the caller; raises absent when there is no such chart.

        The grant, its entry, the move of the chart's consent version and what the patient and the auditors are told
        are one transaction: if we crash before its commit there is no grant, if after it the patient can see it.
        """
        principal = caller.principal
        if principal.role is not Role.DOCTOR or not principal.verified:
            raise forbidden("Only a verified doctor can open a chart in an emergency.")
        if not permits_scope(principal, "r", "Patient", _SOMEBODY_ELSES):
            raise forbidden("The scope of this token does not allow that.")
        owner = owners.of_reference(self._parts.database, f"Patient/{id_}")
        if owner is None:
            entry = self._scribe.refused(caller, PLATFORM, f"Patient/{id_}", "break-glass")
            await self._parts.database.write(lambda tx: self._parts.log.append(tx, [entry]))
            raise absent()
        until = clock.now() + OPEN_FOR
        subject = Subject(owner.number, [owner.ref])
        told = {"reason": {"system": reason.system, "code": reason.code, "text": reason.text}, "until": until}
        entry = self._scribe.disclosed(caller, Kind.BREAK_GLASS, subject, **told)
        guard = self._viewer.guard(caller, owner.number)
        key = self._parts.keyring.of(owner.number)
        sealed = key.seal(f"break-glass/{new_id()}".encode(), emergency_place(owner.number, principal.account, until))

        def work(tx: Transaction) -> None:
            if not guard.holds(tx, tx.epoch()):
                raise Moved
            tx.execute(
                "INSERT INTO emergency (owner, account, until, id) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (owner, account, until) DO UPDATE SET id = excluded.id",
                (owner.number, principal.account, until, sealed),
            )
            owners.move_consent(tx, owner.number)
            self._parts.log.append(tx, [entry])
            self._announcer.emergency(tx, principal, owner.number, told)

        await self._parts.database.write(work)
        return until
