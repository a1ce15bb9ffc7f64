"""Ada has a visit by video with Ben. Mallory, a patient, and Zoe, a doctor, are strangers to it."""

from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.records.verify import verify
from tests.stores import installed, settle
from tests.workflows.consultation.surgery import Surgery


@pytest.fixture
def surgery(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Surgery(carefolio)
        settle(carefolio.database)
        assert verify(carefolio.database, carefolio.keyring).problems == []
        clock.shift(0)
