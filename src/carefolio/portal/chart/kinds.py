"""The kinds of records that a timeline is narrowed by: sharing's categories, so that both mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from carefolio.records.timeline import Slice
from carefolio.workflows.sharing.categories import CATEGORIES, slices_of

ASIDE: Final = ("personal", "bills", "others")
"""Kinds that say nothing of the patient's health: a timeline shows them when it is asked for them."""
HEALTH: Final = tuple(
    Slice(type_) for type_ in sorted({one.type for one in slices_of(key for key in CATEGORIES if key not in ASIDE)})
)
"""What a timeline shows unless it is asked for by kind: whole types, which are read in one order each."""
MEASURED: Final = (Slice("Observation"),)
COUNTED: Final[Mapping[str, tuple[Slice, ...]]] = MappingProxyType({key: one.slices for key, one in CATEGORIES.items()})
NAMES: Final[Mapping[str, str]] = MappingProxyType({key: one.name for key, one in CATEGORIES.items()})


def slices(key: str) -> tuple[Slice, ...]:
    """What is asked for under a kind's key, "" for everything about health."""
    return slices_of([key]) if key in CATEGORIES else HEALTH
