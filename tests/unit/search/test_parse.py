import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.fhir.dates import interval
from carefolio.search.parse import parse
from carefolio.search.query import (
    Coding,
    Dates,
    DateTest,
    Ids,
    Include,
    Links,
    Missing,
    Prefix,
    SortKey,
    Strings,
    Tokens,
    Total,
    Updated,
)

MORNING = interval("2024-05-01T10:00:00+02:00")
BASE = "https://records.example/fhir"


def _one(type_, name, value):
    (condition,) = parse(type_, [(name, value)], lenient=False, base=BASE).conditions
    return condition


def _refused(type_, name, value="x"):
    with pytest.raises(Failure) as refusal:
        parse(type_, [(name, value)], lenient=False, base=BASE)
    assert refusal.value.category is Category.MALFORMED
    return refusal.value.sentence


@pytest.mark.parametrize(
    ("text", "codings"),
    [
        ("8302-2", [Coding(None, "8302-2")]),
        ("http://loinc.org|8302-2", [Coding("http://loinc.org", "8302-2")]),
        ("|x", [Coding("", "x")]),
        ("urn:x|", [Coding("urn:x", None)]),
        (r"a\,b,c\|d", [Coding(None, "a,b"), Coding(None, "c|d")]),
        (r"a\\", [Coding(None, "a\\")]),
    ],
)
def test_tokens_are_read_with_their_systems_and_escapes(text, codings):
    assert _one("Observation", "code", text) == Tokens("code", tuple(codings))


def test_repetition_is_and_a_comma_is_or():
    query = parse("Observation", [("code", "a,b"), ("code", "c")], lenient=False)
    assert [len(condition.codings) for condition in query.conditions] == [2, 1]


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("_id", "a,b", Ids(("a", "b"))),
        ("_lastUpdated", "ge2024", Updated((DateTest(Prefix.GE, *interval("2024")),))),
        ("date", "2024-05", Dates("date", (DateTest(Prefix.EQ, *interval("2024-05")),))),
        ("date", "sa2024-05-01T10:00:00 02:00", Dates("date", (DateTest(Prefix.SA, *MORNING),))),
        ("status:not", "final", Tokens("status", (Coding(None, "final"),), negated=True)),
        ("code:missing", "true", Missing("code", wanted=True)),
        ("patient", "ann", Links("patient", ("Patient/ann",))),
        ("patient", "Patient/ann", Links("patient", ("Patient/ann",))),
        ("patient", f"{BASE}/Patient/ann", Links("patient", ("Patient/ann",))),
        ("subject", "ann", Links("subject", ("Patient/ann",))),
        ("subject:Group", "g1", Links("subject", ("Group/g1",))),
        ("subject:Patient", "Patient/ann", Links("subject", ("Patient/ann",))),
        ("encounter", "e1,Encounter/e2/_history/3", Links("encounter", ("Encounter/e1", "Encounter/e2"))),
    ],
)  # fmt: skip
def test_values_become_conditions(name, value, condition):
    assert _one("Observation", name, value) == condition


def test_names_keep_their_spelling_for_exact():
    assert _one("Patient", "family:exact", "Li") == Strings("family", ("Li",), exact=True)
    assert _one("Patient", "name", "peter,anne marie") == Strings("name", ("peter", "anne marie"))


def test_about_a_date_is_a_tenth_of_its_distance_from_today(request):
    request.addfinalizer(lambda: clock.shift(0))
    low, high = interval("2000-01-01")
    (test,) = _one("Observation", "date", "ap2000-01-01").tests
    distance = clock.now() - (low + high) // 2
    assert abs((low - test.low) - distance // 10) < clock.MINUTE
    assert test.high - high == low - test.low


@pytest.mark.parametrize(
    ("type_", "name", "value", "words"),
    [
        ("Observation", "colour", "x", "has no search parameter 'colour'"),
        ("Observation", "value-quantity", "5", "cannot be searched here by 'value-quantity'"),
        ("Observation", "code:text", "x", "code:text is not supported"),
        ("Observation", "status:in", "x", "status:in is not supported"),
        ("Observation", "date:above", "2024", "date:above is not supported"),
        ("Observation", "_id:missing", "true", "_id:missing is not supported"),
        ("Observation", "_lastUpdated:not", "2024", "not supported"),
        ("Patient", "family:contains", "x", "family:contains is not supported"),
        ("Observation", "patient.name", "x", "Chained parameters"),
        ("Observation", "subject:Patient.name", "x", "Chained parameters"),
        ("Observation", "subject:Organization", "x", "subject:Organization is not supported"),
        ("Observation", "patient", "https://other.example/fhir/Patient/1", "on this server"),
        ("Observation", "patient", "Group/g1", "naming one of Patient"),
        ("Provenance", "target", "x", "Type/id"),
        ("Observation", "date", "yesterday", "takes a date"),
        ("Observation", "date", "xx2024", "takes a date"),
        ("Observation", "code", "", "needs a value"),
        ("Observation", "code", "a,,b", "needs a value"),
        ("Observation", "code", "|", "takes a code"),
        ("Observation", "code", "a|b|c", "takes a code"),
        ("Observation", "code", ",".join("a" * 201), "more than 200 values"),
        ("Observation", "code", "x" * 300_000, "too long"),
        ("Observation", "code:missing", "perhaps", "true or false"),
        ("Patient", "name", "...", "1 to 8 words"),
        ("Observation", "_sort", "code", "_sort takes some of _id, _lastUpdated, date"),
        ("Observation", "_sort", "date,-date", "each once"),
        ("Observation", "_sort:asc", "date", "_sort:asc is not supported"),
        ("Observation", "_count", "many", "_count takes a number"),
        ("Observation", "_count", "-1", "_count takes a number"),
        ("Observation", "_summary", "true", "_summary takes 'count'"),
        ("Observation", "_total", "some", "_total takes one of none, estimate, accurate"),
        ("Observation", "_include:iterate", "Observation:subject", "_include:iterate is not supported"),
        ("Robot", "_id", "x", "no resource type"),
    ],
)
def test_what_cannot_be_honoured_is_refused_with_a_sentence(type_, name, value, words):
    assert words in _refused(type_, name, value)


def test_a_strict_refusal_lists_what_is_known():
    sentence = _refused("Encounter", "_has:Observation:patient:code")
    assert "_count, _id, _include, _lastUpdated" in sentence
    assert "status" in sentence


def test_a_lenient_search_passes_over_unknown_names_and_says_which():
    pairs = [("colour", "red"), ("code", "a"), ("colour:exact", "red")]
    query = parse("Observation", pairs, lenient=True)
    assert query.ignored == ("colour", "colour:exact")
    assert query.kept == (("code", "a"),)


def test_a_lenient_search_still_refuses_what_it_knows_and_cannot_do():
    with pytest.raises(Failure):
        parse("Observation", [("code:text", "a")], lenient=True)


def test_the_answer_is_shaped_by_control_parameters():
    pairs = [
        ("_sort", "-date,_id"), ("_count", "5"), ("_total", "accurate"), ("_format", "json"), ("_pretty", "true"),
        ("_include", "Observation:subject:Patient"), ("_revinclude", "Provenance:target"), ("_page", "sealed"),
    ]  # fmt: skip
    query = parse("Observation", pairs, lenient=False, cursor=b"c")
    assert query.sort == (SortKey("date", descending=True), SortKey("_id", descending=False))
    assert (query.count, query.total, query.counts, query.cursor) == (5, Total.ACCURATE, True, b"c")
    assert query.includes == (Include("Observation", "subject", "Patient"),)
    assert query.reverse_includes == (Include("Provenance", "target"),)
    assert [name for name, _ in query.kept] == ["_sort", "_count", "_total", "_include", "_revinclude"]


@pytest.mark.parametrize(
    ("name", "value", "summary"), [("_count", "0", True), ("_summary", "count", True), ("_summary", "false", False)]
)
def test_only_the_number_may_be_asked_for(name, value, summary):
    assert parse("Observation", [(name, value)], lenient=False).summary is summary


def test_no_page_is_longer_than_a_thousand():
    assert parse("Observation", [("_count", "5000")], lenient=False).count == 1000


def test_types_with_a_clinical_date_can_be_sorted_by_it():
    assert parse("Condition", [("_sort", "-date")], lenient=False).sort


def test_too_many_parameters_are_refused():
    with pytest.raises(Failure):
        parse("Observation", [("code", "a")] * 101, lenient=False)
