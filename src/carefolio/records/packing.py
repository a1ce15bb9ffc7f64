"""What is sealed of a record: a long text packed, since FHIR repeats its words. Most records are short, and stay as
they are: packing and unpacking would take longer than what they save is worth.

A packed text begins with ``_MARK``, which neither JSON nor an outline (``enclosures``) begins with.
"""

from __future__ import annotations

import zlib

LONG = 2_048
"""Bytes from which on a text is packed."""
_MARK = b"\x02"
_LEVEL = 1
"""Higher ones take three times as long for a twentieth less."""


def packed(stored: bytes) -> bytes:
    """The text as it is to be sealed."""
    if len(stored) < LONG:
        return stored
    short = _MARK + zlib.compress(stored, _LEVEL)
    return short if len(short) < len(stored) else stored


def unpacked(opened: bytes) -> bytes:
    """The text as it was before it was packed, if it was."""
    return zlib.decompress(opened[len(_MARK) :]) if opened.startswith(_MARK) else opened
