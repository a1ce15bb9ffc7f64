"""A patient answers, narrows, changes, withdraws, offers; late and repeated answers do no harm."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Method
from carefolio.records.timeline import CLINICAL
from carefolio.workflows.sharing import actions, rules
from carefolio.workflows.sharing.describe import State
from carefolio.workflows.sharing.rules import Narrowing
from tests.faults.cast import consent
from tests.workflows.sharing.conftest import IN_A_YEAR, RESULTS, WHOLE
from tests.workflows.sharing.test_asking import refused


@pytest.fixture
def asked(town):
    return town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))


@pytest.fixture
def later():
    yield clock.shift
    clock.shift(0)


def test_a_request_is_shown_and_granted_as_asked(town, asked):
    (request,) = town.do(actions.requests, "Ada")
    assert (request.id, request.version, request.actors[0].name) == (asked, 1, "Ben Osei")
    town.do(actions.grant, "Ada", asked, request.version)
    town.do(actions.grant, "Ada", asked, request.version)
    assert town.do(actions.requests, "Ada") == ()
    assert town.do(actions.contract, "Ada", asked).state is State.ACTIVE
    assert town.sees("Ben") == 2


def test_a_request_is_granted_narrower(town, asked):
    town.do(actions.grant, "Ada", asked, 1, Narrowing(RESULTS))
    town.do(actions.grant, "Ada", asked, 1, Narrowing(RESULTS))
    given = town.do(actions.contract, "Ben", asked)
    assert (given.terms, given.exact, given.reason) == (RESULTS, True, "Your blood pressure")
    assert town.sees("Ben") == 1
    assert "already" in refused(Category.CONFLICT, lambda: town.do(actions.grant, "Ada", asked, 1, Narrowing(WHOLE)))


def test_a_request_is_refused_with_a_word(town, asked):
    town.do(actions.refuse, "Ada", asked, 1, " I see somebody else now. ")
    town.do(actions.refuse, "Ada", asked, 1)
    found = town.do(actions.my_requests, "Ben").contracts[0]
    assert (found.state, found.refusal, found.reason) == (
        State.REJECTED,
        "I see somebody else now.",
        "Your blood pressure",
    )
    assert "refused already" in refused(Category.CONFLICT, lambda: town.do(actions.grant, "Ada", asked, 2))
    assert len(town.told(Kind.CONTRACT_REJECTED)) == 1


def test_what_was_changed_since_is_looked_at_again(town, asked):
    changed = town.consent(asked, "Ben")
    changed["provision"]["period"] = {"end": "2026-12-31"}
    town.write("Ben", changed, method=Method.UPDATE)
    assert "Look at it again" in refused(Category.STALE, lambda: town.do(actions.grant, "Ada", asked, 1))
    town.do(actions.grant, "Ada", asked, 2)


def test_of_two_answers_at_once_the_second_is_told(town, asked, monkeypatch):
    write, request = town.door.write, town.consent(asked)

    async def raced(caller, changes):
        """Ada refuses on her telephone in the moment in which she grants here."""
        monkeypatch.undo()
        await write(town.caller("Ada"), [replace(changes[0], resource=request | {"status": "rejected"})])
        return await write(caller, changes)

    monkeypatch.setattr(town.door, "write", raced)
    assert "Look at it again" in refused(Category.STALE, lambda: town.do(actions.grant, "Ada", asked, 1))
    assert town.do(actions.contract, "Ada", asked).state is State.REJECTED


def test_what_the_door_refuses_is_told_as_it_is(town, asked):
    town.do(actions.grant, "Ada", asked, 1)
    sentence = refused(Category.FORBIDDEN, lambda: town.do(actions.change, "Ben", asked, 2, Narrowing(RESULTS)))
    assert "change nothing else" in sentence


def test_access_is_changed_and_withdrawn(town, asked):
    town.do(actions.grant, "Ada", asked, 1)
    town.do(actions.change, "Ada", asked, 2, Narrowing(RESULTS))
    town.do(actions.change, "Ada", asked, 2, Narrowing(RESULTS))
    assert town.sees("Ben") == 1
    town.do(actions.withdraw, "Ada", asked, 3)
    town.do(actions.withdraw, "Ada", asked, 3)
    refused(Category.ABSENT, lambda: town.sees("Ben"))
    assert town.do(actions.my_patients, "Ben").patients == ()
    assert len(town.told(Kind.CONTRACT_WITHDRAWN)) == 1


def test_a_patient_gives_without_being_asked(town):
    by_code = town.do(actions.give, "Ada", town.people["Bo"].code.lower().replace("-", " "), Narrowing(RESULTS))
    assert town.do(actions.give, "Ada", town.ref("Bo"), Narrowing(RESULTS)) == by_code
    assert town.sees("Bo") == 1
    hospital = town.do(actions.give, "Ada", town.hospital.organization, Narrowing(WHOLE))
    assert town.sees("Ben") == 2
    groups = town.do(actions.contracts, "Ada")
    assert [(group.party.name, [one.id for one in group.contracts]) for group in groups] == [
        ("North Hospital", [hospital]),
        ("Bo Lind", [by_code]),
    ]
    (patient,) = town.do(actions.my_patients, "Bo").patients
    assert patient.name == ""
    for nobody in ("DOC-AAAAA-AAAAA", "Practitioner/none", town.ref("Max"), "Group/x"):
        assert "nobody with this code" in refused(
            Category.UNPROCESSABLE, lambda nobody=nobody: town.do(actions.give, "Ada", nobody, Narrowing(WHOLE))
        )


def test_what_has_no_force_is_shown_so_and_can_be_granted(town):
    (sent,) = town.write("North", consent(town.ref("Ada"), town.ref("Ben")) | {"status": "active"})
    (group,) = town.do(actions.contracts, "Ada")
    assert [one.state for one in group.contracts] == [State.POWERLESS]
    assert town.do(actions.my_patients, "Ben").patients == ()
    town.do(actions.grant, "Ada", sent.row.id, 1)
    assert town.sees("Ben") == 2


def test_what_has_expired_awaits_no_answer(later, town, asked):
    town.do(actions.ask, "Zoe", town.asks("Zoe", "Ada", replace(WHOLE, ends=WHOLE.ends - timedelta(days=335))))
    assert len(town.do(actions.requests, "Ada")) == 2
    later(32 * clock.DAY)
    assert [one.id for one in town.do(actions.requests, "Ada")] == [asked]
    (expired,) = town.do(actions.my_requests, "Zoe").contracts
    assert expired.state is State.EXPIRED
    town.do(actions.grant, "Ada", expired.id, 1, Narrowing(WHOLE))
    assert town.do(actions.contract, "Ada", expired.id).state is State.ACTIVE


def test_the_list_is_turned_off_even_when_contracts_move_meanwhile(town):
    caller = town.caller("Ada")
    town.door.viewer.of(caller, caller.principal.chart)
    town.do(actions.give, "Ada", town.ref("Bo"), Narrowing(WHOLE))
    asyncio.run(actions.list_records(town.door, caller, on=False))
    assert town.do(actions.lists_records, "Ada") is False


def test_the_list_for_who_knows_the_code_is_turned_off(town):
    assert town.do(actions.lists_records, "Ada") is True
    town.do(actions.list_records, "Ada", on=False)
    town.do(actions.list_records, "Ada", on=False)
    assert town.do(actions.lists_records, "Ada") is False
    (entry,) = [one for one in town.told(Kind.CONTRACT_CHANGED) if "listed" in one.content]
    assert entry.content["listed"] is False
    town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    refused(
        Category.ABSENT, lambda: town.do(lambda door, caller: door.record_index(caller, town.ref("Ada")[8:]), "Ben")
    )
    town.do(actions.list_records, "Ada", on=True)
    listed = town.do(lambda door, caller: door.record_index(caller, town.ref("Ada")[8:]), "Ben")
    assert {one.type for one in listed} <= {one.type for one in CLINICAL}
    for name in ("Ben", "North"):
        refused(Category.FORBIDDEN, lambda name=name: town.do(actions.list_records, name, on=True))
        with pytest.raises(Failure):
            town.do(actions.lists_records, name)


def test_who_is_kept_out_is_not_let_in_by_new_terms(town, asked):
    """A contract may permit one doctor and keep another out of it; narrower terms are for the first alone."""
    bo = [{"reference": {"reference": town.ref("Bo")}}]
    before = town.consent(asked)
    provision = before["provision"] | {"provision": [{"type": "deny", "actor": bo}]}
    narrower = rules.narrowed(before | {"provision": provision}, Narrowing(RESULTS), IN_A_YEAR)
    assert narrower["provision"]["actor"] == before["provision"]["actor"]
    inner = {"provision": [{"type": "permit", "actor": before["provision"]["actor"]}, {"type": "deny", "actor": bo}]}
    narrower = rules.narrowed(before | {"provision": inner}, Narrowing(RESULTS), IN_A_YEAR)
    assert narrower["provision"]["actor"] == before["provision"]["actor"]


def test_what_only_keeps_people_out_is_not_turned_into_a_permission(town, asked):
    before = town.consent(asked)
    for provision in (before["provision"] | {"type": "deny"}, {"provision": [before["provision"] | {"type": "deny"}]}):
        with pytest.raises(Failure) as late:
            rules.narrowed(before | {"provision": provision}, Narrowing(RESULTS), IN_A_YEAR)
        assert late.value.category is Category.CONFLICT
