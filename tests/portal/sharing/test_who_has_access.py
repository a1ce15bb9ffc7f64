"""The list of who has access; a contract changed, ended, given unasked; the list of records opened and closed."""

from __future__ import annotations

import pytest

from tests.acceptance.cast import name
from tests.portal.sharing.conftest import parts, whole


@pytest.fixture
def granted(town, she):
    """A contract that Ben has."""
    request = town.ask(town.ben, parts("results", correct=True))
    she.get(f"/sharing/requests/{request}/allow/").send()
    return request


def test_nobody_has_access(town, she):
    she.get("/sharing/")
    assert "Nobody has access" in she.page.text
    assert "A hospital always sees what it wrote itself." in she.page.text


def test_the_list_says_who_what_until_when_and_why(town, she, granted):
    waiting = town.ask(town.cleo)
    she.get("/sharing/")
    for words in ("Ben Osei", "East Hospital", "These are: test results.", "It is for your treatment.", "It ends on"):
        assert words in she.page.text
    assert she.page.links["Cleo Marsh asks to read all of your health record."] == f"/sharing/requests/{waiting}/"
    assert she.page.links["End access"] == f"/sharing/{granted}/withdraw/"


def test_two_contracts_with_one_doctor_are_told_apart(town, she, granted):
    she.get("/sharing/")
    assert "Access to" not in she.page.text
    she.get(f"/sharing/requests/{town.ask(town.ben, parts('problems'))}/allow/").send().get("/sharing/")
    for words in ("Access to test results, ", "Access to health problems, "):
        assert words in she.page.text
    named = [words for words in she.page.links if words.startswith("for Ben Osei: ")]
    assert len(named) == 2


def test_a_contract_tells_its_story(town, she, granted):
    she.get(f"/sharing/{granted}/")
    for words in ("You gave Ben Osei access.", "Ben Osei asked for access.", "In force", "See who looked"):
        assert words in she.page.text
    she.get(f"/sharing/{granted}/withdraw/").send().get(f"/sharing/{granted}/")
    assert "The access ended." in she.page.text
    assert "Change what they see" not in she.page.links


def test_changed_to_less_and_to_more(town, she, granted):
    she.get("/sharing/").follow("Change")
    form = she.page.form
    assert (form.fields["categories"], form.fields["hospitals"], form.fields["correct"]) == (
        ["results"],
        ["all"],
        ["on"],
    )
    she.fill(categories=["problems"]).send()
    assert she.page.h1 == "Is this what Ben Osei may see from now on?"
    assert town.sees(town.ben) == {"new result", "old result", "south's result"}
    she.send()
    assert (she.page.h1, town.sees(town.ben)) == ("You changed what Ben Osei sees", {"asthma"})
    she.get(f"/sharing/{granted}/change/records/")
    form = next(one for one in she.page.forms if "records" in one.names)
    wanted = name(town.records["old result"])[1:]
    she.form("Go on and check").fill(records=[wanted], ends=form.choices["ends"][0]).send().send()
    assert town.sees(town.ben) == {"old result"}
    assert "What they see was changed." in she.get(f"/sharing/{granted}/").page.text
    she.get(f"/sharing/{granted}/withdraw/").send()
    assert she.get(f"/sharing/{granted}/change/").path == f"/sharing/{granted}/"
    assert she.get(f"/sharing/{granted}/change/records/").path == f"/sharing/{granted}/"


def test_a_change_of_an_older_version_is_not_made(town, she, browse, granted):
    other = browse().enter(town.ada)
    for tab in (she, other):
        tab.get(f"/sharing/{granted}/change/").fill(categories=["problems"]).send()
    she.send()
    other.get(f"/sharing/{granted}/change/").fill(categories=["whole"]).send()
    assert other.page.h1 == "Is this what Ben Osei may see from now on?"
    she.get(f"/sharing/{granted}/change/").fill(categories=["results"]).send().send()
    assert other.send().status == 409
    assert "asthma" not in town.sees(town.ben)


def test_given_to_a_doctor_by_code(town, she):
    she.get("/sharing/").follow("Give somebody access")
    she.fill(whom="doctor", code=town.cleo.code.lower().replace("-", " ")).send()
    assert she.page.h1 == "Choose what Cleo Marsh sees"
    she.fill(categories=["problems"], hospitals=["all"], ends=she.page.form.choices["ends"][0], correct="on").send()
    checking = she.path
    she.send()
    assert (she.page.h1, town.sees(town.cleo)) == ("Cleo Marsh has access now", {"asthma"})
    once = she.path
    assert she.get(checking).send().path == once, "pressed twice, it is given once"


def test_given_to_a_hospital(town, she):
    she.get("/sharing/give/").fill(whom="hospital", hospital=town.ben.actor.organization, code="nonsense").send()
    assert she.page.h1 == "Choose what East Hospital sees"
    she.follow("Choose single records instead")
    form = next(one for one in she.page.forms if "records" in one.names)
    wanted = name(town.records["asthma"])[1:]
    she.form("Go on and check").fill(records=[wanted], ends=form.choices["ends"][0]).send().send()
    assert (she.page.h1, town.sees(town.ben)) == ("East Hospital has access now", {"asthma"})


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "Choose a doctor or a hospital"),
        ({"whom": "nonsense"}, "Choose one of the answers"),
        ({"whom": "doctor"}, "Enter the doctor's code"),
        ({"whom": "doctor", "code": "DOC-AAAAA-AAAAA"}, "Check the code"),
        ({"whom": "hospital"}, "Choose a hospital of the list"),
        ({"whom": "hospital", "hospital": "Organization/x"}, "Choose one of the answers"),
    ],
)
def test_nonsense_about_whom(town, she, given, error):
    she.get("/sharing/give/").fill(given).send()
    assert len(she.page.errors) == 1
    assert error in she.page.errors[0]


def test_a_code_of_nobody_who_may_get_access(town, she):
    waiting = town.site.doctor("Vic Todd", verified=False)
    she.get("/sharing/give/").fill(whom="doctor", code=waiting.code).send()
    assert "no doctor with this code" in she.page.errors[0]
    assert she.get(f"/sharing/give/{waiting.person}/").status == 404
    assert she.get(f"/sharing/give/{town.dan.person}/").status == 404
    assert she.get("/sharing/give/Practitioner/nobody/").status == 404


def test_the_list_of_records_is_closed_and_opened(town, she):
    town.cleo.actor.found(f"/Patient?identifier={town.ada.code}")
    index = f"/Patient/{town.ada.id}/$record-index"
    assert town.cleo.actor.get(index).status_code == 200
    she.get("/sharing/").form("Close the list").send()
    assert "is closed now" in she.page.text
    assert town.cleo.actor.get(index).status_code == 404
    she.form("Open the list").send()
    assert "can see the list now" in she.page.text


PAGES = ["", "withdraw/", "change/", "change/records/", "change/check/key/", "given/", "changed/", "refused/", "ended/"]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_sees_a_contract(town, browse, granted, page):
    address = f"/sharing/{granted}/{page}"
    assert browse().get(address).path == "/accounts/login/"
    assert browse().enter(town.dan).get(address).status == 404
    for doctor in (town.ben, town.cleo):
        assert browse().enter(doctor).get(address).status == 403


def test_nobody_else_ends_or_changes_a_contract(town, browse, granted):
    dan = browse().enter(town.dan)
    assert dan.post(f"/sharing/{granted}/withdraw/", version="2").status == 404
    assert dan.post(f"/sharing/requests/{granted}/allow/", version="2").status == 404
    assert dan.post(f"/sharing/requests/{granted}/refuse/", version="2").status == 404
    assert town.status(granted) == "active"


@pytest.mark.parametrize("page", ["", "give/", "list/"])
def test_sharing_is_for_patients(town, browse, page):
    assert browse().get(f"/sharing/{page}").path == "/accounts/login/"
    assert browse().enter(town.ben).get(f"/sharing/{page}").status == 403


def test_a_contract_ran_out(town, she):
    request = town.ask(town.ben, whole())
    she.get(f"/sharing/requests/{request}/allow/").send()
    body = town.consent(request)
    body["provision"]["period"]["end"] = "2026-01-01"
    town.ada.actor.change(body)
    she.get(f"/sharing/{request}/")
    assert "Ran out" in she.page.text
    assert "Its time ran out." in she.page.text


def test_the_store_of_a_long_paper_stands_before_no_page_of_its_contract(town, she, granted):
    """Where the paper is kept nobody answers: the contract is listed, shown, changed and ended all the same."""
    paper = {"sourceAttachment": {"contentType": "application/pdf", "data": "QUJDREVG" * 20_000}}
    sent = town.ada.actor.put(f"/Consent/{granted}", town.consent(granted) | paper)
    assert sent.status_code == 200, sent.text
    blobs = town.site.data / "blobs"
    away = blobs.rename(blobs.with_name("elsewhere"))
    try:
        assert town.ada.actor.get(f"/Consent/{granted}").status_code == 503
        she.get("/sharing/").follow("Change")
        she.fill(categories=["problems"]).send().send()
        assert (she.page.h1, town.sees(town.ben)) == ("You changed what Ben Osei sees", {"asthma"})
        assert "What they see was changed." in she.get(f"/sharing/{granted}/").page.text
        she.get(f"/sharing/{granted}/withdraw/").send()
        assert town.sees(town.ben) == set()
    finally:
        away.rename(blobs)
    ended = town.consent(granted)
    assert (ended["status"], ended["sourceAttachment"]) == ("inactive", paper["sourceAttachment"])
