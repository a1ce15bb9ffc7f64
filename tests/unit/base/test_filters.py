"""Windows are plain data: they can be compared, kept in caches and not be changed by anybody."""

from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.filters import Visible, Window

NUMBERS = st.none() | st.frozensets(st.integers(1, 5), max_size=3)
WINDOWS = st.builds(Window, owners=NUMBERS, authors=NUMBERS, hospitals=NUMBERS, since=st.none() | st.integers(0, 9))


@given(WINDOWS, WINDOWS)
def test_equal_windows_are_one_key(first, second):
    assert (first == second) == (len({first, second}) == 1)


@given(WINDOWS, WINDOWS)
def test_exceptions_tell_windows_apart(window, exception):
    assert Window(owners=window.owners, unless=(exception,)) != Window(owners=window.owners)


def test_a_window_that_nobody_narrowed_has_nothing_set():
    window = Window()
    assert {field.name: getattr(window, field.name) for field in fields(window)} == {
        "owners": None, "kinds": None, "records": None, "authors": None, "hospitals": None, "codes": None,
        "since": None, "until": None, "labels": None, "participants": None, "unless": (), "contract": None, "rule": "",
    }  # fmt: skip


def test_nothing_is_visible_unless_a_window_opens_it():
    assert Visible().any_of == ()


@pytest.mark.parametrize("frozen", [Window(), Visible()])
def test_nobody_widens_what_was_handed_out(frozen):
    with pytest.raises(FrozenInstanceError):
        setattr(frozen, fields(frozen)[0].name, frozenset({1}))
