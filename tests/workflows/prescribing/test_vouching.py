"""The word for a paper prescription: real or not, used up or not, and nothing else."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.base.ids import new_id
from carefolio.records import vouching as records
from carefolio.records.changes import Change, Method
from carefolio.workflows.prescribing import actions, vouching
from carefolio.workflows.prescribing.reading import human_name
from carefolio.workflows.prescribing.rules import Standing
from carefolio.workflows.prescribing.signing import Verdict


def test_the_token_of_a_prescription_tells_how_it_stands(street):
    id_ = street.sent()
    token = vouching.token_of(street.door, id_)
    found = vouching.vouch(street.door, token)
    assert (found.signed.verdict, found.standing, found.started) == (Verdict.HOLDS, Standing.READY, False)
    assert found.doctor.name == "Ben Osei"
    street.hand_out(id_, 10)
    assert vouching.vouch(street.door, token).started
    street.hand_out(id_, 20)
    assert vouching.vouch(street.door, token).standing is Standing.USED_UP


def test_no_other_token_says_anything(street):
    id_ = street.prescribed()
    token = vouching.token_of(street.door, id_)
    changed = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for wrong in ("", "x", "====", "ä", changed, token[1:], vouching.token_of(street.door, new_id())):
        assert vouching.vouch(street.door, wrong) is None
    (outcome,) = street.write(
        "Ada",
        {"resourceType": "MedicationRequest", "status": "active", "intent": "order"}
        | {"subject": {"reference": street.ref("Ada")}, "medicationCodeableConcept": {"text": "Aspirin"}},
    )
    assert vouching.vouch(street.door, vouching.token_of(street.door, outcome.row.id)) is None
    street.do(type(street.door).write, "Ada", [Change(Method.DELETE, "MedicationRequest", outcome.row.id)])
    assert records.newest(street.door.parts, "MedicationRequest", outcome.row.id) is None


def test_a_doctor_knows_the_patient_by_contract_and_a_stranger_does_not(street):
    assert street.do(actions.patient_of, "Ben", street.ref("Ada")).name == "Ada Quinn"
    for patient in (street.ref("Ada"), "Patient/nobody"):
        with pytest.raises(Failure) as refused:
            street.do(actions.patient_of, "Zoe", patient)
        assert refused.value.category is Category.ABSENT
    assert human_name({"name": [{"given": ["Ada"], "family": "Quinn"}]}) == "Ada Quinn"
    assert human_name({}) == ""
