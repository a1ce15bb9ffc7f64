"""Search parameters as compiled closures: what a resource answers to, without interpreting FHIRPath.

An expression is compiled once per type: the definitions say which properties and types it can meet, so
nothing is left to find out at run time. ``Observation.value`` becomes one look-up for each type of value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import product
from typing import Any

from carefolio.fhir import references, tables
from carefolio.fhir.expressions import Equals, Field, HasExtension, Path, Step, Targets, read
from carefolio.fhir.json import Resource
from carefolio.fhir.parameters import Parameter, parameters
from carefolio.fhir.tables import Element
from carefolio.fhir.values import (
    EMITTERS,
    Composite,
    Emit,
    Found,
    Link,
    Number,
    Quantity,
    Span,
    Text,
    Token,
    Uri,
    Value,
    code_of,
)

__all__ = [
    "Composite", "Link", "Number", "Quantity", "Span", "Text", "Token", "Uri", "Value", "compiled", "extract",
]  # fmt: skip

End = Callable[[str, Element | None], Emit]
"""Makes the last closure of a path from the type and the element that the path ends at."""

_BASES = frozenset({"Resource", "DomainResource"})
_VALUE = Field("value")
_FALSE = Token(None, "false")
_TRUE = Token(None, "true")


def extract(type_name: str, name: str, resource: Resource) -> list[Value]:
    """What the resource holds for the parameter. It must be a valid resource of the type.

    Raises KeyError for a parameter that ``parameters(type_name)`` does not list. Kind ``special``
    yields nothing.
    """
    found: list[Value] = []
    compiled(type_name, name)(resource, found)
    return found


@cache
def compiled(type_name: str, name: str) -> Emit:
    """The closure behind ``extract``: called with a resource and the list to add to."""
    parameter = parameters(type_name)[name]
    make = _composite if parameter.components else _simple
    return _all([make(type_name, path, parameter) for path in read(parameter.expression, _root(type_name, parameter))])


def _root(type_name: str, parameter: Parameter) -> str:
    """``Resource.id`` is meant of every type."""
    first = parameter.expression.partition(".")[0]
    return first if first in _BASES else type_name


def _simple(type_name: str, path: Path, parameter: Parameter) -> Emit:
    if path.truth:
        return _truth(_compile(type_name, path.steps, lambda _type, _element: _collect))
    return _compile(type_name, path.steps, partial(_leaf, parameter.kind))


def _truth(gather: Emit) -> Emit:
    """Whether there is anything but ``false``."""

    def emit(resource: Any, found: Found) -> None:
        values: list[Any] = []
        gather(resource, values)
        found.append(_TRUE if any(value is not False for value in values) else _FALSE)

    return emit


# ── Composites ───────────────────────────────────────────────────────────────────────────────────


def _composite(type_name: str, path: Path, parameter: Parameter) -> Emit:
    """Where the path leads, take all parts; each combination of their values is one find."""
    parts: list[tuple[bool, Emit]] = []

    def arrive(place: str, _element: Element | None) -> Emit:
        parts.extend(_part(type_name, place, kind, text) for kind, text in parameter.components)
        return _collect

    gather = _compile(type_name, path.steps, arrive)

    def emit(resource: Any, found: Found) -> None:
        places: list[Any] = []
        gather(resource, places)
        for place in places:
            values: list[Found] = [[] for _ in parts]
            for (from_resource, part), into in zip(parts, values, strict=True):
                part(resource if from_resource else place, into)
            found.extend(Composite(combination) for combination in product(*values))

    return emit


def _part(type_name: str, place: str, kind: str, expression: str) -> tuple[bool, Emit]:
    """One part of a composite, and whether it looks from the resource or from the place."""
    paths = read(expression, None)
    from_resource = paths[0].from_resource
    start = type_name if from_resource else place
    return from_resource, _all([_compile(start, path.steps, partial(_leaf, kind)) for path in paths])


def _collect(place: Any, places: list[Any]) -> None:
    places.append(place)


# ── Paths ────────────────────────────────────────────────────────────────────────────────────────


def _compile(type_name: str, steps: tuple[Step, ...], end: End, element: Element | None = None) -> Emit:
    """What to do with a value of this type when these steps are still to go."""
    if not steps:
        return end(type_name, element)
    step, rest = steps[0], steps[1:]
    if isinstance(step, Field):
        return _field(type_name, step, rest, end)
    return _filter(step, _compile(type_name, rest, end, element))


def _leaf(kind: str, type_name: str, element: Element | None) -> Emit:
    """The end of a path: turn the FHIR value into what the kind of parameter is compared with."""
    if type_name == "Extension":
        return _field(type_name, _VALUE, (), partial(_leaf, kind))
    if type_name == "code" and kind == "token" and element is not None:
        return code_of(_only_system(element.codes))
    return EMITTERS[kind].get(type_name, _nothing)


def _only_system(codes: str) -> str | None:
    """The system that a plain code belongs to, where its set draws on one alone."""
    systems = list(tables.table("codes").get(codes, ()))
    return systems[0] if len(systems) == 1 else None


def _field(type_name: str, step: Field, rest: tuple[Step, ...], end: End) -> Emit:
    """Every property that the step can mean; raises ValueError when there is none."""
    named = [e for e in tables.elements(type_name).values() if step.name in (e.name, e.choice)]
    meant = [e for e in named if step.cast in (None, e.type)]
    if not meant:
        raise ValueError(f"{type_name} has no element {step.name} {step.cast or ''}")
    emits = [(e, _compile(e.type, rest, end, e)) for e in meant]
    return _all([_property(e.name, step.first, emit) for e, emit in emits if emit is not _nothing])


def _property(name: str, first: bool, inner: Emit) -> Emit:
    def emit(place: Any, found: Found) -> None:
        value = place.get(name)
        if value is None:
            return
        if type(value) is not list:
            inner(value, found)
            return
        for item in value[:1] if first else value:
            if item is not None:
                inner(item, found)

    return emit


def _filter(step: Equals | Targets | HasExtension, inner: Emit) -> Emit:
    keeps = _condition(step)

    def emit(value: Any, found: Found) -> None:
        if keeps(value):
            inner(value, found)

    return emit


def _condition(step: Equals | Targets | HasExtension) -> Callable[[Any], bool]:
    if isinstance(step, Equals):
        key, text = step.key, step.text
        return lambda value: value.get(key) == text
    if isinstance(step, HasExtension):
        url = step.url
        return lambda value: any(extension["url"] == url for extension in value.get("extension", ()))
    return partial(_refers_to, step.type)


def _refers_to(type_name: str, reference: dict[str, Any]) -> bool:
    """Whether a reference points to the type: by its text, or by its own word where the text does not say."""
    text = reference.get("reference")
    named = references.split(text).type if text is not None else None
    return (named or reference.get("type")) == type_name


def _nothing(_value: Any, _found: Found) -> None:
    """No parameter of this kind looks at values of this type."""


def _all(emits: Sequence[Emit]) -> Emit:
    """One closure for several alternatives."""
    useful = [emit for emit in emits if emit is not _nothing]
    if len(useful) == 1:
        return useful[0]
    if not useful:
        return _nothing

    def emit_all(value: Any, found: Found) -> None:
        for emit in useful:
            emit(value, found)

    return emit_all
