"""The currencies that doctors choose from; a doctor's own is the one of their fees."""

from __future__ import annotations

from typing import Final

from carefolio.portal.visitor import Visitor
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.reading import fees_resource

_CODES: Final = ("EUR", "GBP", "USD", "INR", "AUD", "CAD", "CHF", "DKK", "JPY", "NOK", "NZD", "PLN", "SEK")
COMMON: Final = [(code, code) for code in _CODES]


def usual_of(visitor: Visitor) -> str:
    """What this doctor asks for, euros where they have said nothing."""
    fees = fees_of(fees_resource(visitor.reach.door, visitor.person))
    return next(iter(fees.values())).currency if fees else _CODES[0]
