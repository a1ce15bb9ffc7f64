"""The quick yes: JSON Schemas derived from the definitions, run by jsonschema-rs in a few microseconds.

What a schema accepts is valid. What it does not accept is not yet invalid: rare constructs (extensions on
repeated primitives, extension values of rare types, 29 February …) are left to ``structure``, which explains
what is wrong or finds that nothing is. Leaving them out keeps a type's schema small and quick to build.
Places of whole resources (contained, Bundle.entry.resource …) accept any object; ``validate`` looks inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from carefolio.fhir import tables
from carefolio.fhir.primitives import INTEGERS, QUICK
from carefolio.fhir.tables import Element

Schema = dict[str, Any]

_WIDE: Final = 20
"""A choice of more types than this is narrowed to the common ones."""
_COMMON: Final = frozenset(
    {"string", "code", "boolean", "integer", "decimal", "dateTime", "date", "uri", "url", "Reference"}
    | {"Coding", "CodeableConcept", "Identifier", "Period", "Quantity", "Address", "Money"}
)
_ELSEWHERE: Final = "#|urn:|https?://"


@cache
def validator(type_name: str) -> jsonschema_rs.Draft4Validator:
    """The compiled schema of a resource type. Draft 4, because there 1.0 is not an integer."""
    definitions = _Definitions()
    root = definitions.refer(type_name)
    definitions.made[type_name]["properties"]["resourceType"] = {"enum": [type_name]}
    schema = {**root, "definitions": definitions.made}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=False)


class _Definitions:
    """The types that one schema needs, each written once."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {}

    def refer(self, type_name: str, targets: frozenset[str] = frozenset()) -> Schema:
        """A reference to the type's definition, which is written now if it was not before."""
        name = f"{type_name}-to-{'-'.join(sorted(targets))}" if targets else type_name
        if name not in self.made:
            self.made[name] = definition = {}  # in place before it is filled: a type may contain itself
            definition.update(self._object(type_name, targets))
        return {"$ref": f"#/definitions/{name}"}

    def _object(self, type_name: str, targets: frozenset[str]) -> Schema:
        elements = list(_usual(type_name))
        properties = {element.name: self._property(element) for element in elements}
        for element in elements:
            if tables.is_primitive(element.type) and not element.repeats and not element.choice:
                properties[f"_{element.name}"] = self.refer("Element")
        if targets:
            properties["reference"] = _pointing(targets)
        return {
            "type": "object",
            "minProperties": 1,
            "properties": properties,
            "additionalProperties": False,
            **_presence(elements),
        }

    def _property(self, element: Element) -> Schema:
        value = self._value(element)
        return {"type": "array", "minItems": 1, "items": value} if element.repeats else value

    def _value(self, element: Element) -> Schema:
        if element.type == tables.RESOURCE:
            return {"type": "object"}
        if tables.is_primitive(element.type):
            return _primitive(element)
        value = self.refer(element.type, element.targets)
        return {"allOf": [value, _bound(element)]} if element.codes else value


def _usual(type_name: str) -> Iterator[Element]:
    """The elements of a type without the rare types of its widest choices."""
    elements = tables.elements(type_name).values()
    width: dict[str, int] = defaultdict(int)
    for element in elements:
        width[element.choice] += 1
    for element in elements:
        if not element.choice or width[element.choice] <= _WIDE or element.type in _COMMON:
            yield element


def _primitive(element: Element) -> Schema:
    if element.type == "boolean":
        return {"type": "boolean"}
    if element.type == "decimal":
        return {"type": "number"}
    if element.type in INTEGERS:
        least, largest = INTEGERS[element.type]
        return {"type": "integer", "minimum": least, "maximum": largest}
    if element.codes:
        return {"enum": [code for codes in tables.table("codes")[element.codes].values() for code in codes]}
    return {"type": "string", "minLength": 1, "pattern": QUICK[element.type]}


def _bound(element: Element) -> Schema:
    """All codings of a concept are from the required set (R4 binds no other complex type)."""
    codings = [
        {"required": ["system", "code"], "properties": {"system": {"enum": [system]}, "code": {"enum": codes}}}
        for system, codes in tables.table("codes")[element.codes].items()
    ]
    return {"required": ["coding"], "properties": {"coding": {"items": {"anyOf": codings}}}}


def _pointing(targets: frozenset[str]) -> Schema:
    """The text of a reference that may name some types only."""
    names = "|".join(sorted(targets))
    return {"type": "string", "pattern": f"^(?:{_ELSEWHERE}|(?:{names})[/?])[^\\x00-\\x20]+$"}


def _presence(elements: list[Element]) -> Schema:
    """What must be there, and that a choice is made once."""
    choices: dict[str, list[str]] = defaultdict(list)
    required = [element.name for element in elements if element.minimum and not element.choice]
    wanted: list[Schema] = []
    for element in elements:
        if element.choice:
            choices[element.choice].append(element.name)
    for stem, names in choices.items():
        if any(element.minimum for element in elements if element.choice == stem):
            wanted.append({"anyOf": [{"required": [name]} for name in names]})
    schema: Schema = {"dependencies": dict(_exclusions(choices))} if choices else {}
    if required:
        schema["required"] = required
    return {**schema, "allOf": wanted} if wanted else schema


def _exclusions(choices: dict[str, list[str]]) -> Iterator[tuple[str, Schema]]:
    """Each property of a choice forbids those after it."""
    for names in choices.values():
        for position, name in enumerate(names[:-1], start=1):
            yield name, {"not": {"anyOf": [{"required": [other]} for other in names[position:]]}}
