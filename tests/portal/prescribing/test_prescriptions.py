"""A prescription from the doctor's form to the counter, as people click it; and who must not get in."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from carefolio.base import clock
from tests.portal.prescribing.conftest import MEDICINE


def test_the_whole_way(browse, ada, pia, corner, prescribed):
    id_ = prescribed()
    hers = browse().enter(ada, "/prescriptions/")
    assert "Choose a pharmacy" in hers.page.text
    hers.get("/").follow("Choose a pharmacy for Amoxicillin 500 mg")
    assert "1 capsule 3 times a day, for 10 days." in hers.page.text
    assert "The signature of Ben Osei is right." in hers.page.text
    hers.follow("Choose a pharmacy")
    hers.form("Send it to this pharmacy").fill(pharmacy=corner.organization).send()
    assert hers.path == f"/prescriptions/{id_}/sent/"
    assert "Choose a pharmacy" not in hers.get("/").page.text
    assert "Prescription sent to Corner Pharmacy" in hers.get(f"/charts/{ada.id}/").page.text
    assert "Hand out a prescription" not in hers.page.text
    desk = browse().enter(pia, "/pharmacy/")
    assert "Amoxicillin 500 mg" in desk.page.text
    looked = hers.get(f"/charts/{ada.id}/looked/").page.text
    assert "Pia Moss (pharmacist, Corner Pharmacy) read" in looked, looked
    desk.get(f"/pharmacy/{id_}/")
    assert "Penicillin" in desk.page.text
    assert "30 capsules can be handed out now, and 1 more supply after that." in desk.page.text
    desk.form("Hand it out").fill(amount="12").send()
    assert "Handed out. The patient was told." in desk.page.text
    desk.get(f"/pharmacy/{id_}/").form("Hand it out").fill(amount="30").send()
    assert "does not allow that much now" in desk.page.text
    hers.get(f"/prescriptions/{id_}/")
    assert "12 capsules" in hers.page.text
    assert "18 capsules can be handed out now, and 1 more supply after that." in hers.page.text
    desk.get(f"/pharmacy/{id_}/return/1/").form("Yes, it came back").fill(why="Not fetched").send()
    assert "It counts as not handed out." in desk.page.text
    desk.get(f"/pharmacy/{id_}/refuse/").form("Do not hand it out").fill(why="Not in stock").send()
    assert "were told, with your reason" in desk.page.text
    assert desk.get(f"/pharmacy/{id_}/").status == 404
    assert "Not in stock" in hers.get(f"/prescriptions/{id_}/").page.text
    assert "Corner Pharmacy did not hand it out" in hers.get("/").page.text


def test_signing_takes_five_clicks_from_the_chart_at_the_most(browse, ada, ben, prescribed):
    his = browse().enter(ben, f"/charts/{ada.id}/")
    his.follow("Prescribe")  # 1
    his.form("Check it").fill(
        medicine="Paracetamol 500 mg", dose="2", unit="tablet", times="3", quantity="20"
    ).send()  # 2
    assert "No warning came up" in his.page.text
    his.form("Sign the prescription").send()  # 3
    assert "You signed this prescription" in his.page.text


def test_a_warning_asks_for_a_reason(browse, ada, ben, open_chart):
    his = browse().enter(ben, f"/prescriptions/new/{ada.id}/")
    his.form("Check it").fill(medicine="Flucloxacillin", dose="1", times="4", quantity="28").send()
    assert "The patient is allergic to Penicillin. Both are penicillins." in his.page.text
    his.form("Sign the prescription").send()
    assert his.page.errors
    assert his.path.endswith("/check/")


def test_wrong_answers_stand_beside_their_fields(browse, ada, ben, open_chart):
    his = browse().enter(ben, f"/prescriptions/new/{ada.id}/")
    his.form("Check it").fill(medicine="Paracetamol", dose="0", quantity="20").send()
    assert any("at a time" in one for one in his.page.errors), his.page.errors


def test_take_back_and_choose_another(browse, ada, pia, corner, mill, prescribed):
    id_ = prescribed(medicine="Cetirizine 10 mg", unit="tablet")
    hers = browse().enter(ada, f"/prescriptions/{id_}/pharmacy/?name=mill")
    assert "Corner Pharmacy" not in hers.page.text
    hers.form("Send it to this pharmacy").fill(pharmacy=mill.organization).send()
    hers.get(f"/prescriptions/{id_}/pharmacy/").form("Send it to this pharmacy")
    hers.fill(pharmacy=corner.organization).send()
    assert browse().enter(pia, f"/pharmacy/{id_}/").status == 200
    assert "Pharmacy: the pharmacists there" in hers.get("/sharing/").page.text
    assert "Hospital: everybody" not in hers.page.text
    hers.get(f"/prescriptions/{id_}/")
    hers.get(f"/prescriptions/{id_}/take-back/").form("Take it back").send()
    assert "cannot see it any more" in hers.page.text
    assert browse().enter(pia, f"/pharmacy/{id_}/").status == 404
    hers.get(f"/prescriptions/{id_}/take-back/")
    assert hers.path == f"/prescriptions/{id_}/"


def test_the_doctor_cancels(browse, ada, ben, prescribed):
    id_ = prescribed(medicine="Omeprazole 20 mg")
    his = browse().enter(ben, "/prescriptions/").follow("Omeprazole 20 mg").follow("Cancel this prescription")
    his.form("Cancel the prescription").send()
    assert "You cancelled this prescription" in his.page.text
    assert "Cancelled" in browse().enter(ada, f"/prescriptions/{id_}/").page.text
    assert browse().enter(ada, f"/prescriptions/{id_}/pharmacy/").path == f"/prescriptions/{id_}/"


def test_what_the_doctor_cancelled_stands_among_what_is_done(browse, ada, ben, pia, corner, prescribed):
    id_ = prescribed(medicine="Pantoprazole 40 mg")
    hers = browse().enter(ada, f"/prescriptions/{id_}/pharmacy/").form("Send it to this pharmacy")
    hers.fill(pharmacy=corner.organization).send()
    browse().enter(ben, f"/prescriptions/{id_}/cancel/").form("Cancel the prescription").send()
    desk = browse().enter(pia, "/pharmacy/")
    waiting, done = desk.response.text.split('id="done"')
    assert "Pantoprazole" not in waiting
    assert re.search(r"Cancelled by the doctor.*Pantoprazole 40 mg: Nothing", done)
    assert f"/pharmacy/{id_}/" not in desk.response.text


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_the_last_day_reads_as_it_was_typed_in_every_zone(browse, ada, ben, open_chart, zone):
    day = (clock.moment(clock.now()).astimezone(ZoneInfo(zone)) + timedelta(days=1)).date()
    said = f"{day.day} {day:%B %Y}"
    his = browse()
    his.http.cookies.set("zone", zone, domain="127.0.0.1", path="/")
    his.enter(ben, f"/prescriptions/new/{ada.id}/").form("Check it")
    last = {"until_day": str(day.day), "until_month": str(day.month), "until_year": str(day.year)}
    his.fill(**(MEDICINE | last | {"medicine": f"Cetirizine {zone}", "unit": "tablet"})).send()
    assert said in his.page.text
    his.form("Sign the prescription").send()
    assert said in his.page.text
    for other in ("Europe/Dublin", "America/Los_Angeles", "Asia/Tokyo"):
        hers = browse()
        hers.http.cookies.set("zone", other, domain="127.0.0.1", path="/")
        assert said in hers.enter(ada, his.path).page.text


def test_what_has_no_name_is_said_to_be_unchecked(browse, ada, ben, open_chart):
    takes = {"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": ada.person}}
    made = ada.actor.post("/MedicationStatement", takes | {"medicationReference": {"identifier": {"value": "7"}}})
    his = browse().enter(ben, f"/prescriptions/new/{ada.id}/")
    his.form("Check it").fill(**(MEDICINE | {"medicine": "Cetirizine", "unit": "tablet"})).send()
    assert "1 medicine that the patient takes has no name here, so it was not checked." in his.page.text
    assert "No warning came up" not in his.page.text
    assert ada.actor.delete(f"/MedicationStatement/{made.json()['id']}").status_code in (200, 204)


def test_on_paper_it_leads_to_a_page_that_names_neither_patient_nor_medicine(browse, ada, corner, prescribed):
    id_ = prescribed(medicine="Ibuprofen 400 mg")
    hers = browse().enter(ada, f"/prescriptions/{id_}/print/")
    (address,) = set(re.findall(r"/prescriptions/verify/[\w-]+/", hers.response.text))
    pdf = hers.get(f"/prescriptions/{id_}/pdf/").response
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    nobody = browse().get(address)
    assert "This prescription is real" in nobody.page.text
    assert "Ben Osei" in nobody.page.text
    for secret in ("Ada", "Quinn", "Ibuprofen", ada.id):
        assert secret not in nobody.response.text
    keys = nobody.follow("The doctor's public key, for those who check by themselves").response.json()
    assert keys["keys"][0]["crv"] == "Ed25519"
    for wrong in (address[:-3] + "x/", "/prescriptions/verify/nothing/", "/prescriptions/verify/====/"):
        assert browse().get(wrong).status == 404
    for wrong in ("nobody", ada.id):
        assert browse().get(f"/prescriptions/keys/{wrong}/").status == 404


def test_strangers_find_nothing(browse, ada, zoe, charlie, prescribed):
    id_ = prescribed(medicine="Warfarin 5 mg")
    theirs = browse().enter(charlie)
    for path in ("", "print/", "pdf/", "pharmacy/", "sent/", "take-back/"):
        assert theirs.get(f"/prescriptions/{id_}/{path}").status == 404, path
    theirs = browse().enter(zoe)
    for path in (f"{id_}/", f"{id_}/cancel/", f"new/{ada.id}/", f"new/{ada.id}/check/", "new/nobody/"):
        assert theirs.get(f"/prescriptions/{path}").status == 404, path


def test_each_part_that_is_handed_out_is_told_as_what_it_is(browse, ada, pia, corner, prescribed):
    id_ = prescribed(medicine="Loratadine 10 mg", unit="tablet", repeats="0")
    hers = browse().enter(ada, f"/prescriptions/{id_}/pharmacy/")
    hers.form("Send it to this pharmacy").fill(pharmacy=corner.organization).send()
    desk = browse().enter(pia)
    for amount in ("29", "1"):
        desk.get(f"/pharmacy/{id_}/").form("Hand it out").fill(amount=amount).send()
    text = hers.get("/notices/").page.text
    assert "Corner Pharmacy handed out 29 tablets of your medicine. Still to be handed out: 1 tablet." in text
    assert "Corner Pharmacy handed out 1 tablet of your medicine. Nothing is left." in text


def test_a_pharmacy_where_nobody_can_open_it_is_not_offered_and_says_so(browse, site, ada, pia, prescribed):
    """Also to whoever still has the page on which it was offered."""
    new = site.hospital("New Pharmacy", "pharmacy")
    nia = site.staff("pharmacist", "Nia Hale", new)
    id_ = prescribed(medicine="Bisoprolol 5 mg", unit="tablet")
    narrowed, whole = (browse().enter(ada, f"/prescriptions/{id_}/pharmacy/{more}") for more in ("?name=new", ""))
    assert site.console.told("account", "suspend", "--account", nia.email)["suspended"]
    for hers in (narrowed, whole):
        hers.form("Send it to this pharmacy").fill(pharmacy=new.organization).send()
        assert "This pharmacy cannot open prescriptions at the moment. Choose another one" in hers.page.text
        assert "New Pharmacy" not in hers.page.text
    assert "Corner Pharmacy" in whole.page.text
    assert "No pharmacy found" in narrowed.page.text
    assert whole.get(f"/prescriptions/{id_}/sent/").path == f"/prescriptions/{id_}/"


def test_who_is_not_verified_sees_no_desk(browse, site, una, ada, corner, prescribed):
    id_ = prescribed(medicine="Naproxen 250 mg")
    hers = browse().enter(ada, f"/prescriptions/{id_}/pharmacy/")
    hers.form("Send it to this pharmacy").fill(pharmacy=corner.organization).send()
    theirs = browse().enter(una, "/pharmacy/")
    assert "once your licence is verified" in theirs.page.text
    assert "Ada" not in theirs.response.text
    for path in ("", "refuse/", "return/1/"):
        assert theirs.get(f"/pharmacy/{id_}/{path}").status == 404
    nowhere = site.staff("pharmacist", "Nico Bay")
    assert "You work at no pharmacy here yet." in browse().enter(nowhere, "/pharmacy/").page.text


def test_a_notice_leads_to_the_prescription(browse, ada, pia, corner, prescribed):
    id_ = prescribed(medicine="Sertraline 50 mg")
    hers = browse().enter(ada, "/notices/")
    assert f"/prescriptions/{id_}/" in hers.response.text
    hers.get(f"/prescriptions/{id_}/pharmacy/").form("Send it to this pharmacy")
    hers.fill(pharmacy=corner.organization).send()
    assert f"/pharmacy/{id_}/" in browse().enter(pia, "/notices/").response.text
