"""Blanche's site: made once, for the tests that only look and for those that attack."""

import pytest

from tests.portal.matrix.aviary import built_at


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    with built_at(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture
def cage(built):
    """As it was made: nonsense sent to every address of hers may have put the deleted record back."""
    answer = built.blanche.actor.delete(f"/Observation/{built.records['gone']['id']}")
    assert answer.status_code in (200, 204, 410), answer.text
    return built


@pytest.fixture(scope="session")
def routes(built):
    return built.site.ask("routes")
