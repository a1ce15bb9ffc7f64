"""What may be seen, as plain data: consent makes it, search turns it into SQL, the door passes it on.

The meaning of a Window is defined once, by ``carefolio.consent.decide``; SQL has to agree with it row for row.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """One alternative under which records may be seen, or one exception to it.

    ``None`` means "not narrowed". Every field that is set has to hold; inside a field one value is enough.
    """

    owners: frozenset[int] | None = None
    """Owner numbers of charts and shelves."""
    kinds: frozenset[str] | None = None
    """Resource types."""
    records: frozenset[str] | None = None
    """Single records as ``Type/id``."""
    authors: frozenset[int] | None = None
    """Account numbers of those who wrote the record."""
    hospitals: frozenset[int] | None = None
    """Owner numbers of the shelves of the hospitals that sent it."""
    codes: frozenset[str] | None = None
    """``system|code`` or ``code``, matched against the codings of the record's code and category."""
    since: int | None = None
    """The record's clinical time must end at or after this moment (µs UTC). One without a time never matches."""
    until: int | None = None
    """The record's clinical time must start at or before this moment (µs UTC)."""
    labels: frozenset[int] | None = None
    """Confidentiality: 0 normal, 1 restricted, 2 very restricted."""
    participants: frozenset[str] | None = None
    """References of which the record names one as its addressed participant."""
    unless: tuple[Window, ...] = ()
    """Exceptions: the alternative does not hold for a record that one of these matches."""
    contract: str | None = None
    """The contract's version that opens this window: ``Consent/id/_history/n``."""
    rule: str = ""
    """Why it is open: own-chart, author, hospital, participant, asker, directory, shelf, contract, break-glass."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Everything a caller may see: a record is visible when one of the windows matches it. None: nothing is."""

    any_of: tuple[Window, ...] = ()
