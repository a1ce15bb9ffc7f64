"""Ada, whose records North Hospital sent; Ben, a doctor there; Cleo, a doctor elsewhere; Una, who is not verified."""

import pytest

from tests.portal.doctor.steps import records_of


@pytest.fixture(scope="module")
def north(site):
    return site.hospital("North Hospital")


@pytest.fixture(scope="module")
def ben(site, north):
    return site.doctor("Ben Osei", north)


@pytest.fixture(scope="module")
def cleo(site):
    return site.doctor("Cleo Marsh")


@pytest.fixture(scope="module")
def una(site):
    return site.doctor("Una Reiss", verified=False)


@pytest.fixture(scope="module")
def kept(north, ada):
    """Ada's records by name."""
    return records_of(north, ada)


@pytest.fixture
def max_(site):
    """A patient of one test's own."""
    return site.patient("Max Berg")
