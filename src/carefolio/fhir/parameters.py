"""The search parameters of R4, by resource type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from carefolio.fhir import tables

Kind = Literal["token", "reference", "date", "string", "uri", "number", "quantity", "composite", "special"]

TYPES: Final = tables.types()
"""All R4 resource types."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of one type: ``Observation.code`` is a token found at ``Observation.code``."""

    name: str
    kind: Kind
    expression: str
    """FHIRPath; only the alternatives that speak of this type."""
    targets: frozenset[str]
    """The types that a reference may point to; empty: any."""
    components: tuple[tuple[Kind, str], ...] = ()
    """Of a composite: kind and expression of each part, seen from where ``expression`` leads."""


@cache
def parameters(type_name: str) -> Mapping[str, Parameter]:
    """All parameters of the type by name, those of Resource and DomainResource too.

    Raises KeyError for what is no type. ``omitted`` names the few that R4 lists without saying where they
    look.
    """
    found: dict[str, Parameter] = {}
    for name in _lineage(type_name):
        rows = tables.table("search").get(name, {})
        found.update((code, _parameter(code, *row)) for code, row in rows.items())
    return MappingProxyType(found)


@cache
def omitted(type_name: str) -> Mapping[str, str]:
    """The parameters of R4 that are left out, with the reason."""
    found: dict[str, str] = {}
    for name in _lineage(type_name):
        found.update(tables.table("omitted").get(name, {}))
    return MappingProxyType(found)


def _parameter(
    code: str, kind: Kind, expression: str, targets: list[str], components: list[tuple[Kind, str]]
) -> Parameter:
    return Parameter(code, kind, expression, frozenset(targets), tuple((k, e) for k, e in components))


def _lineage(type_name: str) -> list[str]:
    """The type's bases, furthest first, and the type."""
    base = tables.table("structures")[type_name][0]
    return [*(_lineage(base) if base else ()), type_name]
