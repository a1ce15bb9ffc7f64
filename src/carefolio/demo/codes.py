"""Code systems, and the small shapes in which stories name what they record."""

from dataclasses import dataclass, replace
from typing import NamedTuple

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
HL7 = "http://terminology.hl7.org/CodeSystem/"
DEMO = "https://carefolio.org/fhir/CodeSystem/demo"
"""For what has no free code that we are sure of: a slug of ours next to the words."""

NATIONAL_ID = "https://carefolio.org/fhir/demo/national-id"
LICENCE = "https://carefolio.org/fhir/demo/licence"
ORGANIZATION = "https://carefolio.org/fhir/demo/organization"
LOCATION = "https://carefolio.org/fhir/demo/location"
ROLE = "https://carefolio.org/fhir/demo/role"

VITAL_SIGNS = "vital-signs"
LABORATORY = "laboratory"
EXAM = "exam"
SURVEY = "survey"

CONSULTATION = ("11488-4", "Consultation note")
DISCHARGE = ("18842-5", "Discharge summary")
PROCEDURE_NOTE = ("28570-0", "Procedure note")


class Usual(NamedTuple):
    """The mean and the usual range of the healthy adults of one sex."""

    typical: float
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured again and again.

    `unit` is the UCUM code and `shown` the unit as people write it, where that differs. `places` is the
    number of decimals that the instrument gives, `typical` the mean of healthy adults, `own` the spread
    between people, `spread` that between two measurements of one person, `winter` how much higher January
    is than spring. `women` and `men`: where laboratories compare each sex with its own range.
    """

    code: str
    name: str
    unit: str
    places: int
    typical: float
    own: float
    spread: float
    low: str | None = None
    high: str | None = None
    category: str = LABORATORY
    shown: str = ""
    winter: float = 0.0
    system: str = LOINC
    women: Usual | None = None
    men: Usual | None = None

    def of(self, gender: str) -> "Measure":
        """The same as it is in people of that sex."""
        usual = {"female": self.women, "male": self.men}.get(gender)
        if usual is None:
            return self
        return replace(self, typical=usual.typical, low=usual.low, high=usual.high, women=None, men=None)


@dataclass(frozen=True, slots=True)
class Panel:
    """Laboratory tests that are ordered and reported together."""

    code: str
    name: str
    measures: tuple[Measure, ...]
    system: str = LOINC


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis by its ICD-10-CM code, with the words a doctor would write."""

    code: str
    text: str
    category: str = "problem-list-item"
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A medicine as it is prescribed: ATC code, words, one dose, how often, for how many days."""

    atc: str
    medicine: str
    directions: str
    dose: str
    unit: str
    times: int
    days: int
    route: str = "by mouth"
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine by its CVX code."""

    cvx: str
    text: str
    dose: str = "0.5"
    site: str = "left upper arm"


@dataclass(frozen=True, slots=True)
class Allergy:
    """What a person does not tolerate, and what it did to them."""

    slug: str
    text: str
    category: str
    reaction: str
    severity: str
    criticality: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a patient, in our own words and slug."""

    slug: str
    text: str
    site: str = ""
