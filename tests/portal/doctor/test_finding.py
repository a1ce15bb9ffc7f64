"""From a code to a name and a list, and to no more than that."""

import asyncio
import re

import pytest

from carefolio.ledger.entry import Kind
from tests.acceptance.resources import consent
from tests.faults import outsider
from tests.portal.doctor.steps import beside, find, listed


def flag(patient):
    return {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": patient.person},
    }


def without_time(browser):
    return re.sub(r"\d+\.\d+ seconds", "", browser.page.text)


def refusals(site):
    return sum(entry.kind is Kind.REFUSED for _, entry in outsider.entries(site.data))


def turn_off(site, patient):
    with beside(site) as carefolio:
        asyncio.run(carefolio.door.list_records(carefolio.door.admit(patient.actor.token, "request"), on=False))


def test_a_code_leads_to_name_code_and_list(browser, cleo, ada, kept):
    find(browser, cleo, ada)
    assert browser.path == f"/patients/{ada.id}/"
    assert browser.trail[0].status_code == 303
    assert browser.page.h1 == "Ada Quinn"
    assert ada.code in browser.page.text
    assert "Test results 2 2024 (1) , 2009 (1)" in browser.page.text
    assert browser.page.form.names >= {"kind", "year", "hospital"}
    assert kept["secret"]["id"] not in browser.page.html
    assert "4.1" not in browser.page.text
    assert "Asthma" not in browser.page.text


def test_finding_somebody_is_no_refused_try(site, browser, cleo, ada):
    before = refusals(site)
    find(browser, cleo, ada)
    browser.get(browser.path)
    assert refusals(site) == before


def test_the_code_stands_in_no_address_and_no_log(site, browser, cleo, ada):
    find(browser, cleo, ada)
    told = "".join(f"{one.request.url}{one.headers.get('location', '')}" for one in browser.trail)
    assert ada.code not in told
    assert ada.code not in site.errors.read_text()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a patient code"),
        ("PAT-22222-22223", "Check the code"),
        ("<script>", "Check the code"),
        ("\x00", "Check the code"),
    ],
)
def test_nonsense_is_told_beside_the_field_and_stays(browser, cleo, typed, words):
    browser.enter(cleo, "/patients/").form("Find").fill(typed=typed).send()
    assert browser.page.title.startswith("Error: ")
    assert words in browser.page.errors[0]
    assert browser.page.form.fields["typed"] == [typed]


def test_a_code_of_a_doctor_or_of_nobody(browser, cleo, ben):
    browser.enter(cleo, "/patients/").form("Find").fill(typed=ben.code).send()
    assert "must begin with PAT" in browser.page.errors[0]
    browser.form("Find").fill(typed="PAT-22222-22222").send()
    assert browser.page.errors == ["There is no patient with this code. Check it with the patient"]


def test_the_list_is_narrowed(browser, cleo, ada, kept):
    find(browser, cleo, ada).form("Show").fill(kind="results", year="2009").send()
    assert listed(browser) == [f"Observation/{kept['old']['id']}"]
    browser.get(f"/patients/{ada.id}/?kind=nonsense&after=Observation/none")
    assert "No records fit these filters" in browser.page.text


def test_a_long_list_has_pages(browser, site, north, cleo):
    leo = site.patient("Leo Park")
    sent = {north.send(flag(leo))["id"] for _ in range(40)}
    find(browser, cleo, leo)
    first = listed(browser)
    browser.follow("Older")
    second = listed(browser)
    assert {one.partition("/")[2] for one in first + second} == sent
    assert len(first) + len(second) == 40
    assert "Newer" in browser.page.links


def test_who_was_not_found_is_nowhere(browser, browse, cleo, max_):
    absent = browser.enter(cleo, f"/patients/{max_.id}/")
    assert absent.status == 404
    nowhere = browse().enter(cleo, "/patients/nobody-at-all/")
    assert (nowhere.status, without_time(nowhere)) == (404, without_time(absent))
    for path in ("ask/", "ask/check/", "emergency/"):
        assert browser.get(f"/patients/{max_.id}/{path}").status == 404
    assert browser.get("/patients/no%20id/").status == 404


def test_a_list_that_is_turned_off(browser, site, north, cleo):
    mia = site.patient("Mia Lund")
    north.send(
        {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": mia.person}}
    )
    assert "Choose single records" in find(browser, cleo, mia).page.text
    turn_off(site, mia)
    browser.get(f"/patients/{mia.id}/")
    assert "turned the list of their records off" in browser.page.text
    assert "Ask for the whole record" in browser.page.text


def test_the_list_ends_after_a_day(browser, site, cleo, ada, kept):
    find(browser, cleo, ada)
    site.shift(25 * 3600)
    try:
        browser.enter(cleo, f"/patients/{ada.id}/")
        assert browser.status == 404
        session = find(browser, cleo, ada)
        assert "Choose single records" in session.page.text
    finally:
        site.shift(0)


def test_an_open_chart_is_one_click_away(browser, cleo, max_):
    asked = cleo.actor.send(consent(max_.person, cleo.person, period={"end": "2090-01-01"}))
    max_.actor.change(asked, status="active")
    browser.enter(cleo, f"/patients/{max_.id}/")
    assert browser.page.links["Open the record"] == f"/charts/{max_.id}/"
    browser.get("/patients/")
    assert f"/charts/{max_.id}/" in browser.page.links.values()
    assert "Max Berg" in browser.page.text


def test_who_is_not_verified_is_told_why(browser, site, una, ada):
    browser.enter(una, "/patients/")
    assert "once your licence is verified" in browser.page.text
    assert all("Find" not in form.buttons for form in browser.page.forms)
    browser.post("/patients/", typed=ada.code)
    assert (browser.path, "Ada" in browser.page.text) == ("/patients/", False)
    assert browser.get(f"/patients/{ada.id}/").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "profile/",
        "profile/change/",
        "profile/check/",
        "x/",
        "x/ask/",
        "x/emergency/",
        "requests/x/",
        "requests/x/change/",
        "requests/x/check/",
        "requests/x/sent/",
        "requests/x/end/",
        "x/ask/check/",
    ],
)
def test_patients_and_strangers_see_none_of_it(browse, ada, cleo, path):
    assert browse().enter(ada, f"/patients/{path}").status == 403
    assert browse().get(f"/patients/{path}").path == "/accounts/login/"
    if "x/" in path:
        assert browse().enter(cleo, f"/patients/{path}").status == 404
