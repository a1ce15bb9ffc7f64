"""Which tests are repeated on PostgreSQL: those that lead to the store that is chosen, by whatever way."""

import pytest

from tests.reach import CHOOSES, HERE, comes_near, taken_by


@pytest.mark.parametrize(
    "near",
    [
        "workflows/sharing/conftest.py",
        "unit/records/conftest.py",
        "unit/records/test_timeline.py",
        "acceptance/conftest.py",
        "acceptance/test_cli_help.py",
        "faults/test_kill.py",
    ],
)
def test_what_leads_to_a_store_is(near):
    assert CHOOSES in taken_by(HERE / near)


@pytest.mark.parametrize(
    "apart", ["workflows/prescribing/test_rules.py", "unit/records/test_owner.py", "house/tree.py"]
)
def test_what_is_about_no_store_is_not(apart):
    assert CHOOSES not in taken_by(HERE / apart)


@pytest.fixture
def near():
    return CHOOSES


def test_a_test_of_its_own_module_alone(request, near):
    """Its fixtures are in this module, which takes nothing from the stores."""
    assert near.exists()
    assert not comes_near(request.node)


def test_ways_of_more_than_one_step_count():
    assert HERE / "faults/cast.py" in taken_by(HERE / "unit/records/test_timeline.py")
