"""The part of FHIRPath that R4's search parameters are written in, read into steps.

Patient.telecom.where(system='email')          a path with a condition
(Observation.value as Quantity)                one type of a choice, also .as(Quantity) and .ofType(Quantity)
Condition.code | Condition.bodySite            alternatives
Account.subject.where(resolve() is Patient)    references to one type
Bundle.entry[0].resource                       the first of several
Observation.extension('http://…')              an extension by its url
%resource.referenceSeq.chromosome              in a composite's part: from the resource again
A.exists() and A != false                      whether there is a value that is not false
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

ALTERNATIVE: Final = " | "
_WHOLE = "%resource"
_CAST = re.compile(r"^\((?P<path>[\w.%]+) as (?P<type>\w+)\)")
_TRUTH = re.compile(r"(?P<path>[\w.]+)\.exists\(\) and (?P=path) != false")
_TOKEN = re.compile(
    r"\.?(?:"
    r"(?P<call>as|ofType|extension)\('?(?P<argument>[^')]+)'?\)"
    r"|where\((?P<key>\w+)='(?P<text>[^']*)'\)"
    r"|where\(resolve\(\) is (?P<target>\w+)\)"
    r"|where\(hasExtension\('(?P<url>[^']*)'\)\)"
    r"|(?P<first>\[0\])"
    r"|(?P<name>%?\w+)(?!\()"
    r")"
)


@dataclass(frozen=True, slots=True)
class Field:
    """Go to an element; of a choice to all its types, or to one."""

    name: str
    cast: str | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Equals:
    """Keep objects whose element ``key`` is ``text``."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Targets:
    """Keep references to one type."""

    type: str


@dataclass(frozen=True, slots=True)
class HasExtension:
    """Keep objects that have the extension."""

    url: str


Step = Field | Equals | Targets | HasExtension


@dataclass(frozen=True, slots=True)
class Path:
    """One alternative."""

    steps: tuple[Step, ...]
    from_resource: bool = True
    """False: relative to where a composite's expression led."""
    truth: bool = False
    """What is asked for is whether the path leads to anything but ``false``."""


def read(expression: str, type_name: str | None) -> list[Path]:
    """The alternatives of an expression about a type (None: of a composite's part). Raises ValueError."""
    truth = _TRUTH.fullmatch(expression)
    if truth is not None:
        return [replace(_path(truth["path"], type_name), truth=True)]
    return [_path(part, type_name) for part in expression.split(ALTERNATIVE)]


def _path(text: str, type_name: str | None) -> Path:
    cast = _CAST.match(text)
    if cast is not None:
        text = f"{cast['path']}.as({cast['type']}){text[cast.end() :]}"
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise ValueError(f"unknown construct: {text[position:]}")
        _add(steps, match)
        position = match.end()
    root = _WHOLE if type_name is None else type_name
    absolute = bool(steps) and steps[0] == Field(root)
    return Path(tuple(steps[1:] if absolute else steps), from_resource=absolute)


def _add(steps: list[Step], match: re.Match[str]) -> None:
    """Append what one token says; a cast and an index belong to the field before them."""
    kind = match.lastgroup
    if kind == "name":
        steps.append(Field(match["name"]))
    elif kind == "text":
        steps.append(Equals(match["key"], match["text"]))
    elif kind == "target":
        steps.append(Targets(match["target"]))
    elif kind == "url":
        steps.append(HasExtension(match["url"]))
    elif match["call"] == "extension":
        steps += [Field("extension"), Equals("url", match["argument"])]
    else:
        _narrow(steps, match)


def _narrow(steps: list[Step], match: re.Match[str]) -> None:
    last = steps.pop() if steps else None
    if last is None or not isinstance(last, Field):
        raise ValueError("a type or an index needs an element before it")
    argument = match["argument"]
    if argument is None:
        steps.append(replace(last, first=True))
    else:  # one expression of R4 says DateTime where it means the primitive dateTime
        steps.append(replace(last, cast="dateTime" if argument == "DateTime" else argument))
