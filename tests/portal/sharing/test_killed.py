"""The server dies at a statement of giving or ending access: the contract is whole or not there; the ledger knows."""

from __future__ import annotations

import httpx
import pytest

from carefolio.ledger.entry import Kind
from tests.faults import outsider
from tests.portal.browser import Browser
from tests.portal.sharing.conftest import Town, condition
from tests.portal.site import Site

KINDS = {"active": Kind.CONTRACT_GRANTED, "inactive": Kind.CONTRACT_WITHDRAWN}
SAMPLED = 2


@pytest.fixture
def fragile(tmp_path):
    """A town whose server's statements are counted."""
    site = Site(tmp_path / "data", watched=True).start()
    hospital, ada = site.hospital(), site.patient()
    people = site.doctor(hospital=None), site.doctor("Cleo Marsh"), site.patient("Dan Reed")
    made = Town(site, ada, *people, hospital, hospital)
    made.records = {"asthma": hospital.send(condition(ada.person))}
    yield made
    site.stop()


def again(town):
    """The server is up again; those who call it use its new connections."""
    town.site.start()
    for one in (town.ada, town.ben, town.cleo, town.dan):
        one.actor.http = town.site.http


def entries(town, kind):
    return sum(entry.kind is kind for _, entry in outsider.entries(town.site.data))


def press(browser):
    """Press the button; False where the server dies over it."""
    try:
        browser.send()
    except httpx.TransportError:
        return False
    return True


def statements(town, browser, page, status):
    """How many statements it takes when nothing fails."""
    browser.get(page)
    town.site.arm(0)
    assert press(browser)
    assert town.status(page.split("/")[-3]) == status
    return len(town.site.ask("statements"))


def dies(town, browser, page, status, number):
    """The number-th statement is the last; answers what the contract is then."""
    id_ = page.split("/")[-3]
    before, told = town.status(id_), entries(town, KINDS[status])
    browser.get(page)
    town.site.arm(number)
    answered = press(browser)
    if answered and town.site.outlived():
        assert number > 1, "nothing was written"
        return town.status(id_)
    if not answered:
        town.site.ended(-9)
    assert outsider.report_on(town.site.data).problems == []
    done = entries(town, KINDS[status]) - told
    assert done or not answered
    again(town)
    assert town.status(id_) == (status if done else before)
    assert bool(town.sees(town.ben)) is (town.status(id_) == "active")
    browser.get(page)
    if not done:
        browser.send()
    assert (town.status(id_), entries(town, KINDS[status]) - told) == (status, 1)
    return status


def sampled(count):
    return sorted({count, *range(1, count, max(1, count // SAMPLED))})


def each(count):
    return range(1, count + 1)


POINTS = pytest.mark.parametrize("points", [sampled, pytest.param(each, marks=pytest.mark.drill)])


@POINTS
def test_giving_access(fragile, points):
    with Browser(fragile.site) as she:
        she.enter(fragile.ada)
        first = fragile.ask(fragile.cleo)
        count = statements(fragile, she, f"/sharing/requests/{first}/allow/", "active")
        assert count > 1
        for number in points(count):
            request = fragile.ask(fragile.ben)
            assert dies(fragile, she, f"/sharing/requests/{request}/allow/", "active", number) == "active"
            she.get(f"/sharing/{request}/withdraw/").send()


@POINTS
def test_ending_access(fragile, points):
    with Browser(fragile.site) as she:
        she.enter(fragile.ada)
        first = fragile.ask(fragile.cleo)
        she.get(f"/sharing/requests/{first}/allow/").send()
        count = statements(fragile, she, f"/sharing/{first}/withdraw/", "inactive")
        assert count > 1
        for number in points(count):
            request = fragile.ask(fragile.ben)
            she.get(f"/sharing/requests/{request}/allow/").send()
            assert fragile.sees(fragile.ben)
            assert dies(fragile, she, f"/sharing/{request}/withdraw/", "inactive", number) == "inactive"
            assert not fragile.sees(fragile.ben)
