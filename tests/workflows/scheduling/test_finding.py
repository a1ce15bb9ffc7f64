"""Looking for a doctor: by code, name, speciality, place."""

import pytest

from carefolio.base.failures import Failure
from carefolio.identity.profile import Profile
from carefolio.identity.specialities import SPECIALITIES
from carefolio.workflows.registration import actions as registration
from carefolio.workflows.registration.profiles import change_profile
from carefolio.workflows.registration.rules import NewHospital
from carefolio.workflows.scheduling import finding
from carefolio.workflows.scheduling.finding import Sought

HEART = next(code for code, name in SPECIALITIES.items() if name == "Cardiology")


@pytest.fixture
def told(practice):
    """Ben says what he works in and where; an admin has looked at it again."""
    north = registration.add_hospital(practice.door, NewHospital("North Hospital")).organization
    ben = practice.carefolio.accounts.of_person(practice.carefolio.database, practice.ref("Ben"))
    change_profile(practice.door, ben, Profile("MC-1", "Council", HEART, "MB", "Galway", north))
    registration.verify(practice.door, ben.email)
    return practice


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(), True),
        (Sought("ben os"), True),
        (Sought("osei"), True),
        (Sought("sei"), False),
        (Sought(speciality=HEART), True),
        (Sought(speciality="394579003"), False),
        (Sought(place=" galw"), True),
        (Sought(place="Cork"), False),
        (Sought("ben", HEART, "Galway"), True),
    ],
)
def test_all_that_is_given_has_to_fit(told, sought, found):
    assert [one.name for one in told.do(finding.find, "Ada", sought)] == ["Dr Ben Osei"] * found


def test_what_is_told_of_them(told):
    (one,) = told.do(finding.find, "Ada", Sought())
    assert (one.speciality, one.place, one.hospital, one.keeps_hours) == (
        "Cardiology",
        "Galway",
        "North Hospital",
        True,
    )
    assert told.do(finding.doctor, "Ada", one.id) == one
    zoe = told.do(finding.doctor, "Ada", told.chart("Zoe"))
    assert (zoe.name, zoe.keeps_hours) == ("Dr Zoe Wirth", False)


def test_who_keeps_no_hours_now_or_is_not_verified_is_not_found(told):
    told.keep(active=False)
    assert told.do(finding.find, "Ada", Sought()) == []
    told.keep()
    registration.suspend(told.door, told.people["Ben"].account)
    assert told.do(finding.find, "Ada", Sought()) == []
    with pytest.raises(Failure):
        told.do(finding.doctor, "Ada", told.chart("Ben"))
    with pytest.raises(Failure):
        told.do(finding.doctor, "Ada", told.chart("Max"))


def test_by_code(practice):
    code = practice.people["Ben"].code
    assert finding.by_code(practice.door, code.lower().replace("-", " ")) == practice.chart("Ben")
    assert finding.by_code(practice.door, "DOC-22222-22222") == ""
    assert finding.by_code(practice.door, practice.people["Ada"].code) == ""
