"""Canaries: words that are sent in every element that can hold text, and a search for them in everything at rest."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from carefolio.fhir.tables import Element, elements, table

WORD = "Kanarienvogel"
LEAST = 5
"""So many letters of the word in clear are already too many: a prefix index would show them."""
DEPTH = 4
_XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
_TEXTS = frozenset({"string", "markdown", "xhtml", "base64Binary"})
_PLAIN: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "unsignedInt": 1,
    "positiveInt": 1,
    "decimal": 1,
    "date": "2020-01-02",
    "dateTime": "2020-01-02T03:04:05Z",
    "instant": "2020-01-02T03:04:05Z",
    "time": "03:04:05",
    "id": "some-id",
    "oid": "urn:oid:1.2.3",
    "uuid": "urn:uuid:0191e0f5-6a58-7000-8000-000000000000",
    "uri": "urn:example:1",
    "url": "https://example.org/",
    "canonical": "https://example.org/a",
    "code": "a",
}
_LEFT_OUT = frozenset({"id", "meta", "implicitRules", "contained", "extension", "modifierExtension"})
_PREFERRED = ("string", "markdown", "base64Binary", "Attachment", "Annotation", "CodeableConcept", "Reference")


class Aviary:
    """Makes resources that are full of canaries, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def word(self) -> str:
        """A canary of its own."""
        self.count += 1
        return f"{WORD}{self.count:05d}"

    def text(self, type_name: str) -> str:
        """A canary in the form of this type."""
        if type_name == "xhtml":
            return _XHTML.format(self.word())
        if type_name == "base64Binary":
            return b64encode(f"  {self.word()}".encode()).decode()
        return self.word()

    def resource(self, type_name: str, chart: dict[str, Any]) -> dict[str, Any]:
        """A resource of this type with everything that can be in it; ``chart`` names the patient."""
        made: dict[str, Any] = {"resourceType": type_name} | self.fields(type_name, DEPTH, {type_name})
        known = elements(type_name)
        made |= {name: [value] if known[name].repeats else value for name, value in chart.items() if name in known}
        if "extension" in known:
            made["extension"] = [{"url": "urn:example:x", "valueString": self.word()}]
        return made

    def fields(self, type_name: str, depth: int, above: set[str]) -> dict[str, Any]:
        """All elements of a type, one of each choice, as deep as allowed."""
        found: dict[str, Any] = {}
        for element in _one_of_each(type_name):
            if element.name not in _LEFT_OUT:
                value = self.value(element, depth, above)
                if value is not None:
                    found[element.name] = [value] if element.repeats else value
        return found

    def value(self, element: Element, depth: int, above: set[str]) -> Any:
        """What stands in one element; None to leave it out."""
        kind = element.type
        if kind in _TEXTS:
            return self.text(kind)
        if element.codes:
            return self.coded(element)
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind == "Reference":
            return {"display": self.word()}
        if kind in above or kind == "Resource" or (depth == 0 and not element.minimum):
            return None
        return self.fields(kind, max(depth - 1, 0), above | {kind}) or None

    def coded(self, element: Element) -> Any:
        """A code of the set that the element is bound to, with a display where it may have one."""
        system, codes = next(iter(table("codes")[element.codes].items()))
        if element.type == "CodeableConcept":
            return {"coding": [{"system": system, "code": codes[0], "display": self.word()}], "text": self.word()}
        return {"system": system, "code": codes[0], "display": self.word()} if element.type == "Coding" else codes[0]


def _one_of_each(type_name: str) -> Iterator[Element]:
    """The elements, of a choice the alternative that holds the most text."""
    chosen: dict[str, Element] = {}
    for element in elements(type_name).values():
        if not element.choice:
            yield element
            continue
        known = chosen.get(element.choice)
        if known is None or _rank(element) < _rank(known):
            chosen[element.choice] = element
    yield from chosen.values()


def _rank(element: Element) -> int:
    return _PREFERRED.index(element.type) if element.type in _PREFERRED else len(_PREFERRED)


def forms(word: str) -> dict[str, bytes]:
    """The word as it might stand in a file, all in small letters but base64: name of the form and its bytes."""
    small = word.lower()
    found = {"clear": small.encode(), "utf-16": small.encode("utf-16-le")[:-1], "hex": small.encode().hex().encode()}
    found["hex of capitals"] = word.encode().hex().encode()
    for shift in range(3):
        coded = b64encode(b"\0" * shift + word.encode()).decode().rstrip("=")
        # The first signs depend on what stands in front, the last one on what follows.
        found[f"base64 from {shift}"] = coded[(0, 2, 3)[shift] : -1].encode()
    return found


def sightings(content: bytes) -> list[str]:
    """In which forms the word stands in these bytes, in compressed pieces of them too."""
    seen: list[str] = []
    for place, piece in [("", content), *(("zlib, ", inner) for inner in _inflated(content))]:
        small = piece.lower()
        for name, form in forms(WORD).items():
            where = piece if name.startswith("base64") else small
            if form in where:
                seen.append(place + name)
        if WORD[:LEAST].lower().encode() in small:
            seen.append(place + "its beginning")
    return seen


def _inflated(content: bytes) -> Iterator[bytes]:
    """Whatever can be inflated from anywhere: zlib's and gzip's beginnings are two bytes that are easy to look for."""
    for start in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b"):
        at = content.find(start)
        while at >= 0:
            reader = zlib.decompressobj(47)
            try:
                inner = reader.decompress(content[at : at + 100_000])
            except zlib.error:
                inner = b""
            if inner:
                yield inner
            at = content.find(start, at + 1)


def found_in(*folders: Path) -> list[str]:
    """Every file, by its name and its content."""
    seen: list[str] = []
    for folder in folders:
        files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
        assert files or folder.is_dir()
        for path in files:
            seen += [f"{path}: {form}" for form in sightings(path.read_bytes())]
            seen += [f"{path}: its name"] if WORD.lower() in path.name.lower() else []
    return seen
