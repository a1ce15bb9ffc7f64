"""The gate: what was kept, what fell, and a file that says nothing."""

import json
from dataclasses import replace

import pytest

from carefolio.base.failures import Failure
from carefolio.bench.figures import Figure, Floor
from carefolio.bench.gate import fallen, keep_ratios, ratios_of, read_ratios

READ = Figure("read", 9_000, "/s", ratio=0.50, floor=Floor(0.40, 0.53), store="sqlite")
DISK = Figure("disk", 2.0, "KiB", floor=Floor(3.5, 2.5, at_most=True), store="sqlite")
BARE = Figure("create", 100, "/s", store="sqlite")


def test_what_has_a_floor_is_kept_by_store():
    assert ratios_of([READ, DISK, BARE]) == {"sqlite": {"read": 0.5, "disk": 2.0}}


@pytest.mark.parametrize(
    ("kept", "falls"),
    [(0.50, False), (0.62, False), (0.63, True)],
)
def test_a_ratio_below_four_fifths_of_the_kept_one_has_fallen(kept, falls):
    found = fallen([READ], {"sqlite": {"read": kept}})
    assert found == ([f"sqlite: read: 0.50, and {kept:.2f} was kept."] if falls else [])


@pytest.mark.parametrize(("kept", "falls"), [(2.0, False), (1.6, False), (1.59, True)])
def test_where_less_is_better_more_has_fallen(kept, falls):
    assert bool(fallen([DISK], {"sqlite": {"disk": kept}})) is falls


def test_a_new_figure_and_another_stores_have_nothing_to_fall_from():
    assert fallen([READ, BARE], {"postgresql": {"read": 9.0}, "sqlite": {"create": 9.0}}) == []


def test_keeping_leaves_what_was_not_measured(tmp_path):
    path = tmp_path / "ratios.json"
    keep_ratios(path, [READ, replace(READ, store="postgresql")], {"cpu": "one", "postgresql": {"fsync": "on"}})
    keep_ratios(path, [DISK], {"cpu": "two"})
    assert read_ratios(path) == {"sqlite": {"read": 0.5, "disk": 2.0}, "postgresql": {"read": 0.5}}
    conditions = json.loads(path.read_text())["conditions"]
    assert conditions == {"sqlite": {"cpu": "two"}, "postgresql": {"cpu": "one", "postgresql": {"fsync": "on"}}}


@pytest.mark.parametrize("content", ["", "[]", "{}", "no"])
def test_a_file_without_ratios_is_refused(tmp_path, content):
    path = tmp_path / "ratios.json"
    path.write_text(content)
    with pytest.raises(Failure, match="--keep"):
        read_ratios(path)
    with pytest.raises(Failure, match="--keep"):
        read_ratios(tmp_path / "none.json")
