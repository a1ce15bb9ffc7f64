import pytest

from carefolio.search.texts import begins, birth_texts, prefix_text, token_text, word_texts, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Peterson", ("peterson",)),
        ("  José   María ", ("jose", "maria")),
        ("O'Neil", ("oneil",)),
        ("Anne-Marie", ("anne", "marie")),
        ("Smith, J.R.", ("smith", "jr")),
        ("Weiß", ("weiss",)),
        ("\uff21\uff22", ("ab",)),
        ("李", ("李",)),
        ("...", ()),
    ],
)
def test_words_are_what_both_spellings_have_in_common(text, found):
    assert words(text) == found


def test_a_word_stands_under_its_prefixes_and_whole():
    assert word_texts("Patient.family", "peter") == [
        "Patient.family~pe",
        "Patient.family~pet",
        "Patient.family~peter",
        "Patient.family~=peter",
    ]
    assert word_texts("Patient.family", "x") == ["Patient.family~=x"]


@pytest.mark.parametrize(
    ("word", "text", "precise"),
    [("pe", "~pe", True), ("pete", "~pet", False), ("peterson", "~peterson", True), ("petersons", "~peterson", False)],
)
def test_the_longest_prefix_that_fits_is_asked_for(word, text, precise):
    assert prefix_text("P.family", word) == (f"P.family{text}", precise)
    assert f"P.family{text}" in word_texts("P.family", word)


def test_one_letter_asks_for_a_word_of_one_letter():
    assert prefix_text("P.family", "x") == ("P.family~=x", True)
    assert begins(["x"], frozenset({"x", "yz"}))
    assert not begins(["x"], frozenset({"xy"}))


def test_a_birth_date_stands_under_its_parts():
    assert birth_texts("P.birthdate", "1985-04-23") == [
        "P.birthdate=1985",
        "P.birthdate=1985-04",
        "P.birthdate=1985-04-23",
    ]
    assert birth_texts("P.birthdate", "1985-04") == ["P.birthdate=1985", "P.birthdate=1985-04", "P.birthdate~1985-04"]
    assert birth_texts("P.birthdate", "1985") == ["P.birthdate=1985", "P.birthdate~1985"]


def test_a_token_may_have_a_system_none_or_any():
    assert token_text("O.code", None, "1") == "O.code=1"
    assert token_text("O.code", "", "1") == "O.code=|1"
    assert token_text("O.code", "urn:x", "1") == "O.code=urn:x|1"
