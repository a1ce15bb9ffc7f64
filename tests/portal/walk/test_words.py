"""What patients read: easy, short, and without the machine's words. E-mails too."""

import re

import pytest

from carefolio.portal.words.banned import banned_in
from tests.portal.walk.told import told
from tests.portal.walk.words import blocks, copy, long_sentences, visible
from tests.unit.portal.words.reading import grade, sentences, words

GRADE, WORDS, LONGEST = 8, 20, 25
ENOUGH = 40
"""Words of which a grade can be told."""
READERS = ("patient", "newcomer", "nobody")
FOR_BUILDERS = ("look:style",)
ADDRESS = re.compile(r"https?://\S+")


@pytest.fixture(scope="session")
def read(walk):
    """All different pages that patients, and those who are not signed in, read."""
    found = {}
    for taken in walk.taken:
        if taken.is_page and taken.persona in READERS and taken.route not in FOR_BUILDERS:
            found.setdefault((taken.url, taken.how, taken.status), (taken, taken.sheet))
    return list(found.values())


def test_grade(read):
    graded = [(round(grade(copy(sheet)), 1), taken) for taken, sheet in read if len(copy(sheet).split()) >= ENOUGH]
    assert len(graded) > 20
    told((taken, f"{found} {taken.route}") for found, taken in graded if found > GRADE)


def test_sentences(read):
    """An address counts as one word: what is drawn by lot in it may look like many."""
    said = (one for _, sheet in read for block in blocks(sheet) for one in sentences(ADDRESS.sub("address", block)))
    all_said = set(said)
    over = set(long_sentences(sorted(all_said), WORDS))
    assert len(over) <= len(all_said) // 20, sorted(over)
    told((one, f"{len(words(one))} words") for one in long_sentences(sorted(all_said), LONGEST))


def test_banned_words(read):
    told((taken, f"{word} {taken.route}") for taken, sheet in read for word in banned_in(visible(sheet)))


def test_mails(walk):
    assert len(walk.mails) > 5
    for mail in walk.mails:
        text = "\n".join(line for line in mail["text"].splitlines() if "://" not in line)
        assert grade(text) <= GRADE, mail
        assert not long_sentences(text.split("\n\n"), LONGEST), mail
        assert not banned_in(f"{mail['subject']}\n{text}"), mail
