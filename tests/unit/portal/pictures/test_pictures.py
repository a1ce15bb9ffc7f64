"""Pictures of numbers: well-formed whatever is drawn, nothing outside the picture, shape and not only colour."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.portal.pictures.number_line import Place, number_line
from carefolio.portal.pictures.scale import scale
from carefolio.portal.pictures.svg import clean
from carefolio.portal.pictures.trend import Point, Series, trend

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
TEXTS = st.text()
ENDS = st.none() | NUMBERS
POINTS = st.lists(st.builds(Point, st.integers(), NUMBERS, TEXTS, TEXTS), max_size=6)
SERIES = st.builds(Series, TEXTS, POINTS, ENDS, ENDS, st.tuples(TEXTS, TEXTS))
DAY = 86_400_000_000


def read(picture):
    return ElementTree.fromstring(picture)  # noqa: S314 - a picture of our own, made on the line before


def series(values, low="3.5", high="5.3", ends=("3.5", "5.3"), label="Potassium"):
    points = [Point(n * DAY, Decimal(v), f"{n} March 2024", v) for n, v in enumerate(values, 1)]
    return Series(label, points, low and Decimal(low), high and Decimal(high), ends)


def parts(picture, tag, name):
    found = read(picture).iter(SVG + tag)
    return [one for one in found if one.get("class") == name]


def texts(picture):
    return [one.text for one in read(picture).iter(SVG + "text")]


def check(picture):
    """Well-formed, named for screen readers, no style or script, and every place inside the picture."""
    root = read(picture)
    assert root.get("role") == "img"
    ids = [root.find(SVG + "title").get("id"), root.find(SVG + "desc").get("id")]
    assert root.get("aria-labelledby").split() == ids
    _, _, width, height = map(float, root.get("viewBox").split())
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {"svg", "title", "desc", "text", "path", "circle", "rect"}
        assert not {name for name in one.attrib if name == "style" or name.startswith("on")}
        assert all(0 <= float(one.get(name, "0")) <= width for name in ("x", "cx"))
        assert all(0 <= float(one.get(name, "0")) <= height for name in ("y", "cy"))


@given(st.lists(SERIES, max_size=2), TEXTS, TEXTS)
def test_any_trend_is_well_formed(drawn, title, description):
    picture = trend(drawn, title, description)
    if any(one.points for one in drawn):
        check(picture)
    else:
        assert picture == ""


@given(NUMBERS, TEXTS, ENDS, ENDS, TEXTS, TEXTS)
def test_any_number_line_is_well_formed(value, shown, low, high, title, word):
    picture = number_line(Place(value, shown, low, high, (shown, shown)), title, word)
    if low is None and high is None:
        assert picture == ""
    else:
        check(picture)


def test_what_is_outside_the_band_has_another_shape():
    picture = trend([series(["4.4", "3.2", "5.4"])], "Potassium", "Three results")
    assert len(parts(picture, "circle", "trend-point")) == 1
    down, up = (one.get("d") for one in parts(picture, "path", "trend-out"))
    tip, corner = (re.match(r"M\S+ (\S+)L\S+ (\S+)H", path).groups() for path in (down, up))
    assert float(tip[0]) > float(tip[1])
    assert float(corner[0]) < float(corner[1])
    assert len(parts(picture, "rect", "trend-band")) == 1
    assert texts(picture) == ["5.4", "3.5", "5.3", "1 March 2024", "3 March 2024"]


def test_two_series_share_one_picture():
    upper = series(["120", "150"], "90", "139", ("90", "139"))
    lower = series(["80", "85"], "60", "89", ("60", "89"))
    picture = trend([upper, lower], "Blood pressure", "Two results")
    assert len(parts(picture, "path", "trend-line")) == 2
    assert texts(picture)[:2] == ["150", "85"]
    assert len(texts(picture)) < 8


def test_one_point_has_no_line_and_one_day():
    picture = trend([series(["4.4"], None, None)], "Potassium", "One result")
    assert parts(picture, "path", "trend-line") == parts(picture, "rect", "trend-band") == []
    assert texts(picture) == ["4.4", "4.4", "1 March 2024"]


def test_equal_values_and_bands_with_one_end():
    check(trend([series(["4", "4", "4"], None, "4", ("", "4"))], "t", "d"))
    check(trend([series(["4", "4"], "4", None, ("4", ""))], "t", "d"))


def test_points_are_drawn_in_the_order_of_time():
    points = [Point(2 * DAY, Decimal(2), "later", "2"), Point(DAY, Decimal(1), "first", "1")]
    assert [point.day for point in Series("x", points).ordered] == ["first", "later"]


def test_huge_ranges_stay_inside():
    picture = trend([series(["1E-900", "1E+900"], None, None)], "t", "d")
    check(picture)


@pytest.mark.parametrize(("value", "shape"), [("4", "circle"), ("6", "path"), ("3", "path")])
def test_a_value_on_its_range(value, shape):
    picture = number_line(Place(Decimal(value), value, Decimal("3.5"), Decimal("5.3"), ("3.5", "5.3")), "t", "word")
    assert len(parts(picture, shape, "number-mark" if shape == "circle" else "number-out")) == 1
    assert texts(picture) == [f"{value} word", "3.5", "5.3"]


def test_two_pictures_on_a_page_have_ids_of_their_own():
    one, two = (trend([series([value])], "t", "d") for value in ("4.4", "4.5"))
    assert read(one).get("aria-labelledby") != read(two).get("aria-labelledby")


def test_texts_are_escaped():
    assert clean("<b>&\x00\ud800ok</b>") == "&lt;b&gt;&amp;ok&lt;/b&gt;"


def test_a_scale_of_nothing():
    assert scale([], 0, 10).at(Decimal(0)) == 5
