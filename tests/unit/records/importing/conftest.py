"""An installation with two hospitals, and a folder in which they put their files."""

from __future__ import annotations

import pytest

from tests.unit.records.importing.cast import House


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.close()
