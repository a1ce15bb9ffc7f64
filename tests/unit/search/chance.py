"""Random records, searches and windows, drawn from few values so that they meet often."""

from __future__ import annotations

from random import Random
from typing import Any

from carefolio.base.filters import Visible, Window
from carefolio.fhir.dates import interval

OWNERS = {1: "Patient/ann", 2: "Patient/bob", 3: "Patient/cy", 9: "Organization/north"}
TYPES = [
    "Observation", "Observation", "Observation", "Patient", "Patient", "Condition", "Encounter", "Appointment",
    "MedicationRequest", "Organization", "Provenance",
]  # fmt: skip
DATES = ["2019", "2020-02", "2020-02-10", "2020-02-10T08:30:00Z", "2020-02-11", "2021-12-31", "2024-01"]
INSTANTS = ["2020-02-10T08:30:00Z", "2021-12-31T00:00:00Z"]
BIRTHS = ["1985", "1985-04", "1985-04-23", "1985-12-31", "2001-01-01"]
SYSTEMS = [None, "http://loinc.org", "urn:local"]
CODES = ["8302-2", "29463-7", "a,b"]
NAMES = ["Peter", "Peterson", "Pétra", "Li", "van der Berg", "O'Neil", "X", "Anne-Marie"]
ASKED_NAMES = [
    "pe",
    "pet",
    "pete",
    "peter",
    "PETERS",
    "peterson",
    "pétr",
    "l",
    "li",
    "x",
    "berg van",
    "oneil",
    "p",
    "pe li",
    "li an",
]
STATUSES = {
    "Observation": ["final", "amended"],
    "Encounter": ["planned", "finished"],
    "Appointment": ["booked", "noshow"],
    "MedicationRequest": ["active", "stopped"],
}
PREFIXES = ["", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
SORTS = ["_id", "-_id", "_lastUpdated", "-_lastUpdated"]
DATE_SORTS = ["date", "-date", "date,-_lastUpdated", "-date,_id", "_lastUpdated,-date"]
PATIENT_SORTS = ["family", "-family", "birthdate", "-birthdate,family", "family,_id"]


def _reference(text: str) -> dict[str, str]:
    return {"reference": text}


def _concept(chance: Random) -> dict[str, Any]:
    codings = []
    for _ in range(chance.randint(0, 2)):
        system = chance.choice(SYSTEMS)
        codings.append({"code": chance.choice(CODES)} | ({"system": system} if system else {}))
    return {"coding": codings} if codings else {"text": "free"}


def _identifiers(chance: Random) -> list[dict[str, str]]:
    return [
        {"value": chance.choice("12")} | ({"system": "urn:mrn"} if chance.random() < 0.5 else {})
        for _ in range(chance.randint(1, 2))
    ]


def _period(chance: Random) -> dict[str, str]:
    ends = {"start": chance.choice(DATES[2:4]), "end": chance.choice(DATES[4:])}
    return {key: value for key, value in ends.items() if chance.random() < 0.7}


def _timed(chance: Random) -> dict[str, Any]:
    kind = chance.randrange(3)
    if kind == 0:
        return {"effectiveDateTime": chance.choice(DATES)}
    return (
        {"effectivePeriod": _period(chance)} if kind == 1 else {"effectiveTiming": {"event": chance.sample(DATES, 2)}}
    )


def _fields(chance: Random, type_: str) -> dict[str, Any]:
    """Everything that the type can be searched by."""
    status = {"status": chance.choice(STATUSES[type_])} if type_ in STATUSES else {}
    encounter = _reference(chance.choice(["Encounter/e1", "Encounter/e2/_history/3"]))
    makers = {
        "Observation": lambda: {
            "code": _concept(chance), "category": [_concept(chance)], "encounter": encounter,
            "identifier": _identifiers(chance), **_timed(chance),
        },
        "Condition": lambda: {"code": _concept(chance), "recordedDate": chance.choice(DATES), "encounter": encounter},
        "Patient": lambda: {
            "gender": chance.choice(["female", "male"]), "birthDate": chance.choice(BIRTHS),
            "name": [
                {"family": chance.choice(NAMES), "given": chance.sample(NAMES, chance.randint(0, 2))}
                for _ in range(chance.randint(1, 2))
            ],
            "identifier": _identifiers(chance),
        },
        "Encounter": lambda: {"type": [_concept(chance)], "period": _period(chance)},
        "Appointment": lambda: {
            "start": chance.choice(INSTANTS),
            "participant": [{"actor": _reference(chance.choice(["Practitioner/p1", "Practitioner/p2"]))}],
        },
        "MedicationRequest": lambda: {
            "authoredOn": chance.choice(DATES), "medicationCodeableConcept": _concept(chance),
            "dosageInstruction": [{"timing": {"event": [chance.choice(DATES[2:])]}}],
        },
        "Organization": lambda: {
            "name": chance.choice(NAMES), "type": [_concept(chance)], "identifier": _identifiers(chance),
        },
        "Provenance": lambda: {"target": [_reference(chance.choice(["Patient/ann", "Observation/r1"]))]},
    }  # fmt: skip
    found = status | makers[type_]()
    return {key: value for key, value in found.items() if chance.random() < 0.85}


def record(chance: Random, number: int) -> tuple[dict[str, Any], int, dict[str, int]]:
    """A resource, its owner, and the facts of its writing."""
    type_ = chance.choice(TYPES)
    owner = chance.choice(list(OWNERS))
    resource = {"resourceType": type_, "id": f"r{number}"} | _fields(chance, type_)
    if type_ in ("Observation", "Condition", "Encounter", "MedicationRequest"):
        subject = OWNERS[owner] if owner in (1, 2, 3) else chance.choice(["Group/g1", "Group/g2"])
        resource["subject"] = _reference(subject)
    facts = {"author": chance.randint(1, 2), "hospital": chance.choice([0, 9]), "label": chance.choice([0, 0, 1, 2])}
    return resource, owner, facts


def _coding(chance: Random) -> str:
    code = chance.choice(CODES).replace(",", "\\,")
    system = chance.choice(SYSTEMS[1:])
    return chance.choice([code, code, f"|{code}", f"{system}|{code}", f"{system}|"])


def _status(chance: Random, type_: str) -> str:
    code = chance.choice(STATUSES[type_])
    return chance.choice([code, code, f"|{code}", f"http://hl7.org/fhir/observation-status|{code}", f"urn:x|{code}"])


def _pairs(chance: Random, type_: str) -> list[tuple[str, str]]:
    """One pair for each parameter of the type; a search takes some of them."""

    def several(make: Any) -> str:
        return ",".join(make() for _ in range(chance.randint(1, 2)))

    def token(name: str, make: Any) -> tuple[str, str]:
        return name + chance.choice(["", "", ":not"]), several(make)

    codes = [token(name, lambda: _coding(chance)) for name in ("code", "category", "type")]
    code, category, kind = codes
    status = token("status", lambda: _status(chance, type_)) if type_ in STATUSES else ("_id", "r1,r2,r3,r5,r8")
    date = ("date", several(lambda: chance.choice(PREFIXES) + chance.choice(DATES)))
    patient = ("patient", several(lambda: chance.choice(["ann", "Patient/bob", "nobody"])))
    subject = ("subject", several(lambda: chance.choice(["Patient/ann", "Group/g1", "cy"])))
    encounter = ("encounter", several(lambda: chance.choice(["e1", "Encounter/e2"])))
    identifier = token("identifier", lambda: chance.choice(["1", "|1", "urn:mrn|2", "urn:mrn|"]))
    updated = ("_lastUpdated", chance.choice(["ge", "lt", "ne", ""]) + f"1970-01-01T00:00:{chance.randint(3, 25):02}Z")
    missing = chance.choice(["true", "false"])
    names = [(name, several(lambda: chance.choice(ASKED_NAMES))) for name in ("name", "family", "given")]
    exact = (chance.choice(["name:exact", "family:exact"]), several(lambda: chance.choice(NAMES)))
    born = ("birthdate", several(lambda: chance.choice(PREFIXES) + chance.choice([*BIRTHS, "1990", "2000-12"])))
    gender = token("gender", lambda: chance.choice(["female", "male"]))
    known = {
        "Observation": [
            code, code, category, status, date, date, patient, subject, encounter, identifier,
            (chance.choice(["code:missing", "date:missing", "encounter:missing"]), missing),
        ],
        "Condition": [code, encounter, patient, subject],
        "Patient": [*names, exact, born, born, gender, identifier, ("birthdate:missing", missing)],
        "Encounter": [kind, status, date, patient, subject],
        "Appointment": [status, date, patient],
        "MedicationRequest": [code, status, date, patient],
        "Organization": [names[0], kind, identifier],
        "Provenance": [("target", several(lambda: chance.choice(["Patient/ann", "Observation/r1"])))],
    }  # fmt: skip
    return [*known[type_], updated, ("_id", "r1,r2,r3,r5,r8,r13")]


def search(chance: Random) -> tuple[str, list[tuple[str, str]]]:
    """A type and the pairs of a search of it, sorted and paged somehow."""
    type_ = chance.choice(TYPES)
    pairs = chance.sample(_pairs(chance, type_), chance.choice([0, 1, 1, 1, 2, 2, 3]))
    sorts = [*SORTS, *(PATIENT_SORTS if type_ == "Patient" else [])]
    sorts += DATE_SORTS if type_ in ("Observation", "Condition", "Encounter", "MedicationRequest") else []
    if chance.random() < 0.6:
        pairs.append(("_sort", chance.choice(sorts)))
    return type_, [*pairs, ("_count", str(chance.choice([1, 2, 3, 7, 100])))]


def window(chance: Random, depth: int = 0) -> Window:
    """A window that narrows a few of its fields."""
    moments = [bound for text in DATES for bound in interval(text)]
    fields = {
        "owners": lambda: frozenset(chance.sample([*OWNERS, 77], chance.randint(0, 3))),
        "kinds": lambda: frozenset(chance.sample(TYPES, 3)),
        "records": lambda: frozenset(f"{chance.choice(TYPES)}/r{chance.randint(1, 30)}" for _ in range(12)),
        "authors": lambda: frozenset({chance.randint(1, 3)}),
        "hospitals": lambda: frozenset({chance.choice([9, 9, 77])}),
        "codes": lambda: frozenset(chance.sample(["8302-2", "http://loinc.org|29463-7", "urn:local|a,b"], 2)),
        "since": lambda: chance.choice(moments),
        "until": lambda: chance.choice(moments),
        "labels": lambda: frozenset(chance.sample([0, 1, 2], chance.randint(1, 2))),
        "participants": lambda: frozenset({"Practitioner/p1", "Practitioner/p3"}),
    }
    chosen: dict[str, Any] = {
        name: fields[name]() for name in chance.sample(list(fields), chance.choice([0, 1, 1, 1, 2, 3]))
    }
    if depth < 2 and chance.random() < 0.4:
        chosen["unless"] = tuple(window(chance, depth + 1) for _ in range(chance.randint(1, 2)))
    return Window(
        **chosen, contract=chance.choice([None, "Consent/c/_history/1"]), rule=chance.choice(["", "contract"])
    )


def visible(chance: Random) -> Visible:
    """Mostly a few windows; sometimes none, everything, or so many that they are merged."""
    kind = chance.randrange(8)
    if kind == 0:
        return Visible((Window(),))
    many = chance.choice([0, 20]) if kind == 1 else chance.randint(1, 4)
    return Visible(tuple(window(chance) for _ in range(many)))
