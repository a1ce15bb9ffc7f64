"""Blanche's site: made once, for the tests that only look and for those that attack."""

import pytest

from tests.portal.matrix.aviary import build


@pytest.fixture(scope="session")
def cage(tmp_path_factory):
    made = build(tmp_path_factory.mktemp("matrix"))
    yield made
    made.site.stop()


@pytest.fixture(scope="session")
def routes(cage):
    return cage.site.ask("routes")
