"""Derive the compact FHIR R4 tables that ``carefolio.fhir`` reads from HL7's published definitions.

    python scripts/derive_definitions.py hl7.fhir.r4.examples-4.0.1.tgz

The argument is the npm package ``hl7.fhir.r4.examples`` 4.0.1 (CC0; despite its name it has the definitions).
Only what this script writes is part of the product. The same package always gives the same bytes.

structures.json  type → ["Base", "name min..max types"]. Types are separated by blanks; ``code#set`` is bound
                 to the codes of ``set``, ``Reference(A,B)`` may point to A and B, ``Observation.component``
                 is the type of what is defined inside Observation.
codes.json       set → system → its codes, for every required binding that the package can enumerate.
primitives.json  primitive type → the regular expression that the specification gives.
search.json      type → parameter → [kind, expression, targets, components]; alternatives of the expression
                 that speak of other types are left out.
omitted.json     type → parameter → why it cannot be searched for.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Definition = dict[str, Any]
Table = dict[str, Any]

TARGET = Path(__file__).parent.parent / "src" / "carefolio" / "fhir" / "definitions"
KINDS = ("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter")
SYSTEM_TYPES = "http://hl7.org/fhirpath/"
FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
BINDABLE = frozenset({"code", "Coding", "CodeableConcept"})
# The definitions of 4.0.1 call these two "string"; the text of the specification says what they are.
CORRECTED = {"Resource.id": "id", "Extension.url": "uri"}
# An unconstrained reference names the abstract Resource: the same as naming nothing.
ANY_TARGET = "Resource"
PRACTICALLY_ALL = 100
# What an element defined inside another type has from its own base.
INHERITED_INSIDE = {
    "Element": frozenset({"id", "extension"}),
    "BackboneElement": frozenset({"id", "extension", "modifierExtension"}),
}
# Samples of how to define a parameter, which define nothing.
SAMPLE = "/example"
NO_EXPRESSION = "The specification gives no expression to take it from the record."


def read(package: Path) -> dict[str, dict[str, Definition]]:
    """All definitions of the package: kind → canonical address → resource."""
    found: dict[str, dict[str, Definition]] = {kind: {} for kind in KINDS}
    with tarfile.open(package) as archive:
        for member in archive:
            kind = Path(member.name).name.partition("-")[0]
            stream = archive.extractfile(member) if kind in found else None
            if stream is not None:
                definition = json.load(stream)
                found[kind][definition["url"]] = definition
    return found


# ── Structures ───────────────────────────────────────────────────────────────────────────────────


def concrete_structures(definitions: dict[str, Definition]) -> dict[str, Definition]:
    """The base types themselves by name: no profiles, no logical models."""
    return {
        definition["name"]: definition
        for definition in definitions.values()
        if definition["kind"] != "logical" and definition.get("derivation") != "constraint"
    }


def structures(definitions: dict[str, Definition], sets: Table) -> Table:
    """Every complex type and resource, and the types that are defined inside them."""
    named = concrete_structures(definitions)
    table: Table = {}
    for name in sorted(named):
        definition = named[name]
        if definition["kind"] == "primitive-type":
            continue
        base = definition.get("baseDefinition", "").rpartition("/")[2]
        table[name] = [base]
        add_elements(table, definition["snapshot"]["element"][1:], inherited_names(named, base), sets)
    return table


def inherited_names(named: dict[str, Definition], base: str) -> frozenset[str]:
    """The element names that a type has from its base."""
    if not base:
        return frozenset()
    paths = (element["path"] for element in named[base]["snapshot"]["element"][1:])
    return frozenset(path.partition(".")[2] for path in paths)


def add_elements(table: Table, elements: list[Definition], inherited: frozenset[str], sets: Table) -> None:
    """Append each element to the entry of the type that it belongs to."""
    for element in elements:
        path = element["path"]
        parent, _, name = path.rpartition(".")
        if name in (INHERITED_INSIDE[table[parent][0]] if "." in parent else inherited):
            continue
        types = " ".join(element_types(element, sets))
        if types in INHERITED_INSIDE:
            table[path] = [types]
            types = path
        table[parent].append(f"{name} {element['min']}..{element['max']} {types}")


def element_types(element: Definition, sets: Table) -> Iterator[str]:
    """The types of one element in the notation of structures.json."""
    if "contentReference" in element:
        yield element["contentReference"].removeprefix("#")
    for kind in element.get("type", ()):
        code = type_code(element["path"], kind)
        if code in BINDABLE:
            code += binding(element, sets)
        elif code == "Reference":
            code += targets(kind.get("targetProfile", ()))
        yield code


def type_code(path: str, kind: Definition) -> str:
    """The FHIR type, also where the definition names the type of FHIRPath that carries it."""
    code: str = kind["code"]
    if code.startswith(SYSTEM_TYPES):
        code = next(part["valueUrl"] for part in kind["extension"] if part["url"] == FHIR_TYPE)
    return CORRECTED.get(path, code)


def binding(element: Definition, sets: Table) -> str:
    """``#set`` when the element's codes are required and known."""
    bound = element.get("binding", {})
    name = set_name(bound.get("valueSet", ""))
    return f"#{name}" if bound.get("strength") == "required" and name in sets else ""


def targets(profiles: Iterable[str]) -> str:
    """``(A,B)`` for the types that a reference may name, '' for all of them."""
    names = narrow_targets(profile.rpartition("/")[2] for profile in profiles)
    return f"({','.join(names)})" if names else ""


def narrow_targets(names: Iterable[str]) -> list[str]:
    """Sorted names; a list of practically all types is as good as none."""
    found = sorted(set(names) - {ANY_TARGET})
    return found if len(found) < PRACTICALLY_ALL else []


# ── Codes ────────────────────────────────────────────────────────────────────────────────────────


def set_name(address: str) -> str:
    """The short name of a value set: the end of its address without the version."""
    return address.partition("|")[0].rpartition("/")[2]


def code_sets(found: dict[str, dict[str, Definition]]) -> Table:
    """Every value set that some element requires and that can be written out in full."""
    sets: Table = {}
    for definition in concrete_structures(found["StructureDefinition"]).values():
        for element in definition["snapshot"]["element"]:
            bound = element.get("binding", {})
            if bound.get("strength") != "required" or "valueSet" not in bound:
                continue
            address = bound["valueSet"].partition("|")[0]
            codes = enumerated(found["ValueSet"].get(address, {}), found["CodeSystem"])
            if codes is not None:
                sets[set_name(address)] = codes
    return dict(sorted(sets.items()))


def enumerated(value_set: Definition, systems: dict[str, Definition]) -> Table | None:
    """System → codes, or None when a part of the set lies outside the package."""
    codes: Table = {}
    for part in value_set.get("compose", {}).get("include", ()):
        system = part["system"]
        listed = part.get("concept")
        if listed is None and systems.get(system, {}).get("content") == "complete":
            listed = systems[system]["concept"]
        if listed is None or "filter" in part:
            return None
        codes[system] = sorted({*codes.get(system, ()), *all_codes(listed)})
    return codes or None


def all_codes(concepts: list[Definition]) -> Iterator[str]:
    """The codes of a hierarchy, parents first."""
    for concept in concepts:
        yield concept["code"]
        yield from all_codes(concept.get("concept", []))


# ── Primitives ───────────────────────────────────────────────────────────────────────────────────


def primitives(definitions: dict[str, Definition]) -> Table:
    """The regular expression of each primitive type ('' where the specification gives none)."""
    table = {}
    for name, definition in sorted(concrete_structures(definitions).items()):
        if definition["kind"] == "primitive-type":
            value = next(e for e in definition["snapshot"]["element"] if e["path"] == f"{name}.value")
            given = (e["valueString"] for e in value["type"][0].get("extension", ()) if e["url"] == REGEX)
            table[name] = next(given, "")
    return table


# ── Search ───────────────────────────────────────────────────────────────────────────────────────


def search_parameters(definitions: dict[str, Definition]) -> tuple[Table, Table]:
    """The parameters that can be taken from a record, and the reason for each that cannot."""
    kinds = {set_name(address): definition["type"] for address, definition in definitions.items()}
    table: Table = {}
    omitted: Table = {}
    for address, definition in sorted(definitions.items()):
        for base in () if SAMPLE in address else definition.get("base", ()):
            expression = narrowed(definition.get("expression", ""), base)
            if expression:
                row = [definition["type"], expression, narrow_targets(definition.get("target", ()))]
                row.append(
                    [[kinds[set_name(c["definition"])], c["expression"]] for c in definition.get("component", ())]
                )
                table.setdefault(base, {})[definition["code"]] = row
            else:
                omitted.setdefault(base, {})[definition["code"]] = NO_EXPRESSION
    return table, omitted


def narrowed(expression: str, base: str) -> str:
    """The alternatives of a shared expression that speak of this type; a bare element is taken as its own."""
    parts = (f"{base}.{part}" if part[:1].islower() else part for part in expression.split(" | "))
    return " | ".join(part for part in parts if re.match(rf"\(?{base}\b", part))


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────


def write(name: str, table: Table) -> None:
    """One key per line: small enough, and a change can be read in a diff."""
    rows = (
        f"{json.dumps(key)}:{json.dumps(table[key], separators=(',', ':'), sort_keys=True)}" for key in sorted(table)
    )
    path = TARGET / f"{name}.json"
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {len(table)} rows, {path.stat().st_size // 1024} KB")


def main() -> None:
    """Read the package named on the command line, write the tables."""
    found = read(Path(sys.argv[1]))
    sets = code_sets(found)
    parameters, omitted = search_parameters(found["SearchParameter"])
    write("structures", structures(found["StructureDefinition"], sets))
    write("codes", sets)
    write("primitives", primitives(found["StructureDefinition"]))
    write("search", parameters)
    write("omitted", omitted)


if __name__ == "__main__":
    main()
