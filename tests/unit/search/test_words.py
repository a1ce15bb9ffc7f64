"""Words in the text of records, with accents and case folded."""

from base64 import b64encode
from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.fhir.json import serialise
from carefolio.search.words import MOST_WORDS, folded, holds, may_hold, places, texts, words_of

LETTER = b64encode("Überweisung wegen Müdigkeit".encode()).decode()
RECORD = {
    "resourceType": "Observation",
    "id": "kidney",
    "status": "final",
    "category": [{"coding": [{"system": "urn:kidney", "code": "kidney", "display": "Laboratory"}]}],
    "code": {"text": 'Cr\u00e9atinine, "serum"'},
    "effectiveDateTime": "2026-05-06T09:00:00Z",
    "note": [{"text": "Kidneys are fine\\"}],
    "text": {"status": "generated", "div": "<div><p>Heart <b>rate</b></p></div>"},
    "extension": [{"url": "https://example.org/kidney", "valueString": "Straße"}],
    "name": ["Ada", {"given": ["Quinn"]}],
}


def held(record, asked):
    words = words_of(asked)
    found = holds(texts(record), words)
    assert may_hold(serialise(record), words) or not found, "a glance never overlooks anything"
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kidney", True),
        ("KIDNEYS fine", True),
        ("creatinine", True),
        ("Créatinine serum", True),
        ("heart rate", True),
        ("div", False),
        ("laboratory", True),
        ("strasse", True),
        ("ada quinn", True),
        ("art", False),
        ("dneys", False),
        ("final", False),
        ("generated", False),
        ("example", False),
        ("2026", False),
        ("status", False),
        ("kidney heart absent", False),
    ],
)
def test_all_words_stand_in_texts(asked, found):
    assert held(RECORD, asked) is found


def test_a_plain_letter_is_looked_through():
    letter = {"content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": LETTER}}]}
    assert held(letter, "uberweisung müdig")
    for data in ("????", b64encode(b"\xff\xfe").decode(), 7):
        assert not held({"attachment": {"contentType": "text/plain", "data": data}}, "uberweisung")
    assert not held({"attachment": {"contentType": "application/pdf", "data": LETTER}}, "uberweisung")


def test_a_glance_passes_over_names_and_codes():
    body = serialise(RECORD)
    assert not may_hold(body, ["resourcetype"])
    assert not may_hold(body, ["final"])
    assert may_hold(body, ["serum"]), "behind an escaped quotation mark"
    assert may_hold(serialise({"text": 'say "code": "kidney"'}), ["code"]), "a mark inside a text names nothing"


def test_what_is_asked_for_becomes_words():
    assert words_of("  Größe, GRÖSSE; (Kidney's) \u202e") == ("grosse", "kidney", "s")
    assert words_of("--") == ()
    assert len(words_of(" ".join(map(str, range(50))))) == MOST_WORDS


@given(st.text(max_size=40))
def test_folding_knows_neither_accents_nor_case(text):
    once = folded(text)
    assert folded(once) == once
    assert not any(combining(sign) for sign in once)
    assert folded(normalize("NFC", text)) == folded(normalize("NFD", text))


@given(st.text("aÄbß é-\u0301", max_size=30), st.lists(st.text("abs", min_size=1, max_size=3), max_size=3))
def test_what_is_marked_is_what_was_found(text, words):
    spans = places(text, words)
    assert [end for _start, end in spans[:-1]] <= [start for start, _end in spans[1:]]
    for start, end in spans:
        assert any(folded(text[start:end]).startswith(word) for word in words)
    assert bool(spans) is any(holds([text], [word]) for word in words)


def test_marks_stand_where_the_words_are_written():
    text = "Die Größe der Nieren; nieren"
    assert [text[start:end] for start, end in places(text, words_of("grosse nier"))] == ["Größe", "Nier", "nier"]
    assert places("Kidneys", ["kidney", "kid", "kidneys"]) == [(0, 7)]
