"""Bills and attempts as somebody sees them; all reading through the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from carefolio.base.failures import absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.records.carried import FEE
from carefolio.records.directory import directory_record, post_of
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import first_author, is_kept
from carefolio.records.read import Found
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.payments import shapes
from carefolio.workflows.payments.rules import BILLABLE, Attempt, Bill

Resource = dict[str, Any]
_MOST = 1000
_AT_ONCE = 100
_PARTIES = frozenset({Role.DOCTOR, Role.PATIENT})


class Listed(NamedTuple):
    """Bills, the newest first, and the cursor of the next ones, "" when these are the last."""

    bills: tuple[Bill, ...]
    next: str


async def bill(door: Door, caller: Caller, id_: str) -> Bill:
    """One bill; raises absent for what the caller may not see, for what is no bill of ours, and for those who may read
    it in the chart but are no party to it.
    """
    found = await door.see(caller, "Invoice", id_)
    made = _ours(door, found)
    if made is None or not _is_of(made, caller.principal.person):
        raise absent()
    return made


async def attempt(door: Door, caller: Caller, id_: str) -> Attempt:
    """One movement of money; raises absent for what only looks like one."""
    found = await door.see(caller, "PaymentNotice", id_)
    if not is_kept(found):
        raise absent()
    return shapes.attempt_of(parse(found.body))


async def bills(door: Door, caller: Caller, cursor: str = "", count: int = 50) -> Listed:
    """The bills that a patient got, or that a doctor wrote, and whether their visits were called off."""
    listed = await _bills(door, caller, cursor, count)
    return listed._replace(bills=tuple(await with_visits(door, caller, listed.bills)))


async def with_visits(door: Door, caller: Caller, some: Sequence[Bill]) -> list[Bill]:
    """The same with whether their visits were called off, as far as the caller may see these."""
    ids = list(dict.fromkeys(one.visit for one in some if one.visit))
    off: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        asked = ids[start : start + _AT_ONCE]
        pairs = [("_id", ",".join(asked)), ("_count", str(len(asked)))]
        _query, found = await door.search(caller, "Appointment", pairs, Handling())
        visits = (visit_in(one) for one in found.matches)
        off |= {one.id for one in visits if one.status not in BILLABLE}
    return [replace(one, called_off=one.visit in off) for one in some]


async def _bills(door: Door, caller: Caller, cursor: str, count: int) -> Listed:
    person = caller.principal.person
    name = "subject" if person.startswith("Patient/") else "participant"
    more = [("_page", cursor)] if cursor else []
    pairs = [(name, person), ("_sort", "-_lastUpdated"), ("_count", str(count)), *more]
    _query, found = await door.search(caller, "Invoice", pairs, Handling(outlined=True))
    mine = (made for one in found.matches if (made := _ours(door, one)) and _is_of(made, person))
    after = door.finder.cursors.seal(caller.principal.account, found.following) if found.following else ""
    return Listed(tuple(mine), after)


async def all_bills(door: Door, caller: Caller) -> list[Bill]:
    """All of them, as far as anybody reads."""
    listed = await _bills(door, caller, "", _MOST)
    return list(listed.bills)


async def attempts(door: Door, caller: Caller, some: Iterable[Bill]) -> list[Attempt]:
    """All movements of these bills' money, the oldest first; they are named after their bills."""
    names = [name for one in some for name in _names(one)]
    found: list[Attempt] = []
    for start in range(0, len(names), _AT_ONCE):
        found += await _named(door, caller, names[start : start + _AT_ONCE])
    return sorted(found, key=lambda one: (one.created, one.id))


async def visit(door: Door, caller: Caller, id_: str) -> Visit:
    """A visit that was made here, and that the caller is or was at; raises absent for all others."""
    found = visit_in(await door.see(caller, "Appointment", id_))
    if not found.ours or caller.principal.person not in (found.patient.reference, found.doctor.reference):
        raise absent()
    return found


def fees_resource(door: Door, doctor: str) -> Resource:
    """The directory record that holds a doctor's fees; empty when there is none."""
    return post_of(door.parts, doctor, FEE)[1]


def issuer_of(door: Door, doctor: str) -> str:
    """What the organisation is called for which a doctor works; empty for one who works for themself."""
    account = door.parts.accounts.of_person(door.parts.database, doctor)
    place = directory_record(door.parts, account.organization) if account and account.organization else {}
    return str(place.get("name", ""))


def _ours(door: Door, found: Found) -> Bill | None:
    """The bill, if it was written here by one of its parties, whom the rules of paying bind: what hospitals send, or
    somebody else wrote, is a record and no bill of ours.
    """
    invoice = parse(found.body)
    author = first_author(door.parts, found)
    if author is None or Role(author.role) not in _PARTIES or not shapes.is_bill(invoice):
        return None
    made = shapes.bill_of(invoice)
    return made if author.person in (made.doctor.reference, made.patient.reference) else None


def _is_of(made: Bill, person: str) -> bool:
    return person in (made.doctor.reference, made.patient.reference)


def _names(made: Bill) -> Sequence[str]:
    payments = [f"{made.id}.p{n}" for n in range(1, made.payments + 1)]
    return [*payments, *(f"{made.id}.r{n}" for n in range(1, made.refunds + 1))]


async def _named(door: Door, caller: Caller, names: Sequence[str]) -> list[Attempt]:
    pairs = [("_id", ",".join(names)), ("_count", str(len(names)))]
    _query, found = await door.search(caller, "PaymentNotice", pairs, Handling())
    return [shapes.attempt_of(parse(one.body)) for one in found.matches if is_kept(one)]
