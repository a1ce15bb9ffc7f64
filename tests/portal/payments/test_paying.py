"""A bill from the doctor's form to the patient's receipt, and what comes back; at the desk, on the pages."""

import re

import pytest


@pytest.fixture(scope="module")
def north(site):
    return site.hospital("North Hospital")


@pytest.fixture(scope="module")
def ben(site, north):
    return site.doctor("Ben Osei", north)


@pytest.fixture
def he(browse, ben):
    return browse().enter(ben)


@pytest.fixture
def she(browse, ada):
    return browse().enter(ada)


def written(he, visit, **fields):
    """The doctor writes and sends a bill; its page."""
    he.get(f"/payments/visits/{visit}/bill/")
    he.form("Check the bill").fill(fields or {"what_1": "Consultation", "amount_1": "40.50", "currency": "EUR"}).send()
    assert he.page.h1 == "Check the bill", he.page.text
    he.form("Send the bill").send()
    assert he.page.h1 == "Bill for Ada Quinn", he.page.text
    return he.path


def test_from_the_form_to_the_receipt_and_back(site, he, she, ada, ben, browse):
    bill = written(he, site.visit(ada, ben))
    assert "€40.50" in he.page.text
    she.get("/")
    assert "To pay at the desk or by transfer" in she.page.text
    assert "Pay €40.50" not in she.page.text
    she.follow("€40.50 to Ben Osei")
    assert (she.page.h1, she.path) == ("Bill from Ben Osei", bill)
    assert "at the desk or by transfer" in she.page.text
    he.follow("The money came")
    he.form("Yes, the bill is paid").send()
    assert "The bill is paid" in he.page.text
    she.get(bill)
    she.follow("Receipt")
    assert "Ada Quinn paid Ben Osei." in she.page.text
    assert she.get(f"{bill}receipt/pdf/").response.content.startswith(b"%PDF")
    she.get(f"{bill}receipt/")
    address = re.search(r'/payments/verify/[^"]+', she.response.text)[0]
    anybody = browse().get(address)
    assert anybody.page.h1 == "This receipt is true"
    assert "€40.50" in anybody.page.text
    assert not {"Ada", "Ben", "North"} & set(anybody.page.text.split())
    assert browse().get(address[:-3] + "xx/").status == 404
    he.get(bill)
    he.follow("Pay back")
    he.form("Check").fill(amount="50").send()
    assert "up to what was paid" in he.page.text
    he.form("Check").fill(amount="10").send()
    he.form("Pay back €10.00").send()
    assert "You paid back €10.00." in he.page.text
    assert "Left with you: €30.50." in he.page.text
    assert "The doctor paid you back €10.00." in she.get(bill).page.text
    he.get("/payments/payouts/")
    assert "€30.50" in he.page.text
    assert "€40.50" in he.get("/payments/").page.text
    for address in (f"{bill}pay/", f"{bill}done/"):
        she.get(address)
    assert she.page.h1 == "You paid €40.50 to Ben Osei"


def test_wrong_lines_are_told_beside_their_fields(site, he, ada, ben):
    visit = site.visit(ada, ben)
    he.get(f"/payments/visits/{visit}/bill/")
    given = {"what_1": "Visit", "amount_1": "much", "what_2": "Test", "amount_3": "5", "currency": "JPY"}
    he.form("Check the bill").fill(given).send()
    for words in ("Enter an amount, such as 6000.", "Enter an amount, such as 60", "Enter what this amount is for"):
        assert words in he.page.text
    he.form("Check the bill").fill({"what_1": "Visit", "amount_1": "0"}).send()
    assert "Enter an amount above 0" in he.page.text


def test_taken_back_there_is_nothing_to_pay(site, he, she, ada, ben):
    bill = written(he, site.visit(ada, ben))
    he.follow("Take the bill back")
    he.form("Take it back").send()
    assert "You do not need to pay it." in she.get(bill).page.text
    for page in ("cancel/", "received/", "refund/", "refund/check/", "receipt/", "receipt/pdf/"):
        assert he.get(bill + page).path == bill


def test_paying_when_one_books(site, he, she, ada, ben):
    he.get("/payments/fees/")
    he.form("Save your fees").fill(video="sixty", currency="GBP").send()
    assert "Enter an amount, such as 60" in he.page.text
    he.form("Save your fees").fill(video="60", currency="GBP").send()
    assert "Your fees are saved." in he.page.text
    assert "Video call: £60.00" in she.get(f"/visits/doctors/{ben.id}/").page.text
    visit = site.visit(ada, ben)
    assert "Pay for this visit" not in she.get(f"/visits/{visit}/").page.links
    she.follow("Get the bill for this visit")
    assert (she.path, she.page.h1) == (f"/payments/visits/{visit}/", "Get the bill for your visit")
    assert "£60.00" in she.page.text
    she.form("Make the bill").send()
    assert she.page.h1 == "Bill from Ben Osei"
    assert "60.00" in he.get(f"/payments/visits/{visit}/bill/").response.text
    stop = she.post(f"{she.path}stop/")
    assert "The payment was stopped." in stop.page.text
    over = site.visit(ada, ben, "fulfilled")
    assert "nothing to pay" in she.get(f"/payments/visits/{over}/").page.text
    she.post(f"/payments/visits/{over}/")
    assert she.path == "/payments/"


def test_what_was_paid_for_a_visit_that_was_called_off_is_to_be_paid_back(site, he, she, ada, ben):
    visit = site.visit(ada, ben)
    paid, unpaid = (site.ask("bill", token=ben.actor.token, visit=visit, paid=one) for one in (True, False))
    site.ask("call_off", token=ben.actor.token, visit=visit)
    he.get("/payments/")
    assert "To pay back" in he.page.text
    assert "This visit was called off after the patient paid." in he.get(f"/payments/{paid}/").page.text
    assert "You can take the bill back." in he.get(f"/payments/{unpaid}/").page.text
    assert "You do not need to pay this bill." in she.get(f"/payments/{unpaid}/").page.text
    assert "has to be paid back to you" in she.get(f"/payments/{paid}/").page.text
    assert "€60.00 to Ben Osei" not in she.get("/").page.links
    he.get(f"/payments/{paid}/refund/").form("Check").fill(amount="60").send()
    he.form("Pay back €60.00").send()
    assert "To pay back" not in he.get("/payments/").page.text


def test_a_stranger_sees_nothing(site, he, ada, ben, browse, charlie):
    bill = written(he, site.visit(ada, ben))
    visit = site.visit(ada, ben)
    zoe = site.doctor("Zoe Wirth", site.hospital("East Hospital"))
    colleague = site.doctor("Cora Lynn", None)
    for person in (charlie, zoe, colleague):
        other = browse().enter(person)
        for page in (bill, f"{bill}receipt/", f"/payments/visits/{visit}/"):
            assert other.get(page).status in (403, 404), (person.name, page)
        assert "No bills" in other.get("/payments/").page.text


def test_an_admin_sees_how_people_pay_and_no_bill(site, browse):
    other = browse().enter(site.staff("admin", "Amy Boss"))
    assert other.get("/payments/provider/").page.h1 == "How people pay"
    assert other.get("/payments/").status == 403
    assert "Patients pay at the desk" in other.get("/payments/provider/").page.text
