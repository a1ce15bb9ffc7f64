from decimal import Decimal

import pytest

from carefolio.portal.words.observations import series_of
from tests.unit.portal.words.makers import coded, concept, doctor, facts, observation, patient, quantity


@pytest.mark.parametrize(
    ("value", "letter", "sentence", "flag"),
    [
        ("4.3", "", "Your potassium is within the usual range.", "usual"),
        ("3.5", "", "Your potassium is within the usual range.", "usual"),
        ("5.3", "", "Your potassium is a little above the usual range.", "high"),
        ("5.3", "H", "Your potassium is a little above the usual range.", "high"),
        ("6.0", "H", "Your potassium is clearly above the usual range.", "high"),
        ("7.0", "", "Your potassium is far above the usual range.", "high"),
        ("5.2", "HH", "Your potassium is far above the usual range.", "high"),
        ("3.4", "", "Your potassium is a little below the usual range.", "low"),
        ("1.0", "", "Your potassium is far below the usual range.", "low"),
        ("4.0", "L", "Your potassium is below the usual range.", "low"),
        ("4.0", "A", "Your potassium is not as usual.", "abnormal"),
        ("5.3", "N", "Your potassium is within the usual range.", "usual"),
        ("4.0", "POS", "Your potassium is positive.", "positive"),
        ("4.0", "strange", "Your potassium is within the usual range.", "usual"),
    ],
)
def test_the_records_own_judgement_comes_first_then_its_range(value, letter, sentence, flag):
    told = patient(observation(value, letter=letter))
    assert (told.sentence, told.flag) == (sentence, flag)


@pytest.mark.parametrize(
    ("low", "high", "value", "sentence"),
    [
        ("", "", "5.3", "Your potassium was 5.3 mmol/L."),
        ("", "5.0", "5.3", "Your potassium is a little above the usual range."),
        ("", "5.0", "7", "Your potassium is clearly above the usual range."),
        ("", "5.0", "9", "Your potassium is far above the usual range."),
        ("3.5", "", "2", "Your potassium is clearly below the usual range."),
        ("", "0", "5", "Your potassium is above the usual range."),
        ("9", "3", "5", "Your potassium was 5 mmol/L."),
    ],
)
def test_a_range_is_never_invented(low, high, value, sentence):
    assert patient(observation(value, low=low, high=high)).sentence == sentence


def test_ranges_that_do_not_fit_count_for_nothing():
    two = [{"high": quantity("5", "mmol/L")}, {"high": quantity("4", "mmol/L")}]
    assert patient(observation("4.5", referenceRange=two)).flag == ""
    other_unit = [{"high": quantity("5", "mg/dL")}]
    assert patient(observation("9", referenceRange=other_unit)).flag == ""
    treatment = [{"type": coded("treatment"), "high": quantity("5", "mmol/L")}]
    assert patient(observation("9", referenceRange=treatment)).flag == ""


def test_less_than_is_no_number():
    less = {**quantity("3.5", "mmol/L"), "comparator": "<"}
    told = patient(observation("1", valueQuantity=less))
    assert (told.value, told.flag) == ("less than 3.5 mmol/L", "low")
    assert patient(observation("1", valueQuantity={**less, "value": 4})).flag == ""
    more = {**quantity("9", "mmol/L"), "comparator": ">="}
    assert patient(observation("1", valueQuantity=more)).flag == "high"


def test_what_the_page_shows_of_a_number():
    told = patient(observation("5.30"))
    assert (told.title, told.kind, told.kind_name, told.when) == ("Potassium", "results", "Test result", "4 March 2024")
    assert told.value == "5.30 mmol/L"
    assert told.code == "http://loinc.org|2823-3"
    assert facts(told) == {
        "Result": "5.30 mmol/L",
        "Usual range": "3.5 to 5.1 mmol/L",
        "What this shows": "a salt that nerves, muscles and the heart need",
        "Taken": "4 March 2024 at 09:15 (Dublin time)",
    }
    number = told.number
    assert (number.value, number.low, number.high) == (Decimal("5.30"), Decimal("3.5"), Decimal("5.1"))
    assert (number.unit, number.shown, number.flag) == ("mmol/L", "5.30 mmol/L", "high")


def test_ranges_with_one_end_and_in_words():
    assert facts(patient(observation("5", low="")))["Usual range"] == "up to 5.1 mmol/L"
    assert facts(patient(observation("5", high="")))["Usual range"] == "3.5 mmol/L or more"
    words = observation("5", referenceRange=[{"text": "less than 6"}])
    assert facts(patient(words))["Usual range"] == "less than 6"


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        (observation("5.3"), "Potassium 5.3 mmol/L (3.5\N{EN DASH}5.1) high"),
        (observation("4.3"), "Potassium 4.3 mmol/L (3.5\N{EN DASH}5.1)"),
        (observation("4.3", low=""), "Potassium 4.3 mmol/L (≤ 5.1)"),
        (observation("1.3", high=""), "Potassium 1.3 mmol/L (≥ 3.5) low"),
        (
            observation("1", valueQuantity=None, dataAbsentReason=coded("error")),
            "Potassium no value (error) (3.5\N{EN DASH}5.1)",
        ),
    ],
)
def test_doctors_read_one_dense_line(resource, line):
    assert doctor(resource).sentence == line


def other(**value):
    base = observation("1", code=concept("own", "x", "Throat swab"))
    return {name: one for name, one in base.items() if name not in ("valueQuantity", "referenceRange")} | value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"valueCodeableConcept": concept("snomed", "1", "Cloudy (qualifier value)")}, "Throat swab: Cloudy."),
        ({"valueString": "Nothing grew."}, "Throat swab: Nothing grew."),
        ({"valueBoolean": True}, "Throat swab: Yes."),
        ({"valueInteger": 3}, "Your throat swab was 3."),
        ({"valueDateTime": "2024-03-04"}, "Throat swab: 4 March 2024."),
        ({"valuePeriod": {"start": "2024"}}, "Throat swab: from 2024."),
        ({"valueTime": "10:30:00"}, "Throat swab: 10:30:00."),
        ({"valueSampledData": {"origin": {}}}, "Throat swab: A curve was recorded."),
        ({"valueRange": {"low": quantity("1", "mL"), "high": quantity("2", "mL")}}, "Throat swab: 1 mL to 2 mL."),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 8}}}, "Throat swab: 1 / 8."),
        (
            {"valueCodeableConcept": {"text": "Bacteria"}, "interpretation": [coded("POS")]},
            "Your throat swab is positive.",
        ),
        (
            {"valueString": "Strange", "interpretation": [coded("A")]},
            "Your throat swab: Strange. That is not as usual.",
        ),
        ({"dataAbsentReason": coded("not-performed")}, "There is no result for throat swab: it was not done."),
        ({"dataAbsentReason": coded("unknown")}, "There is no result for throat swab here."),
        ({}, "There is no result for throat swab here."),
    ],
)
def test_other_values(value, sentence):
    assert patient(other(**value)).sentence == sentence


def pressure(upper, lower, ranged=True, **more):
    def part(code, value, low, high):
        ends = {"referenceRange": [{"low": quantity(low, "mm[Hg]"), "high": quantity(high, "mm[Hg]")}]}
        return {
            "code": concept("loinc", code),
            "valueQuantity": quantity(value, "mm[Hg]"),
            **(ends if ranged else {}),
        }

    parts = [part("8480-6", upper, "90", "139"), part("8462-4", lower, "60", "89")]
    code = concept("loinc", "85354-9", "Blood pressure panel")
    return {"resourceType": "Observation", "status": "final", "code": code, "component": parts, **more}


@pytest.mark.parametrize(
    ("resource", "sentence", "flag"),
    [
        (pressure("120", "80", ranged=False), "Your blood pressure was 120 over 80.", ""),
        (
            pressure("120", "80"),
            "Your blood pressure was 120 over 80. Both numbers are within the usual range.",
            "usual",
        ),
        (
            pressure("145", "80"),
            "Your blood pressure was 145 over 80. The upper number is a little above the usual range."
            " The lower number is within the usual range.",
            "high",
        ),
    ],
)
def test_blood_pressure_is_two_numbers(resource, sentence, flag):
    told = patient(resource)
    assert (told.title, told.sentence, told.flag) == ("Blood pressure", sentence, flag)
    assert [number.label for number in told.numbers] == ["Upper blood pressure", "Lower blood pressure"]
    assert told.number is None
    assert doctor(pressure("145", "80")).sentence == "Blood pressure panel 145/80 mmHg high"


def test_several_parts():
    parts = [
        {"code": concept("own", "a", "Balance"), "valueQuantity": quantity("3", "{score}")},
        {"code": concept("own", "b", "Strength"), "valueCodeableConcept": {"text": "Good"}},
        {"code": {}},
    ]
    told = patient(other(component=parts))
    assert told.sentence == "Your throat swab has 3 parts."
    assert (facts(told)["Balance"], facts(told)["Strength"]) == ("3", "Good")
    assert doctor(other(component=parts)).sentence == "Throat swab: Balance 3; Strength Good; "
    broken = pressure("1", "2")
    broken["component"][0].pop("valueQuantity")
    assert patient(broken).sentence == "Your blood pressure has 2 parts."


def test_what_the_observation_is_called():
    weight = observation("70", "kg", low="", high="", code=concept("loinc", "29463-7", "Body weight"))
    weight["category"] = [concept("category", "vital-signs")]
    told = patient(weight)
    assert (told.title, told.kind, told.kind_name) == ("Weight", "measurements", "Measurement")
    assert told.sentence == "Your weight was 70 kg."
    assert series_of(weight) == "weight"
    assert patient({"resourceType": "Observation"}).title == "Test result"
