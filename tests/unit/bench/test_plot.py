"""The plot: well-formed, with a bar for each floor and a line for each curve, and nothing that runs."""

from xml.etree import ElementTree

import pytest

from carefolio.bench.figures import Figure, Floor
from carefolio.bench.plot import Curve, reach, svg

READ = Figure("read <32>", 9_000, "/s", ratio=0.20, floor=Floor(0.40, 0.53), store="sqlite")
DISK = Figure("disk", 1.75, "KiB", floor=Floor(3.5, 2.5, at_most=True), store="postgresql")
BARE = Figure("create", 100, "/s", store="sqlite")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("figure", "share"), [(READ, 0.5), (DISK, 2.0), (BARE, 0.0)])
def test_how_much_of_its_floor_a_figure_reaches(figure, share):
    assert reach(figure) == share


def test_bars_curves_and_words():
    curves = [Curve("read, warm", "ms", ((10_000, 0.5), (100_000, 0.6))), Curve("disk", "KiB", ((10_000, 2.0),))]
    drawn = svg("Carefolio & others", [READ, DISK, BARE], curves)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own text
    words = [each.text for each in root.iter(f"{SVG}text")]
    assert {"Carefolio & others", "read <32>", "disk", "100,000", "read, warm"} <= set(words)
    assert "create" not in words
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert not {each.tag.removeprefix(SVG) for each in root.iter()} - {
        "svg", "title", "rect", "text", "line", "polyline", "circle"
    }  # fmt: skip


def test_without_floors_and_curves_it_is_a_title():
    assert "<polyline" not in svg("nothing", [BARE])
