"""A search as data: what ``parse`` understood and ``plan``, ``match``, ``page`` and ``include`` work from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

COUNT_DEFAULT = 20
COUNT_MAX = 1_000


class Prefix(StrEnum):
    """How a date is compared (https://hl7.org/fhir/R4/search.html#prefix)."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    LT = "lt"
    GE = "ge"
    LE = "le"
    SA = "sa"
    EB = "eb"
    AP = "ap"


@dataclass(frozen=True, slots=True)
class DateTest:
    """One date asked for: a comparison with the interval [low, high] in µs UTC (``ap``: already widened)."""

    prefix: Prefix
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Coding:
    """One token asked for. ``system`` None: any, "": none. ``code`` None: any code of that system."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Ids:
    """``_id``: one of these."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Updated:
    """``_lastUpdated``: one of these tests holds for the version's moment."""

    tests: tuple[DateTest, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A coded parameter or ``identifier``: one of the codings is there, or with ``negated`` none of them."""

    name: str
    codings: tuple[Coding, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Strings:
    """A name: each word of a text begins a word of the record's; ``exact``: a value is one of the texts."""

    name: str
    texts: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """``date`` or ``birthdate``: one of the tests holds for a value of the record."""

    name: str
    tests: tuple[DateTest, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """A reference parameter: the record names one of these ``Type/id``."""

    name: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """``:missing``: the record has no value (``wanted``), or has one."""

    name: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Within:
    """The record lies in one of these charts or shelves; made by ``include``, never by a caller."""

    owners: frozenset[int]


Condition = Ids | Updated | Tokens | Strings | Dates | Links | Missing | Within


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of ``_sort``."""

    name: str
    descending: bool


class Total(StrEnum):
    """Whether ``Bundle.total`` is wanted."""

    NONE = "none"
    ESTIMATE = "estimate"
    ACCURATE = "accurate"


@dataclass(frozen=True, slots=True)
class Include:
    """``_include``, ``_revinclude``: the type that holds the reference, the parameter, the type named."""

    type: str
    name: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One search. All conditions have to hold."""

    type: str
    conditions: tuple[Condition, ...] = ()
    sort: tuple[SortKey, ...] = ()
    count: int = COUNT_DEFAULT
    includes: tuple[Include, ...] = ()
    reverse_includes: tuple[Include, ...] = ()
    summary: bool = False
    """Only the number is wanted: ``_summary=count`` or ``_count=0``."""
    total: Total = Total.NONE
    cursor: bytes | None = None
    """Where the page before ended, as ``page`` wrote it."""
    ignored: tuple[str, ...] = ()
    """Names that a lenient search passed over."""
    kept: tuple[tuple[str, str], ...] = ()
    """The parameters that were answered, as they came: what ``Bundle.link`` repeats."""

    @property
    def counts(self) -> bool:
        """Whether the number of all matches has to be found."""
        return self.summary or self.total is Total.ACCURATE
