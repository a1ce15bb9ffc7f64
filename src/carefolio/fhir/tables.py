"""The R4 definitions as this package uses them: which elements a type has, which codes a set, and so on.

The files are derived (scripts/derive_definitions.py says what is in each) and read once, on first use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import msgspec

CHOICE = "[x]"
UNBOUNDED = "*"
RESOURCE = "Resource"
_TYPE = re.compile(r"(?P<name>[\w.]+)(?:#(?P<codes>[\w-]+))?(?:\((?P<targets>[\w,]+)\))?")
_ABSTRACT = frozenset({RESOURCE, "DomainResource"})


class Element(NamedTuple):
    """One JSON property of a type; a choice such as ``value[x]`` is one Element for each of its types."""

    name: str
    """The property: ``valueQuantity``."""
    type: str
    """``Quantity``, ``code``, or ``Observation.component`` for what is defined inside Observation."""
    minimum: int
    """0 or more; of a choice: of all its types together."""
    repeats: bool
    """The property is an array; R4 has no other limit than one."""
    choice: str
    """``value`` for ``valueQuantity``, '' for what is no choice."""
    codes: str
    """The set of codes that is required, '' for none."""
    targets: frozenset[str]
    """The types that a reference may name; empty: any."""


@cache
def table(name: str) -> dict[str, Any]:
    """The derived file as it is."""
    data = resources.files("carefolio.fhir.definitions").joinpath(f"{name}.json").read_bytes()
    return dict(msgspec.json.decode(data))


@cache
def elements(type_name: str) -> Mapping[str, Element]:
    """All elements of a complex type or resource by property name, those of its bases first."""
    base, *rows = table("structures")[type_name]
    found = dict(elements(base)) if base else {}
    for row in rows:
        found.update((element.name, element) for element in _elements(row))
    return found


def _elements(row: str) -> list[Element]:
    """Read ``value[x] 0..1 Quantity code#set Reference(A,B)``."""
    name, cardinality, *types = row.split(" ")
    minimum, _, maximum = cardinality.partition("..")
    stem = name.removesuffix(CHOICE)
    choice = stem if name.endswith(CHOICE) else ""
    found = []
    for text in types:
        match = _TYPE.fullmatch(text)
        kind, codes, targets = match.groups() if match else (text, None, None)
        found.append(
            Element(
                name=stem + kind[0].upper() + kind[1:] if choice else stem,
                type=kind,
                minimum=int(minimum),
                repeats=maximum == UNBOUNDED,
                choice=choice,
                codes=codes or "",
                targets=frozenset(targets.split(",")) if targets else frozenset(),
            )
        )
    return found


@cache
def is_primitive(type_name: str) -> bool:
    """Whether values of the type are JSON strings, numbers or booleans."""
    return type_name in table("primitives")


@cache
def types() -> frozenset[str]:
    """All concrete resource types."""
    return frozenset(name for name in table("structures") if name not in _ABSTRACT and _is_resource(name))


def _is_resource(type_name: str) -> bool:
    base = table("structures")[type_name][0]
    return type_name == RESOURCE or (base != "" and _is_resource(base))
