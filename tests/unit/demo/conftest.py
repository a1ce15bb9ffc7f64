"""One demo for all tests here, with its bundles already written."""

from datetime import date

import pytest

from carefolio.demo import generate

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def demo():
    return generate(today=TODAY)


@pytest.fixture(scope="session")
def bundles(demo):
    return list(demo.bundles)


@pytest.fixture(scope="session")
def charts(demo, bundles):
    """The resources of each patient, by the patient's index."""
    found = {patient.index: [] for patient in demo.patients}
    for _, patient, bundle in bundles:
        found[patient] += [entry["resource"] for entry in bundle["entry"]]
    return found
