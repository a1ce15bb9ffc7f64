"""The journey moves the clock and signs people up: it has a portal of its own, and a Chromium with a camera."""

import pytest

from tests.portal.consultation.devices import _chromium as _chromium
from tests.portal.site import Site


@pytest.fixture
def site(tmp_path):
    running = Site(tmp_path / "data").start()
    yield running
    running.stop()
