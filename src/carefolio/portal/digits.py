"""Numbers in addresses and forms: anybody can type anything there."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 18
"""So many always fit into the database's 63 bits."""


def number_of(text: str, otherwise: int) -> int:
    """The number that these digits write; ``otherwise`` for anything else, and for more digits than are stored."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise
