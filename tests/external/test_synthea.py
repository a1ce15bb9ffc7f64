"""Two sets of Synthea patients, as two versions of the generator wrote them: all of it comes in, once."""

import json
from collections import Counter

import pytest

from tests.external.official import EXTERNAL
from tests.unit.records.importing.cast import House, figures

SYNTHEA = EXTERNAL / "synthea"
ENTRIES = {"s2019": 15_215, "s2021": 39_222}
REPEATED = 94
"""Entries of s2019 that an earlier bundle has already: its bundles share organisations and practitioners."""
CORE = "http://hl7.org/fhir/us/core/"

pytestmark = pytest.mark.skipif(
    not SYNTHEA.is_dir(), reason="no Synthea bundles beside the repository (CAREFOLIO_EXTERNAL)"
)
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("synthea"))
    yield house
    house.close()


@pytest.fixture(scope="module")
def first(house):
    return {name: house.take(SYNTHEA / name) for name in ENTRIES}


def test_a_few_bundles_come_in_whole_and_once(tmp_path):
    few = sorted((SYNTHEA / "s2019").iterdir(), key=lambda path: path.stat().st_size)[:3]
    few += sorted((SYNTHEA / "s2021").glob("0-*"))
    house = House(tmp_path)
    created, updated, unchanged, rejected = figures(house.take(*few))
    assert (created > 900, rejected) == (True, 0)
    assert figures(house.take(*few)) == (0, 0, created + updated + unchanged, 0)
    house.close()


@slow
def test_no_entry_is_dropped(first):
    assert figures(first["s2019"]) == (ENTRIES["s2019"] - REPEATED, 0, REPEATED, 0)
    created, updated, unchanged, rejected = figures(first["s2021"])
    assert (created + updated + unchanged, rejected) == (ENTRIES["s2021"], 0)


@slow
def test_only_profiles_that_are_not_known_are_remarked_on(first):
    assert not len(first["s2019"].reported)
    assert {CORE in finding.reason for finding in first["s2021"].reported} == {True}


@slow
def test_everything_leads_where_it_should(house, first):
    shelved = Counter(house.owner(row) for kind in ("Observation", "Medication", "Claim") for row in house.rows(kind))
    assert house.anne not in shelved
    assert len(shelved) == 80
    left = {"urn:uuid:": 0, "?identifier=": 0}
    for kind in ("Encounter", "CareTeam", "MedicationRequest", "Provenance"):
        for row in house.rows(kind):
            text = json.dumps(house.content(row), default=str)
            for mark in left:
                left[mark] += text.count(f'"reference": "{mark}') + (mark[0] == "?" and text.count(mark))
    assert left == {"urn:uuid:": 0, "?identifier=": 0}


@slow
def test_a_provider_exists_once(house, first):
    for kind in ("Organization", "Practitioner", "Location"):
        numbers = Counter(
            (kind, one.get("system"), one["value"])
            for row in house.rows(kind)
            for one in house.content(row).get("identifier", ())
        )
        assert set(numbers.values()) == {1}


@slow
def test_it_comes_in_once(house, first):
    for name, entries in ENTRIES.items():
        house.take(SYNTHEA / name)
        assert figures(house.take(SYNTHEA / name)) == (0, 0, entries, 0)
    assert figures(house.take(SYNTHEA))[0] == 0
    assert figures(house.take(SYNTHEA)) == (0, 0, sum(ENTRIES.values()), 0)


@slow
def test_the_ledger_knows_every_version(house, first):
    assert house.verified()
