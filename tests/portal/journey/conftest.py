"""The journey moves the clock and signs people up: it has a portal of its own, and a Chromium with a camera."""

import pytest

from tests.portal.consultation.devices import SWITCHES
from tests.portal.site import Site
from tests.portal.windows import Windows, chromium


@pytest.fixture
def site(tmp_path):
    running = Site(tmp_path / "data").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def devices():
    with chromium(*SWITCHES) as running:
        yield running


@pytest.fixture
def windows(devices):
    made = Windows(devices)
    yield made
    made.close()
