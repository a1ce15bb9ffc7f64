"""What is killed and broken here has a disk under it, with the waiting that flushes bring."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import places


@pytest.fixture
def tmp_path():
    with TemporaryDirectory(prefix="carefolio-faults-", dir=places.disk()) as folder:
        yield Path(folder)
