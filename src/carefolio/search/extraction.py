"""What the search parameters find in a record, by kind: ``fhir.extract`` with the kind known beforehand."""

from __future__ import annotations

from functools import cache
from typing import cast

from carefolio.fhir import tables
from carefolio.fhir.extract import Link, Span, Text, Token, extract
from carefolio.fhir.json import Resource
from carefolio.fhir.parameters import parameters
from carefolio.search.texts import words


def tokens(type_: str, name: str, resource: Resource) -> list[Token]:
    """The values of a coded parameter."""
    return cast("list[Token]", extract(type_, name, resource))


def references(type_: str, name: str, resource: Resource) -> list[str]:
    """The references of a parameter as ``Type/id`` without version, or as written; no contained ones."""
    links = cast("list[Link]", extract(type_, name, resource))
    return [literal(link.reference) for link in links if not link.reference.startswith("#")]


def spans(type_: str, name: str, resource: Resource) -> list[Span]:
    """The values of a date parameter."""
    return cast("list[Span]", extract(type_, name, resource))


def texts(type_: str, name: str, resource: Resource) -> list[str]:
    """The values of a string parameter."""
    return [text.value for text in cast("list[Text]", extract(type_, name, resource))]


def name_words(type_: str, name: str, resource: Resource) -> frozenset[str]:
    """All words that a string parameter finds in the record, normalised."""
    return frozenset(word for text in texts(type_, name, resource) for word in words(text))


def literal(reference: str) -> str:
    """``Type/id`` of a literal reference without its version."""
    return reference.split("/_history/", 1)[0]


@cache
def is_primitive(type_: str, name: str) -> bool:
    """Whether the parameter looks at an element of type ``code``: its system is implied, never written."""
    element = tables.elements(type_).get(name)
    direct = parameters(type_)[name].expression == f"{type_}.{name}"
    return direct and element is not None and element.type == "code"


@cache
def implied_system(type_: str, name: str) -> str | None:
    """The system of a primitive parameter's codes, None where they come from several."""
    return tokens(type_, name, {name: "any"})[0].system
