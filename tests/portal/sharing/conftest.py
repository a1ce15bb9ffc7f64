"""Two hospitals that wrote about Ada, doctors who ask her, and somebody whom none of it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from carefolio.base import clock
from carefolio.workflows.sharing.rules import Ask, Terms, proposal
from tests.acceptance.cast import Actor, name
from tests.portal.site import Person, Site

TERMS = "http://terminology.hl7.org/CodeSystem/"
REASON = "We would like to see how your heart is doing."


def today() -> date:
    return clock.moment(clock.now()).date()


def observation(person: str, when: str, **more: Any) -> dict[str, Any]:
    """A potassium."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": f"{TERMS}observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
        "subject": {"reference": person},
        "effectiveDateTime": when,
        "valueQuantity": {"value": 4.4, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    } | more


def condition(person: str, words: str = "Asthma") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": f"{TERMS}condition-clinical", "code": "active"}]},
        "code": {"text": words},
        "subject": {"reference": person},
        "onsetDateTime": "2024-05-01",
    }


@dataclass
class Town:
    """Everybody, and what was written about Ada."""

    site: Site
    ada: Person
    ben: Person
    cleo: Person
    dan: Person
    north: Actor
    south: Actor
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, who: Person, terms: Terms | None = None, *, reason: str = REASON, **more: Any) -> str:
        """A request to Ada over the API, as a page makes it; its id."""
        known = who.actor.found(f"/Patient?identifier={self.ada.code}")
        assert known == [self.ada.person]
        wanted = Ask(self.ada.code, terms or whole(), reason)
        actor = {"reference": who.person, "display": who.name}
        made = who.actor.send(proposal({"reference": self.ada.person}, actor, wanted, today()) | more)
        return str(made["id"])

    def consent(self, id_: str) -> dict[str, Any]:
        body: dict[str, Any] = self.ada.actor.get(f"/Consent/{id_}").json()
        return body

    def status(self, id_: str) -> str:
        return str(self.consent(id_)["status"])

    def sees(self, who: Person) -> set[str]:
        """Which of the records they see now."""
        return {key for key, body in self.records.items() if who.actor.sees(body)}


def whole(**more: Any) -> Terms:
    return Terms(whole=True, ends=today() + timedelta(days=180), **more)


def parts(*keys: str, **more: Any) -> Terms:
    return Terms(categories=frozenset(keys), ends=today() + timedelta(days=180), **more)


@pytest.fixture(scope="module")
def town(site):
    north, south = site.hospital("North Hospital"), site.hospital("South Hospital")
    ada, dan = site.patient("Ada Quinn"), site.patient("Dan Reed")
    east = site.hospital("East Hospital")
    made = Town(site, ada, site.doctor("Ben Osei", east), site.doctor("Cleo Marsh"), dan, north, south)
    made.records = {
        "new result": north.send(observation(ada.person, "2026-03-01")),
        "old result": north.send(observation(ada.person, "2019-03-01")),
        "south's result": south.send(observation(ada.person, "2026-04-01")),
        "asthma": north.send(condition(ada.person)),
    }
    return made


@pytest.fixture
def she(town, browse):
    """Ada's browser, at her home page."""
    return browse().enter(town.ada)


@pytest.fixture(autouse=True)
def nothing_left(request):
    """Contracts of one test are over before the next."""
    yield
    if "town" not in request.fixturenames:
        return
    town = request.getfixturevalue("town")
    for one in (*town.ada.actor.get("/Consent?status=active,proposed&_count=200").json().get("entry", []),):
        body = one["resource"]
        turned = "inactive" if body["status"] == "active" else "rejected"
        town.ada.actor.put(name(body), body | {"status": turned})
