"""What every test starts from: no setting of the developer's own shell, and repeatable random samples."""

import os

import pytest
from hypothesis import settings

from tests import stores

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# These two say where outside examples are; every other CAREFOLIO_* would change what is tested.
EXAMPLES = ("CAREFOLIO_EXTERNAL", "CAREFOLIO_EXAMPLES")

for name in [name for name in os.environ if name.startswith("CAREFOLIO_") and not name.startswith(EXAMPLES)]:
    del os.environ[name]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    """Once a test has closed what it opened, its databases go: thousands of tests would fill the disk."""
    folder = item.funcargs.get("tmp_path") if hasattr(item, "funcargs") else None
    if folder is not None:
        stores.drop_below(folder)


def pytest_unconfigure():
    stores.end()
