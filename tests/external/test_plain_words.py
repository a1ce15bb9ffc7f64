"""Records that others made, told in plain words: Synthea's, and the official R4 examples."""

import gzip
import json
from decimal import Decimal

import pytest

from carefolio.base.failures import Failure
from carefolio.fhir.json import parse
from carefolio.fhir.tables import types
from carefolio.portal.words.records import told
from carefolio.portal.words.told import Reader
from tests.external.official import EXTERNAL, examples
from tests.unit.portal.words.checking import problems

SYNTHEA = EXTERNAL / "synthea"
EVERY = 12
"""One bundle of so many: their records are much alike."""


def bundles(every):
    files = sorted(SYNTHEA.glob("*/*.json.gz"))
    if not files:
        pytest.skip("no Synthea bundles beside the repository (CAREFOLIO_EXTERNAL)")
    for file in files[::every]:
        with gzip.open(file) as opened:
            yield json.load(opened, parse_float=Decimal)


def test_synthea_is_told_in_plain_words():
    records = [entry["resource"] for bundle in bundles(EVERY) for entry in bundle["entry"]]
    assert [(record["resourceType"], bad) for record in records for bad in problems(record)] == []


def test_the_seeds_patient():
    file = EXTERNAL / "seed" / "patient-P123456.json"
    if not file.is_file():
        pytest.skip("no seed patient beside the repository (CAREFOLIO_EXTERNAL)")
    record = parse(file.read_bytes())
    assert told(record, Reader()).title == "John Doe"
    assert problems(record) == []


def test_official_examples_are_told():
    for name, data in examples():
        try:
            record = parse(data)
        except Failure:
            continue
        if record.get("resourceType") in types():
            shown = told(record, Reader())
            assert shown.title, name
            assert shown.sentence, name
