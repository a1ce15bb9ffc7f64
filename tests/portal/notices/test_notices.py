"""Notices: a sentence and a page for each kind, new until it was seen, for every role."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.workflows.sharing.rules import Ask, Terms, proposal
from tests.acceptance.cast import Actor
from tests.portal.site import Person

BREAK_GLASS = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "reason",
            "valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT"},
        },
        {"name": "text", "valueString": "Found without consciousness at the station"},
    ],
}


def ask(doctor: Person, patient: Person, day, reason="Your heart") -> str:
    assert doctor.actor.found(f"/Patient?identifier={patient.code}") == [patient.person]
    wanted = Ask(patient.code, Terms(whole=True, ends=day), reason)
    reference = {"reference": doctor.person, "display": doctor.name}
    return str(doctor.actor.send(proposal({"reference": patient.person}, reference, wanted, day))["id"])


def turn(actor: Actor, id_: str, status: str) -> None:
    actor.change(actor.get(f"/Consent/{id_}").json(), status=status)


@pytest.fixture(scope="module")
def day():
    return clock.moment(clock.now()).date() + timedelta(days=90)


def unseen(browser) -> int:
    """What the bell says."""
    words = browser.page.text.partition("Notices: ")[2]
    return int(words.split()[0]) if words else 0


def test_nothing_yet(browser, site):
    browser.enter(site.patient("Eve Hall"), "/notices/")
    assert "No notices" in browser.page.text
    assert unseen(browser) == 0


def test_both_sides_are_told_and_have_seen_it(browse, site, ada, ben, day):
    request = ask(ben, ada, day)
    she, he = browse().enter(ada), browse().enter(ben)
    assert unseen(she) == 1
    assert she.page.links["Ben Osei asks to read all of your health record"] == f"/sharing/requests/{request}/"
    she.get("/notices/")
    assert she.page.links["Ben Osei asks to see your health record."] == f"/sharing/requests/{request}/"
    assert "New" in she.page.text
    assert unseen(she) == 0
    assert "New" not in she.get("/notices/").page.text
    for status, words in (
        ("active", "Ada Quinn gave you access to their health record."),
        ("inactive", "Ada Quinn ended your access to their health record."),
    ):
        turn(ada.actor, request, status)
        assert unseen(he.get("/notices/")) == 0
        assert he.page.links[words] == f"/patients/requests/{request}/"
    turn(ada.actor, ask(ben, ada, day, "Again"), "rejected")
    assert "Ada Quinn said no to your request." in he.get("/notices/").page.text


def test_opening_or_answering_what_it_is_about_marks_it_seen(browse, ada, ben, day):
    opened, answered = ask(ben, ada, day, "To read it"), ask(ben, ada, day, "To answer it")
    she = browse().enter(ada)
    before = unseen(she)
    she.get(f"/sharing/requests/{opened}/")
    assert unseen(she) == before - 1
    she.get(f"/sharing/requests/{answered}/allow/").send()
    assert unseen(she) == before - 2


def test_an_emergency_is_told_to_the_patient_and_to_auditors(browse, site, ada, ben):
    auditor = site.staff("auditor", "Ira Blake")
    assert ben.actor.post(f"/Patient/{ada.id}/$break-glass", BREAK_GLASS).status_code == 200
    she = browse().enter(ada, "/notices/")
    assert "Ben Osei opened your health record in an emergency." in she.page.text
    assert "Found without consciousness at the station" in she.page.text
    assert "They can look until" in she.page.text
    assert she.page.links["Ben Osei opened your health record in an emergency."] == f"/charts/{ada.id}/looked/"
    they = browse().enter(auditor, "/notices/")
    assert "Please check if there was good reason." in they.page.text
    assert ada.name not in they.page.text


def test_notices_go_on_over_pages(browse, site, ben, day):
    patient = site.patient("Fay Nolan")
    for number in range(27):
        turn(ben.actor, ask(ben, patient, day, f"Reason {number}"), "inactive")
    she = browse().enter(patient, "/notices/")
    assert unseen(she) == 2 * 27 - 25
    she.follow("Older")
    assert "Newer" in she.page.links
    older = she.follow("Older")
    assert "Older" not in older.page.links
    assert unseen(older) == 0
    for nonsense in ("x", "-1", "9" * 40, "\N{SUPERSCRIPT TWO}"):
        assert she.get(f"/notices/?before={nonsense}").status == 200


def test_strangers_see_nobodys_notices(browser, browse, charlie):
    assert browser.get("/notices/").path == "/accounts/login/"
    assert "No notices" in browse().enter(charlie, "/notices/").page.text


def test_looking_who_looked_marks_what_it_tells_as_seen(browse, site, ben):
    bea = site.patient("Bea Low")
    assert ben.actor.post(f"/Patient/{bea.id}/$break-glass", BREAK_GLASS).status_code == 200
    she = browse().enter(bea)
    assert unseen(she) == 1
    assert unseen(she.get(f"/charts/{bea.id}/looked/")) == 0
