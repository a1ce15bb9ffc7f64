"""The doctor's own profile: what it says, and that a change of what was checked is checked again."""

import pytest

from carefolio.workflows.registration.admission import verify
from carefolio.workflows.registration.profiles import Decided
from tests.portal.doctor.steps import beside

GIVEN = {
    "name": "Una Reiss",
    "licence": "IE 12345",
    "authority": "Medical Council",
    "speciality": "394579002",
    "qualification": "MB BCh",
    "place": "Galway",
    "hospital": "",
}


@pytest.fixture
def kim(site):
    return site.doctor("Kim Vale")


def saved(browser, person, **given):
    browser.enter(person, "/patients/profile/change/").fill(**(GIVEN | {"name": person.name} | given)).send()
    assert browser.path == "/patients/profile/check/", browser.page.errors
    return browser


def test_what_there_is_is_shown(browser, kim):
    browser.enter(kim, "/patients/profile/")
    assert kim.code in browser.page.text
    assert "Verified" in browser.page.text
    assert "Not provided" in browser.page.text


def test_another_licence_is_warned_of_and_checked_again(browser, kim):
    saved(browser, kim)
    assert "You will have to be verified again." in browser.page.text
    assert browser.page.form.buttons == ["Save, and be verified again"]
    browser.send()
    assert browser.path == "/patients/profile/"
    for words in ("An administrator will look at it.", "IE 12345", "Cardiology", "Galway", "Not verified yet"):
        assert words in browser.page.text
    assert "once your licence is verified" in browser.get("/patients/").page.text


def test_who_is_not_verified_is_not_warned(browser, una):
    saved(browser, una)
    assert "An administrator will look at this." in browser.page.text
    browser.send()
    saved(browser, una, place="Cork")
    assert "verified again" not in browser.page.text
    browser.send()
    assert "Your profile is saved." in browser.page.text
    assert "Cork" in browser.page.text


def test_leaving_a_hospital_is_warned_of(browser, ben):
    saved(browser, ben)
    assert "You leave your hospital at once." in browser.page.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"licence": ""}, "Enter licence number"),
        ({"licence": "***"}, "Enter the licence number as it stands"),
        ({"name": " \u200b"}, "A name has to have"),
        ({"speciality": "1"}, "Choose one of the answers"),
        ({"hospital": "Organization/none"}, "Choose one of the answers"),
        ({"authority": "x" * 121}, "120 characters or fewer"),
    ],
)
def test_nonsense_is_told_and_kept(browser, kim, given, words):
    sent = GIVEN | given
    browser.enter(kim, "/patients/profile/change/")
    browser.post("/patients/profile/change/", sent)
    assert browser.page.title.startswith("Error: ")
    assert any(words in error for error in browser.page.errors), browser.page.errors
    assert browser.page.form.fields["qualification"] == [sent["qualification"]]


def test_nothing_is_saved_without_answers(browser, kim):
    assert browser.enter(kim, "/patients/profile/check/").path == "/patients/profile/"
    browser.post("/patients/profile/check/")
    assert browser.path == "/patients/profile/"


def decide(site, admin, doctor, decided):
    with beside(site) as carefolio:
        by = carefolio.accounts.of_number(carefolio.database, admin.account)
        seen = carefolio.accounts.of_number(carefolio.database, doctor.account).version
        verify(carefolio.door, by, doctor.account, decided, seen=seen)


def test_why_a_licence_was_refused_is_told(browser, site):
    doctor, admin = site.doctor("Rex Hume", verified=False), site.staff("admin", "Ann Lowe")
    saved(browser, doctor).send()
    decide(site, admin, doctor, Decided(verified=False, reason="The number is too short."))
    told = browser.get("/patients/").page
    assert "could not be confirmed" in told.text
    assert "The number is too short." in told.text
    assert told.links["Correct your profile"] == "/patients/profile/change/"
    decide(site, admin, doctor, Decided(verified=True))
    assert "Verified" in browser.get("/patients/profile/").page.text
    decide(site, admin, doctor, Decided(verified=False, reason="It ran out."))
    told = browser.get("/patients/").page.text
    assert "Your verification was withdrawn" in told
    assert "It ran out." in told
