"""Ids of what belongs to a prescription. What may be there once only has one id, made of the prescription's."""

from __future__ import annotations

from typing import Final

MOST_HANDED: Final = 40
"""So often something is handed out of one prescription, at the most: supplies can be split."""


def signature_id(prescription: str) -> str:
    """The Provenance of a prescription."""
    return f"{prescription}-signature"


def way_id(prescription: str) -> str:
    """The one Task by which a prescription goes to pharmacies."""
    return f"{prescription}-way"


def dispense_id(prescription: str, number: int) -> str:
    """Its first MedicationDispense, its second, and so on."""
    return f"{prescription}-{number}"


def dispense_ids(prescription: str) -> list[str]:
    """All that there can be."""
    return [dispense_id(prescription, number) for number in range(1, MOST_HANDED + 1)]


def number_of(prescription: str, dispense: str) -> int:
    """The how-manieth it is; 0 for one that is not named so."""
    start, _, number = dispense.rpartition("-")
    return int(number) if start == prescription and number.isascii() and number.isdigit() else 0
