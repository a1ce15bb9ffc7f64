"""Whether a doctor who knows the patient's code may see the list of the chart's records: the patient turns it off."""

from __future__ import annotations

from carefolio.base.database import Transaction
from carefolio.base.failures import forbidden
from carefolio.consent.principal import permits_scope
from carefolio.ledger.entry import Kind
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller, Scribe
from carefolio.records.parts import Parts
from carefolio.records.view import Viewer
from carefolio.store import owners

_SET = "UPDATE owner SET listed = ? WHERE number = ?"


class Listing:
    """Reads and changes the setting of the caller's own chart."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe) -> None:
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe

    def state(self, caller: Caller) -> bool:
        """Whether the list may be seen; raises a Failure (403) for who has no chart."""
        owner = owners.of_number(self._parts.database, self._chart(caller, "r"))
        return bool(owner and owner.listed)

    async def set(self, caller: Caller, *, on: bool) -> None:
        """Turn it on or off, with an entry in the chart; what is so already is left alone. A list that is being made
        meanwhile is decided about anew.
        """
        number = self._chart(caller, "u")
        guard = self._viewer.guard(caller, number)
        entry = self._scribe.written(caller, Kind.CONTRACT_CHANGED, number, (), listed=on)

        def work(tx: Transaction) -> None:
            if not guard.holds(tx, tx.epoch()):
                raise Moved
            owner = owners.of_number(tx, number)
            if owner is not None and bool(owner.listed) is not on:
                tx.execute(_SET, (int(on), number))
                owners.move_consent(tx, number)
                self._parts.log.append(tx, [entry])

        await self._parts.database.write(work)

    def _chart(self, caller: Caller, interaction: str) -> int:
        chart = caller.principal.chart
        if not chart or not permits_scope(caller.principal, interaction, "Consent", chart):
            raise forbidden("Only the patient says whether the list of their records may be seen.")
        return chart
