"""Whether one record is what a search asks for, found by reading the record.

It answers what index rows cannot (part of a word, ``system|``, ``:missing``), and it is what SQL is tested
against.
"""

from __future__ import annotations

from carefolio.fhir.dates import interval
from carefolio.fhir.extract import Token, extract
from carefolio.fhir.json import Resource
from carefolio.fhir.kinds import participants
from carefolio.search import extraction
from carefolio.search.births import holds
from carefolio.search.parameters import Answer, answerable
from carefolio.search.query import (
    Coding,
    Condition,
    Dates,
    DateTest,
    Ids,
    Links,
    Missing,
    Query,
    Strings,
    Tokens,
    Updated,
    Within,
)
from carefolio.search.rows import UNDATED, clinical_span
from carefolio.search.texts import begins, words


def matches(query: Query, resource: Resource, owner_reference: str = "") -> bool:
    """Whether the record fulfils all conditions. ``owner_reference``, its chart, answers ``patient``.

    A ``Within`` holds: which chart a record is in is no matter of what it says.
    """
    return all(fulfils(query.type, condition, resource, owner_reference) for condition in query.conditions)


def fulfils(type_: str, condition: Condition, resource: Resource, owner_reference: str = "") -> bool:
    """Whether the record fulfils one condition."""
    if isinstance(condition, Links):
        return _links(type_, condition, resource, owner_reference)
    match condition:
        case Ids() | Updated():
            held = _is_version(condition, resource)
        case Tokens():
            held = _tokens(type_, condition, resource)
        case Strings():
            held = _strings(type_, condition, resource)
        case Dates():
            held = any(_passes(condition.tests, *dated) for dated in _dates(type_, condition.name, resource))
        case Missing():
            held = _has_value(type_, condition.name, resource) is not condition.wanted
        case Within():
            held = True
    return held


def _has_value(type_: str, name: str, resource: Resource) -> bool:
    nested = type_ == "Consent" and answerable(type_)[name].answer is Answer.ADDRESSED
    return bool(participants(resource) if nested else extract(type_, name, resource))


def _passes(tests: tuple[DateTest, ...], low: int, high: int) -> bool:
    return any(holds(test, low, high) for test in tests)


def _is_version(condition: Ids | Updated, resource: Resource) -> bool:
    """What the store, not the sender, says of the record."""
    if isinstance(condition, Ids):
        return resource.get("id") in condition.ids
    updated = resource.get("meta", {}).get("lastUpdated")
    return updated is not None and _passes(condition.tests, *interval(updated))


def _tokens(type_: str, condition: Tokens, resource: Resource) -> bool:
    found = extraction.tokens(type_, condition.name, resource)
    same = _same_code if extraction.is_primitive(type_, condition.name) else _same_coding
    held = any(same(coding, token) for coding in condition.codings for token in found)
    return held is not condition.negated


def _same_coding(asked: Coding, found: Token) -> bool:
    return asked.code in (None, found.code) and (asked.system is None or asked.system == (found.system or ""))


def _same_code(asked: Coding, found: Token) -> bool:
    """An element of type ``code``: its system is not written, so it may be asked for or left out."""
    return asked.code in (None, found.code) and asked.system in (None, "", found.system)


def _strings(type_: str, condition: Strings, resource: Resource) -> bool:
    if condition.exact:
        return any(text in condition.texts for text in extraction.texts(type_, condition.name, resource))
    present = extraction.name_words(type_, condition.name, resource)
    return any(begins(words(text), present) for text in condition.texts)


def _dates(type_: str, name: str, resource: Resource) -> list[tuple[int, int]]:
    if answerable(type_)[name].answer is Answer.CLINICAL:
        span = clinical_span(type_, resource)
        return [] if span == UNDATED else [span]
    return [(span.low, span.high) for span in extraction.spans(type_, name, resource)]


def _links(type_: str, condition: Links, resource: Resource, owner_reference: str) -> bool:
    answer = answerable(type_)[condition.name].answer
    if answer is Answer.ADDRESSED and type_ == "Consent":
        return not participants(resource).isdisjoint(condition.references)
    named = set(extraction.references(type_, condition.name, resource))
    if owner_reference and answer is Answer.OWNER:
        named = {owner_reference, *(one for one in named if not one.startswith("Patient/"))}
    return not named.isdisjoint(condition.references)
