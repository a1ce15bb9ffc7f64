"""Money: whole numbers of the smallest unit of an ISO 4217 currency (1250 of EUR are 12.50 euros). Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision, list_currencies

from carefolio.base.failures import Category, Failure, Issue

MOST = 10_000_000
"""In smallest units: what is more on one line is a slip of the hand."""
_DIGITS = "0123456789"


class Money(NamedTuple):
    """``minor`` smallest units of ``currency``."""

    minor: int
    currency: str

    @property
    def value(self) -> Decimal:
        """In whole units, with all the digits that the currency has: 12.50."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def fhir(self) -> dict[str, Any]:
        """As FHIR writes it (https://hl7.org/fhir/R4/datatypes.html#Money)."""
        return {"value": self.value, "currency": self.currency}


def digits(currency: str) -> int:
    """How many digits stand behind the point: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has it."""
    return len(code) == len("EUR") and code in list_currencies()


def money_of(element: Any, currency: str = "") -> Money:
    """A FHIR Money; what it does not say is 0, and ``currency``. Raises for more digits than its currency has."""
    said = element if isinstance(element, dict) else {}
    named = str(said.get("currency", currency))
    shifted = Decimal(str(said.get("value", 0))).scaleb(digits(named) if named else 0)
    if shifted != shifted.to_integral_value():
        raise _wrong("This amount has more digits than its currency.")
    return Money(int(shifted), named)


def typed(text: str, currency: str) -> Money:
    """What somebody typed, with a point or a comma: ``60``, ``60.00``, ``1,250.50``; raises for what is no amount."""
    bare = text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    head, _point, tail = bare.rpartition(",")
    parts_thousands = "." in bare or "," in head or len(tail) == len("000")
    bare = bare.replace(",", "" if parts_thousands else ".")
    try:
        value = Decimal(bare) if bare and set(bare) <= set(_DIGITS + ".") else Decimal(-1)
    except InvalidOperation:
        value = Decimal(-1)
    places = digits(currency)
    if value < 0 or -int(value.as_tuple().exponent) > places:
        raise _wrong("Enter an amount, such as 60 or 60.50." if places else "Enter an amount, such as 6000.")
    made = Money(int(value.scaleb(places)), currency)
    if made.minor > MOST:
        raise _wrong("This amount is too large. Check it.")
    return made


def _wrong(sentence: str) -> Failure:
    return Failure(Category.MALFORMED, Issue("value", sentence, "amount"))
