"""The doctor's home: what came in, what ends soon, who is open, and the way to the next patient."""

from carefolio.base.clock import moment, now
from tests.acceptance.resources import consent
from tests.portal.doctor.steps import answer, ask, find, stood


def test_a_new_doctor_finds_a_form(browser, cleo):
    browser.enter(cleo)
    assert "Nobody gives you access yet" in browser.page.text
    assert browser.form("Find").fill(typed="nonsense").send().path == "/patients/"
    assert "Check the code" in browser.page.errors[0]


def test_answers_are_told_until_they_were_looked_at(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    assert "1 request waits for an answer" in browser.get("/").page.text
    answer(max_, id_)
    browser.get("/")
    assert "Max Berg gave you access" in browser.page.text
    assert "Max Berg" in browser.page.links
    browser.follow("Max Berg gave you access")
    assert browser.path == f"/patients/requests/{id_}/"
    assert "gave you access" not in browser.get("/").page.text
    answer(max_, id_, "inactive")
    assert "Max Berg ended your access" in browser.get("/").page.text


def test_a_refusal_with_its_word(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    said = {"url": "https://carefolio.org/fhir/StructureDefinition/contract-refusal", "valueString": "Not now."}
    body = stood(max_, id_)
    max_.actor.change(body, status="rejected", extension=[*body["extension"], said])
    told = browser.get("/").page.text
    assert "Max Berg said no to your request Not now." in told


def test_what_ends_soon_is_told(browser, cleo, max_):
    id_ = ask(browser, cleo, max_, lasts="1 day")
    answer(max_, id_)
    told = browser.get("/").page.text
    assert "Your access to the record of Max Berg ends soon" in told
    assert "Ends soon" in told
    assert "tomorrow" in browser.get("/patients/").page.text or "in 1 day" in browser.page.text


def test_an_offer_that_was_not_asked_for_has_a_name(browser, cleo, max_):
    year = moment(now()).year + 1
    offered = consent(max_.person, cleo.person, status="active", period={"end": f"{year}-01-01"})
    max_.actor.send(offered | {"dateTime": moment(now()).isoformat()})
    browser.enter(cleo)
    assert "Max Berg" in browser.page.text


def test_who_was_found_is_a_click_away(browser, cleo, max_):
    find(browser, cleo, max_).get("/")
    assert browser.page.links["Max Berg"] == f"/patients/{max_.id}/"


def test_who_is_not_verified_reads_what_to_do(browser, una):
    told = browser.enter(una).page
    assert "once your licence is verified" in told.text
    assert all("Find" not in form.buttons for form in told.forms)
