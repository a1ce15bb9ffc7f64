"""The slow answer: walk a resource beside its definition and say what is wrong, where, in plain sentences.

This decides what is valid; ``schema`` only knows the common cases sooner. No sentence repeats a value of the
resource, for sentences end up in logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from carefolio.base.failures import Issue
from carefolio.fhir import references, tables
from carefolio.fhir.json import Resource
from carefolio.fhir.primitives import problem
from carefolio.fhir.tables import Element

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]{0,63}")
_UNNAMED = "?"
_MARK = "_"
_FEW_CODES: Final = 12
ENOUGH: Final = 100
"""So many issues are found in a resource and no more: a body full of mistakes takes no longer than one with these."""
_NULL = "null is not allowed here: leave the element out."


def explain(resource: Resource, path: str) -> list[Issue]:
    """What is wrong with one resource of a known type, ``ENOUGH`` of it; resources inside it are not looked into."""
    walk = _Walk()
    content = {key: value for key, value in resource.items() if key != "resourceType"}
    with suppress(_Enough):
        walk.properties(content, resource["resourceType"], path)
    return walk.issues


class _Enough(Exception):  # noqa: N818 - not an error: there is enough to tell
    """The walk ends here."""


class _Walk:
    """Collects issues on the way through one resource."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def object(self, value: Any, type_name: str, path: str) -> None:
        """What ought to be an object of a complex type."""
        if type(value) is not dict:
            self._report("structure", f"An object ({type_name}) was expected.", path)
        elif not value:
            self._report("structure", "An empty object is not allowed: leave the element out.", path)
        else:
            self.properties(value, type_name, path)

    def properties(self, value: dict[str, Any], type_name: str, path: str) -> None:
        """Each property by itself, then which are there."""
        elements = tables.elements(type_name)
        for key, content in value.items():
            name = key.removeprefix(_MARK)
            element = elements.get(name)
            if element is None or (name != key and not tables.is_primitive(element.type)):
                self._unknown(key, type_name, path)
            elif content is None:
                self._report("structure", _NULL, f"{path}.{name}")
            elif name == key:
                mark = value.get(_MARK + key) if tables.is_primitive(element.type) else None
                self._element(element, content, mark, f"{path}.{name}")
            elif name not in value:
                self._element(element, None, content, f"{path}.{name}")
        self._presence(value, elements.values(), path)

    def _unknown(self, key: str, type_name: str, path: str) -> None:
        """A property that is not in the definition; its name is repeated only if it looks like one."""
        name = key if _NAME.fullmatch(key) else _UNNAMED
        choices = [e.name for e in tables.elements(type_name).values() if e.choice == key]
        hint = f" Its name carries the type of the value, such as {choices[0]}." if choices else ""
        self._report("structure", f"{type_name} has no element of this name.{hint}", f"{path}.{name}")

    def _presence(self, value: dict[str, Any], elements: Iterable[Element], path: str) -> None:
        """What must be there is there, and no choice is made twice."""
        present: dict[str, list[str]] = {}
        required: set[str] = set()
        for element in elements:
            name = f"{element.choice}{tables.CHOICE}" if element.choice else element.name
            if element.minimum:
                required.add(name)
            if element.name in value or _MARK + element.name in value:
                present.setdefault(name, []).append(element.name)
        for name in sorted(required - present.keys()):
            self._report("required", "This element is required and missing.", f"{path}.{name}")
        for name, found in present.items():
            if len(found) > 1:
                self._report("structure", f"Only one of {_listed(found, 'and')} may be given.", f"{path}.{name}")

    # ── One element ──────────────────────────────────────────────────────────────────────────────

    def _element(self, element: Element, content: Any, marked: Any, path: str) -> None:
        """A property with what its ``_`` twin says; None: not there."""
        if element.repeats:
            self._array(element, content, marked, path)
        elif type(content) is list or type(marked) is list:
            self._report("structure", "This element is not repeated: no array was expected.", path)
        else:
            self._value(element, content, marked, path)

    def _array(self, element: Element, content: Any, marked: Any, path: str) -> None:
        contents, marks = ([] if items is None else items for items in (content, marked))
        if type(contents) is not list or type(marks) is not list:
            self._report("structure", "This element is repeated: an array was expected.", path)
            return
        if content == [] or marked == []:
            self._report("structure", "An empty array is not allowed: leave the element out.", path)
        for index in range(max(len(contents), len(marks))):
            item, mark = (items[index] if index < len(items) else None for items in (contents, marks))
            self._value(element, item, mark, f"{path}[{index}]")

    def _value(self, element: Element, value: Any, mark: Any, path: str) -> None:
        """One value and the extensions that stand for it or beside it."""
        if value is None and mark is None:
            self._report("structure", _NULL, path)
        if mark is not None:
            self.object(mark, "Element", path)
        if value is None:
            return
        if tables.is_primitive(element.type):
            self._primitive(element, value, path)
        elif element.type == tables.RESOURCE:
            if type(value) is not dict:
                self._report("structure", "A resource was expected.", path)
        else:
            self.object(value, element.type, path)
            self._content(element, value, path)

    def _primitive(self, element: Element, value: Any, path: str) -> None:
        wrong = problem(element.type, value)
        if wrong is not None:
            is_other_type = type(value) in (dict, list)
            self._report("structure" if is_other_type else "value", wrong, path)
        elif element.codes and not any(value in codes for codes in _sets(element).values()):
            self._report("code-invalid", _not_in(element), path)

    # ── Codes and references ─────────────────────────────────────────────────────────────────────

    def _content(self, element: Element, value: Any, path: str) -> None:
        """What the definition says of the content of a concept or reference."""
        if type(value) is not dict:
            return
        if element.codes and not any(_is_bound(element, coding) for coding in _codings(value)):
            self._report("code-invalid", _not_in(element), path)
        if element.targets and type(value.get("reference")) is str:
            self._target(element, value["reference"], path)

    def _target(self, element: Element, reference: str, path: str) -> None:
        target = references.split(reference)
        names = _listed(sorted(element.targets), "or")
        if target.kind == "other":
            text = f"A reference to {names} was expected, such as {min(element.targets)}/123."
            self._report("value", text, f"{path}.reference")
        elif target.kind in {"literal", "conditional"} and target.type not in element.targets:
            text = f"This may refer to {names}, not to {target.type}."
            self._report("value", text, f"{path}.reference")

    def _report(self, code: str, text: str, path: str) -> None:
        self.issues.append(Issue(code, text, path))
        if len(self.issues) >= ENOUGH:
            raise _Enough


def _sets(element: Element) -> dict[str, list[str]]:
    """System → codes of the set that the element is bound to."""
    found: dict[str, list[str]] = tables.table("codes")[element.codes]
    return found


def _not_in(element: Element) -> str:
    codes = sorted(code for codes in _sets(element).values() for code in codes)
    if len(codes) <= _FEW_CODES:
        return f"The code must be {_listed(codes, 'or')}."
    return f"The code must be one of the {len(codes)} codes of {element.codes}."


def _listed(names: list[str], last: str) -> str:
    """``a, b or c``."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _codings(concept: dict[str, Any]) -> list[Any]:
    codings = concept.get("coding")
    return codings if type(codings) is list else []


def _is_bound(element: Element, coding: Any) -> bool:
    """Whether a coding is from the set: system and code."""
    return type(coding) is dict and coding.get("code") in _sets(element).get(str(coding.get("system")), ())
