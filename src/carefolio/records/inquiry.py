"""A doctor who was told a patient's code: the name behind it, and for a day the list of what the chart holds.

Neither opens a record. The list leaves out restricted records, and the patient can turn it off.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import absent
from carefolio.base.ids import normal_code
from carefolio.base.keys import PLATFORM
from carefolio.consent.decide import Decision
from carefolio.consent.principal import Principal, Role, permits_scope
from carefolio.fhir.json import serialise
from carefolio.ledger.entry import Kind
from carefolio.records.disclose import Moved
from carefolio.records.entries import Caller, Scribe, Subject
from carefolio.records.naming import CODE_SYSTEM, Naming
from carefolio.records.parts import Parts
from carefolio.records.read import Found
from carefolio.records.vault import open_resource
from carefolio.records.view import Viewer
from carefolio.search.query import Query, Tokens
from carefolio.store import owners, records
from carefolio.store.owners import Owner
from carefolio.store.rows import COLUMNS, Row, State

LISTED_FOR = clock.DAY
_LISTED = (
    f"SELECT {COLUMNS} FROM record WHERE rid IN (SELECT rid FROM idx WHERE compartment = ?)"
    " AND owner = ? AND state = ? AND label = 0 AND type NOT IN ('Consent', 'Patient') ORDER BY low DESC, rid DESC"
)
_ASKED = "SELECT until FROM inquiry WHERE owner = ? AND account = ? AND until > ?"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a chart's list: what and when and from whom, no content."""

    reference: str
    type: str
    category: tuple[dict[str, Any], ...]
    low: int
    hospital: str


def asked_code(query: Query) -> str | None:
    """The patient code, if the query asks for nothing but the patient with this code."""
    if query.type != "Patient" or len(query.conditions) != 1:
        return None
    condition = query.conditions[0]
    if not isinstance(condition, Tokens) or condition.name != "identifier" or len(condition.codings) != 1:
        return None
    coding = condition.codings[0]
    return normal_code(coding.code or "") if coding.system in (None, CODE_SYSTEM) and not condition.negated else None


class Inquiry:
    """What a code gives."""

    def __init__(self, parts: Parts, viewer: Viewer, scribe: Scribe, naming: Naming) -> None:
        self._parts = parts
        self._viewer = viewer
        self._scribe = scribe
        self._naming = naming

    async def patient(self, caller: Caller, code: str) -> tuple[Found | None, Decision | None]:
        """The Patient behind a code: all of it for who may see it, name and code for a verified doctor who asks."""
        owner = self._naming.coded(code)
        row = records.current(self._parts.database, "Patient", owner.ref.partition("/")[2]) if owner else None
        if owner is None or row is None or row.state == State.DELETED:
            return None, None
        decision = self._viewer.decide(caller, row)
        if decision.permit:
            return Found(row, b""), decision
        if not _may_ask(caller.principal, owner.number):
            return None, None
        await self._note(caller, owner)
        return Found(row, serialise(_named(open_resource(self._parts.keyring, row), code))), None

    async def _note(self, caller: Caller, owner: Owner) -> None:
        """The name leaves: the patient will see that it did, and the doctor may see the list for a day."""
        entry = self._scribe.disclosed(caller, Kind.DISCLOSED_NAME, Subject(owner.number, [owner.ref]), rule="code")
        guard = self._viewer.guard(caller, owner.number)

        def work(tx: Transaction) -> None:
            if not guard.holds(tx, tx.epoch()):
                raise Moved
            tx.execute(
                "INSERT INTO inquiry (owner, account, until) VALUES (?, ?, ?)"
                " ON CONFLICT (owner, account) DO UPDATE SET until = excluded.until",
                (owner.number, caller.principal.account, tx.now + LISTED_FOR),
            )
            self._parts.log.append(tx, [entry])

        await self._parts.database.write(work)

    async def index(self, caller: Caller, id_: str) -> list[Item]:
        """The list of the chart's records for who asked within the last day; for others that of what they may see.
        Raises absent for who may see nothing.
        """
        owner = owners.of_reference(self._parts.database, f"Patient/{id_}")
        number = owner.number if owner else -1
        asked = self._parts.database.one(_ASKED, (number, caller.principal.account, clock.now()))
        view = self._viewer.of(caller, number)
        may_list = _may_ask(caller.principal, number) and asked is not None
        whole = may_list and owner is not None and bool(owner.listed)
        if owner is None or not (whole or view.opens):
            await self._write(caller, owner, None)
            raise absent()
        items = await asyncio.to_thread(self._list, caller, owner, whole=whole)
        await self._write(caller, owner, items)
        return items

    async def _write(self, caller: Caller, owner: Owner | None, items: list[Item] | None) -> None:
        number = owner.number if owner else PLATFORM
        if items is None:
            entry = self._scribe.refused(caller, number, "$record-index", "index")
            guard = None
        else:
            subject = Subject(number, [item.reference for item in items])
            entry = self._scribe.disclosed(caller, Kind.DISCLOSED_INDEX, subject)
            guard = self._viewer.guard(caller, number)

        def work(tx: Transaction) -> None:
            if guard is not None and not guard.holds(tx, tx.epoch()):
                raise Moved
            self._parts.log.append(tx, [entry])

        await self._parts.database.write(work)

    def _list(self, caller: Caller, owner: Owner, *, whole: bool) -> list[Item]:
        found = self._parts.database.read(_LISTED, (owner.number, owner.number, State.LIVE))
        rows = [Row._make(row) for row in found]
        hospitals: dict[int, str] = {}
        return [self._item(row, hospitals) for row in rows if whole or self._viewer.decide(caller, row).permit]

    def _item(self, row: Row, hospitals: dict[int, str]) -> Item:
        if row.hospital not in hospitals:
            shelf = owners.of_number(self._parts.database, row.hospital) if row.hospital else None
            hospitals[row.hospital] = shelf.ref if shelf else ""
        category = open_resource(self._parts.keyring, row).get("category", [])
        concepts = category if isinstance(category, list) else [category]
        coded = tuple(concept for concept in concepts if isinstance(concept, dict) and "coding" in concept)
        bare = tuple({"coding": [_bare(coding) for coding in concept["coding"]]} for concept in coded)
        return Item(row.reference, row.type, bare, row.low, hospitals[row.hospital])


def _bare(coding: dict[str, Any]) -> dict[str, Any]:
    """System and code alone: a display is text that somebody wrote."""
    return {name: coding[name] for name in ("system", "code") if name in coding}


def _may_ask(principal: Principal, chart: int) -> bool:
    """A verified doctor may, with a token whose scopes let them read that Patient."""
    in_scope = any(permits_scope(principal, interaction, "Patient", chart) for interaction in "rs")
    return principal.role is Role.DOCTOR and principal.verified and in_scope


def _named(patient: dict[str, Any], code: str) -> dict[str, Any]:
    """A Patient with name and code only."""
    named = {
        "resourceType": "Patient",
        "id": patient["id"],
        "meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]},
        "identifier": [{"system": CODE_SYSTEM, "value": code}],
    }
    names = [
        {key: name[key] for key in ("use", "text", "family", "given") if key in name}
        for name in patient.get("name", [])
    ]
    return named | ({"name": names} if names else {})
