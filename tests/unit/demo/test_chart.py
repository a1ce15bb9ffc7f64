"""Coherence: references lead somewhere, nothing happens at an impossible time, numbers agree with words."""

from datetime import date
from decimal import Decimal

import pytest

from carefolio.demo import generate
from carefolio.demo.codes import LICENCE, LOCATION, NATIONAL_ID, ORGANIZATION

TODAY = date(2026, 11, 22)
DEMOS = {seed: generate(10, seed, today=today) for seed, today in ((7, TODAY), (11, date(2027, 1, 1)))}
CASES = [
    pytest.param(demo, index, bundle, id=f"{seed}-{index}-{hospital}")
    for seed, demo in DEMOS.items()
    for hospital, index, bundle in demo.bundles
]
HAPPENING = (
    *("effectiveDateTime", "issued", "recordedDate", "authoredOn", "dateAsserted", "occurrenceDateTime"),
    *("performedDateTime", "date", "created", "onsetDateTime", "abatementDateTime"),
)


def walk(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def known(demo):
    """The conditional references that the directories and the patients can resolve."""
    places = {f"Organization?identifier={ORGANIZATION}|{each.slug}" for each in demo.hospitals}
    places |= {f"Location?identifier={LOCATION}|{each.slug}-main" for each in demo.hospitals}
    staff = {f"Practitioner?identifier={LICENCE}|{each.licence}" for each in demo.doctors}
    return places | staff | {f"Patient?identifier={NATIONAL_ID}|{each.national_id}" for each in demo.patients}


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_every_reference_resolves(demo, index, bundle):
    inside, outside = {entry["fullUrl"] for entry in bundle["entry"]}, known(demo)
    assert len(inside) == len(bundle["entry"])
    for each in walk(bundle):
        if "reference" in each:
            assert each["reference"] in inside or each["reference"] in outside


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_every_record_is_about_the_patient(demo, index, bundle):
    about = {entry["fullUrl"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"}
    about |= {demo.patients[index].conditional}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Appointment":
            assert resource["participant"][0]["actor"]["reference"] in about
        elif resource["resourceType"] != "Patient":
            assert (resource.get("subject") or resource["patient"])["reference"] in about


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_nothing_happens_before_birth_or_after_today(demo, index, bundle):
    born, today = demo.patients[index].birth_date.isoformat(), demo.today.isoformat()
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for field in HAPPENING:
            if field in resource:
                assert born[: len(resource[field])] <= resource[field] < today
        for period in (each for each in walk(resource) if {"start", "end"} & each.keys()):
            if resource.get("status") == "booked":  # the one thing that may lie ahead, and it must
                assert period["start"] >= today
            else:
                assert born <= period["start"] <= period.get("end", today)
                assert period.get("end", "") < today


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_what_belongs_to_an_encounter_lies_inside_it(demo, index, bundle):
    periods = {
        entry["fullUrl"]: entry["resource"]["period"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Encounter"
    }
    for entry in bundle["entry"]:
        resource = entry["resource"]
        context = resource.get("context", {})
        links = [resource.get("encounter"), context if "reference" in context else None]
        links += context.get("encounter", [])
        for link in filter(None, links):
            period = periods[link["reference"]]
            moments = [resource[field] for field in HAPPENING if "T" in resource.get(field, "")]
            assert all(period["start"] <= moment <= period["end"] for moment in moments)


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_conditions_end_after_they_began_and_only_then_are_resolved(demo, index, bundle):
    for resource in (entry["resource"] for entry in bundle["entry"]):
        if resource["resourceType"] == "Condition":
            state = resource["clinicalStatus"]["coding"][0]["code"]
            assert (state == "resolved") == ("abatementDateTime" in resource)
            assert resource["onsetDateTime"] <= resource["recordedDate"][:10]
            assert resource["onsetDateTime"] <= resource.get("abatementDateTime", "9999")


@pytest.mark.parametrize(("demo", "index", "bundle"), CASES)
def test_numbers_are_decimals_in_ucum_units_and_flags_agree_with_ranges(demo, index, bundle):
    for each in walk(bundle):
        assert not any(isinstance(value, float) for value in each.values())
        if "valueQuantity" not in each:
            continue
        quantity = each["valueQuantity"]
        assert isinstance(quantity["value"], Decimal)
        assert quantity["value"] >= 0
        assert quantity["system"] == "http://unitsofmeasure.org"
        for limits in each.get("referenceRange", []):
            low = quantity["value"] < limits["low"]["value"]
            high = quantity["value"] > limits["high"]["value"]
            assert each["interpretation"][0]["coding"][0]["code"] == ("L" if low else "H" if high else "N")


def test_a_report_says_in_words_what_its_results_say(charts):
    reports = [each for records in charts.values() for each in records if "result" in each]
    assert len(reports) > 200
    assert {report["conclusion"] == "All results are within the usual range." for report in reports} == {
        True,
        False,
    }


def test_results_of_a_report_are_in_its_bundle_and_of_its_day(bundles):
    for _, _, bundle in bundles:
        day = {entry["fullUrl"]: entry["resource"].get("effectiveDateTime") for entry in bundle["entry"]}
        for resource in (entry["resource"] for entry in bundle["entry"]):
            for result in resource.get("result", []):
                assert day[result["reference"]] == resource["effectiveDateTime"]


def test_nobody_is_seen_at_the_clinic_on_a_weekend(charts):
    for records in charts.values():
        born = next(each["birthDate"] for each in records if each["resourceType"] == "Patient")
        for each in records:
            if each["resourceType"] == "Encounter" and each["class"]["code"] == "AMB":
                day = date.fromisoformat(each["period"]["start"][:10])
                assert day.weekday() < 5 or (day - date.fromisoformat(born)).days < 7
