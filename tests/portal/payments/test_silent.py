"""A bill whose payment goes on at a service that says nothing: its page comes at once, with what is known."""

from contextlib import closing
from time import monotonic

import pytest

from carefolio.workflows.payments.asking import ANSWER_SECONDS
from tests.mute import Mute
from tests.portal.payments.conftest import taking_cards
from tests.ports import free_port

NOT_YET = "The payment service has not answered yet"


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def site(tmp_path_factory, port):
    running = taking_cards(tmp_path_factory.mktemp("silent"), f"http://127.0.0.1:{port}").start()
    yield running
    running.stop()


def test_the_page_comes_at_once_and_says_what_is_not_known(site, port, ada, browse):
    ben = site.doctor("Ben Osei", site.hospital("North Hospital"))
    bill = site.ask("bill", token=ben.actor.token, visit=site.visit(ada, ben), paid=False)
    she, he = browse().enter(ada), browse().enter(ben)
    she.get(f"/payments/{bill}/pay/").form("Pay €60.00").send()
    assert she.status == 503
    assert "Nothing is taken unless a card was entered there" in she.page.text
    assert NOT_YET in she.get(f"/payments/{bill}/").page.text, "nobody is there at all"
    with closing(Mute(port)) as mute:
        for one, path in ((she, ""), (he, ""), (she, "done/")):
            begun = monotonic()
            one.get(f"/payments/{bill}/{path}")
            assert monotonic() - begun < ANSWER_SECONDS / 2, path
            assert one.status == 200
            assert NOT_YET in one.page.text, path
        mute.await_asked(b"/v1/checkout/sessions")
    assert "€60.00" in she.get(f"/payments/{bill}/").page.text
