"""One Patient with every kind of element that a hospital fills in: created, read, found, updated."""

import json
from typing import Any

import httpx
import pytest

from tests.acceptance.cast import Cast
from tests.acceptance.server import start
from tests.external.official import EXTERNAL

SEED = EXTERNAL / "seed" / "patient-P123456.json"
SYSTEM = "http://hospital.smarthealth.org/patients"

pytestmark = pytest.mark.skipif(not SEED.is_file(), reason="no seed patient beside the repository (CAREFOLIO_EXTERNAL)")


def elements(value: Any, path: str) -> dict[str, Any]:
    """Every leaf with its path: ``Patient.name[0].family``."""
    if isinstance(value, dict):
        inside = [elements(child, f"{path}.{name}") for name, child in value.items()]
    elif isinstance(value, list):
        inside = [elements(child, f"{path}[{place}]") for place, child in enumerate(value)]
    else:
        return {path: value}
    return {name: leaf for found in inside for name, leaf in found.items()}


def sent_elements(resource: dict[str, Any]) -> dict[str, Any]:
    """The leaves that the hospital sent: without the id and meta that the server sets."""
    found = elements(resource, "Patient")
    return {path: leaf for path, leaf in found.items() if path != "Patient.id" and not path.startswith("Patient.meta")}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    endpoint = start(tmp_path_factory.mktemp("seed"))
    try:
        with httpx.Client(base_url=endpoint.address, timeout=30) as http:
            yield Cast(endpoint, http).hospital()
    finally:
        endpoint.stop()


@pytest.fixture(scope="module")
def seed():
    return json.loads(SEED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(hospital, seed):
    return hospital.send(seed)


def test_it_is_created_with_all_its_elements(made, seed):
    assert sent_elements(made) == sent_elements(seed)
    assert len(sent_elements(seed)) > 50
    assert made["meta"]["versionId"] == "1"


def test_it_is_read_with_all_its_elements(hospital, made, seed):
    answer = hospital.get(f"/Patient/{made['id']}")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.json() == made
    assert sent_elements(answer.json()) == sent_elements(seed)


@pytest.mark.parametrize(
    "query",
    [
        f"identifier={SYSTEM}|P123456",
        "identifier=P123456",
        "family=doe&given=john",
        "name=John&birthdate=1985-04-23",
        "birthdate=1985&gender=male&family=Doe",
    ],
)
def test_it_is_found_with_all_its_elements(hospital, made, query):
    answer = hospital.get(f"/Patient?{query}")
    assert answer.status_code == 200, answer.text
    assert [entry["resource"] for entry in answer.json()["entry"]] == [made]


@pytest.mark.parametrize("query", ["identifier=P12345", f"identifier={SYSTEM}/x|P123456", "family=doe&given=jane"])
def test_what_is_not_it_does_not_find_it(hospital, made, query):
    assert hospital.found(f"/Patient?{query}") == []


def test_it_is_sent_once_only_when_asked_for(hospital, made, seed):
    answer = hospital.post("/Patient", seed, If_None_Exist=f"identifier={SYSTEM}|P123456")
    assert (answer.status_code, answer.json()["id"]) == (200, made["id"])


def test_it_is_updated_with_all_its_elements_and_the_first_version_remains(hospital, seed):
    first = hospital.send(seed)
    moved = first | {"address": [{"use": "home", "line": ["9 Elm St"], "city": "Peoria", "country": "USA"}]}
    moved["identifier"] = [{"system": SYSTEM, "value": "P999999"}]
    answer = hospital.put(f"/Patient/{first['id']}", moved, If_Match='W/"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"2"')
    newest = hospital.get(f"/Patient/{first['id']}").json()
    assert sent_elements(newest) == sent_elements(moved)
    assert hospital.get(f"/Patient/{first['id']}/_history/1").json() == first
    assert hospital.found("/Patient?identifier=P999999") == [f"Patient/{first['id']}"]
    assert f"Patient/{first['id']}" not in hospital.found("/Patient?identifier=P123456")
