"""What a form is made of: plain data that one engine draws as a page and turns into records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from carefolio.consent.principal import Role
from carefolio.workflows.charting.codes import Code

Usual = tuple[str | None, str | None]
"""Both ends of a usual range, in the unit that is kept; None where there is none on that side."""
LONGEST_NOTE = 1_000
LONGEST_LINE = 200
MOST_LINES = 20


class Kind(StrEnum):
    """What is asked for, and so what becomes of the answer."""

    AMOUNT = "amount"
    CHOICE = "choice"
    ILLNESS = "illness"
    """One of some illnesses: a Condition."""
    PROBLEM = "problem"
    """A problem in words: a Condition; a name that is known gets its codes."""
    ALLERGIES = "allergies"
    """One in a line, what it does after a colon."""
    CERTAINTY = "certainty"
    """How sure the doctor is of the problem on the same form."""
    TEETH = "teeth"
    FINDING = "finding"
    """What there is at the teeth that were chosen on the same form."""
    PICTURE = "picture"
    SITE = "site"
    """Where on the body: of all that the form makes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Something to choose, in people's words, with the codes that say the same."""

    key: str
    words: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``least`` and ``most``: beyond is a slip of the pen. ``low`` and ``high``: the usual range of
    adults, None where there is none on that side; all are in the unit that is kept. Where they differ, ``men`` and
    ``women`` stand in their place.
    """

    name: str
    label: str
    kind: Kind
    code: Code | None = None
    quantity: str = ""
    least: str = "0"
    most: str = ""
    low: str | None = None
    high: str | None = None
    men: Usual | None = None
    women: Usual | None = None
    answers: tuple[Answer, ...] = ()
    hint: str = ""
    panel: str = ""
    """The Observation that it is a part of, by its key in PANELS."""
    required: bool = False
    category: str = ""
    """Of the Observation that it becomes; empty: as the form has it."""

    def answer(self, key: str) -> Answer:
        """The answer with this key; KeyError for none."""
        return {one.key: one for one in self.answers}[key]

    def usual(self, sex: str) -> Usual:
        """The usual range of adults of this administrative sex, as FHIR writes it; none where it depends on what is not
        known.
        """
        if self.men is None and self.women is None:
            return self.low, self.high
        return {"male": self.men, "female": self.women}.get(sex) or (None, None)

    def refuses(self, value: Decimal) -> bool:
        """Whether nobody has such a value."""
        return value < Decimal(self.least) or (bool(self.most) and value > Decimal(self.most))


@dataclass(frozen=True, slots=True)
class Panel:
    """Several fields that are one Observation; ``all``: one of them alone says nothing. ``main``: the field that is its
    own value, the others are its parts.
    """

    key: str
    label: str
    code: Code
    category: str
    all: bool = False
    main: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. ``roles``: who fills it in."""

    key: str
    title: str
    about: str
    icon: str
    category: str
    fields: tuple[Field, ...]
    roles: frozenset[Role] = frozenset({Role.PATIENT, Role.DOCTOR})
    day: str = "Which day was it?"
    since: bool = False
    """Whether its day is when something began, which need not be known; else the day of what was found."""
    summary: bool = False
    """Whether its note is a judgement of its own, a ClinicalImpression."""

    def field(self, name: str) -> Field:
        """The field with this name; KeyError for none."""
        return {one.name: one for one in self.fields}[name]
