import pytest

from carefolio.portal.words.banned import WORDS, banned_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your potassium is a little above the usual range.", []),
        ("The patient met the goal. None of it is a condition.", ["None"]),
        ("Status unknown", ["unknown"]),
        ("Unknown to us", ["Unknown"]),
        ("You should rest", ["should"]),
        ("A DiagnosticReport came", ["DiagnosticReport"]),
        ("In your McCarthy letter", []),
        ("Read on 2024-03-04", ["2024-03-04"]),
        ("Read at 2024-03-04T09:15:00Z.", ["2024-03-04T09:15:00Z."]),
        ("id 0b6f1a2c-1234-4abc-8def-001122334455", ["0b6f1a2c-1234-4abc-8def-001122334455"]),
        ("see Observation/0b6f1a2c1234", ["Observation/0b6f1a2c1234"]),
        ("http://loinc.org|123", ["http://loinc.org|123"]),
        ("Aunt or Uncle/grandparents", []),
    ],
)
def test_what_stands_on_no_patients_page(text, found):
    assert banned_in(text) == found


def test_each_word_is_found():
    assert [banned_in(f"a {word} b") for word in WORDS] == [[word] for word in WORDS]
