"""Who is in the story, what two hospitals wrote about Ada, and what nobody else may ever be shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.cast import Actor
from tests.acceptance.resources import category, condition, observation
from tests.portal.site import Mail
from tests.portal.story.person import Person, Stage

DOCTOR, REASON, AGAIN = "Ben Osei", "I want to see how your kelpwort treatment works.", "I forgot your moorcough."
EMERGENCY = "Found asleep beside the harbour, and nobody could wake her."
INSIDE, ALONE = "Kelpwort level", "Moorcough"
OLD, OTHER_KIND, ELSEWHERE = "Fernroot level", "Duneweight", "Saltbush level"
OUTSIDE = (OLD, OTHER_KIND, ELSEWHERE)
CANARIES = (INSIDE, ALONE, *OUTSIDE, REASON, AGAIN, EMERGENCY, "canary-5d2e", "PAT-")
"""Nothing of this stands in an e-mail, or on a page that refuses somebody."""


@dataclass(kw_only=True)
class Company:
    """Those of whom a story is told, and what its chapters share."""

    stage: Stage
    ada: Person
    """The patient."""
    ben: Person
    """The doctor whom she trusts a little."""
    amy: Person
    """The admin."""
    sue: Person
    """A verified doctor, a stranger to Ada."""
    secrets: tuple[str, ...]
    """Nothing of this stands in an e-mail."""
    code: str = ""
    chart: str = ""
    passed: float = 0
    """Seconds that the product's clock runs ahead."""

    @property
    def strangers(self) -> tuple[Person, ...]:
        """Those who have nothing to do with Ada."""
        return (self.sue,)

    def passes(self, seconds: float) -> None:
        """Time, by the product's clock. Who signed in is signed out; the strangers are in again."""
        self.passed += seconds
        self.stage.site.shift(self.passed)
        self.stage.site.ask("tell_of_ends")
        for stranger in self.strangers:
            stranger.enters()

    def mail(self, to: Person, subject: str) -> Mail:
        """Comes, and says nothing of anybody's health."""
        mail = self.stage.site.inbox.take(to.email, subject)
        for word in self.secrets:
            assert word.encode() not in mail.raw, (word, mail.subject)
        return mail

    def strangers_are_refused(self, *paths: str) -> None:
        """Who has nothing to do with it tries the very addresses that were just used."""
        for stranger in self.strangers:
            stranger.is_refused(*paths, but_never=(*self.secrets, self.ada.name))


@dataclass(kw_only=True)
class Scene(Company):
    """All that the chapters about sharing share."""

    carl: Person
    """Another patient."""
    north: Actor
    south: Actor
    secrets: tuple[str, ...] = CANARIES
    records: dict[str, str] = field(default_factory=dict)
    """The page of each record by its title."""
    requests: dict[str, str] = field(default_factory=dict)
    """The number of each request and what it led to: "parts", "single"."""

    @property
    def strangers(self) -> tuple[Person, ...]:
        return (self.sue, self.carl)


def set_up(stage: Stage) -> Scene:
    """The hospitals and those who are there already; Ada and Ben will sign up."""
    site = stage.site
    north, south = site.hospital("North Hospital"), site.hospital("South Clinic")
    amy = stage.known(site.staff("admin", "Amy Lind"))
    sue = stage.known(site.doctor("Sue Marsh")).enters()
    carl = stage.known(site.patient("Carl Stone")).enters()
    ada, ben = stage.person("Ada Quinn", "ada@example.org"), stage.person(DOCTOR, "ben@example.org")
    return Scene(stage=stage, ada=ada, ben=ben, amy=amy, sue=sue, carl=carl, north=north, south=south)


def hospitals_write(scene: Scene) -> None:
    """Records of several kinds and years, from both hospitals, over the API."""
    patient = f"Patient/{scene.chart.split('/')[2]}"
    note = {"note": [{"text": "canary-5d2e"}]}
    day = {"effectiveDateTime": "2024-05-01"}
    weight = {"code": {"text": OTHER_KIND}, "category": category("vital-signs")}
    sent: dict[str, tuple[Actor, dict[str, Any]]] = {
        INSIDE: (scene.north, observation(patient, code={"text": INSIDE}, **day, **note)),
        OLD: (scene.north, observation(patient, code={"text": OLD}, effectiveDateTime="2021-03-02", **note)),
        OTHER_KIND: (scene.north, observation(patient, **weight, **day, **note)),
        ALONE: (scene.north, condition(patient, code={"text": ALONE}, recordedDate="2024-04-04", **note)),
        ELSEWHERE: (scene.south, observation(patient, code={"text": ELSEWHERE}, **day, **note)),
    }
    for title, (hospital, body) in sent.items():
        made = hospital.send(body)
        scene.records[title] = f"{scene.chart}records/{made['resourceType']}/{made['id']}/"
