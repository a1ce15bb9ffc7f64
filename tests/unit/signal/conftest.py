"""A visit at which Ada was let in, and sockets to it without a network."""

from contextlib import closing

import pytest

from carefolio.base import clock
from tests.stores import installed
from tests.workflows.consultation.surgery import Surgery


@pytest.fixture
def surgery(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Surgery(carefolio)
        clock.shift(0)
