"""A measurement over time: every value that a chart holds under one code, the parts of a blood pressure too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carefolio.fhir.json import parse
from carefolio.records.read import Found


@dataclass(frozen=True, slots=True)
class Point:
    """One value. ``part`` is the ``system|code`` of the component, empty for the observation's own value; ``text`` is
    what its sender calls it; ``low`` and ``high`` are its clinical date, µs UTC; ``least`` and ``most`` the range that
    its sender takes for usual.
    """

    found: Found
    value: Decimal
    unit: str
    part: str = ""
    text: str = ""
    comparator: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def low(self) -> int:
        """When it was measured, at the earliest."""
        return self.found.row.low

    @property
    def high(self) -> int:
        """When it was measured, at the latest."""
        return self.found.row.high


def points(found: Found) -> Iterator[Point]:
    """The quantities in an Observation: its value and those of its components. What was entered in error has none."""
    observation = parse(found.body)
    if observation.get("status") == "entered-in-error":
        return
    for element in (observation, *observation.get("component", ())):
        value = _amount(element.get("valueQuantity"))
        if value is not None:
            part = "" if element is observation else _code(element)
            yield _point(found, element, value, part)


def _point(found: Found, element: dict[str, Any], value: Decimal, part: str) -> Point:
    quantity, usual = element["valueQuantity"], _usual(element)
    concept = element.get("code", {})
    display = next((coding["display"] for coding in concept.get("coding", ()) if "display" in coding), "")
    return Point(
        found,
        value,
        quantity.get("unit", quantity.get("code", "")),
        part,
        concept.get("text", display),
        quantity.get("comparator", ""),
        _amount(usual.get("low")),
        _amount(usual.get("high")),
    )


def _code(element: dict[str, Any]) -> str:
    codings = element.get("code", {}).get("coding", ())
    return next((f"{one.get('system', '')}|{one['code']}" for one in codings if "code" in one), "|")


def _usual(element: dict[str, Any]) -> dict[str, Any]:
    """The range that is meant when none is named otherwise."""
    ranges: list[dict[str, Any]] = element.get("referenceRange", [])
    normal = (one for one in ranges if _is_usual(one))
    return next(normal, {})


def _is_usual(one: dict[str, Any]) -> bool:
    return all(coding.get("code") == "normal" for coding in one.get("type", {}).get("coding", ()))


def _amount(quantity: Any) -> Decimal | None:
    value = quantity.get("value") if isinstance(quantity, dict) else None
    return None if value is None else Decimal(value)
