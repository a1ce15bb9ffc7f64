import pytest

from tests.unit.portal.words.reading import grade, longest, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"), [("cat", 1), ("made", 1), ("table", 2), ("asked", 1), ("wanted", 2), ("potassium", 4), ("12", 1)]
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_easy_words_are_easy_and_hard_ones_hard():
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Interoperability necessitates organisational standardisation notwithstanding heterogeneity.") > 20
    assert grade("") == 0


def test_sentences():
    assert sentences("It was 5.3 today. Good! Is it? Yes.") == ["It was 5.3 today.", "Good!", "Is it?", "Yes."]
    assert longest("One two three. One two.") == 3
    assert longest("") == 0
