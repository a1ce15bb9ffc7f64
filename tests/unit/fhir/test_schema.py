"""The quick schemas may only say yes where the explaining walk finds nothing."""

import copy
import random
from decimal import Decimal

import pytest

from carefolio.fhir.parameters import TYPES
from carefolio.fhir.schema import validator
from carefolio.fhir.structure import explain

from . import samples

JUNK = [
    None, True, 0, -1, Decimal("1.0"), "", " ", "x", "a  b", "1985-13", "2023-02-29", "\x00", "http://a.example",
    "Patient/1", [], {}, [None], [{}], ["x"], {"id": "a"}, {"reference": "Group/1"}, {"value": "1"},
    {"coding": [{"code": "x"}]},
]  # fmt: skip
KEYS = [
    "id",
    "status",
    "code",
    "value",
    "valueString",
    "valueInteger",
    "_status",
    "_birthDate",
    "extension",
    "x",
]


def places(value):
    """Every container inside, itself first."""
    yield value
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, (dict, list)):
            yield from places(child)


def damaged(resource, chance):
    """The resource with one thing changed, added or taken away somewhere."""
    resource = copy.deepcopy(resource)
    place = chance.choice(list(places(resource)))
    junk = copy.deepcopy(chance.choice(JUNK))
    if isinstance(place, list):
        place[chance.randrange(len(place)) if place else slice(None)] = junk if place else [junk]
    else:
        keys = [key for key in place if key != "resourceType"]
        key = chance.choice(keys + KEYS)
        if key in place and chance.random() < 0.3:
            del place[key]
        else:
            place[key] = junk
    return resource


@pytest.mark.parametrize("make", [samples.observation, samples.patient, samples.transaction])
def test_common_resources_get_the_quick_yes(make):
    resource = make()
    assert validator(resource["resourceType"]).is_valid(resource)


@pytest.mark.parametrize("make", [samples.observation, samples.patient, samples.transaction])
def test_the_quick_yes_is_never_wrong(make):
    chance = random.Random(4)
    for _ in range(3_000):
        resource = damaged(damaged(make(), chance), chance)
        name = resource["resourceType"]
        if validator(name).is_valid(resource):
            assert explain(resource, name) == []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_has_a_schema_that_wants_its_type(name):
    assert not validator(name).is_valid({"resourceType": "Nobody"})
