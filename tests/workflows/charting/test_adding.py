"""Who writes in a chart by forms, and who does not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.records.repeat import Repeatable
from carefolio.records.trail import Asked
from carefolio.workflows.charting import actions
from carefolio.workflows.charting.actions import Way
from carefolio.workflows.sharing.rules import Terms
from tests.workflows.charting.conftest import TODAY, amount

WEIGHT = {"weight": amount("71.5", "weight")}


def test_a_patient_writes_in_their_own_chart(practice):
    (made,) = practice.add("Ada", "general", **WEIGHT)
    assert made["performer"] == [{"reference": practice.ref("Ada")}]
    assert practice.do(actions.standing, "Ada", practice.chart).way is Way.OWN
    assert practice.holds() == ["Observation"]


def test_a_doctor_writes_under_a_contract_that_lets_them_add(practice):
    practice.add("Ben", "diagnosis", problem="Asthma", sure="confirmed", note="Wheezes")
    assert practice.holds() == ["ClinicalImpression", "Condition"]


def test_a_contract_to_read_does_not_let_anybody_add(practice):
    practice.share("Zoe", Terms(whole=True, ends=TODAY + timedelta(days=9)))
    assert refusal(practice, "Zoe", "general", **WEIGHT) is Category.ABSENT


def test_a_visit_lets_its_doctor_write_while_it_is_about(practice):
    assert refusal(practice, "Sue", "general", **WEIGHT) is Category.ABSENT
    practice.visit("Sue", start=3 * clock.DAY)
    assert refusal(practice, "Sue", "general", **WEIGHT) is Category.ABSENT
    practice.visit("Sue")
    practice.add("Sue", "general", **WEIGHT)
    steps = practice.do(type(practice.door).trail_of, "Ada", Asked(practice.ref("Ada")))
    assert next(one.entry.content["rules"] for one in steps if "writes" in one.entry.content) == ["consultation"]


def test_a_narrow_contract_is_helped_by_a_visit(practice):
    practice.share("Zoe", Terms(categories=frozenset({"results"}), ends=TODAY + timedelta(days=9), correct=True))
    practice.add("Zoe", "results", potassium=amount("4.1", "salt"))
    assert refusal(practice, "Zoe", "general", diabetes="type-1") is Category.FORBIDDEN
    practice.visit("Zoe", status="arrived")
    practice.add("Zoe", "general", diabetes="type-1")
    assert practice.holds() == ["Appointment", "Condition", "Observation"]


@pytest.mark.parametrize("name", ["Charlie", "Zoe", "Una"])
def test_strangers_do_not_write(practice, name):
    assert refusal(practice, name, "general", **WEIGHT) is Category.ABSENT
    assert practice.holds() == []


def test_a_form_is_for_those_whom_it_names(practice):
    assert refusal(practice, "Ada", "diagnosis", problem="Asthma", sure="confirmed") is Category.FORBIDDEN
    assert refusal(practice, "Ben", "problem", problem="Asthma") is Category.FORBIDDEN


def test_what_was_sent_twice_is_written_once(practice):
    key = Repeatable("form-1", b"digest")
    first = practice.add("Ada", "general", key, **WEIGHT)
    assert practice.add("Ada", "general", key, **WEIGHT) == first
    assert practice.holds() == ["Observation"]


def test_what_breaks_fhirs_rules_is_refused(practice):
    assert refusal(practice, "Ben", "diagnosis", problem="Asth\x01ma", sure="confirmed") is Category.UNPROCESSABLE


def test_a_deletion_is_undone_by_a_new_version(practice):
    (made,) = practice.add("Ada", "general", **WEIGHT)
    reference = f"Observation/{made['id']}"
    assert undone(practice, "Ada", reference) is Category.ABSENT, "it stands"
    practice.delete("Ada", reference)
    assert practice.holds() == []
    for name in ("Ben", "Charlie", "Zoe"):
        assert undone(practice, name, reference) in (Category.ABSENT, Category.FORBIDDEN)
    assert practice.do(actions.put_back, "Ada", practice.chart, reference).row.version == 3
    assert practice.holds() == ["Observation"]
    assert undone(practice, "Ada", reference) is Category.ABSENT
    assert undone(practice, "Ada", "Observation/nothing") is Category.ABSENT


def test_a_corrected_weight_corrects_the_mass_index(practice):
    weight, height, index = practice.add("Ada", "general", **WEIGHT, height=amount("172", "height"))
    assert index["valueQuantity"]["value"] == Decimal("24.2")
    weight["valueQuantity"]["value"] = Decimal("90.0")
    practice.do(actions.correct, "Ada", weight, 1)
    now = practice.read("Ada", "Observation", index["id"])
    assert (now["valueQuantity"]["value"], now["meta"]["versionId"]) == (Decimal("30.4"), "2")
    with pytest.raises(Failure) as late:
        practice.do(actions.correct, "Ada", weight, 1)
    assert late.value.category is Category.STALE
    height["valueQuantity"] = {"value": Decimal(68), "unit": "in", "code": "[in_i]"}
    practice.do(actions.correct, "Ada", height, 1)
    assert practice.read("Ada", "Observation", index["id"])["valueQuantity"]["value"] == Decimal("30.4"), "other units"


def refusal(practice, name, form, **values):
    with pytest.raises(Failure) as refused:
        practice.add(name, form, **values)
    return refused.value.category


def undone(practice, name, reference):
    with pytest.raises(Failure) as refused:
        practice.do(actions.put_back, name, practice.chart, reference)
    return refused.value.category
