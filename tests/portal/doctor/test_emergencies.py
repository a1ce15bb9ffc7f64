"""Opening a chart in an emergency: what it takes, who is told, how long it holds, and a crash at each of its steps."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.portal.browser import Browser
from tests.portal.doctor.steps import find, records_of
from tests.portal.site import Site

GIVEN = {"why": "unconscious", "words": "Found in the street.", "understood": "on"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("portal") / "data", watched=True).start()
    yield running
    running.stop()


@pytest.fixture
def auditor(site):
    return site.staff("auditor", "Ora Finch")


def open_chart(browser, doctor, patient, **given):
    find(browser, doctor, patient).follow("Emergency")
    return browser.fill(**(GIVEN | given)).send()


def told(site, person):
    """The newest page of somebody's notices."""
    with Browser(site) as own:
        return own.enter(person, "/notices/").page.text


def test_the_chart_opens_for_an_hour_and_the_patient_is_told(site, browser, north, cleo, auditor, max_):
    records_of(north, max_)
    open_chart(browser, cleo, max_)
    assert browser.trail[0].status_code == 303
    assert (browser.path, browser.status) == (f"/charts/{max_.id}/", 200)
    assert site.inbox.take(max_.email, "")
    assert site.inbox.take(auditor.email, "")
    notice = told(site, max_)
    assert "Cleo Marsh" in notice
    assert "emergency" in notice
    step = max_.actor.get(f"/AuditEvent?patient={max_.person}").text
    assert "Found in the street." in step
    assert "60 minutes left" in browser.get("/").page.text
    assert browser.page.links["Open the record"] == f"/charts/{max_.id}/"
    try:
        site.shift(59 * 60)
        assert browser.enter(cleo, f"/charts/{max_.id}/").status == 200
        assert "1 minute left" in browser.get("/").page.text
        site.shift(61 * 60)
        assert browser.enter(cleo, f"/charts/{max_.id}/").status == 404
        assert "left" not in browser.get("/").page.text
    finally:
        site.shift(0)


def test_another_session_knows_of_it_from_the_trail(browser, browse, cleo, max_):
    open_chart(browser, cleo, max_)
    other = browse().enter(cleo)
    assert "minutes left" in other.page.text
    assert f"/charts/{max_.id}/" in other.page.html
    assert "It is open to you already" in find(other, cleo, max_).follow("Emergency").page.text
    assert other.get(f"/patients/{max_.id}/").page.links["Open the record"] == f"/charts/{max_.id}/"


def entries(patient):
    found = patient.actor.get(f"/AuditEvent?patient={patient.person}&_count=200").text
    return found.count("Found in the street.")


def test_sent_twice_it_is_opened_and_told_once(site, browser, cleo, max_):
    form = find(browser, cleo, max_).follow("Emergency").page.form
    address = f"/patients/{max_.id}/emergency/"
    browser.post(address, {**form.fields, **GIVEN})
    once, notices = entries(max_), told(site, max_).count("Cleo Marsh")
    browser.post(address, {**form.fields, **GIVEN})
    assert (browser.path, browser.status) == (f"/charts/{max_.id}/", 200)
    assert once > 0
    assert entries(max_) == once
    assert told(site, max_).count("Cleo Marsh") == notices > 0


def test_sent_twice_at_once_it_is_opened_once(site, browser, cleo, max_):
    form = find(browser, cleo, max_).follow("Emergency").page.form
    sent, headers = {**form.fields, **GIVEN}, {"Referer": site.address + "/"}
    cookies = dict(browser.http.cookies)

    def send(_number):
        return httpx.post(f"{site.address}/patients/{max_.id}/emergency/", data=sent, headers=headers, cookies=cookies)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert {answer.status_code for answer in answers} == {303}
    single = entries(max_)
    browser.get(f"/patients/{max_.id}/emergency/").fill(**(GIVEN | {"words": "Another street."})).send()
    assert entries(max_) == single
    assert max_.actor.get(f"/AuditEvent?patient={max_.person}&_count=200").text.count("Another street.") == single


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"why": ""}, "Choose what the emergency is"),
        ({"why": "bored"}, "Choose one of the answers on this page"),
        ({"words": "  "}, "Enter what happened"),
        ({"words": "x" * 2001}, "2000 characters or fewer"),
        ({"understood": ""}, "Tick the box to say that this is an emergency"),
    ],
)
def test_without_a_reason_nothing_opens(browser, cleo, max_, given, words):
    open_chart(browser, cleo, max_, **given)
    assert browser.page.title.startswith("Error: ")
    assert any(words in error for error in browser.page.errors)
    assert browser.page.form.fields["words"] == [(GIVEN | given)["words"]]
    assert cleo.actor.get(f"/Patient/{max_.id}").status_code == 404


def test_who_is_not_verified_opens_nothing(browser, cleo, una, max_):
    browser.enter(una, f"/patients/{max_.id}/emergency/")
    assert browser.status == 404
    browser.post(f"/patients/{max_.id}/emergency/", GIVEN)
    assert browser.status == 404
    assert una.actor.get(f"/Patient/{max_.id}").status_code == 404


def test_words_are_kept_but_not_the_tick(browser, cleo, max_):
    find(browser, cleo, max_).follow("Emergency")
    browser.post(f"/drafts/emergency-{max_.id}/", GIVEN)
    browser.get(f"/patients/{max_.id}/emergency/")
    assert browser.page.form.fields["words"] == ["Found in the street."]
    assert browser.page.form.fields["why"] == ["unconscious"]
    assert "understood" not in browser.page.form.fields


def opens(site, doctor, patient, step):
    """Whether the server lived to answer, killed at its so many-th statement from the sending of the form on."""
    with Browser(site) as browser:
        form = find(browser, doctor, patient).follow("Emergency").page.form
        site.arm(step)
        address, headers = str(browser.response.request.url), {"Referer": site.address + "/"}
        try:
            answer = browser.http.post(address, data={**form.fields, **GIVEN}, headers=headers)
        except httpx.TransportError:
            site.ended(-9)
            site.start()
            return False
    assert answer.status_code == 303
    if site.outlived():
        return True
    site.start()
    return False


@pytest.mark.parametrize("stride", [8, pytest.param(1, marks=pytest.mark.drill)])
def test_killed_at_each_step_it_is_open_and_told_or_neither(site, stride):
    """What the doctor may read, what the patient is told and what the doctor's home says agree wherever it broke."""
    doctor = site.doctor("Ivy Ross")
    found, step, finished = set(), 0, False
    while not finished:
        step += stride
        patient = site.patient(f"Pat Number{step}")
        finished = opens(site, doctor, patient, step)
        doctor.actor.http = site.http
        is_open = doctor.actor.get(f"/Patient/{patient.id}").status_code == 200
        found.add(is_open)
        assert ("emergency" in told(site, patient)) is is_open, step
        with Browser(site) as again:
            assert (f"/charts/{patient.id}/" in again.enter(doctor).page.html) is is_open, step
    assert found == {True, False}
    assert step > 3


def test_what_was_typed_survives_a_kill(site, browser, cleo, max_):
    find(browser, cleo, max_).get(f"/patients/{max_.id}/ask/")
    browser.post(f"/drafts/ask-{max_.id}/", reason="Half a sen", what="parts", kinds=["results", "medicines"])
    site.kill()
    site.start()
    browser.get(f"/patients/{max_.id}/ask/")
    assert browser.page.form.fields["reason"] == ["Half a sen"]
    assert browser.page.form.fields["kinds"] == ["medicines", "results"]
