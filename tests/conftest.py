"""What every test starts from: no setting of the developer's own shell, repeatable random samples, and files in memory
where there is room. And the order in which two processes are done soonest.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests import places, prepared, stores

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# These two say where outside examples are; every other CAREFOLIO_* would change what is tested.
EXAMPLES = ("CAREFOLIO_EXTERNAL", "CAREFOLIO_EXAMPLES")

for name in [name for name in os.environ if name.startswith("CAREFOLIO_") and not name.startswith(EXAMPLES)]:
    del os.environ[name]

ROOMY = places.roomy()
if ROOMY and "TMPDIR" not in os.environ:
    os.environ["TMPDIR"] = tempfile.tempdir = str(ROOMY)

HERE = Path(__file__).parent
UNTRACED = ("external", "faults", "house", "portal")
"""Folders whose tests start the product as a process of its own, or do not start it at all: there is no line to count
in the test's process, and counting would make it half as fast.
"""
ELSEWHERE = (
    "acceptance/test_alike_in_time.py",
    "acceptance/test_any_server.py",
    "acceptance/test_at_rest.py",
    "acceptance/test_backup.py",
    "acceptance/test_beside_load.py",
    "acceptance/test_bounded.py",
    "acceptance/test_docs_run.py",
    "acceptance/test_http_overload.py",
    "contract/test_blobs.py",
    "unit/portal/words/test_every_record.py",
)
"""Files whose tests walk ways that others walk too, very often or with processes of their own: the same."""
LONG = (
    "portal/walk/test_browser.py",
    "faults/test_kill.py",
    "portal/story/test_story.py",
    "portal/matrix/test_every_page.py",
    "portal/test_every_route.py",
    "portal/matrix/test_attacks.py",
    "portal/walk/test_sheets.py",
    "faults/test_withdrawal.py",
    "portal/walk/test_words.py",
    "portal/test_many_at_once.py",
    "portal/walk/test_forms.py",
    "portal/test_restored.py",
    "acceptance/test_cli_backup.py",
    "acceptance/test_docs_run.py",
    "acceptance/test_access_matrix.py",
    "unit/portal/words/test_every_record.py",
    "acceptance/test_ledger_tamper.py",
    "unit/records/test_timeline.py",
)
"""These files begin before all others, on either of two processes in turns: nobody is alone with one at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what is not traced; where there are two processes, put what takes long at the start of either's half."""
    for item in items:
        path = item.path.relative_to(HERE)
        if path.parts[0] in UNTRACED or path.as_posix() in ELSEWHERE:
            item.add_marker(pytest.mark.untraced)
    if os.environ.get("PYTEST_XDIST_WORKER"):
        items[:] = _dealt(items)


def _dealt(items):
    """xdist gives the first half to one process and the second to the other."""
    by_file = {name: [] for name in LONG}
    short = []
    for item in items:
        by_file.get(item.path.relative_to(HERE).as_posix(), short).append(item)
    one, other = ([item for name in LONG[at::2] for item in by_file[name]] for at in (0, 1))
    middle = max(len(items) // 2 - len(one), 0)
    return [*one, *short[:middle], *other, *short[middle:]]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    """Once a test has closed what it opened, its databases go: thousands of tests would fill the disk."""
    folder = item.funcargs.get("tmp_path") if hasattr(item, "funcargs") else None
    if folder is not None:
        stores.drop_below(folder)


def pytest_unconfigure():
    prepared.end()
    stores.end()
