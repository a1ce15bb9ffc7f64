"""Asking in every way: what the page promised is what stands in the Consent; and what becomes of a request."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from carefolio.base.clock import moment, now
from carefolio.portal.asking.forms import last_day
from carefolio.workflows.sharing.categories import CATEGORIES, provisions
from tests.acceptance.resources import consent
from tests.portal.browser import Browser
from tests.portal.doctor.steps import CATEGORY_LABORATORY, answer, ask, find, listed, stood

PURPOSES = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


def in_days(days):
    return moment(now()).date() + timedelta(days=days)


def day(name, year):
    return {f"{name}_day": "1", f"{name}_month": "1", f"{name}_year": str(year)}


def actors(body):
    return [one["reference"]["reference"] for one in body["provision"]["actor"]]


def actions(body):
    return {coding["code"] for one in body["provision"]["action"] for coding in one["coding"]}


def test_four_clicks_from_a_code_to_a_request(windows, site, cleo, max_):
    window = windows(site, person=cleo, path="/patients/")
    clicks = []

    def click(role, name):
        clicks.append(name)
        window.get_by_role(role, name=name).first.click()

    window.get_by_label("Patient code").fill(max_.code)
    click("button", "Find")
    click("link", "Ask for the whole record")
    window.get_by_label("Why do you ask?").fill("Your cough.")
    click("button", "Check your answers")
    click("button", "Send the request")
    assert window.get_by_role("heading", level=1).inner_text() == "Max Berg has your request"
    assert len(clicks) <= 4
    assert windows.complaints == []


def test_the_whole_record_for_thirty_days(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    body = stood(cleo, id_)
    assert body["status"] == "proposed"
    assert body["provision"]["type"] == "permit"
    assert "class" not in body["provision"]
    assert actors(body) == [cleo.person]
    assert actions(body) == {"access"}
    assert body["provision"]["period"] == {"end": f"{in_days(30)}T23:59:59Z"}
    assert body["provision"]["purpose"] == [{"system": PURPOSES, "code": "TREAT"}]
    assert body["patient"] == {"reference": max_.person, "display": "Max Berg"}
    assert "chest pain" in body["extension"][0]["valueString"]


def parts(north, ends):
    """Test results of six years from one hospital, for the doctor's own, until a day."""
    until = {"until_day": "31", "until_month": "12", "until_year": "2025"}
    own = {"lasts": "day", "ends_day": str(ends.day), "ends_month": str(ends.month), "ends_year": str(ends.year)}
    more = {"whom": "hospital", "adds": "on", "purpose": "HOPERAT", "reason": "To plan your check."}
    return {"kinds": ["results"], "hospitals": [north.organization]} | day("since", 2020) | until | own | more


def test_parts_narrowed_in_every_way(browser, ben, north, ada, kept):
    find(browser, ben, ada)
    record = f"Condition/{kept['asthma']['id']}"
    assert record in listed(browser)
    browser.form("Ask for the ticked records").fill(record=[record]).send()
    assert browser.page.form.fields["records"] == [record]
    assert browser.page.form.fields["what"] == ["parts"]
    browser.fill(parts(north, in_days(9))).send()
    told = browser.page.text
    for words in ("Test results", "1 single record", "Only from North Hospital", "1 Jan 2020", "31 Dec 2025"):
        assert words in told
    assert "North Hospital asks to read parts of your health record." in told
    assert "They may also add records." in told
    assert "“To plan your check.”" in told
    browser.form("Send the request").send()
    holds_what_was_promised(stood(ben, browser.path.split("/")[-3]), north, record)


def holds_what_was_promised(body, north, record):
    assert actors(body) == [north.organization]
    assert actions(body) == {"access", "correct"}
    assert body["provision"]["period"] == {"end": f"{in_days(9)}T23:59:59Z"}
    assert body["provision"]["purpose"][0]["code"] == "HOPERAT"
    *kinds, single = body["provision"]["provision"]
    assert single["data"] == [{"meaning": "instance", "reference": {"reference": record}}]
    for part in kinds:
        assert part["dataPeriod"] == {"start": "2020-01-01", "end": "2025-12-31"}
        assert part["extension"][0]["valueReference"] == {"reference": north.organization}
    codes = {f"{c['system']}|{c['code']}" for part in kinds for one in part.get("code", []) for c in one["coding"]}
    assert CATEGORY_LABORATORY in codes


@pytest.mark.parametrize(("lasts", "days"), [("1 day", 1), ("1 week", 7), ("30 days", 30)])
def test_how_long(browser, cleo, max_, lasts, days):
    body = stood(cleo, ask(browser, cleo, max_, lasts=lasts))
    assert body["provision"]["period"] == {"end": f"{in_days(days)}T23:59:59Z"}


def test_months_end_on_a_day_that_there_is():
    assert last_day("6 months", date(2026, 8, 31)) == date(2027, 2, 28)
    assert last_day("1 year", date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": ""}, "Enter why you ask"),
        ({"reason": "x" * 1001}, "1000 characters or fewer"),
        ({"what": "parts"}, "Choose at least one kind of record."),
        ({"what": "nonsense"}, "Choose one of the answers"),
        ({"what": ""}, "Choose what you ask for"),
        ({"lasts": "day"}, "Enter the last day of access"),
        ({"lasts": "day", "ends_day": "31", "ends_month": "2", "ends_year": "2027"}, "Enter a real date"),
        ({"lasts": "day", "ends_day": "1", "ends_month": "1", "ends_year": "2020"}, "end today or later"),
        ({"lasts": "day", "ends_day": "1", "ends_month": "1", "ends_year": "2090"}, "2 years at the most"),
        ({"since_day": "1"}, "must have a day, a month and a year"),
        (
            {
                "since_day": "1",
                "since_month": "1",
                "since_year": "2020",
                "until_day": "1",
                "until_month": "1",
                "until_year": "2019",
            },
            "first day is after their last",
        ),
        ({"what": "parts", "records": ["<b>nonsense"]}, "A single record is named"),
        ({"hospitals": ["Organization/nowhere"]}, "Choose one of the answers"),
        ({"purpose": "FUN", "whom": "all", "kinds": ["gossip"]}, "Choose one of the answers"),
    ],
)
def test_nonsense_is_told_and_kept(browser, cleo, max_, given, words):
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/")
    sent = {"what": "whole", "lasts": "30 days", "whom": "me", "purpose": "TREAT", "reason": "Your knee."} | given
    browser.post(f"/patients/{max_.id}/ask/", sent)
    assert browser.page.title.startswith("Error: ")
    assert any(words in error for error in browser.page.errors), browser.page.errors
    assert browser.page.form.fields["reason"] == [sent["reason"]]
    assert cleo.actor.found(f"/Consent?patient={max_.person}") == []


def test_nothing_is_sent_without_answers(browser, cleo, max_):
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/check/")
    assert browser.path == f"/patients/{max_.id}/ask/"
    browser.post(f"/patients/{max_.id}/ask/check/")
    assert browser.path == f"/patients/{max_.id}/ask/"
    assert cleo.actor.found(f"/Consent?patient={max_.person}") == []


def test_what_is_sent_is_what_the_check_showed(site, browser, cleo, max_):
    """Another tab has gone on typing, and saved itself, while the answers were looked at."""
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/").fill(lasts="1 week", reason="Your knee.")
    browser.send()
    with Browser(site) as tab:
        tab.http.cookies.update(dict(browser.http.cookies))
        tab.get(f"/patients/{max_.id}/ask/")
        tab.post(f"/drafts/ask-{max_.id}/", tab.page.form.fields | {"lasts": "1 year", "reason": "Your kn"})
    browser.send()
    assert browser.path == f"/patients/{max_.id}/ask/check/"
    assert "changed on another page" in browser.page.text
    assert "Your kn" in browser.page.text
    assert cleo.actor.found(f"/Consent?patient={max_.person}") == []
    assert browser.send().path.endswith("/sent/")


def test_sending_twice_asks_once(site, browser, browse, cleo, max_):
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/").fill(reason="Your knee.").send()
    token = browser.page.form.fields["csrfmiddlewaretoken"][0]
    cookies = dict(browser.http.cookies)

    def send(_number):
        with Browser(site) as twin:
            twin.http.cookies.update(cookies)
            twin.post(f"/patients/{max_.id}/ask/check/", csrfmiddlewaretoken=token)
            return twin.path

    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(send, range(4)))
    assert len(paths) == 1
    assert paths.pop().endswith("/sent/")
    assert len(cleo.actor.found(f"/Consent?patient={max_.person}")) == 1


def test_a_link_chooses_and_ticks_are_kept_over_pages(browser, cleo, ada, kept):
    find(browser, cleo, ada)
    first, second = f"Observation/{kept['old']['id']}", f"Observation/{kept['weight']['id']}"
    browser.form("Keep them and look on").post(f"/patients/{ada.id}/?year=2009", record=first, shown=first, more="yes")
    assert "1 chosen so far" in browser.page.text
    browser.post(f"/patients/{ada.id}/", record=second, shown=second, ask="yes")
    assert sorted(browser.page.form.fields["records"]) == sorted([first, second])
    assert "Measurements, 1 May 2024, North Hospital" in browser.page.text
    browser.post(f"/patients/{ada.id}/", shown=[first, second], ask="yes")
    assert "records" not in browser.page.form.fields
    browser.get(f"/patients/{ada.id}/ask/?what=whole&kind=results")
    assert browser.page.form.fields["what"] == ["whole"]
    assert browser.page.form.fields["kinds"] == ["results"]


def test_of_a_chart_without_records_every_kind_can_be_asked_for(browser, cleo, max_):
    """What the hospitals send later is covered, too. Here the empty list was seen before the form."""
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/?what=parts")
    assert set(browser.page.form.choices["kinds"]) == set(CATEGORIES)
    id_ = ask(browser, cleo, max_, what="parts", kinds=["results"])
    assert stood(cleo, id_)["provision"]["provision"] == provisions("results")


def test_a_request_is_changed_while_it_waits(browser, ben, north, ada, kept):
    id_ = ask(browser, ben, ada, what="parts", kinds=["results"], lasts="1 week")
    browser.follow("Look at the request").follow("Change the request")
    form = browser.page.form
    assert form.fields["kinds"] == ["results"]
    assert form.fields["lasts"] == ["day"]
    assert form.fields["ends_day"] == [str(in_days(7).day)]
    browser.fill(kinds=["problems"], whom="hospital", reason="Your asthma.").send()
    browser.form("Send the changed request").send()
    assert browser.path == f"/patients/requests/{id_}/sent/"
    body = stood(ben, id_)
    assert (body["status"], body["meta"]["versionId"]) == ("proposed", "2")
    assert actors(body) == [north.organization]
    assert body["extension"][0]["valueString"] == "Your asthma."
    browser.post(f"/patients/requests/{id_}/check/")
    assert browser.path == f"/patients/requests/{id_}/sent/"


def test_a_change_that_comes_too_late(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    browser.get(f"/patients/requests/{id_}/change/").fill(reason="Another one.").send()
    answer(max_, id_)
    browser.form("Send the changed request").send()
    assert browser.status == 409
    assert "already" in browser.page.text
    browser.get(f"/patients/requests/{id_}/change/")
    assert browser.path == f"/patients/requests/{id_}/"
    assert stood(cleo, id_)["extension"][0]["valueString"].startswith("You have chest pain")


def test_taken_back_after_a_question(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    browser.follow("Look at the request").follow("Take it back")
    assert "Take your request to Max Berg back?" in browser.page.h1
    browser.form("Take it back").send()
    assert "Your request is taken back." in browser.page.text
    assert "Taken back" in browser.page.text
    assert stood(cleo, id_)["status"] == "inactive"
    assert browser.get(f"/patients/requests/{id_}/end/").path == f"/patients/requests/{id_}/"
    assert "Taken back" in browser.get("/patients/").page.text


def test_an_access_is_ended_and_a_withdrawal_is_told_from_it(browser, cleo, max_):
    first = ask(browser, cleo, max_)
    answer(max_, first)
    assert "Granted" in browser.get(f"/patients/requests/{first}/").page.text
    browser.follow("End this access").form("End this access").send()
    assert "Ended by you" in browser.page.text
    assert cleo.actor.get(f"/Patient/{max_.id}").status_code == 404
    second = ask(browser, cleo, max_, reason="Once more.")
    answer(max_, second)
    answer(max_, second, "inactive")
    assert "Withdrawn by the patient" in browser.get(f"/patients/requests/{second}/").page.text


def test_an_answer_while_the_question_stood_open(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    browser.get(f"/patients/requests/{id_}/end/")
    answer(max_, id_)
    browser.form("Take it back").send()
    assert browser.path == f"/patients/requests/{id_}/"
    assert "given already" in browser.page.text
    browser.post(f"/patients/requests/{id_}/end/", version="<nonsense>")
    assert "changed since you looked" in browser.page.text
    assert stood(cleo, id_)["status"] == "active"


def test_refused_with_a_word(browser, cleo, max_):
    id_ = ask(browser, cleo, max_)
    body = stood(max_, id_)
    said = {"url": "https://carefolio.org/fhir/StructureDefinition/contract-refusal", "valueString": "Not now."}
    max_.actor.change(body, status="rejected", extension=[*body["extension"], said])
    told = browser.get(f"/patients/requests/{id_}/").page.text
    assert "Refused" in told
    assert "Not now." in told
    assert "Ask again" in browser.page.links


def test_a_stranger_reaches_nobody_s_request(browser, browse, ben, cleo, max_):
    id_ = ask(browser, cleo, max_)
    for path in ("", "change/", "check/", "sent/", "end/"):
        other = browse().enter(ben, f"/patients/requests/{id_}/{path}")
        assert other.status == 404
        other.post(f"/patients/requests/{id_}/end/", version="1", waits="yes")
        assert other.status == 404
    assert stood(cleo, id_)["status"] == "proposed"


def test_a_colleague_sees_but_does_not_change(browser, browse, site, north, ben, max_):
    id_ = ask(browser, ben, max_, whom="hospital")
    other = browse().enter(site.doctor("Ida Moss", north), f"/patients/requests/{id_}/")
    assert "Waiting" in other.page.text
    assert "Change the request" not in other.page.links
    assert other.get(f"/patients/requests/{id_}/change/").status == 404
    assert other.get(f"/patients/requests/{id_}/end/").status == 404


def test_the_lists_have_pages(browser, site):
    doctor = site.doctor("Ola Byrne")
    patient = site.patient("Tom Hale")
    for number in range(52):
        body = consent(patient.person, doctor.person, period={"end": f"2090-01-{number % 28 + 1:02}"})
        made = doctor.actor.send(body)
        if number < 2:
            patient.actor.change(made, status="active")
    browser.enter(doctor, "/patients/")
    assert browser.page.text.count("Waiting") == 50
    browser.follow("Older")
    assert browser.page.text.count("Granted") == 2
    browser.follow("Newer")
    assert browser.page.text.count("Waiting") == 50
