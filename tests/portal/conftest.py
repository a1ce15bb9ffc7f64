"""One portal a test module, the people in front of it, and Chromium."""

import pytest

from tests.portal.browser import Browser
from tests.portal.site import Site
from tests.portal.windows import Windows, chromium


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("portal") / "data").start()
    yield running
    running.stop()


@pytest.fixture
def browse(site):
    """Makes browsers, and closes them."""
    opened = []

    def browser(**headers):
        opened.append(Browser(site, **headers))
        return opened[-1]

    yield browser
    for one in opened:
        one.close()


@pytest.fixture
def browser(browse):
    """A browser that nobody signed in with."""
    return browse()


@pytest.fixture(scope="module")
def ada(site):
    """A patient."""
    return site.patient()


@pytest.fixture(scope="module")
def charlie(site):
    """Another patient, a stranger to everybody."""
    return site.patient("Charlie Stone")


@pytest.fixture(scope="module")
def ben(site):
    """A verified doctor who works for himself, with a second factor."""
    return site.doctor()


@pytest.fixture(scope="module")
def _chromium():
    with chromium() as running:
        yield running


@pytest.fixture
def windows(_chromium):
    """Opens Chromium's windows: see windows.py."""
    made = Windows(_chromium)
    yield made
    made.close()
