"""Whether a resource is what R4 says its type is: elements, JSON types, cardinality, formats, required codes.

Profiles, invariants in FHIRPath, terminologies outside the specification and whether references lead anywhere
are not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from carefolio.base.failures import Issue
from carefolio.fhir.json import Resource
from carefolio.fhir.parameters import TYPES
from carefolio.fhir.schema import validator
from carefolio.fhir.structure import ENOUGH, explain

_NO_TYPE = "A resource must name its type, such as Patient, in resourceType."
_UNKNOWN_TYPE = "This is not a resource type of FHIR R4."
_TWICE_CONTAINED = "A contained resource may not contain others: put them beside it."
_NO_ID = "A contained resource needs an id to be referred to."


def validate(resource: Resource) -> list[Issue]:
    """The issues of a resource and of those inside it (contained, Bundle entries, Parameters), the first ``ENOUGH``
    of them; [] = valid.
    """
    name = resource.get("resourceType")
    return list(islice(_issues(resource, name if type(name) is str and name in TYPES else ""), ENOUGH))


def _issues(resource: Resource, path: str) -> Iterator[Issue]:
    name = resource.get("resourceType")
    if type(name) is not str or name not in TYPES:
        where = f"{path}.resourceType" if path else "resourceType"
        yield Issue("structure", _NO_TYPE if name is None else _UNKNOWN_TYPE, where)
        return
    if not validator(name).is_valid(resource):
        yield from explain(resource, path)
    for place, contained in _items(resource, "contained", path):
        yield from _contained(contained, place)
    for place, inner in _inner(resource, name, path):
        yield from _issues(inner, place)


def _contained(resource: Resource, path: str) -> Iterator[Issue]:
    if "contained" in resource:
        yield Issue("structure", _TWICE_CONTAINED, f"{path}.contained")
    if "id" not in resource:
        yield Issue("required", _NO_ID, f"{path}.id")
    yield from _issues({k: v for k, v in resource.items() if k != "contained"}, path)


def _inner(resource: Resource, name: str, path: str) -> Iterator[tuple[str, Resource]]:
    """Whole resources at the places that FHIR has for them, with their paths."""
    if name == "Bundle":
        for place, entry in _items(resource, "entry", path):
            yield from _item(entry, "resource", place)
            for answer_place, answer in _item(entry, "response", place):
                yield from _item(answer, "outcome", answer_place)
    elif name == "Parameters":
        yield from _in_parameters(resource, "parameter", path)


def _in_parameters(holder: dict[str, Any], key: str, path: str) -> Iterator[tuple[str, Resource]]:
    for place, parameter in _items(holder, key, path):
        yield from _item(parameter, "resource", place)
        yield from _in_parameters(parameter, "part", place)


def _items(holder: dict[str, Any], key: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of an array; what else stands there has been reported already."""
    items = holder.get(key)
    for index, item in enumerate(items if type(items) is list else ()):
        if type(item) is dict:
            yield f"{path}.{key}[{index}]", item


def _item(holder: dict[str, Any], key: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    item = holder.get(key)
    if type(item) is dict:
        yield f"{path}.{key}", item
