"""Each story can be seen in the records that it leaves."""

from datetime import date, timedelta
from statistics import mean

import pytest

from carefolio.demo import generate
from carefolio.demo import measures as m
from carefolio.demo.life import PROFILES
from carefolio.demo.stories import diabetes

TODAY = date(2026, 11, 22)


def told(charts, story):
    """The charts in which that story is told."""
    profiles = [story in [tell.__module__.rpartition(".")[2] for tell in each.stories] for each in PROFILES]
    return [records for index, records in charts.items() if profiles[index % len(PROFILES)]]


def series(records, measure):
    """The values of a measure in the order of time, components too."""
    found = []
    for each in records:
        for part in [each, *each.get("component", [])]:
            if part.get("code", {}).get("coding", [{}])[0].get("code") == measure.code:
                found.append((each["effectiveDateTime"], part["valueQuantity"]["value"]))
    return [value for _, value in sorted(found)]


def days(records, measure):
    codes = [each for each in records if each.get("code", {}).get("coding", [{}])[0].get("code") == measure.code]
    return sorted(date.fromisoformat(each["effectiveDateTime"][:10]) for each in codes)


def conditions(records):
    return {each["code"]["coding"][0]["code"] for each in records if each["resourceType"] == "Condition"}


def medicines(records):
    requests = [each for each in records if each["resourceType"] == "MedicationRequest"]
    return {each["medicationCodeableConcept"]["coding"][0]["code"] for each in requests}


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_diabetics_have_ten_hba1c_over_five_years_that_fall_from_where_they_began(seed):
    demo = generate(20, seed, today=TODAY)
    charts = {patient.index: [] for patient in demo.patients}
    for _, patient, bundle in demo.bundles:
        charts[patient] += [entry["resource"] for entry in bundle["entry"]]
    found = told(charts, "diabetes")
    assert len(found) == 4
    for records in found:
        when, values = days(records, m.HBA1C), series(records, m.HBA1C)
        assert len(values) >= 10
        assert when[-1] - when[0] >= timedelta(days=5 * 365)
        assert values[0] >= 7
        assert mean(values[-3:]) < values[0] - 1
        assert {"A10BA02", "A10BK03"} <= medicines(records)


def test_metformin_goes_up_in_steps(charts):
    for records in told(charts, "diabetes"):
        requests = [each for each in records if each["resourceType"] == "MedicationRequest"]
        metformin = [each for each in requests if "Metformin" in each["medicationCodeableConcept"]["text"]]
        doses = [
            each["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"]
            for each in sorted(metformin, key=lambda each: each["authoredOn"])
        ]
        assert doses == sorted(doses)
        assert (doses[0], doses[-1]) == (500, 1000)
    assert diabetes.STEPS[0].dose == "500"


def test_blood_pressure_comes_down_under_treatment(charts):
    for records in told(charts, "hypertension"):
        values = series(records, m.SYSTOLIC)
        assert len(values) >= 15
        assert max(values[:5]) >= 140
        assert mean(values[-4:]) < max(values[:5]) - 10
        assert {"C08CA01", "C09AA05"} <= medicines(records)


def test_tsh_is_high_when_found_and_settles(charts):
    for records in told(charts, "thyroid"):
        values = series(records, m.TSH)
        assert len(values) >= 10
        assert values[0] > 8
        assert mean(values[-4:]) < 5


def test_peak_flow_recovers(charts):
    for records in told(charts, "asthma"):
        values = series(records, m.PEAK_FLOW)
        assert mean(values[-3:]) > values[0] + 20
        assert {"J45.909", "J45.901"} <= conditions(records)


def test_headache_days_fall_once_prevented(charts):
    for records in told(charts, "migraine"):
        values = series(records, m.HEADACHE_DAYS)
        assert mean(values[-4:]) < max(values)
        assert "N02CC01" in medicines(records)


def test_a_pregnancy_goes_on_for_about_forty_weeks_and_ends_in_a_birth(charts):
    for records in told(charts, "pregnancy"):
        weeks = series(records, m.GESTATION)
        assert weeks == sorted(weeks)
        assert weeks[-1] >= 38
        fundus = series(records, m.FUNDAL_HEIGHT)
        assert fundus[-1] > fundus[0] + 10
        pregnant = next(each for each in records if each.get("code", {}).get("coding", [{}])[0].get("code") == "Z34.90")
        length = date.fromisoformat(pregnant["abatementDateTime"]) - date.fromisoformat(pregnant["onsetDateTime"])
        assert 265 <= length.days <= 290


def test_a_knee_is_imaged_operated_and_bends_again(charts):
    for records in told(charts, "knee"):
        reports = [each for each in records if each["resourceType"] == "DiagnosticReport"]
        images = [each for each in reports if each["category"][0]["coding"][0]["code"] == "RAD"]
        assert len(images) >= 2
        assert all(each["conclusion"] and each["presentedForm"] for each in images)
        bend = series(records, m.KNEE_BEND)
        assert bend[-1] > bend[0] + 40


def test_eczema_settles_with_stronger_cream(charts):
    for records in told(charts, "eczema"):
        values = series(records, m.SKIN_SCORE)
        assert mean(values[-2:]) < max(values)
        assert {"D07AA02", "D07AC13"} <= medicines(records)


def test_teeth_are_cleaned_and_filled(charts):
    for records in told(charts, "dental"):
        done = [each["code"]["coding"][0]["code"] for each in records if each["resourceType"] == "Procedure"]
        assert done.count("dental-cleaning") >= 8
        assert {"composite-filling", "root-canal"} <= set(done)


def test_depression_lifts_and_every_record_of_it_is_labelled_restricted(charts):
    labelled = [each for records in charts.values() for each in records if "meta" in each]
    assert {each["meta"]["security"][0]["code"] for each in labelled} == {"R"}
    for records in told(charts, "depression"):
        own = [each for each in records if "meta" in each]
        kinds = {each["resourceType"] for each in own}
        assert {"Encounter", "Condition", "Observation", "MedicationRequest", "DocumentReference"} <= kinds
        assert all("sertraline" not in str(each).lower() for each in records if each not in own)
        scores = series(records, m.PHQ9)
        assert scores[-1] < scores[0] - 5


def test_a_child_grows_and_has_the_vaccines_of_the_first_years(charts):
    for records in told(charts, "childhood"):
        heights, weights = series(records, m.HEIGHT), series(records, m.WEIGHT)
        assert heights[0] < 60
        assert heights[-1] > 110
        assert weights[-1] > weights[0] + 15
        codes = [each["vaccineCode"]["coding"][0]["code"] for each in records if each["resourceType"] == "Immunization"]
        assert codes.count("146") == 4
        assert codes.count("03") == 2
        assert codes.count("140") >= 4


def test_adults_have_checks_and_some_people_have_allergies(charts):
    adults = [records for index, records in charts.items() if not PROFILES[index % 10].ages[1] < 18]
    for records in adults:
        assert len(series(records, m.BMI)) >= 6
        assert series(records, m.CHOLESTEROL)
    allergic = [any(each["resourceType"] == "AllergyIntolerance" for each in records) for records in charts.values()]
    assert 0 < sum(allergic) < len(allergic)


SEXED = (m.HDL, m.CREATININE, m.ALT, m.ALP, m.HAEMOGLOBIN, m.HAEMATOCRIT, m.RED_CELLS, m.FERRITIN)


def test_laboratories_compare_each_sex_with_its_own_range(demo, charts):
    seen = {"female": set(), "male": set()}
    for index, records in charts.items():
        gender = demo.patients[index].gender
        for each in records:
            code = each.get("code", {}).get("coding", [{}])[0].get("code")
            measure = next((one for one in SEXED if one.code == code and "valueQuantity" in each), None)
            if measure:
                ends = tuple(str(each["referenceRange"][0][end]["value"]) for end in ("low", "high"))
                assert ends == (measure.of(gender).low, measure.of(gender).high)
                seen[gender].add(code)
    assert seen["female"] == {one.code for one in SEXED}
    assert seen["male"] >= {one.code for one in SEXED} - {m.FERRITIN.code}


@pytest.mark.parametrize("measure", SEXED, ids=lambda one: one.name)
def test_healthy_people_are_inside_the_range_of_their_sex(measure):
    women, men = measure.of("female"), measure.of("male")
    assert (women.low, women.high) != (men.low, men.high)
    for one in (women, men):
        furthest = 1.5 * one.own + 2 * one.spread
        assert float(one.low) <= one.typical - furthest, one
        assert one.typical + furthest <= float(one.high), one
    assert measure.of("unknown") is measure
