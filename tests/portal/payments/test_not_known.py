"""Stripe cannot be reached over a payment: nobody is told that it was stopped as long as nobody knows."""

import socket

import pytest

from tests.portal.payments.conftest import taking_cards

A_DAY = 24 * 3600


@pytest.fixture
def site(tmp_path):
    with socket.socket() as held:  # bound and not listening: whoever calls is refused
        held.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{held.getsockname()[1]}"
        running = taking_cards(tmp_path, api).start()
        yield running
        running.stop()


def test_an_old_payment_whose_answer_was_lost_is_not_called_stopped(site, browse):
    ben, ada = site.doctor("Ben Osei", site.hospital("North Hospital")), site.patient("Ada Quinn")
    bill = site.ask("bill", token=ben.actor.token, visit=site.visit(ada, ben), paid=False)
    she = browse().enter(ada, "/").follow("Pay €60.00 to Ben Osei")
    assert she.path == f"/payments/{bill}/"
    she.follow("Pay by card")
    she.form("Pay €60.00").send()
    assert she.status == 503
    site.shift(A_DAY)
    she.enter(ada, f"/payments/{bill}/").form("Stop this payment").send()
    assert "We do not know yet whether this was paid." in she.page.text
    assert "Nothing was taken" not in she.page.text
    assert "Payment begun" in she.page.text
