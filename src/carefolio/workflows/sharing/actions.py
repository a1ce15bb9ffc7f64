"""Sharing's actions, one an intention: all of them through the door, with the version that the person looked at. A
paper that is attached to a contract is never asked for: its store may be away, and nobody waits for that to decide.

Pressing twice does no harm: what stands already as it is wanted is left alone. Whoever comes too late, or looked at an
older version, is told so in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, conflict, malformed, stale, unprocessable
from carefolio.base.ids import normal_code
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import first_author, has_force
from carefolio.records.read import Found
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.describe import Contract, Group, State, Version, by_party, contract_of, human_name
from carefolio.workflows.sharing.rules import Ask, Narrowing, Terms

Resource = dict[str, Any]
Pairs = list[tuple[str, str]]

PAGE = 50
_EVERYTHING = "1000"
_NAMES_AT_ONCE = 200
_NEWEST = ("_sort", "-_lastUpdated")
_CHANGED = "This was changed since you looked at it. Look at it again before you decide."


class Listed(NamedTuple):
    """Contracts, the newest first, and the cursor of the next page, empty when there is none."""

    contracts: tuple[Contract, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who gives a doctor access now, by which contracts."""

    reference: str
    name: str
    contracts: tuple[Contract, ...]


class Patients(NamedTuple):
    """Patients, the newest contract first, and the cursor of the next page."""

    patients: tuple[Patient, ...]
    next: str


# ── the doctor ──


async def ask(door: Door, caller: Caller, wanted: Ask) -> str:
    """Ask a patient for access; answers the id of the request, also when the same has been asked for already."""
    today = today_in(wanted.terms)
    rules.refuse_terms(wanted.terms, today)
    rules.refuse_reason(wanted.reason)
    patient = await _patient(door, caller, wanted)
    actor = await _asking(door, caller, for_hospital=wanted.for_hospital)
    proposal = rules.proposal(patient, actor, wanted, today)
    pairs = [("patient", patient["reference"]), ("actor", actor["reference"]), ("status", "proposed")]
    for found in (await _search(door, caller, "Consent", pairs))[0]:
        if has_force(found) and rules.same_request(parse(found.body), proposal):
            return found.row.id
    return await _create(door, caller, proposal)


async def take_back(door: Door, caller: Caller, id_: str, version: int) -> None:
    """Take a request back that has no answer yet."""
    await _turn(door, caller, (id_, version), _Turn(frozenset({"proposed"}), "inactive", rules.ended))


async def end(door: Door, caller: Caller, id_: str, version: int) -> None:
    """End a contract that one has no need of any more."""
    await _turn(door, caller, (id_, version), _Turn(frozenset({"active"}), "inactive", rules.ended))


async def my_requests(door: Door, caller: Caller, cursor: str = "") -> Listed:
    """All contracts that name the doctor or their hospital, whatever became of them."""
    return await _listed(door, caller, [("actor", _names_of(caller)), _NEWEST], cursor)


async def my_patients(door: Door, caller: Caller, cursor: str = "") -> Patients:
    """Whose charts are open to the doctor now, with their names as far as these may be seen."""
    pairs = [("actor", _names_of(caller)), ("status", "active"), _NEWEST]
    contracts, following = await _listed(door, caller, pairs, cursor)
    open_now = [contract for contract in contracts if contract.state is State.ACTIVE and contract.purposes]
    grouped: dict[str, list[Contract]] = {}
    for contract in open_now:
        grouped.setdefault(contract.patient.reference, []).append(contract)
    names = await _names(door, caller, grouped)
    found = [Patient(one, names.get(one) or _called(each), tuple(each)) for one, each in grouped.items()]
    return Patients(tuple(found), following)


# ── the patient ──


async def requests(door: Door, caller: Caller) -> tuple[Contract, ...]:
    """What awaits the patient's answer."""
    pairs = [("patient", caller.principal.person), ("status", "proposed"), _NEWEST, ("_count", _EVERYTHING)]
    listed = await _listed(door, caller, pairs)
    return tuple(contract for contract in listed.contracts if contract.state is State.PROPOSED)


async def contracts(door: Door, caller: Caller) -> list[Group]:
    """All contracts of the patient's chart, by person or hospital, whatever became of them."""
    pairs = [("patient", caller.principal.person), _NEWEST, ("_count", _EVERYTHING)]
    return by_party((await _listed(door, caller, pairs)).contracts)


async def contract(door: Door, caller: Caller, id_: str) -> Contract:
    """One contract; raises absent for one that the caller may not see."""
    found = await door.outlined(caller, "Consent", id_)
    return (await _described(door, caller, [found]))[0]


async def grant(door: Door, caller: Caller, id_: str, version: int, narrowing: Narrowing | None = None) -> None:
    """Give what was asked for, or what of it the patient wants to give."""
    today = today_in(narrowing.terms if narrowing else None)
    allowed = frozenset({"proposed"})
    await _turn(
        door, caller, (id_, version), _Turn(allowed, "active", lambda one: rules.narrowed(one, narrowing, today))
    )


async def refuse(door: Door, caller: Caller, id_: str, version: int, why: str = "") -> None:
    """Turn a request down, with a word to the doctor if the patient likes."""
    turn = _Turn(frozenset({"proposed"}), "rejected", lambda one: rules.refused(one, why))
    await _turn(door, caller, (id_, version), turn)


async def change(door: Door, caller: Caller, id_: str, version: int, narrowing: Narrowing) -> None:
    """Give more or less than a contract gives now."""
    today = today_in(narrowing.terms)
    turn = _Turn(frozenset({"active"}), "changed", lambda one: rules.narrowed(one, narrowing, today))
    await _turn(door, caller, (id_, version), turn)


async def withdraw(door: Door, caller: Caller, id_: str, version: int) -> None:
    """Take access away; it holds with the next request."""
    await _turn(door, caller, (id_, version), _Turn(frozenset({"active"}), "inactive", rules.ended))


async def give(door: Door, caller: Caller, whom: str, narrowing: Narrowing) -> str:
    """Give access without being asked, to a doctor's code, a ``Practitioner/id`` or an ``Organization/id``; answers the
    contract's id, also when the same is given already.
    """
    standing, made = await offered(door, caller, whom, narrowing)
    return standing or await _create(door, caller, made)


async def offered(door: Door, caller: Caller, whom: str, narrowing: Narrowing) -> tuple[str, Resource]:
    """The Consent that would give it, for whoever writes it in one go with something else; and the id of the contract
    that gives the same already, "" where there is none.
    """
    today = today_in(narrowing.terms)
    rules.refuse_terms(narrowing.terms, today)
    reference = _party(door, whom)
    name = (await _names(door, caller, [reference])).get(reference)
    if name is None:
        raise unprocessable("There is nobody with this code here. Check it with your doctor.")
    patient = {"reference": caller.principal.person}
    made = rules.offer(patient, _reference(reference, name), narrowing, today)
    pairs = [("patient", caller.principal.person), ("actor", reference), ("status", "active")]
    for found in (await _search(door, caller, "Consent", pairs))[0]:
        if has_force(found) and parse(found.body).get("provision") == made["provision"]:
            return found.row.id, made
    return "", made


async def list_records(door: Door, caller: Caller, *, on: bool) -> None:
    """Let doctors who know the patient's code see the list of their records, without content, or not."""
    await door.list_records(caller, on=on)


async def lists_records(door: Door, caller: Caller) -> bool:
    """Whether they may."""
    return door.lists_records(caller)


# ── how ──


class _Turn(NamedTuple):
    """A step of a contract: from which states, to which, and the Consent that comes of it."""

    allowed: frozenset[str]
    target: str
    make: Callable[[Resource], Resource]


async def _turn(door: Door, caller: Caller, looked_at: tuple[str, int], turn: _Turn) -> None:
    id_, version = looked_at
    found = await door.outlined(caller, "Consent", id_)
    before = parse(found.body)
    status = str(before.get("status")) if has_force(found) else "proposed"
    if _is_done(before, status, turn):
        return
    if status not in turn.allowed:
        raise conflict(rules.conflict_of(status))
    if found.version != version:
        raise stale(_CHANGED)
    update = Change(Method.UPDATE, "Consent", id_, turn.make(before) | _dated(found), if_match=version, signed=True)
    try:
        await door.write(caller, [update])
    except Failure as failure:
        raise stale(_CHANGED) if failure.category is Category.STALE else failure from None


def _dated(found: Found) -> Resource:
    """What was sent as active without force gets force by being written anew: with the moment in which that is done."""
    return {} if has_force(found) else {"dateTime": clock.instant(clock.now())}


def _is_done(before: Resource, status: str, turn: _Turn) -> bool:
    """Whether the contract stands already as the step would leave it."""
    if status == turn.target != "active":
        return True
    return status == "active" and turn.target in ("active", "changed") and turn.make(before) == before


def today_in(terms: Terms | None) -> date:
    """Today, where the terms' days are counted."""
    return clock.moment(clock.now()).astimezone(ZoneInfo(terms.zone if terms else "UTC")).date()


async def _create(door: Door, caller: Caller, consent: Resource) -> str:
    (outcome,) = await door.write(caller, [Change(Method.CREATE, "Consent", resource=consent)])
    return outcome.row.id


async def _search(door: Door, caller: Caller, type_: str, pairs: Pairs) -> tuple[Sequence[Found], bytes | None]:
    _, findings = await door.search(caller, type_, pairs, Handling(outlined=True))
    return findings.matches, findings.following


async def _listed(door: Door, caller: Caller, pairs: Pairs, cursor: str = "") -> Listed:
    more = [("_page", cursor)] if cursor else []
    found, following = await _search(door, caller, "Consent", [("_count", str(PAGE)), *pairs, *more])
    after = door.finder.cursors.seal(caller.principal.account, following) if following else ""
    return Listed(tuple(await _described(door, caller, found)), after)


async def _described(door: Door, caller: Caller, found: Iterable[Found]) -> list[Contract]:
    now = clock.now()
    contracts = [contract_of(parse(one.body), _version(door, one), now) for one in found]
    named = {party.reference for one in contracts for party in (*one.actors, one.asker)}
    names = await _names(door, caller, sorted(named))
    return [one.named(names) for one in contracts]


def _version(door: Door, found: Found) -> Version:
    author = first_author(door.parts, found)
    return Version(found.version, found.updated, has_force(found), author.person if author else "")


async def _names(door: Door, caller: Caller, references: Iterable[str]) -> dict[str, str]:
    """What people and organisations are called, as far as the caller may know."""
    wanted: dict[str, list[str]] = {"Organization": [], "Practitioner": [], "Patient": []}
    for type_, _, id_ in (reference.partition("/") for reference in references):
        wanted.get(type_, []).append(id_)
    names: dict[str, str] = {}
    for type_, ids in wanted.items():
        for start in range(0, len(ids), _NAMES_AT_ONCE):
            some = ids[start : start + _NAMES_AT_ONCE]
            found, _ = await _search(door, caller, type_, [("_id", ",".join(some)), ("_count", str(len(some)))])
            names |= {one.row.reference: human_name(parse(one.body)) for one in found}
    return names


def _called(contracts: Sequence[Contract]) -> str:
    """What the patient is called in the contracts themselves."""
    return next((one.patient.name for one in contracts if one.patient.name), "")


def _names_of(caller: Caller) -> str:
    """The doctor and their hospital, as a search asks for them."""
    return ",".join(name for name in (caller.principal.person, caller.principal.organization) if name)


async def _patient(door: Door, caller: Caller, wanted: Ask) -> Resource:
    code = normal_code(wanted.patient)
    if code is None:
        return _reference(wanted.patient, wanted.name)
    found, _ = await _search(door, caller, "Patient", [("identifier", code)])
    if not found:
        raise unprocessable("There is no patient with this code. Check it with the patient.")
    return _reference(found[0].row.reference, human_name(parse(found[0].body)))


async def _asking(door: Door, caller: Caller, *, for_hospital: bool) -> Resource:
    reference = caller.principal.organization if for_hospital else caller.principal.person
    if not reference:
        raise malformed("You work for no hospital here, so ask for yourself.")
    return _reference(reference, (await _names(door, caller, [reference])).get(reference, ""))


def _party(door: Door, whom: str) -> str:
    """Who is meant by a doctor's code or a reference."""
    code = normal_code(whom)
    account = door.parts.accounts.of_code(door.parts.database, code) if code else None
    return account.person if account else whom


def _reference(reference: str, name: str) -> Resource:
    return {"reference": reference} | ({"display": name} if name else {})
