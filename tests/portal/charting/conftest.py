"""Ada's chart; Ben may add to it, Sue has a visit with her today, Zoe and Charlie have nothing to do with it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.workflows.sharing.rules import Terms, provision_of
from tests.acceptance.cast import Actor
from tests.acceptance.resources import consent
from tests.portal.site import Person, Site


@dataclass
class Story:
    site: Site
    north: Actor
    ada: Person
    ben: Person
    sue: Person
    zoe: Person
    charlie: Person

    @property
    def chart(self):
        return f"/charts/{self.ada.id}/"

    def held(self, type_):
        """All of a type in Ada's chart, the newest first."""
        found = self.ada.actor.get(f"/{type_}?patient={self.ada.id}&_sort=-_lastUpdated&_count=50").json()
        return [one["resource"] for one in found.get("entry", [])]


@pytest.fixture(scope="module")
def story(site):
    north = site.hospital("North Hospital")
    sent = north.send(
        {
            "resourceType": "Patient",
            "name": [{"family": "Quinn", "given": ["Ada"]}],
            "birthDate": "1985-03-27",
            "identifier": [{"system": "urn:north", "value": "N-1"}],
        }
    )
    ada = site.patient("Ada Quinn", person=f"Patient/{sent['id']}")
    made = Story(
        site,
        north,
        ada,
        site.doctor("Ben Osei"),
        site.doctor("Sue Marsh"),
        site.doctor("Zoe Wirth"),
        site.patient("Charlie Stone"),
    )
    terms = Terms(whole=True, ends=clock.moment(clock.now()).date() + timedelta(days=300), correct=True)
    asked = consent(ada.person, made.ben.person)
    asked["provision"] = provision_of(asked["provision"]["actor"], terms)
    ada.actor.change(made.ben.actor.send(asked), status="active")
    _visit(made)
    return made


def _visit(story):
    sides = {"patient": (story.ada.person, "Ada Quinn"), "doctor": (story.sue.person, "Sue Marsh")}
    story.site.ask("visit", token=story.ada.actor.token, status="arrived", start=clock.now(), **sides)


@pytest.fixture
def as_ada(browse, story):
    return browse().enter(story.ada)


@pytest.fixture
def as_ben(browse, story):
    return browse().enter(story.ben)


@pytest.fixture
def as_sue(browse, story):
    return browse().enter(story.sue)
