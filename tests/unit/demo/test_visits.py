"""Hours and visits of the demo's people."""

from carefolio.demo import visits
from carefolio.demo.people import DOCTORS, PATHOLOGY


def test_everybody_who_sees_patients_keeps_hours():
    kept = visits.hours()
    assert {one.doctor for one in kept} == {one for one in DOCTORS if one.speciality != PATHOLOGY}
    assert {one.zone for one in kept} == {"Europe/Dublin", "Europe/London"}
    assert {stretch.booking for one in kept for stretch in one.stretches} == {"open", "request"}
    assert all(stretch.begin < stretch.end for one in kept for stretch in one.stretches)


def test_the_same_seed_gives_the_same_visits(demo):
    found = visits.visits(demo.seed, demo.patients)
    assert found == visits.visits(demo.seed, demo.patients)
    assert found != visits.visits(demo.seed + 1, demo.patients)
    assert {one.days > 0 for one in found} == {True, False}
    assert {one.patient for one in found} <= {patient.index for patient in demo.patients}
    assert len(found) < 60
