"""A doctor asks, sees what became of it, takes it back, ends it; a stranger learns nothing."""

import asyncio
from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.timeline import Wanted
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import State
from carefolio.workflows.sharing.rules import Ask
from tests.workflows.sharing.conftest import RESULTS, WHOLE


def refused(category, work):
    with pytest.raises(Failure) as caught:
        work()
    assert caught.value.category is category
    return str(caught.value.issues[0].text)


def test_a_request_names_the_patient_the_doctor_and_the_reason(town):
    id_ = town.do(actions.ask, "Ben", town.asks("Ben", "Ada", RESULTS))
    (asked,) = town.do(actions.my_requests, "Ben").contracts
    assert (asked.id, asked.state, asked.exact, asked.reason) == (id_, State.PROPOSED, True, "Your blood pressure")
    assert asked.patient == (town.ref("Ada"), "Ada Quinn", False)
    assert [party.name for party in asked.actors] == ["Ben Osei"]
    assert asked.asker.reference == town.ref("Ben")
    assert asked.terms == RESULTS
    assert "display" in town.consent(id_)["provision"]["actor"][0]["reference"]
    assert refused(Category.ABSENT, lambda: town.sees("Ben"))


def test_a_request_for_the_hospital_serves_all_who_work_there(town):
    town.do(actions.ask, "Ben", town.asks("Ben", "Ada", for_hospital=True))
    town.people["Kit"] = town.add(
        registration.PersonRole.DOCTOR, "Kit Moor", hospital=town.hospital.organization, verified=True
    )
    town.tokens["Kit"] = registration.issue_token(town.door, "kit@example.org")
    (asked,) = town.do(actions.my_requests, "Kit").contracts
    assert asked.actors[0] == (town.hospital.organization, "North Hospital", False)
    assert asked.actors[0].is_hospital
    assert asked.asker.name == "Ben Osei"
    assert "work for no hospital" in refused(
        Category.MALFORMED, lambda: town.do(actions.ask, "Bo", town.asks("Bo", "Ada", for_hospital=True))
    )


def test_pressing_twice_asks_once(town):
    first = town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    assert town.do(actions.ask, "Ben", town.asks("Ben", "Ada")) == first
    assert town.do(actions.ask, "Ben", town.asks("Ben", "Ada", RESULTS)) != first


def test_who_knows_the_id_may_ask_by_it(town):
    town.do(actions.ask, "Ben", Ask(town.ref("Ada"), WHOLE, "Follow-up", name="Ms Quinn"))
    (asked,) = town.do(actions.my_requests, "Ben").contracts
    assert asked.patient.name == "Ms Quinn"


@pytest.mark.parametrize("name", ["Ada", "North"])
def test_only_doctors_ask(town, name):
    code = town.people["Max"].code
    with pytest.raises(Failure):
        town.do(actions.ask, name, Ask(code, WHOLE, "Curious"))


def test_a_code_that_is_nobody_s_and_a_missing_reason_are_told(town):
    wrong = Ask("PAT-AAAAA-AAAAA", WHOLE, "Why not")
    right = town.asks("Ben", "Ada")
    with pytest.raises(Failure):
        town.do(actions.ask, "Ben", wrong)
    other = Ask(town.people["Ben"].code, WHOLE, "Why not")
    assert "no patient with this code" in refused(Category.UNPROCESSABLE, lambda: town.do(actions.ask, "Ben", other))
    assert "Say why" in refused(Category.MALFORMED, lambda: town.do(actions.ask, "Ben", replace(right, reason=" ")))


def test_a_request_is_taken_back_once_and_for_all(town):
    id_ = town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    refused(Category.STALE, lambda: town.do(actions.take_back, "Ben", id_, 7))
    town.do(actions.take_back, "Ben", id_, 1)
    town.do(actions.take_back, "Ben", id_, 1)
    assert town.do(actions.my_requests, "Ben").contracts[0].state is State.INACTIVE
    assert "taken back" in refused(Category.CONFLICT, lambda: town.do(actions.grant, "Ada", id_, 1))
    assert town.do(actions.requests, "Ada") == ()


def test_a_doctor_ends_what_they_need_no_more(town):
    id_ = town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    assert "no answer yet" in refused(Category.CONFLICT, lambda: town.do(actions.end, "Ben", id_, 1))
    town.do(actions.grant, "Ada", id_, 1)
    assert town.sees("Ben") == 2
    town.do(actions.end, "Ben", id_, 2)
    town.do(actions.end, "Ben", id_, 2)
    refused(Category.ABSENT, lambda: town.sees("Ben"))


def test_a_stranger_sees_no_request_and_touches_none(town):
    id_ = town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    assert town.do(actions.my_requests, "Zoe").contracts == ()
    assert town.do(actions.my_patients, "Zoe").patients == ()
    for action in (actions.take_back, actions.end, actions.grant, actions.refuse, actions.withdraw):
        for name in ("Zoe", "Max"):
            refused(Category.ABSENT, lambda name=name, action=action: town.do(action, name, id_, 1))
    refused(Category.ABSENT, lambda: town.do(actions.contract, "Max", id_))
    refused(Category.FORBIDDEN, lambda: town.do(actions.grant, "Ben", id_, 1))


def test_patients_are_listed_by_the_name_that_may_be_seen(town):
    whole = town.do(actions.ask, "Ben", town.asks("Ben", "Ada"))
    part = town.do(actions.ask, "Ben", town.asks("Ben", "Max", RESULTS))
    assert town.do(actions.my_patients, "Ben").patients == ()
    town.do(actions.grant, "Ada", whole, 1)
    town.do(actions.grant, "Max", part, 1)
    patients = town.do(actions.my_patients, "Ben").patients
    assert [(one.reference, one.name) for one in patients] == [
        (town.ref("Max"), "Max Berg"),
        (town.ref("Ada"), "Ada Quinn"),
    ]
    assert [one.contracts[0].id for one in patients] == [part, whole]
    with pytest.raises(Failure):
        caller = town.caller("Ben")
        asyncio.run(town.door.read(caller.token, "r", *town.ref("Max").split("/")))
    assert asyncio.run(town.door.timeline(town.caller("Ben"), town.ref("Max"), Wanted())).found == []


def test_requests_come_a_page_at_a_time(town, monkeypatch):
    monkeypatch.setattr(actions, "PAGE", 1)
    for terms in (WHOLE, RESULTS):
        town.do(actions.ask, "Ben", town.asks("Ben", "Ada", terms))
    first = town.do(actions.my_requests, "Ben")
    second = town.do(actions.my_requests, "Ben", first.next)
    assert [len(first.contracts), len(second.contracts), second.next] == [1, 1, ""]
    assert first.contracts[0].terms == RESULTS
    assert second.contracts[0].terms == WHOLE
