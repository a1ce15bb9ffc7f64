"""A page whose records are too long together ends early, and its next link goes on after it: each record once."""

import pytest

from tests.acceptance.cast import name
from tests.acceptance.resources import observation
from tests.acceptance.test_http_search import pages

NAMES = ("Adams", "Brown", "Cole", "Doyle", "Evans")


def size(actor, record):
    """So many bytes does the record take in an answer."""
    return len(actor.get(name(record)).content)


@pytest.mark.parametrize("sort", ["", "&_sort=_lastUpdated", "&_sort=-_lastUpdated"])
def test_a_page_holds_no_more_than_an_answer_may(hospital, ada, monkeypatch, sort):
    made = [hospital.send(observation(ada.person)) for _ in NAMES]
    path = f"/Observation?patient={ada.person}{sort}"
    [whole] = pages(ada, path)
    assert sorted(whole) == sorted(name(record)[1:] for record in made)
    monkeypatch.setattr("carefolio.records.find.ANSWER_BYTES", size(ada, made[0]) + 1)
    assert list(pages(ada, path)) == [whole[:2], whole[2:4], whole[4:]]


@pytest.mark.parametrize("sort", ["family", "-family"])
def test_a_page_sorted_by_what_is_sealed_goes_on_where_it_ended(cast, monkeypatch, sort):
    hospital = cast.hospital()
    made = [hospital.send({"resourceType": "Patient", "name": [{"family": family}]}) for family in NAMES]
    path = f"/Patient?_id={','.join(record['id'] for record in made)}&_sort={sort}"
    expected = [name(record)[1:] for record in (made if sort == "family" else made[::-1])]
    assert list(pages(hospital, path)) == [expected]
    monkeypatch.setattr("carefolio.records.find.ANSWER_BYTES", 1)
    assert list(pages(hospital, path)) == [[one] for one in expected]
