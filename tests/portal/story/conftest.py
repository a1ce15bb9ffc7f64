"""Each way to play the story has a portal of its own: it moves the clock, and its people sign up once."""

import pytest

from tests.portal.site import Site


@pytest.fixture
def site(tmp_path):
    running = Site(tmp_path / "data").start()
    yield running
    running.stop()
