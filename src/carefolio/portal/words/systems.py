"""Measurements in the units that the reader counts in: kilograms or pounds, centimetres or inches, °C or °F.

Only what is shown changes; the record, its codes and its history stay as they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from carefolio.portal.words.units import decimal_of
from carefolio.workflows.charting.units import IMPERIAL, METRIC, QUANTITIES, Unit

Resource = Mapping[str, Any]
_SHOWN: Final = ("weight", "height", "temperature")
_QUANTITIES: Final = ("low", "high")
_Turn = tuple[Unit, Unit]


def _turns(system: str) -> dict[str, _Turn]:
    """By UCUM's code: the unit that it is, and the one that it is shown in; feet are told in inches."""
    found: dict[str, _Turn] = {}
    for key in _SHOWN:
        units = [one for one in QUANTITIES[key].units if one.parts is None]
        wanted = next((one for one in units if one.system == system), units[-1])
        found |= {one.code: (one, wanted) for one in units if one.code != wanted.code}
    return found


_TURNS: Final = MappingProxyType({system: _turns(system) for system in (METRIC, IMPERIAL)})


def shown_in(resource: Resource, system: str) -> Resource:
    """An Observation with its numbers and usual ranges in this system; "" leaves all as it was recorded."""
    turns = _TURNS.get(system)
    if turns is None or resource.get("resourceType") != "Observation":
        return resource
    made = dict(_element(resource, turns))
    if isinstance(made.get("component"), list):
        made["component"] = [_element(one, turns) for one in made["component"]]
    return made


def _element(element: Any, turns: Mapping[str, _Turn]) -> Any:
    if not isinstance(element, Mapping) or not isinstance(element.get("valueQuantity"), Mapping):
        return element
    made = dict(element) | {"valueQuantity": _quantity(element["valueQuantity"], turns)}
    ranges = element.get("referenceRange")
    if isinstance(ranges, list):
        made["referenceRange"] = [_range(one, turns) for one in ranges]
    return made


def _range(one: Any, turns: Mapping[str, _Turn]) -> Any:
    if not isinstance(one, Mapping):
        return one
    return dict(one) | {name: _quantity(one[name], turns) for name in _QUANTITIES if name in one}


def _quantity(quantity: Any, turns: Mapping[str, _Turn]) -> Any:
    if not isinstance(quantity, Mapping) or quantity.get("code") not in turns:
        return quantity
    value = decimal_of(quantity.get("value"))
    if value is None:
        return quantity
    unit, wanted = turns[quantity["code"]]
    turned: Decimal = round(wanted.of(unit.kept(value)), 1)
    return dict(quantity) | {"value": turned, "unit": wanted.shown, "code": wanted.code}
