"""The patient whom a page is about, as far as this doctor knows them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.http import HttpRequest

from carefolio.base import clock
from carefolio.base.failures import absent
from carefolio.fhir.json import parse
from carefolio.identity.accounts import Account
from carefolio.portal.asking import memory
from carefolio.portal.asking.memory import Known
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import first_author, has_force
from carefolio.records.read import Found
from carefolio.workflows.sharing.describe import Contract, State, Version, contract_of, human_name

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_MOST_SHOWN = "30"


def account_of(visitor: Visitor) -> Account:
    """The doctor's account."""
    if visitor.account is None:
        raise absent()
    return visitor.account


def find(request: HttpRequest, code: str) -> Known | None:
    """The patient with this code, by name and code alone; None when there is none. The patient will see that."""
    page = visitor_of(request).search("Patient", [("identifier", code)])
    if not page.resources:
        return None
    patient = page.resources[0]
    known = Known(str(patient["id"]), human_name(patient))
    memory.remember(request, known.id, known.name, code)
    return known


async def between(door: Door, caller: Caller, patient: str) -> list[Contract]:
    """The newest contracts that name the doctor or their hospital and are this patient's."""
    principal = caller.principal
    actors = ",".join(name for name in (principal.person, principal.organization) if name)
    pairs = [("patient", f"Patient/{patient}"), ("actor", actors), ("_sort", "-_lastUpdated"), ("_count", _MOST_SHOWN)]
    _query, findings = await door.search(caller, "Consent", pairs, Handling(outlined=True))
    now = clock.now()
    return [contract_of(parse(found.body), _version(door, found), now) for found in findings.matches]


def contracts_with(visitor: Visitor, patient: str) -> list[Contract]:
    """The newest contracts between this patient and the doctor or their hospital; raises absent for what is no id."""
    if not _ID.fullmatch(patient):
        raise absent()
    return visitor.do(between, patient)


def known_patient(request: HttpRequest, patient: str, contracts: Sequence[Contract] = ()) -> Known:
    """Somebody whose code was typed, with whom there is a contract, or whose record the doctor may read; raises absent
    for everybody else, and for who is not there.
    """
    for one in memory.found(request):
        if one.id == patient:
            return one
    named = [one.patient.name for one in contracts if one.patient.name]
    if named:
        return Known(patient, named[0])
    return Known(patient, human_name(visitor_of(request).read("Patient", patient)))


def is_open(contracts: Sequence[Contract]) -> bool:
    """Whether one of the contracts opens the chart now."""
    return any(one.state is State.ACTIVE and one.purposes for one in contracts)


def _version(door: Door, found: Found) -> Version:
    author = first_author(door.parts, found)
    return Version(found.version, found.updated, has_force(found), author.person if author else "")
