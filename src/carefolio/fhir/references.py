"""References as text: what kind, to what; and where they stand in a resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from carefolio.fhir import tables

Kind = Literal["literal", "conditional", "contained", "urn", "absolute", "other"]

_ID = r"[A-Za-z0-9\-.]{1,64}"
_LITERAL = re.compile(rf"(?P<type>[A-Z][A-Za-z]+)/(?P<id>{_ID})(?:/_history/(?P<version>{_ID}))?")
_CONDITIONAL = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?(?P<query>.+)", re.DOTALL)
_WEB = ("http://", "https://")
_URN = ("urn:uuid:", "urn:oid:")
# Some other types have an address named reference too (Expression, DetectedIssue, Immunization.education).
_PRIMITIVES = frozenset({"id", "reference", "type", "display"})
_OF_REFERENCES = _PRIMITIVES | {f"_{name}" for name in _PRIMITIVES} | {"identifier", "extension"}
_CONTAINERS = frozenset({dict, list})

# Where a value stands: the trail of what it stands in, and its key or index there.
_Trail = tuple[Any, str | int]


class Split(NamedTuple):
    """A reference taken apart; what it does not have is None."""

    kind: Kind
    type: str | None = None
    id: str | None = None
    """Of a contained resource: what follows #."""
    version: str | None = None
    query: str | None = None


def split(text: str) -> Split:
    """Tell the kinds apart.

    ``Patient/1`` and ``Patient/1/_history/2`` are literal, ``Patient?identifier=x`` conditional, ``#p1``
    contained, ``urn:uuid:…`` and ``urn:oid:…`` urn, ``https://…`` absolute (with type and id where its end is
    that of a record), all else other.
    """
    match = _LITERAL.fullmatch(text)
    if match is not None:
        return _typed("literal", match)
    if text.startswith("#"):
        return Split("contained", id=text[1:] or None)
    if text.startswith(_URN):
        return Split("urn")
    if text.startswith(_WEB):
        return _absolute(text)
    match = _CONDITIONAL.fullmatch(text)
    if match is not None and match["type"] in tables.types():
        return Split("conditional", match["type"], query=match["query"])
    return Split("other")


def _typed(kind: Kind, match: re.Match[str]) -> Split:
    """Only names of R4 types make a literal reference."""
    if match["type"] in tables.types():
        return Split(kind, match["type"], match["id"], match["version"])
    return Split("other")


def _absolute(text: str) -> Split:
    """``https://host/base/Patient/1`` names a record, ``https://host/page`` does not."""
    parts = text.split("/")
    for length in (4, 2):
        match = _LITERAL.fullmatch("/".join(parts[-length:]))
        if match is not None and match["type"] in tables.types():
            return Split("absolute", match["type"], match["id"], match["version"])
    return Split("absolute")


def walk(resource: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every Reference with a ``reference``, contained resources too, with its path, in document order.

    The objects are the resource's own: who assigns ``["reference"]`` rewrites the resource.
    """
    waiting: list[tuple[_Trail, Any]] = [((None, resource.get("resourceType", "")), resource)]
    while waiting:
        trail, value = waiting.pop()
        if type(value) is dict and type(value.get("reference")) is str and value.keys() <= _OF_REFERENCES:
            yield _path(trail), value
        inside: Iterable[tuple[str | int, Any]] = value.items() if type(value) is dict else enumerate(value)
        # The list is taken from its end, so what comes first goes in last.
        waiting.extend([((trail, key), child) for key, child in inside if type(child) in _CONTAINERS][::-1])


def may_ask(resource: dict[str, Any]) -> bool:
    """Whether any element called ``reference`` has a question mark, as conditional references have. It takes a third of
    the time of a walk, and tells most resources apart from those that are worth one.
    """
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            reference = value.get("reference")
            if type(reference) is str and "?" in reference:
                return True
            value = value.values()
        for child in value:
            if type(child) in _CONTAINERS:
                waiting.append(child)
    return False


def _path(trail: _Trail) -> str:
    """Write a trail out; most are never written, so the walk does not pay for the text."""
    steps: list[str] = []
    parent, key = trail
    while parent is not None:
        steps.append(f"[{key}]" if type(key) is int else f".{key}")
        parent, key = parent
    return f"{key}{''.join(reversed(steps))}"
