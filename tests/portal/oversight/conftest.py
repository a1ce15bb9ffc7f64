"""Who looks after the platform: Amy and Ann (admins), Odo (auditor); Eve is an admin who was shut out."""

import pytest

from tests.portal.oversight.cast import ADA, CANARY, break_glass


@pytest.fixture(scope="module")
def north(site):
    """A hospital."""
    return site.hospital()


@pytest.fixture(scope="module")
def ada(site, north):
    """A patient, with a chart that nobody here may see anything of."""
    person = site.patient(ADA)
    note = {"resourceType": "Observation", "status": "final", "code": {"text": CANARY}, "valueString": CANARY}
    north.send(note | {"subject": {"reference": person.person}, "note": [{"text": CANARY}]})
    return person


@pytest.fixture(scope="module")
def amy(site):
    """An admin."""
    return site.staff("admin", "Amy Lind")


@pytest.fixture(scope="module")
def ann(site):
    """Another admin."""
    return site.staff("admin", "Ann Moor")


@pytest.fixture(scope="module")
def odo(site):
    """An auditor."""
    return site.staff("auditor", "Odo Tarn")


@pytest.fixture(scope="module")
def eve(site):
    """An admin who was shut out."""
    return site.staff("admin", "Eve Marsh")


@pytest.fixture
def new_doctor(site):
    """Makes doctors who wait to be verified."""
    return lambda name="Dr Ben Osei": site.doctor(name, verified=False)


@pytest.fixture(scope="module")
def opens(ada, north):
    """Lets a doctor open Ada's chart in an emergency, and read in it."""

    def opened(doctor):
        answer = break_glass(doctor, ada)
        assert answer.status_code == 200, answer.text
        assert doctor.actor.found(f"/Observation?patient={ada.person}")
        return doctor

    return opened
