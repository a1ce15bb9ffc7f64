import pytest

from carefolio.portal.words.banned import banned_in
from carefolio.portal.words.kinds import kind, kind_of, kinds
from carefolio.portal.words.states import status_word
from carefolio.portal.words.typenames import counted, type_name
from carefolio.workflows.sharing.categories import CATEGORIES
from tests.unit.portal.words.makers import concept, resource
from tests.unit.portal.words.reading import grade, longest


def test_every_category_has_its_words():
    assert [one.key for one in kinds()] == list(CATEGORIES)
    told = [one for one in kinds() if one.key != "others"]
    assert kind("others").explanation not in {one.explanation for one in told}
    assert len({one.explanation for one in told}) == len(told)
    for one in kinds():
        assert banned_in(one.explanation) == []
        assert longest(one.explanation) <= 20
    assert grade(" ".join(one.explanation for one in kinds())) <= 8


def test_a_key_that_is_none_is_all_else():
    assert kind("nonsense") == kind("others")


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (resource("Condition"), "problems"),
        (resource("Observation", category=[concept("category", "laboratory")]), "results"),
        (resource("Observation", category=[concept("category", "vital-signs")]), "measurements"),
        (resource("Observation", category=[concept("category", "social-history")]), "history"),
        (resource("Observation"), "findings"),
        (resource("DiagnosticReport"), "reports"),
        (resource("Claim"), "bills"),
        (resource("Patient"), "personal"),
        (resource("Consent"), "others"),
        ({}, "others"),
    ],
)
def test_the_group_of_a_record(record, key):
    assert kind_of(record) == key


def test_records_are_counted_by_what_people_call_them():
    assert counted("Observation", 3) == "3 test results"
    assert counted("Encounter", 1) == "1 visit"
    assert counted("Patient", 1) == "personal details"
    assert type_name("Nonsense").one == "record"


def test_states():
    assert status_word("final") == status_word("") == ""
    assert status_word("preliminary") == "Not final yet"
    assert status_word("unknown") == "Status not recorded"
    assert status_word("never-heard") == "Never heard"
