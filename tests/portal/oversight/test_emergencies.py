"""Somebody who was not there looks at emergency access, and says whether it was right."""

import pytest

from tests.portal.oversight.cast import ADA, CANARY, REASON, break_glass, newest_access

WHY = "The note says nothing of an emergency."


@pytest.fixture
def auditor(browse, odo):
    return browse().enter(odo)


@pytest.fixture
def opened(site, opens, north):
    """Ada's chart was opened in an emergency, by a doctor of this name."""
    return lambda name="Dr Grace Hollow": opens(site.doctor(name, north))


def reviews(ada):
    """What Ada's trail says of reviews."""
    entries = ada.actor.get(f"/AuditEvent?patient={ada.person}&_count=100").json().get("entry", [])
    subtypes = [coding["code"] for entry in entries for coding in entry["resource"].get("subtype", [])]
    return subtypes.count("break-glass-reviewed")


def test_an_access_is_listed_with_what_was_read(auditor, opened):
    opened()
    text = auditor.get("/oversight/emergencies/").page.text
    for told in (
        "Dr Grace Hollow",
        "North Hospital",
        "An emergency",
        REASON,
        "1 test result",
        "still open",
        "To review",
    ):
        assert told in text
    assert ADA not in text
    assert CANARY not in auditor.page.html


def test_a_review_stands_in_the_patients_trail(auditor, opened, ada):
    opened()
    before = reviews(ada)
    auditor.get(newest_access(auditor)).fill(outcome="questioned", text=WHY).send()
    assert auditor.path.endswith("/reviewed/")
    assert "The patient and the doctor are told" in auditor.page.text
    assert "shut out" not in auditor.page.text
    page = auditor.get(newest_access(auditor)).page
    for told in ("Questioned", WHY, "Odo Tarn"):
        assert told in page.text
    assert "Save the review" not in page.text
    assert reviews(ada) == before + 1


def test_patient_and_doctor_are_told_of_a_review(site, browse, auditor, north):
    doctor, bea = site.doctor("Dr Told Later", north), site.patient("Bea Low")
    assert break_glass(doctor, bea).status_code == 200
    auditor.get(newest_access(auditor)).fill(outcome="questioned", text=WHY).send()
    hers = browse().enter(bea, f"/charts/{bea.id}/looked/").page.text
    assert "Odo Tarn" in hers
    assert WHY in hers
    assert "Somebody checked why" in browse().enter(bea, "/notices/").page.text
    assert site.inbox.take(bea.email, "")
    assert "checked" in browse().enter(doctor, "/notices/").page.text


def test_after_an_abuse_the_doctor_is_shut_out_at_once(browse, auditor, opened):
    grace = opened("Dr Shut Out")
    hers = browse().enter(grace)
    auditor.get(newest_access(auditor)).fill(outcome="abuse", text="No emergency.", suspend="on").send()
    assert "The doctor is shut out" in auditor.page.text
    assert hers.get("/accounts/").path == "/accounts/login/"
    assert grace.actor.get("/Patient").status_code == 401


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "Choose what you found"),
        ({"outcome": "abuse", "text": ""}, "Write down why"),
        ({"outcome": "questioned", "text": "x" * 1001}, "1000"),
        ({"outcome": "justified", "text": "", "suspend": "on"}, "after an abuse only"),
        ({"outcome": "lovely", "text": "\x00"}, "Choose one of the answers"),
    ],
)
def test_what_is_wrong_is_told_and_stays(auditor, opened, fields, error):
    opened()
    path = newest_access(auditor)
    auditor.get(path)
    auditor.post(path, fields)
    assert auditor.status == 200
    assert error in auditor.page.errors[0]
    assert auditor.page.title.startswith("Error: ")


def test_two_at_once_are_told(browse, auditor, amy, opened):
    opened()
    admin = browse().enter(amy)
    path = newest_access(auditor)
    for browser in (auditor, admin):
        browser.get(path)
    auditor.fill(outcome="justified").send()
    assert auditor.path.endswith("/reviewed/")
    admin.fill(outcome="abuse", text="No.").send()
    assert (admin.status, admin.page.h1) == (409, "Somebody was first")
    assert "Justified" in admin.follow("Look again").page.text


def test_the_list_is_narrowed(auditor, opened):
    opened("Dr Still Open")
    assert "Dr Still Open" in auditor.get("/oversight/emergencies/?state=open").page.text
    assert "Dr Still Open" not in auditor.get("/oversight/emergencies/?state=reviewed").page.text
    assert auditor.get("/oversight/emergencies/?state=nonsense&before=x").status == 200
    assert "Nobody opened" in auditor.get("/oversight/emergencies/?before=1").page.text


def test_a_long_list_has_pages(auditor, site, opens, north):
    doctor = site.doctor("Dr Often There", north)
    for _ in range(27):
        opens(doctor)
    older = auditor.get("/oversight/emergencies/?state=open").page.links["Older"]
    assert auditor.get(f"/oversight/emergencies/{older}").status == 200
    assert "Older" not in auditor.page.links or auditor.page.text


def test_the_confirmation_is_for_who_has_reviewed(auditor, opened):
    opened()
    path = newest_access(auditor)
    assert auditor.get(f"{path}reviewed/").path == path


def test_what_was_typed_is_there_again(auditor, opened):
    opened()
    path = newest_access(auditor)
    seq = path.rstrip("/").rpartition("/")[2]
    auditor.get(path)
    auditor.post(f"/drafts/oversight/review/{seq}/", text="Half a sen", outcome="questioned")
    form = auditor.get(path).page.form
    assert (form.fields["text"], form.fields["outcome"]) == (["Half a sen"], ["questioned"])
