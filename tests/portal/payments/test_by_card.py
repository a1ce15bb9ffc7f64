"""By card on the pages: Stripe's official client against localstripe, its messages over HTTP."""

import re

import pytest

from tests.portal.browser import Browser
from tests.portal.payments.conftest import taking_cards
from tests.workflows.payments.counter import SECRET, Counter, is_there, signed

pytestmark = pytest.mark.skipif(not is_there(), reason="localstripe is not installed: make services")


@pytest.fixture(scope="module")
def counter():
    made = Counter()
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, counter):
    running = taking_cards(tmp_path_factory.mktemp("card"), counter.url, SECRET).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ben(site):
    return site.doctor("Ben Osei", site.hospital("North Hospital"))


def leave(she, bill):
    """Check, press the button, and see where the way leads."""
    she.get(f"/payments/{bill}/")
    she.follow("Pay by card")
    assert she.page.h1 == "Check what you pay"
    she.form("Pay €60.00").send()
    assert she.page.h1 == "Go to Stripe to pay"
    return re.search(r'href="(http[^"]+/pay/[^"]+)"', she.response.text)[1]


def test_paid_at_stripe_and_heard_by_message(site, counter, ada, ben, browse):
    bill = site.ask("bill", token=ben.actor.token, visit=site.visit(ada, ben), paid=False)
    she = browse().enter(ada)
    url = leave(she, bill)
    assert she.get(f"/payments/{bill}/done/").page.h1 == "Not paid yet"
    assert counter.pay(url) == 200
    body, signature = counter.mailbox.about(f"{bill}.p1")
    for mark, status in (("t=1,v1=0", 400), (signature, 200), (signature, 200)):
        answer = site.http.post("/payments/stripe/webhook", content=body, headers={"Stripe-Signature": mark})
        assert answer.status_code == status
    other = body.replace(bill.encode(), b"another-bill")
    headers = {"Stripe-Signature": signed(other)}
    assert site.http.post("/payments/stripe/webhook", content=other, headers=headers).status_code == 200
    assert she.get(f"/payments/{bill}/done/").page.h1 == "You paid €60.00 to Ben Osei"
    assert "€60.00 paid by card" in she.get(f"/payments/{bill}/").page.text
    assert she.get(f"/payments/{bill}/pay/").path == f"/payments/{bill}/"
    with Browser(site) as browser:
        he = browser.enter(ben)
        he.get(f"/payments/{bill}/refund/").form("Check").fill(amount="60").send()
        he.form("Pay back €60.00").send()
        assert "€60.00 paid back by card" in he.page.text


def test_stopped_on_the_way(site, counter, ada, ben, browse):
    bill = site.ask("bill", token=ben.actor.token, visit=site.visit(ada, ben), paid=False)
    she = browse().enter(ada)
    url = leave(she, bill)
    she.get(f"/payments/{bill}/").form("Stop this payment").send()
    assert "Nothing was taken." in she.page.text
    assert counter.pay(url) == 410


def test_stopped_too_late_over_a_refund_it_was_paid(site, counter, ada, ben, browse):
    """The refund goes on since Stripe was away over it: what is open now is no payment."""
    bill = site.ask("bill", token=ben.actor.token, visit=site.visit(ada, ben), paid=False)
    she, he = browse().enter(ada), browse().enter(ben)
    url = leave(she, bill)
    stopping = she.get(f"/payments/{bill}/").form("Stop this payment")
    assert counter.pay(url) == 200
    assert "€60.00 paid by card" in he.get(f"/payments/{bill}/").page.text
    he.get(f"/payments/{bill}/refund/").form("Check").fill(amount="60").send()
    counter.set_down(down=True)
    try:
        he.form("Pay back €60.00").send()
        assert he.status == 503
        stopping.send()
        assert "This bill was paid already." in she.page.text
    finally:
        counter.set_down(down=False)


def test_the_admin_sees_that_cards_are_taken(site, browse):
    other = browse().enter(site.staff("admin", "Amy Boss"))
    assert "pay by card at Stripe" in other.get("/payments/provider/").page.text
