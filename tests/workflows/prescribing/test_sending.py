"""The patient chooses a pharmacy, another one, none."""

import asyncio

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.records.changes import Method
from carefolio.records.door import Handling
from carefolio.workflows.prescribing import actions, desk, names
from carefolio.workflows.prescribing.rules import Standing
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.rules import PersonRole
from carefolio.workflows.sharing import actions as sharing


def visible(street, name):
    """What somebody finds in all that they may search, by type."""
    found = {}
    for type_ in TYPES:
        _, findings = asyncio.run(street.door.search(street.caller(name), type_, [], Handling()))
        if findings.matches:
            found[type_] = {parse(one.body)["id"] for one in findings.matches}
    return found


TYPES = [
    *("AllergyIntolerance", "Appointment", "Communication", "Condition", "Consent", "Coverage", "Encounter"),
    *(
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Patient",
        "Person",
        "Provenance",
        "Task",
    ),
]


def test_pharmacies_are_found_by_name_and_hospitals_are_none(street):
    assert [one.name for one in street.do(actions.pharmacies, "Ada")] == ["Corner Pharmacy", "Mill Pharmacy"]
    assert [one.name for one in street.do(actions.pharmacies, "Ada", "mil")] == ["Mill Pharmacy"]


def test_only_pharmacies_are_offered_at_which_somebody_can_open_it(street):
    """A verified pharmacist who is not shut out; the patient would read that they were told, and nobody was."""

    id_ = street.prescribed()

    def takes_none():
        assert [one.name for one in street.do(actions.pharmacies, "Ada")] == ["Corner Pharmacy", "Mill Pharmacy"]
        with pytest.raises(Failure, match="cannot open prescriptions at the moment") as refused:
            street.do(actions.send, "Ada", id_, street.new)
        assert refused.value.category is Category.UNPROCESSABLE

    takes_none()
    nia = street.add(PersonRole.PHARMACIST, "Nia Hale", hospital=street.new).account
    takes_none()
    registration.verify(street.door, nia)
    registration.suspend(street.door, nia)
    takes_none()
    registration.suspend(street.door, nia, suspended=False)
    assert [one.name for one in street.do(actions.pharmacies, "Ada", "new")] == ["New Pharmacy"]
    registration.verify(street.door, nia, verified=False)
    takes_none()
    registration.verify(street.door, nia)
    street.do(actions.send, "Ada", id_, street.new)
    assert street.seen(id_).at.name == "New Pharmacy"


def test_the_pharmacy_sees_the_prescription_its_signature_and_the_allergies_and_nothing_else(street):
    street.allergic("Nuts")
    condition = {"resourceType": "Condition", "subject": {"reference": street.ref("Ada")}, "code": {"text": "Asthma"}}
    street.write("Ada", condition)
    other = street.prescribed(medicine="Paracetamol", unit="tablet")
    id_ = street.sent()
    seen = visible(street, "Pia")
    assert set(seen) == {"AllergyIntolerance", "Consent", "MedicationRequest", "Provenance", "Task"}
    assert seen["MedicationRequest"] == {id_}
    assert seen["Provenance"] == {names.signature_id(id_)}
    assert other not in str(seen)
    opened = street.do(desk.open_one, "Pia", id_)
    assert (opened.signed.holds, [one["code"]["text"] for one in opened.allergies]) == (True, ["Nuts"])
    assert visible(street, "Olu") == {}
    assert visible(street, "Una") == {}
    assert street.told("Pia") == street.told("Per") == ["prescription-sent"]
    assert street.told("Una") == [], "nobody has looked at her licence"
    assert street.told("Olu") == []


def test_who_is_not_verified_or_no_pharmacist_sees_no_desk(street):
    id_ = street.sent()
    for name in ("Una", "Ben", "Ada", "Zoe"):
        for action, *args in ((desk.received,), (desk.open_one, id_)):
            with pytest.raises(Failure) as refused:
                street.do(action, name, *args)
            assert refused.value.category is Category.FORBIDDEN
    with pytest.raises(Failure) as refused:
        street.do(desk.open_one, "Olu", id_)
    assert refused.value.category is Category.ABSENT
    assert street.do(desk.received, "Olu") == ([], [])


def test_the_patient_sees_the_contract_in_words_and_ends_it_with_the_way_back(street):
    id_ = street.sent()
    groups = street.do(sharing.contracts, "Ada")
    (made,) = [one for group in groups if group.party.reference == street.corner for one in group.contracts]
    assert made.exact
    assert made.terms.categories == {"allergies"}
    assert made.terms.records == {f"MedicationRequest/{id_}", f"Provenance/{names.signature_id(id_)}"}
    assert made.ends
    street.do(actions.take_back, "Ada", id_, street.way(id_))
    street.do(actions.take_back, "Ada", id_, street.way(id_))
    assert street.seen(id_).standing is Standing.READY
    assert set(visible(street, "Pia")) == {"Consent", "Task"}
    with pytest.raises(Failure) as refused:
        street.do(desk.open_one, "Pia", id_)
    assert refused.value.category is Category.ABSENT


def test_a_contract_withdrawn_on_the_sharing_page_closes_the_desk_too(street):
    id_ = street.sent()
    contract = street.seen(id_).way.contract.partition("/")[2]
    street.do(sharing.withdraw, "Ada", contract, 1)
    with pytest.raises(Failure) as refused:
        street.do(desk.open_one, "Pia", id_)
    assert refused.value.category is Category.ABSENT
    street.do(actions.take_back, "Ada", id_, street.way(id_))
    assert street.seen(id_).standing is Standing.READY


def test_another_pharmacy_takes_the_first_ones_place_and_sees_what_that_handed_out(street):
    id_ = street.sent()
    street.hand_out(id_, 10)
    street.do(actions.send, "Ada", id_, street.mill, street.way(id_))
    assert street.seen(id_).at.name == "Mill Pharmacy"
    assert "MedicationRequest" not in visible(street, "Per")
    assert visible(street, "Per")["MedicationDispense"] == {names.dispense_id(id_, 1)}
    opened = street.do(desk.open_one, "Olu", id_)
    assert [(one.amount, one.pharmacy.name) for one in opened.handed] == [(10, "Corner Pharmacy")]
    street.hand_out(id_, 20, "Olu")
    assert street.seen(id_).standing is Standing.USED_UP


def test_a_pharmacy_that_is_not_shown_what_another_handed_out_gives_nothing(street):
    id_ = street.sent()
    street.hand_out(id_, 30 - 10)
    street.do(actions.send, "Ada", id_, street.mill, street.way(id_))
    contract = street.seen(id_).way.contract.partition("/")[2]
    body = {name: value for name, value in street.read("Ada", "Consent", contract).items() if name != "meta"}
    data = body["provision"]["provision"][1]["data"]
    data[:] = [one for one in data if "Dispense" not in one["reference"]["reference"]]
    street.write("Ada", body, method=Method.UPDATE)
    with pytest.raises(Failure):
        street.hand_out(id_, 30, "Olu")
    assert street.seen(id_).left.given == 20


def test_to_the_same_pharmacy_again_changes_nothing_and_a_hospital_is_no_pharmacy(street):
    id_ = street.sent()
    before = street.way(id_)
    street.do(actions.send, "Ada", id_, street.corner, before)
    assert street.way(id_) == before
    with pytest.raises(Failure, match="no such pharmacy"):
        street.do(actions.send, "Ada", id_, street.north, before)


def test_whoever_looked_at_an_older_way_is_told_so(street):
    id_ = street.sent()
    with pytest.raises(Failure) as late:
        street.do(actions.send, "Ada", id_, street.mill, 0)
    assert late.value.category is Category.STALE
    with pytest.raises(Failure) as late:
        street.do(actions.take_back, "Ada", id_, 9)
    assert late.value.category is Category.STALE


def test_what_is_used_up_is_not_sent_again(street):
    id_ = street.sent()
    street.hand_out(id_, 30)
    with pytest.raises(Failure, match="All of this prescription"):
        street.do(actions.send, "Ada", id_, street.mill, street.way(id_))
    other = street.prescribed()
    street.do(actions.cancel, "Ben", other, 1)
    with pytest.raises(Failure, match="cancelled"):
        street.do(actions.send, "Ada", other, street.mill)
