"""What a record says when it is told: the shapes that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from carefolio.portal.words.dates import Calendar

Audience = Literal["patient", "doctor"]
LOW, HIGH, ABNORMAL, POSITIVE, NEGATIVE, USUAL = "low", "high", "abnormal", "positive", "negative", "usual"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. ``names``: what references ``Type/id`` are called, where a record itself does not say."""

    locale: str = "en"
    zone: str = "UTC"
    audience: Audience = "patient"
    names: Mapping[str, str] = field(default_factory=dict)
    units: str = ""
    """The system in which they count; "": as each record has it."""

    @property
    def calendar(self) -> Calendar:
        """Dates in the reader's language and zone."""
        return Calendar(self.locale, self.zone)

    @property
    def is_patient(self) -> bool:
        """Whether it is told in the patient's words."""
        return self.audience == "patient"


class Fact(NamedTuple):
    """One line of a summary list."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number for pictures. ``low`` and ``high``: the usual range as recorded; None: that end is not given."""

    label: str
    value: Decimal
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    shown: str = ""
    """The number in the reader's way of writing, with its unit."""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One record in words.

    ``kind``: key of its group (``kinds.kind``). ``sentence``: for patients a whole one, for doctors a dense line.
    ``status``: "" for what is final and current. ``flag``: "", usual, low, high, abnormal, positive or negative.
    ``code``: ``system|code`` of what it is about, to ask for more of the same. ``technical``: codes and numbers
    for a fold that is closed at first.
    """

    type: str
    kind: str
    kind_name: str
    title: str
    sentence: str
    when: str = ""
    moment: int | None = None
    source: str = ""
    """The hospital that the record itself names; "" where it names none (the page knows who sent it)."""
    author: str = ""
    """The person whom it names first as its writer or doer."""
    value: str = ""
    facts: tuple[Fact, ...] = ()
    status: str = ""
    flag: str = ""
    numbers: tuple[Number, ...] = ()
    code: str = ""
    technical: tuple[Fact, ...] = ()

    @property
    def number(self) -> Number | None:
        """The number, where there is exactly one."""
        return self.numbers[0] if len(self.numbers) == 1 else None


@dataclass(slots=True)
class Draft:
    """What is particular to a type of record; ``records.told`` adds what all of them have."""

    title: str
    sentence: str
    facts: list[Fact] = field(default_factory=list)
    value: str = ""
    flag: str = ""
    numbers: tuple[Number, ...] = ()
    concept: object = None
    """The CodeableConcept that says what it is about."""
    name: str = ""
    """Another name of its kind, where the type's is too wide: "Measurement"."""

    def fact(self, label: str, value: str) -> None:
        """Add a line, unless there is nothing to say."""
        if value.strip():
            self.facts.append(Fact(label, value.strip()))
