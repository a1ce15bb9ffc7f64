"""One endpoint a test process, and a cast that calls it."""

import httpx
import pytest

from carefolio.base import clock
from tests.acceptance.cast import Cast
from tests.acceptance.server import start


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    running = start(tmp_path_factory.mktemp("endpoint"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def cast(endpoint):
    with httpx.Client(base_url=endpoint.address, timeout=30) as http:
        yield Cast(endpoint, http)


@pytest.fixture
def later():
    """Let time pass, in µs; it is put right again afterwards."""
    yield clock.shift
    clock.shift(0)


@pytest.fixture
def hospital(cast):
    return cast.hospital()


@pytest.fixture
def ada(cast):
    """A patient."""
    return cast.patient()


@pytest.fixture
def charlie(cast):
    """Another patient, a stranger to everybody."""
    return cast.patient("Charlie Stone")


@pytest.fixture
def ben(cast):
    """A verified doctor who works for himself."""
    return cast.doctor()
