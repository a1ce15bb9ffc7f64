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
        (Sought("o b"), True),
        (Sought("Osei, Ben"), True),
        (Sought("Oséi-Ben"), True),
        (Sought("Osei, Eve"), False),
        (Sought("b. osei|$\\"), True),
        (Sought("--"), True),
        (Sought(","), True),
        (Sought("o x"), False),
        (Sought("sei"), False),
        (Sought(speciality=HEART), True),
        (Sought(speciality="394579003"), False),
        (Sought(place=" galw"), True),
        (Sought(place="Cork"), False),
        (Sought("ben", HEART, "Galway"), True),
    ],
)
def test_all_that_is_given_has_to_fit(told, sought, found):
    assert [one.name for one in told.do(finding.find, "Ada", sought).doctors] == ["Dr Ben Osei"] * found


def test_who_is_called_otherwise_in_the_directory_is_found_by_the_name_that_is_shown(told, monkeypatch):
    database, accounts = told.carefolio.database, told.carefolio.accounts
    ben = accounts.of_person(database, told.ref("Ben"))
    database.write_now(lambda tx: accounts.rename(tx, ben.number, "Dr Benedict Hollis"))
    for name in ("hollis", "Hollis, B", "osei"):
        assert names_of(told, Sought(name)) == (["Dr Benedict Hollis"], 1)
    assert names_of(told, Sought("hollis", place="Cork")) == ([], 1)


def test_however_many_came_before_they_are_found_by_the_name_that_is_shown(told, monkeypatch):
    """Here one account is looked at for a page; nobody is told twice."""
    database, accounts = told.carefolio.database, told.carefolio.accounts
    told.keep("Zoe")
    zoe = accounts.of_person(database, told.ref("Zoe"))
    assert [one.number for one in accounts.of_role(database, "doctor")].index(zoe.number) > 0, "somebody came before"
    database.write_now(lambda tx: accounts.rename(tx, zoe.number, "Dr Benedicta Hollis"))
    monkeypatch.setattr(finding, "_ACCOUNTS", 1)
    monkeypatch.setattr(finding, "_TURNS", 1)
    for name, found in (
        ("hollis", ["Dr Benedicta Hollis"]),
        ("Hollis, B", ["Dr Benedicta Hollis"]),
        ("wirth", ["Dr Benedicta Hollis"]),
        ("osei", ["Dr Ben Osei"]),
        ("ben", ["Dr Ben Osei", "Dr Benedicta Hollis"]),
        ("dr", ["Dr Ben Osei", "Dr Benedicta Hollis"]),
        ("nobody", []),
    ):
        assert names_of(told, Sought(name))[0] == found, name
    assert names_of(told, Sought("hollis", place="Cork"))[0] == []
    assert told.do(finding.find, "Ada", Sought("hollis")).doctors == [], "the first page looks no further"
    monkeypatch.setattr(finding, "_ACCOUNTS", 2)
    assert names_of(told, Sought("hollis"))[0] == ["Dr Benedicta Hollis"]


def test_what_is_told_of_them(told):
    ((one,), _next) = told.do(finding.find, "Ada", Sought())
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
    assert told.do(finding.find, "Ada", Sought()).doctors == []
    told.keep()
    registration.suspend(told.door, told.people["Ben"].account)
    assert told.do(finding.find, "Ada", Sought()).doctors == []
    with pytest.raises(Failure):
        told.do(finding.doctor, "Ada", told.chart("Ben"))
    with pytest.raises(Failure):
        told.do(finding.doctor, "Ada", told.chart("Max"))


def test_by_code(practice):
    code = practice.people["Ben"].code
    assert finding.by_code(practice.door, code.lower().replace("-", " ")) == practice.chart("Ben")
    assert finding.by_code(practice.door, "DOC-22222-22222") == ""
    assert finding.by_code(practice.door, practice.people["Ada"].code) == ""


def names_of(practice, sought):
    """All whom one finds by going on from page to page, and how many pages that took."""
    found, cursor, pages = [], "", 0
    while True:
        page = practice.do(finding.find, "Ada", sought, cursor)
        found, cursor, pages = [*found, *(one.name for one in page.doctors)], page.next, pages + 1
        if not cursor:
            return found, pages


@pytest.mark.parametrize("sought", [Sought(), Sought("dr"), Sought("o"), Sought(place="Galway")])
def test_a_large_directory_is_looked_through_page_by_page(told, monkeypatch, sought):
    """Here in steps of one doctor, two steps a page; nobody is left out, and nobody is told twice."""
    monkeypatch.setattr(finding, "_LOOKED_AT", 1)
    monkeypatch.setattr(finding, "_PAGES", 2)
    monkeypatch.setattr(finding, "MOST", 1)
    found, pages = names_of(told, sought)
    assert found == ["Dr Ben Osei"]
    assert pages <= 3
