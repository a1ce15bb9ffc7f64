"""A body over the years."""

from datetime import date
from decimal import Decimal

from carefolio.demo import measures as m
from carefolio.demo.body import Body
from carefolio.demo.series import after, dice

BORN = date(1980, 1, 1)
ON = date(2020, 7, 1)


def body(key="a", born=BORN):
    return Body(born, "female", key, dice(key))


def mean(one, measure, on):
    return sum(one.reading(measure, on) for _ in range(50)) / 50


def test_a_reading_has_the_digits_of_its_instrument():
    assert body().reading(m.HBA1C, ON).as_tuple().exponent == -1
    assert body().reading(m.SYSTOLIC, ON).as_tuple().exponent == 0
    assert body().reading(m.TSH, ON).as_tuple().exponent == -2


def test_stories_add_up():
    one = body()
    before = mean(one, m.WEIGHT, ON)
    one.bend(m.WEIGHT, [(BORN, 5.0)])
    one.bend(m.WEIGHT, [(BORN, 5.0)])
    assert Decimal("9.5") < mean(one, m.WEIGHT, ON) - before < Decimal("10.5")


def test_a_reading_is_never_negative_nor_more_than_all():
    one = body()
    one.bend(m.PAIN, [(BORN, -50.0)])
    one.bend(m.SATURATION, [(BORN, 50.0)])
    assert one.reading(m.PAIN, ON) == 0
    assert one.reading(m.SATURATION, ON) == 100


def test_winter_raises_blood_pressure():
    one = body()
    assert mean(one, m.SYSTOLIC, date(2020, 1, 15)) > mean(one, m.SYSTOLIC, ON)


def test_children_grow_and_calm_down():
    one = body(born=date(2010, 1, 1))
    heights = [mean(one, m.HEIGHT, after(date(2010, 1, 1), years)) for years in (0, 1, 3, 7, 13)]
    assert heights == sorted(heights)
    assert 45 < heights[0] < 55
    assert 85 < heights[2] < 105
    assert mean(one, m.PULSE, date(2010, 2, 1)) > mean(one, m.PULSE, date(2020, 2, 1))
