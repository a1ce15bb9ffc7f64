"""Who is in the demo."""

from collections import Counter
from datetime import date

from carefolio.demo import generate
from carefolio.demo.series import age

TODAY = date(2026, 11, 22)


def test_no_two_of_240_patients_share_a_name_or_a_number():
    patients = generate(240, 5, today=TODAY).patients
    assert len({patient.name for patient in patients}) == 240
    assert len({patient.national_id for patient in patients}) == 240
    for hospital in range(4):
        assert len({patient.mrns[hospital] for patient in patients}) == 240


def test_ages_are_plausible_and_families_speak_many_languages(demo):
    assert all(7 <= age(patient.birth_date, TODAY) <= 73 for patient in demo.patients)
    assert len({patient.language for patient in demo.patients}) >= 5
    assert Counter(patient.gender for patient in demo.patients) == {"female": 10, "male": 10}


def test_nobody_can_be_phoned_or_written_to(demo):
    assert all(patient.phone.startswith(("+353 20 91", "+44 1632 960")) for patient in demo.patients)
    assert all(patient.email.endswith("@example.org") for patient in demo.patients)
    assert all(doctor.email.endswith(".example") for doctor in (*demo.doctors, demo.pharmacist))


def test_there_are_two_hospitals_a_clinic_and_a_laboratory_with_twelve_doctors(demo):
    assert [each.kind for each in demo.hospitals] == ["hospital", "hospital", "clinic", "laboratory"]
    assert len(demo.doctors) == len({doctor.licence for doctor in demo.doctors}) == 12
    assert {doctor.hospital for doctor in demo.doctors} == {0, 1, 2, 3}
    assert demo.pharmacist.speciality == "Pharmacy"
    assert demo.pharmacist.name == "Saoirse Lackendara"


def test_a_patient_carries_the_national_number_and_one_of_each_hospital(demo, charts):
    for patient in demo.patients:
        resource = charts[patient.index][0]
        values = [identifier["value"] for identifier in resource["identifier"]]
        assert values == [patient.national_id, *patient.mrns]
