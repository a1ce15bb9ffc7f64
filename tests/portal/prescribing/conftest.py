"""Ada, who lets Ben add records; Pia of Corner Pharmacy, Olu of Mill Pharmacy; Una, not verified, beside Pia; Zoe, a
stranger.
"""

import pytest

from tests.acceptance.resources import action, consent


@pytest.fixture(scope="module")
def corner(site):
    return site.hospital("Corner Pharmacy", "pharmacy")


@pytest.fixture(scope="module")
def mill(site):
    mill = site.hospital("Mill Pharmacy", "pharmacy")
    site.staff("pharmacist", "Olu Adeyemi", mill)
    return mill


@pytest.fixture(scope="module")
def pia(site, corner):
    return site.staff("pharmacist", "Pia Moss", corner)


@pytest.fixture(scope="module")
def una(site, corner, pia):
    return site.staff("pharmacist", "Una Veale", corner, verified=False)


@pytest.fixture(scope="module")
def zoe(site):
    return site.doctor("Zoe Wirth")


@pytest.fixture(scope="module")
def open_chart(ada, ben):
    """Ben may read and add; Ada is allergic to penicillin."""
    made = ada.actor.post("/Consent", consent(ada.person, ben.person, status="active", action=action("correct")))
    assert made.status_code == 201, made.text
    allergy = {"resourceType": "AllergyIntolerance", "patient": {"reference": ada.person}}
    assert ada.actor.post("/AllergyIntolerance", allergy | {"code": {"text": "Penicillin"}}).status_code == 201


MEDICINE = {
    "medicine": "Amoxicillin 500 mg",
    "dose": "1",
    "unit": "capsule",
    "times": "3",
    "every": "1",
    "days": "10",
    "quantity": "30",
    "repeats": "1",
}


@pytest.fixture
def prescribed(browse, ada, ben, open_chart):
    """Signs a prescription on Ben's pages; answers its id."""

    def sign(**more):
        his = browse().enter(ben, f"/prescriptions/new/{ada.id}/")
        his.form("Check it").fill(**(MEDICINE | more)).send()
        assert his.path.endswith("/check/"), his.page.errors
        if "because" in his.form("Sign the prescription")._form.names:
            his.fill(because="She took it before without harm.")
        his.send()
        assert "You signed this prescription" in his.page.text, his.page.text
        return his.path.split("/")[-2]

    return sign
