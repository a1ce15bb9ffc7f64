import pytest

from carefolio.portal.digits import number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("42", 42),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, -1),
        ("", -1),
        ("-1", -1),
        ("x", -1),
        ("٤", -1),
        ("²", -1),
    ],
)
def test_digits_are_a_number_and_nothing_else_is(text, number):
    assert number_of(text, -1) == number
