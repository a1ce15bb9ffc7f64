"""The platform finishes what somebody began: for them, under their mandate, and says that it was the platform."""

import asyncio
from functools import partial

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Change, Method
from carefolio.records.disclose import Moved
from carefolio.records.mandates import PAYING, REVIEWING, SCHEDULING, Mandate
from carefolio.records.trail import Asked
from carefolio.store import records
from tests.unit.records.test_mandates import UNDER, Surgery
from tests.unit.records.test_mandates import surgery as surgery

MANY = 1_001
PHARMACY = Mandate("pharmacy", {Role.PHARMACIST: {"Task": "u"}})


def visit(surgery, by="Ben"):
    return surgery.write(by, surgery.visit(), under=UNDER).row


def acts(surgery, row):
    return surgery.door.behalf.caller(SCHEDULING, row.type, row.id)


def test_it_writes_for_whoever_wrote_first_and_the_ledger_says_so(surgery: Surgery):
    row = visit(surgery)
    caller = acts(surgery, row)
    seen = parse(asyncio.run(surgery.door.see(caller, "Appointment", row.id)).body)
    change = Change(Method.UPDATE, "Appointment", row.id, seen | {"status": "arrived"}, if_match=1)
    asyncio.run(surgery.door.write(caller, [change], under=UNDER))
    steps = asyncio.run(surgery.door.trail_of(surgery.caller("Ada"), Asked(surgery.persons["Ada"])))
    (entry,) = [one.entry for one in steps if one.entry.kind is Kind.RECORD_UPDATED]
    assert (entry.content["who"], entry.content["platform"]) == (surgery.persons["Ben"], True)


def test_it_goes_on_for_somebody_who_was_shut_out_and_not_for_one_who_changed(surgery):
    row = visit(surgery)
    caller, number = acts(surgery, row), surgery.caller("Ben").principal.account
    database, accounts = surgery.carefolio.database, surgery.carefolio.accounts
    database.write_now(lambda tx: accounts.change(tx, number, suspended=True))
    seen = parse(asyncio.run(surgery.door.see(caller, "Appointment", row.id)).body)
    change = Change(Method.UPDATE, "Appointment", row.id, seen | {"status": "arrived"})
    (done,) = asyncio.run(surgery.door.write(caller, [change], under=UNDER))
    assert done.row.version == 2
    database.write_now(lambda tx: accounts.change(tx, number, verified=False))
    with pytest.raises(Failure) as refused:
        asyncio.run(surgery.door.write(caller, [change], under=UNDER))
    assert refused.value.category in (Category.FORBIDDEN, Category.CONFLICT)


def test_it_sees_and_writes_nothing_beyond_the_mandate(surgery):
    caller = acts(surgery, visit(surgery, "Ada"))
    patient = surgery.persons["Ada"].partition("/")[2]
    with pytest.raises(Failure) as hidden:
        asyncio.run(surgery.door.see(caller, "Patient", patient))
    assert hidden.value.category is Category.ABSENT
    subject = {"reference": f"Patient/{patient}"}
    other = {"resourceType": "Observation", "status": "final", "code": {"text": "Weight"}, "subject": subject}
    with pytest.raises(Failure, match="scope"):
        asyncio.run(surgery.door.write(caller, [Change(Method.CREATE, "Observation", "", other)], under=UNDER))


def test_it_acts_for_nobody_whom_the_mandate_does_not_know(surgery):
    row = visit(surgery)
    for mandate, id_ in ((PAYING, row.id), (SCHEDULING, "nowhere")):
        with pytest.raises(Failure) as hidden:
            surgery.door.behalf.caller(mandate, "Appointment", id_)
        assert hidden.value.category is Category.ABSENT


def test_it_does_what_is_somebodys_to_be_done(surgery):
    caller = surgery.door.behalf.of(REVIEWING, surgery.persons["Ben"])
    assert (caller.principal.person, caller.principal.platform) == (surgery.persons["Ben"], True)
    for mandate, person in ((REVIEWING, "Practitioner/nobody"), (PHARMACY, surgery.persons["Ada"])):
        with pytest.raises(Failure) as hidden:
            surgery.door.behalf.of(mandate, person)
        assert hidden.value.category is Category.ABSENT


def test_what_is_addressed_to_somebody_by_people_of_a_role(surgery):
    row = visit(surgery, "Ada")
    addressed = surgery.door.behalf.addressed
    assert [one["id"] for one in addressed("Appointment", surgery.persons["Ben"], Role.PATIENT)] == [row.id]
    assert list(addressed("Appointment", surgery.persons["Ben"], Role.DOCTOR)) == []
    assert list(addressed("Task", surgery.persons["Ben"], Role.PATIENT)) == []


def test_it_looks_again_when_something_moved(surgery):
    caller = acts(surgery, visit(surgery))
    tried = []

    async def attempt(now):
        tried.append(now.principal)
        if len(tried) == 1:
            raise Moved
        return now

    now = asyncio.run(surgery.door._settled(caller, attempt))
    assert now.principal == caller.principal
    gone = caller._replace(principal=caller.principal.__class__(10_000, caller.principal.role, platform=True))
    with pytest.raises(Failure):
        surgery.door.behalf.again(gone)


def test_what_waits_is_found_again(surgery):
    row = visit(surgery)
    pending = surgery.door.behalf.pending
    assert pending("Appointment", "booked", 0, lambda one: one["id"] == row.id) == [row.id]
    assert pending("Appointment", "booked", 0, lambda one: False) == []
    assert pending("Appointment", "arrived", 0, lambda one: True) == []
    assert pending("Appointment", "booked", row.updated + 1, lambda one: True) == []


def test_it_is_found_however_much_is_settled(surgery):
    visits = [surgery.visit(status="fulfilled") for _ in range(MANY)]
    surgery.write("Ben", *visits, under=UNDER)
    row, opened = visit(surgery), []
    assert surgery.door.behalf.pending("Appointment", "booked", 0, lambda one: not opened.append(one)) == [row.id]
    assert len(opened) == 1


def test_one_that_cannot_be_read_keeps_no_other_waiting(surgery):
    broken, row = visit(surgery), visit(surgery)
    put = partial(damage, surgery.carefolio.database, broken.id)
    whole = put(b"\0" * 64)
    assert surgery.door.behalf.pending("Appointment", "booked", 0, lambda one: True) == [row.id]
    put(whole)
    assert surgery.door.behalf.pending("Appointment", "booked", 0, lambda one: True) == [broken.id, row.id]


def damage(database, id_, body):
    """Put this in the place of its body; what stood there."""
    row = records.current(database, "Appointment", id_)
    database.write_now(lambda tx: tx.execute("UPDATE record SET body = ? WHERE rid = ?", (body, row.rid)))
    return row.body
