"""What becomes of a filled-in form."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.fhir.validate import validate
from carefolio.records.visits import Visit
from carefolio.workflows.charting.fields import Kind
from carefolio.workflows.charting.forms import FORMS, HEIGHT, PANELS, WEIGHT
from carefolio.workflows.charting.pictures import Picture
from carefolio.workflows.charting.problems import codes_of
from carefolio.workflows.charting.rules import Setting, lets_write, lines_of, mass_index, resources
from carefolio.workflows.charting.units import QUANTITIES, Amount
from tests.workflows.charting.conftest import amount

OWN = Setting("Patient/ada", "Patient/ada", date(2026, 5, 6), "After lunch", name="Ada Quinn")
DOCTOR = Setting("Patient/ada", "Practitioner/ben", date(2026, 5, 6), adult=True, name="Ben Osei")
PICTURE = Picture("image/png", 4, 3, b"...")


def made(form, setting=DOCTOR, **values):
    numbers = count(1)
    given_ = {name.replace("_", "-"): value for name, value in values.items()}
    return resources(FORMS[form], given_, setting, lambda: f"id-{next(numbers)}")


def answers(field):
    """Something that somebody may answer."""
    if field.kind is Kind.AMOUNT:
        most = Decimal(field.most or "100")
        return st.decimals(max(Decimal(field.least), Decimal("0.1")), most, places=1).map(
            lambda value: Amount(value, QUANTITIES[field.quantity].kept.code, "")
        )
    if field.kind is Kind.PICTURE:
        return st.just(PICTURE)
    if field.kind is Kind.TEETH:
        return st.lists(st.sampled_from(["11", "36", "48"]), min_size=1, unique=True)
    if field.kind is Kind.ALLERGIES:
        return st.lists(st.sampled_from(["nuts", "penicillin: red skin"]), min_size=1, unique=True)
    if field.kind is Kind.PROBLEM:
        return st.sampled_from(["Asthma", "My knee hurts"])
    return st.sampled_from([one.key for one in field.answers])


@st.composite
def filled(draw):
    form = draw(st.sampled_from(list(FORMS.values())))
    values = {one.name: draw(answers(one) if one.required else st.none() | answers(one)) for one in form.fields}
    return form, values, draw(st.sampled_from([OWN if role is Role.PATIENT else DOCTOR for role in sorted(form.roles)]))


@given(filled())
def test_whatever_is_filled_in_becomes_valid_records_of_that_chart(one):
    form, values, setting = one
    numbers = count(1)
    found = resources(form, values, setting, lambda: f"id-{next(numbers)}")
    for resource in found:
        assert validate(resource) == []
        assert (resource.get("subject") or resource.get("patient"))["reference"] == "Patient/ada"
        writer = {"Observation": "performer", "ClinicalImpression": "assessor", "Media": "operator"}
        stands = resource[writer.get(resource["resourceType"], "recorder")]
        assert (stands[0] if isinstance(stands, list) else stands)["reference"] == setting.person
    assert len({resource["id"] for resource in found}) == len(found)


def test_an_open_answer_makes_nothing():
    assert made("general", weight=None, diabetes="", allergies=[]) == []
    assert made("general", systolic=amount("140", "pressure")) == [], "one number alone is no blood pressure"


def test_weight_and_height_make_a_mass_index():
    weight, height, index = made("general", weight=amount("150", "weight", "lb"), height=amount("5 11", "height", "ft"))
    assert weight["valueQuantity"] == {
        "value": Decimal("68.04"),
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    }
    assert index["valueQuantity"]["value"] == Decimal("20.9")
    assert [one["reference"] for one in index["derivedFrom"]] == [
        f"Observation/{one['id']}" for one in (weight, height)
    ]
    assert index["interpretation"][0]["coding"][0]["code"] == "N"


@given(st.decimals(WEIGHT.least, WEIGHT.most, places=1), st.decimals(HEIGHT.least, HEIGHT.most, places=1))
def test_the_mass_index_is_weight_by_the_square_of_height(weight, height):
    assert abs(float(mass_index(weight, height)) - float(weight) / (float(height) / 100) ** 2) <= 0.051


def test_a_blood_pressure_is_one_record_of_two_parts():
    (found,) = made("heart", systolic=amount("150", "pressure"), diastolic=amount("85", "pressure"))
    assert found["code"]["coding"][0]["code"] == PANELS["pressure"].code.code == "85354-9"
    parts = [(one["code"]["coding"][0]["code"], one["valueQuantity"]["value"]) for one in found["component"]]
    assert parts == [("8480-6", 150), ("8462-4", 85)]
    assert [one["interpretation"][0]["coding"][0]["code"] for one in found["component"]] == ["H", "N"]
    assert "valueQuantity" not in found


def test_usual_ranges_are_said_of_adults_alone():
    for setting, has in ((DOCTOR, True), (OWN, False)):
        (found,) = made("results", setting, potassium=amount("2.9", "salt"))
        assert ("referenceRange" in found, "interpretation" in found) == (has, has)


@pytest.mark.parametrize(
    ("name", "unit", "value", "flags"),
    [
        ("haemoglobin", "haemoglobin", "12.5", {"male": "L", "female": "N"}),
        ("haemoglobin", "haemoglobin", "16", {"male": "N", "female": "H"}),
        ("creatinine", "creatinine", "100", {"male": "N", "female": "H"}),
        ("hdl", "cholesterol", "1.1", {"male": "N", "female": "L"}),
        ("alt", "enzyme", "38", {"male": "N", "female": "H"}),
    ],
)
def test_what_is_usual_of_men_and_of_women_is_said_where_it_is_known_which(name, unit, value, flags):
    for sex in ("male", "female", "other", "unknown", ""):
        (found,) = made("results", replace(DOCTOR, sex=sex), **{name: amount(value, unit)})
        said = [one["coding"][0]["code"] for one in found.get("interpretation", [])]
        assert said == [flags[sex]] if sex in flags else not said
        assert ("referenceRange" in found) is (sex in flags)
    assert "interpretation" not in made("results", replace(OWN, sex="male"), **{name: amount(value, unit)})[0]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("bronchitis", {"32398004", "J40"}),
        ("Acute bronchitis", {"10509002", "J20"}),
        ("Eczema", {"43116000", "L30.9"}),
        ("atopic eczema", {"24079001", "L20"}),
        ("Anxiety", {"48694002", "F41.9"}),
        ("anxiety disorder", {"197480006", "F41.9"}),
    ],
)
def test_a_word_has_the_code_of_what_it_means_and_of_no_more(words, codes):
    assert {one.code for one in codes_of(words)} == codes


def test_an_estimate_of_the_kidneys_says_nothing_of_the_equation():
    (found,) = made("results", egfr=amount("55", "filter"))
    assert found["code"]["coding"][0]["code"] == "69405-9"


def test_what_a_patient_says_is_their_own_word():
    condition, one, two = made(
        "general", OWN, diabetes="type-2", allergies=lines_of("penicillin: red skin\n\nnuts\nnuts")
    )
    assert condition["asserter"] == condition["recorder"] == OWN.writer
    assert "verificationStatus" not in condition
    assert [code["code"] for code in condition["code"]["coding"]] == ["44054006", "E11"]
    assert one["reaction"][0]["manifestation"][0]["text"] == "red skin"
    assert (two["code"]["text"], "reaction" in two) == ("nuts", False)
    assert one["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert {each["note"][0]["text"] for each in (condition, one, two)} == {"After lunch"}


@pytest.mark.parametrize("text", [": red skin", "x" * 201, "\n".join(map(str, range(21)))])
def test_allergies_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match=r"^$"):
        lines_of(text)


def test_skin_has_a_place_and_a_picture():
    found, media = made(
        "skin", site="left-arm", looks="mole", size=amount("0.5", "length", "in"), changing="yes", picture=PICTURE
    )
    assert found["valueCodeableConcept"]["text"] == "Mole or dark spot"
    assert [one["code"]["text"] for one in found["component"]] == ["How wide is it?", "Is it changing?"]
    assert found["derivedFrom"] == [{"reference": f"Media/{media['id']}"}]
    assert found["bodySite"]["text"] == media["bodySite"]["text"] == "Left arm"
    assert (media["content"]["contentType"], media["width"], media["height"]) == ("image/png", 4, 3)


def test_each_tooth_is_a_record_of_its_own():
    found = made("teeth", teeth=["16", "36"], finding="decay")
    sites = [one["bodySite"]["coding"][0] for one in found]
    assert [one["code"] for one in sites] == ["16", "36"]
    assert {one["system"] for one in sites} == {"http://terminology.hl7.org/CodeSystem/ex-tooth"}
    assert {one["valueCodeableConcept"]["coding"][0]["code"] for one in found} == {"80967001"}


def test_a_diagnosis_has_its_codes_and_its_note():
    setting = Setting("Patient/ada", "Practitioner/ben", date(2026, 5, 6), "Wheezes at night.")
    condition, impression = made("diagnosis", setting, problem=" ASTHMA ", sure="provisional")
    assert [one["code"] for one in condition["code"]["coding"]] == ["195967001", "J45"]
    assert condition["verificationStatus"]["coding"][0]["code"] == "provisional"
    assert impression["summary"] == "Wheezes at night."
    assert impression["problem"] == [{"reference": f"Condition/{condition['id']}"}]
    (own,) = made("diagnosis", DOCTOR, problem="Something odd", sure="confirmed")
    assert own["code"] == {"text": "Something odd"}


MINUTES_20 = 20 * clock.MINUTE
NOW = 1_800_000_000_000_000


@pytest.mark.parametrize(
    ("status", "begins", "lets"),
    [
        ("booked", 0, True),
        ("booked", 59 * clock.MINUTE, True),
        ("booked", 61 * clock.MINUTE, False),
        ("booked", -MINUTES_20 - clock.DAY, True),
        ("booked", -MINUTES_20 - clock.DAY - 1, False),
        ("arrived", -3 * clock.DAY, True),
        ("fulfilled", -80 * clock.DAY, True),
        ("fulfilled", -91 * clock.DAY, False),
        ("pending", 0, False),
        ("cancelled", 0, False),
        ("noshow", 0, False),
    ],
)
def test_a_visit_lets_its_doctor_write_while_it_is_about(status, begins, lets):
    start = NOW + begins
    visit = Visit("a", 1, status, start, start + MINUTES_20, *[None] * 2, "", "", "UTC", "", "")
    assert lets_write(visit, NOW) is lets
