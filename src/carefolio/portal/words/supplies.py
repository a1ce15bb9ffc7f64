"""Amounts of a medicine: "1 tablet", "2.5 ml", "28 tablets"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.portal.words.units import written_number

COUNTED_IN: Final[Mapping[str, tuple[str, str]]] = marked(
    {
        "tablet": ("tablet", "tablets"),
        "capsule": ("capsule", "capsules"),
        "ml": ("ml", "ml"),
        "dose": ("dose", "doses"),
        "drop": ("drop", "drops"),
        "patch": ("patch", "patches"),
        "sachet": ("sachet", "sachets"),
        "g": ("g", "g"),
    }
)
"""What prescriptions count in: one of it, and several."""


def supply_words(value: Decimal, unit: str, locale: str) -> str:
    """So much of a unit; one that is not ours as it stands."""
    one, several = COUNTED_IN.get(unit, (unit, unit))
    plain = value.normalize() if value != value.to_integral_value() else value.to_integral_value()
    return f"{written_number(plain, locale)} {_(one if value == 1 else several) if unit else ''}".rstrip()
