"""Ada's chart: what two hospitals and she herself wrote, and what she shared with Ben: test results from the North."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

from carefolio.workflows.sharing.rules import Terms, provision_of
from tests.acceptance.cast import Actor
from tests.acceptance.resources import category, concept, condition, consent, observation
from tests.portal.site import Person, Site

POTASSIUM, WEIGHT, PRESSURE = "2823-3", "29463-7", "85354-9"
SCRIPT = "<script>alert(1)</script>"
USUAL = [{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.0, "unit": "mmol/L"}}]
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Story:
    """Everybody and everything; ``inside`` is what Ben may see, ``outside`` what he may not: title → resource."""

    site: Site
    north: Actor
    south: Actor
    ada: Person
    ben: Person
    sue: Person
    charlie: Person
    contract: dict[str, Any] = field(default_factory=dict)
    inside: dict[str, dict[str, Any]] = field(default_factory=dict)
    outside: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, Any] = field(default_factory=dict)

    @property
    def chart(self) -> str:
        return f"/charts/{self.ada.id}/"

    def record(self, one: dict[str, Any]) -> str:
        return f"{self.chart}records/{one['resourceType']}/{one['id']}/"


def tell(site: Site) -> Story:
    """Make it."""
    north, south = site.hospital("North Hospital"), site.hospital("South Clinic")
    sent = north.send(
        {
            "resourceType": "Patient",
            "name": [{"use": "official", "family": "Quinn", "given": ["Ada"]}, {"use": "nickname", "text": "Addie"}],
            "gender": "female",
            "birthDate": "1985-03-27",
            "identifier": [{"system": "urn:north", "value": "N-1"}],
            "telecom": [{"system": "phone", "use": "work", "value": "0100"}, {"system": "phone", "value": "0123"}],
        }
    )
    patient = f"Patient/{sent['id']}"
    ada = site.patient("Ada Quinn", person=patient)
    story = Story(
        site, north, south, ada, site.doctor("Ben Osei"), site.doctor("Sue Marsh"), site.patient("Charlie Stone")
    )
    _fill(story, patient)
    _share(story, patient)
    return story


def _fill(story: Story, patient: str) -> None:
    north, south = story.north, story.south
    values = (("2024-05-01", 4.1), ("2025-05-01", 4.6), ("2026-05-01", 5.4))
    results = [
        north.send(
            observation(
                patient,
                effectiveDateTime=day,
                valueQuantity={"value": value, "unit": "mmol/L"},
                referenceRange=USUAL,
            )
        )
        for day, value in values
    ]
    story.inside["Potassium"] = results[-1]
    odd = observation(
        patient, code={"text": f"Oddity {SCRIPT}"}, effectiveDateTime="2026-04-01", note=[{"text": SCRIPT}]
    )
    story.inside["Oddity"] = north.send(odd)
    weights = [
        north.send(
            observation(
                patient,
                category=category("vital-signs"),
                code=concept(WEIGHT),
                effectiveDateTime=day,
                valueQuantity={"value": value, "unit": "kg"},
            )
        )
        for day, value in (("2025-02-01", 71), ("2026-02-01", 74))
    ]
    story.outside["weight"] = weights[0]
    story.outside["Asthma"] = north.send(condition(patient))
    story.outside["Southern potassium"] = south.send(
        observation(patient, code=concept(POTASSIUM) | {"text": "Potassium"}, effectiveDateTime="2026-01-01")
    )
    _report(story, patient, results[-1])
    _others(story, patient)


def _report(story: Story, patient: str, result: dict[str, Any]) -> None:
    """A report on a result that Ben may see and on one that he may not."""
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Salts and more"},
        "category": [concept("LAB", "http://terminology.hl7.org/CodeSystem/v2-0074")],
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-05-01",
        "result": [
            {"reference": f"Observation/{result['id']}"},
            {"reference": f"Observation/{story.outside['weight']['id']}"},
        ],
    }
    story.inside["Salts and more"] = story.north.send(report)


def _others(story: Story, patient: str) -> None:
    """What the South and Ada herself wrote, and what is Charlie's."""
    north, south = story.north, story.south
    story.outside["Flu"] = south.send(
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": "Flu vaccine"},
            "patient": {"reference": patient},
            "occurrenceDateTime": "2025-10-03",
        }
    )
    story.own = story.ada.actor.send(condition(patient, code={"text": "Sore knee"}, recordedDate="2026-06-01"))
    story.foreign = north.send(condition(story.charlie.person, code={"text": "Charlie's gout"}))


def _share(story: Story, patient: str) -> None:
    """Ben asks for laboratory results from the North, and Ada gives them."""
    terms = Terms(
        categories=frozenset({"results"}), hospitals=frozenset({story.north.organization}), ends=date(2027, 11, 1)
    )
    asked = consent(patient, story.ben.person)
    asked["provision"] = provision_of(asked["provision"]["actor"], terms)
    asked = story.ben.actor.send(asked)
    story.contract = story.ada.actor.change(asked, status="active")


class WellFormed(HTMLParser):
    """Whether every element that is opened is closed, in order, and no id comes twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.problems: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        id_ = dict(attrs).get("id")
        if id_ and id_ in self.ids:
            self.problems.append(f"id {id_} comes twice")
        self.ids.add(id_ or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """It closes itself."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")


def problems(html: str) -> list[str]:
    """What is not well formed in a page."""
    return WellFormed(html).problems
