"""The demo as a whole: repeatable, valid, big enough and quick."""

import json
import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from carefolio.demo import generate
from carefolio.fhir.validate import validate

TODAY = date(2026, 11, 22)
BUDGET_SECONDS = 3.0


def written(demo):
    """The demo as bytes, decimals to the digit."""
    everything = [demo.directory(hospital.index) for hospital in demo.hospitals]
    everything += [bundle for _, _, bundle in demo.bundles]
    return json.dumps(everything, default=str, ensure_ascii=False).encode()


def by_url(demo):
    return {entry["fullUrl"]: entry["resource"] for _, _, bundle in demo.bundles for entry in bundle["entry"]}


def test_the_same_seed_gives_the_same_bytes():
    assert written(generate(6, 3, today=TODAY)) == written(generate(6, 3, today=TODAY))


def test_bundles_can_be_read_again(demo, bundles):
    assert list(demo.bundles) == bundles


def test_another_seed_gives_other_people_and_records():
    one, other = generate(6, 3, today=TODAY), generate(6, 4, today=TODAY)
    assert not {patient.name for patient in one.patients} & {patient.name for patient in other.patients}
    assert not by_url(one).keys() & by_url(other).keys()


def test_more_patients_leave_the_earlier_ones_as_they_are():
    few, more = generate(3, 3, today=TODAY), generate(5, 3, today=TODAY)
    assert more.patients[:3] == few.patients
    assert list(more.bundles)[: len(list(few.bundles))] == list(few.bundles)


def test_a_later_day_of_the_year_tells_the_same_lives_further():
    earlier, later = by_url(generate(10, 3, today=date(2026, 3, 2))), by_url(generate(10, 3, today=TODAY))
    assert earlier.keys() < later.keys()
    for url, resource in earlier.items():
        assert resource["resourceType"] == later[url]["resourceType"]
        assert resource.get("code") == later[url].get("code")
    observations = [url for url in earlier if earlier[url]["resourceType"] == "Observation"]
    assert all(earlier[url] == later[url] for url in observations)


def test_tomorrow_hardly_changes_a_record():
    today, tomorrow = (by_url(generate(20, 7, today=day)) for day in (TODAY, TODAY + timedelta(days=1)))
    changed = [url for url in today if today[url] != tomorrow[url]]
    assert len(changed) <= len(today) // 100


@pytest.mark.parametrize("seed", [7, 8])
def test_all_is_valid_r4(seed):
    made = generate(10, seed, today=TODAY)
    for bundle in [made.directory(each.index) for each in made.hospitals] + [b for _, _, b in made.bundles]:
        assert validate(bundle) == []


def test_twenty_patients_take_three_seconds_at_most():
    begun = time.process_time()  # whoever else is busy on this machine
    count = sum(len(bundle["entry"]) for _, _, bundle in generate(today=TODAY).bundles)
    assert count > 5000
    assert time.process_time() - begun <= BUDGET_SECONDS


@pytest.mark.parametrize(("seed", "today"), [(7, TODAY), (8, date(2027, 1, 1)), (9, date(2028, 2, 29))])
def test_a_chart_has_about_150_to_400_records_over_the_years(seed, today):
    made = generate(20, seed, today=today)
    sizes = Counter()
    for _, patient, bundle in made.bundles:
        sizes[patient] += len(bundle["entry"])
        assert len(bundle["entry"]) <= 1000
    assert len(sizes) == 20
    assert all(150 <= size <= 420 for size in sizes.values()), sizes


def test_the_years_on_record_are_7_to_15(charts):
    for records in charts.values():
        starts = [each["period"]["start"] for each in records if each["resourceType"] == "Encounter"]
        years = (date.fromisoformat(max(starts)[:10]) - date.fromisoformat(min(starts)[:10])).days / 365.25
        assert 7 <= years <= 15


def test_every_kind_of_record_is_there(charts):
    kinds = {each["resourceType"] for records in charts.values() for each in records}
    assert kinds == {
        "AllergyIntolerance", "Appointment", "CarePlan", "Condition", "DiagnosticReport", "DocumentReference",
        "Encounter", "Immunization", "MedicationRequest", "MedicationStatement", "Observation", "Patient",
        "Procedure",
    }  # fmt: skip


def test_a_patient_is_created_once_by_the_first_bundle_and_named_by_the_others(demo, bundles):
    for patient in demo.patients:
        own = [bundle for _, index, bundle in bundles if index == patient.index]
        created = [
            [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"] for bundle in own
        ]
        assert [len(entries) for entries in created] == [1] + [0] * (len(own) - 1)
        assert created[0][0]["request"]["ifNoneExist"] == patient.conditional.removeprefix("Patient?")
        assert own[0]["entry"][0] is created[0][0]
        assert all(patient.conditional in json.dumps(bundle, default=str) for bundle in own[1:])


def test_most_patients_have_records_at_three_places_or_more(bundles):
    places = Counter(index for _, index, _ in bundles)
    assert sum(count >= 3 for count in places.values()) >= 12


def test_records_of_a_bundle_come_in_the_order_of_time(bundles):
    for _, _, bundle in bundles:
        starts = [
            entry["resource"]["period"]["start"]
            for entry in bundle["entry"]
            if entry["resource"]["resourceType"] == "Encounter"
        ]
        assert all(one <= other for one, other in pairwise(starts))
