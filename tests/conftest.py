"""What every test starts from: no setting of the developer's own shell, repeatable random samples, and files in memory
where there is room. And the order in which two processes are done soonest.
"""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests import places, prepared, reach, stores

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
LONG = (
    "portal/walk",
    "portal/test_every_route.py",
    "portal/matrix",
    "portal/story",
    "portal/journey",
    "acceptance/test_cli_workers.py",
    "faults/test_kill.py",
    "faults/test_database_killed.py",
    "faults/test_any_killed.py",
    "acceptance/test_cli_bench.py",
    "acceptance/test_alike_in_time.py",
    "acceptance/test_ledger_tamper.py",
    "portal/test_guessing.py",
    "acceptance/test_backup.py",
    "portal/test_accounts_forms.py",
    "acceptance/test_docs_run.py",
    "portal/test_signing_up.py",
    "acceptance/test_bounded.py",
    "portal/sharing",
    "faults/test_withdrawal.py",
    "acceptance/test_cli_backup.py",
    "acceptance/test_cli_move.py",
    "unit/portal/words/test_every_record.py",
    "portal/test_sessions.py",
    "portal/test_signing_up_killed.py",
    "portal/test_many_at_once.py",
    "portal/test_restored.py",
    "faults/test_birth.py",
    "faults/test_commit_steps.py",
    "acceptance/test_cli_people.py",
    "acceptance/test_cli_serve.py",
    "acceptance/test_access_matrix.py",
    "unit/records/test_timeline.py",
)
"""These files and folders begin before all others, dealt out to the processes: nobody is alone with one at the end."""

COLLECT_AFTER = (50_000, 20, 50)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Of what this run takes, what takes long begins each process's part. On PostgreSQL it takes what has to do with a
    store: all else was looked at on SQLite.
    """
    if stores.ON_POSTGRES:
        kept = [item for item in items if reach.comes_near(item)]
        config.hook.pytest_deselected(items=[*{*items} - {*kept}])
        items[:] = kept
    yield
    if os.environ.get("PYTEST_XDIST_WORKER"):
        items[:] = _dealt(items, int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))


def _dealt(items, processes):
    """xdist gives each process a part as long as the others', in this order; who has none left takes of the rest."""
    by_place = {}
    for item in items:
        path = item.path.relative_to(HERE).as_posix()
        place = next((name for name in LONG if path == name or path.startswith(f"{name}/")), None)
        by_place.setdefault(place, []).append(item)
    short, long = by_place.pop(None, []), [by_place[name] for name in LONG if name in by_place]
    dealt = []
    for at in range(processes):
        end = len(items) * (at + 1) // processes
        dealt += [item for items_of in long[at::processes] for item in items_of]
        taken = max(end - len(dealt), 0)
        dealt, short = dealt + short[:taken], short[taken:]
    return dealt + short


def pytest_collection_finish():
    """Thousands of tests and all that they import stay to the end: looking through them again and again for what may go
    would be a tenth of what the short ones cost.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    """Once a test has closed what it opened, its databases go: thousands of tests would fill the disk."""
    folder = item.funcargs.get("tmp_path") if hasattr(item, "funcargs") else None
    if folder is not None:
        stores.drop_below(folder)


def pytest_unconfigure():
    prepared.end()
    stores.end()
