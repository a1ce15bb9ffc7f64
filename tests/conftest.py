"""What every test starts from: no setting of the developer's own shell, and repeatable random samples. And
which tests run without counting lines.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# These two say where outside examples are; every other CAREFOLIO_* would change what is tested.
EXAMPLES = ("CAREFOLIO_EXTERNAL", "CAREFOLIO_EXAMPLES")

for name in [name for name in os.environ if name.startswith("CAREFOLIO_") and not name.startswith(EXAMPLES)]:
    del os.environ[name]

HERE = Path(__file__).parent
UNTRACED = ("external", "faults", "house", "portal")
"""Folders whose tests start the product as a process of its own, or do not start it at all: there is no line to count
in the test's process, and counting would make it half as fast.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what is not traced."""
    for item in items:
        if item.path.relative_to(HERE).parts[0] in UNTRACED:
            item.add_marker(pytest.mark.untraced)
