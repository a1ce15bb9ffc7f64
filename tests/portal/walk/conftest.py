"""One recorded walk a test run: whoever of the workers comes first walks, the others read what it wrote down."""

import fcntl
import os

import pytest

from tests.portal.walk import recorder, world
from tests.portal.walk.journeys import STARTS
from tests.portal.walk.player import Player


@pytest.fixture(scope="session")
def walk(tmp_path_factory):
    """All answers that all personas got."""
    own = tmp_path_factory.getbasetemp()
    kept = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "walk.json"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            recorded = _record(tmp_path_factory.mktemp("walk") / "data")
            recorded.save(kept)
            return recorded
    return recorder.Walk.load(kept)


def _record(folder):
    running = world.start(folder)
    try:
        return recorder.record(running, STARTS)
    finally:
        running.site.stop()


@pytest.fixture
def player(walk, _chromium):
    """Shows recorded pages in Chromium."""
    made = Player(walk, _chromium)
    yield made
    made.close()
