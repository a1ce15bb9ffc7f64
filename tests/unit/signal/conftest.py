"""A visit at which Ada was let in, and sockets to it without a network."""

from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base import clock
from tests.stores import settings_of
from tests.workflows.consultation.surgery import Surgery


@pytest.fixture
def surgery(tmp_path):
    with closing(open_carefolio(settings_of(tmp_path), create=True)) as carefolio:
        yield Surgery(carefolio)
        clock.shift(0)
