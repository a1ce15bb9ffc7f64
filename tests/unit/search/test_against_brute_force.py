"""SQL with the policy inside it answers exactly what reading every record would, on every page."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carefolio.base.filters import Visible, Window
from carefolio.fhir.dates import interval
from carefolio.search.parse import parse
from tests.unit.search.world import World

OWNERS = {1: "Patient/ann", 2: "Patient/bob", 3: "Patient/cy", 9: "Organization/north"}
DATES = ["2019", "2020-02", "2020-02-10", "2020-02-10T08:30:00Z", "2020-02-11", "2021-12-31", "2024-01"]
SYSTEMS = [None, "http://loinc.org", "urn:local"]
CODES = ["8302-2", "29463-7", "a,b", "vital-signs"]
NAMES = ["Peter", "Peterson", "Pétra", "Li", "van der Berg", "O'Neil", "X", "Anne-Marie"]
TYPES = [
    "Observation",
    "Condition",
    "Patient",
    "Encounter",
    "Appointment",
    "MedicationRequest",
    "Organization",
    "Provenance",
]

codings = st.builds(
    lambda system, code: {"code": code} | ({"system": system} if system else {}),
    st.sampled_from(SYSTEMS),
    st.sampled_from(CODES),
)
concepts = st.lists(codings, max_size=2).map(lambda found: {"coding": found} if found else {"text": "free"})
periods = st.fixed_dictionaries({}, optional={"start": st.sampled_from(DATES[2:4]), "end": st.sampled_from(DATES[4:])})
encounters = st.sampled_from(["Encounter/e1", "Encounter/e2/_history/3"]).map(lambda text: {"reference": text})
identifiers = st.lists(
    st.fixed_dictionaries({"value": st.sampled_from(["1", "2"])}, optional={"system": st.just("urn:mrn")}), max_size=2
)


def _optional(**fields):
    return st.fixed_dictionaries({}, optional=fields)


MAKERS = {
    "Observation": lambda: _optional(
        status=st.sampled_from(["final", "amended"]), code=concepts, category=st.lists(concepts, max_size=2),
        encounter=encounters, identifier=identifiers, effectiveDateTime=st.sampled_from(DATES),
    ) | _optional(effectivePeriod=periods),
    "Condition": lambda: _optional(code=concepts, recordedDate=st.sampled_from(DATES), encounter=encounters),
    "Patient": lambda: _optional(
        gender=st.sampled_from(["female", "male"]), birthDate=st.sampled_from(["1985", "1985-04", "1985-04-23", "2001-01-01"]),
        name=st.lists(_optional(family=st.sampled_from(NAMES), given=st.lists(st.sampled_from(NAMES), max_size=2)), max_size=2),
        identifier=identifiers,
    ),
    "Encounter": lambda: _optional(status=st.sampled_from(["planned", "finished"]), type=st.lists(concepts, max_size=1), period=periods),
    "Appointment": lambda: _optional(
        status=st.sampled_from(["booked", "cancelled"]), start=st.sampled_from(["2020-02-10T08:30:00Z", "2021-12-31T00:00:00Z"]),
        participant=st.lists(st.sampled_from(["Practitioner/p1", "Practitioner/p2"]).map(lambda who: {"actor": {"reference": who}}), max_size=2),
    ),
    "MedicationRequest": lambda: _optional(
        status=st.sampled_from(["active", "stopped"]), authoredOn=st.sampled_from(DATES), medicationCodeableConcept=concepts,
        dosageInstruction=st.lists(st.sampled_from(DATES[2:]).map(lambda day: {"timing": {"event": [day]}}), max_size=2),
    ),
    "Organization": lambda: _optional(name=st.sampled_from(NAMES), type=st.lists(concepts, max_size=1), identifier=identifiers),
    "Provenance": lambda: _optional(target=st.lists(st.sampled_from(["Patient/ann", "Observation/r1"]).map(lambda text: {"reference": text}), max_size=2)),
}  # fmt: skip

SUBJECTS = {"Observation": "subject", "Condition": "subject", "Encounter": "subject", "MedicationRequest": "subject"}


@st.composite
def records(draw):
    type_ = draw(st.sampled_from(TYPES))
    owner = draw(st.sampled_from(sorted(OWNERS)))
    resource = {"resourceType": type_, "id": f"r{draw(st.integers(1, 10_000))}"} | draw(MAKERS[type_]())
    if type_ in SUBJECTS:
        subject = OWNERS[owner] if owner < 9 else draw(st.sampled_from(["Group/g1", "Group/g2"]))
        resource[SUBJECTS[type_]] = {"reference": subject}
    if type_ == "Patient" and owner < 9:
        resource["id"] = OWNERS[owner].partition("/")[2]
    facts = {
        "author": draw(st.integers(1, 2)),
        "hospital": draw(st.sampled_from([0, 9])),
        "label": draw(st.integers(0, 2)),
    }
    return resource, owner, facts


def _few(values):
    return st.none() | st.frozensets(values, max_size=2)


moments = st.none() | st.sampled_from([bound for text in DATES for bound in interval(text)])
plain_windows = st.builds(
    Window,
    owners=_few(st.sampled_from([*OWNERS, 77])),
    kinds=_few(st.sampled_from(TYPES)),
    records=st.none() | _few(st.sampled_from(["Observation/r1", "Patient/ann", "Organization/r2"])),
    authors=_few(st.integers(1, 3)),
    hospitals=_few(st.sampled_from([9, 77])),
    codes=st.none() | _few(st.sampled_from(["8302-2", "http://loinc.org|8302-2", "vital-signs"])),
    since=st.none() | moments,
    until=st.none() | moments,
    labels=_few(st.integers(0, 2)),
    participants=st.none() | st.none() | _few(st.sampled_from(["Practitioner/p1", "Practitioner/p3"])),
)
thin_windows = st.one_of(
    st.just(Window()),
    st.builds(Window, owners=st.frozensets(st.sampled_from([*OWNERS]), max_size=3)),
    st.builds(Window, hospitals=st.just(frozenset({9}))),
    st.builds(Window, authors=st.just(frozenset({1}))),
    st.builds(Window, participants=st.just(frozenset({"Practitioner/p1"}))),
)
windows = st.one_of(
    thin_windows,
    plain_windows,
    st.builds(
        lambda window, unless: Window(
            **{f: getattr(window, f) for f in ("owners", "authors", "hospitals")}, unless=unless
        ),
        thin_windows,
        st.lists(plain_windows | thin_windows, max_size=2).map(tuple),
    ),
)
visibles = st.lists(windows, max_size=4).map(lambda found: Visible(tuple(found)))

escaped = st.sampled_from(CODES).map(lambda code: code.replace(",", "\\,"))
coding_values = st.one_of(
    escaped,
    escaped.map(lambda code: f"|{code}"),
    st.builds(lambda system, code: f"{system}|{code}", st.sampled_from(SYSTEMS[1:]), escaped | st.just("")),
)
status_values = st.sampled_from(
    [
        "final",
        "|final",
        "http://hl7.org/fhir/observation-status|final",
        "urn:x|final",
        "amended",
        "planned",
        "booked",
        "active",
    ]
)
dates = st.builds(
    lambda p, d: p + d,
    st.sampled_from(["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]),
    st.sampled_from(DATES),
)
births = st.builds(
    lambda p, d: p + d,
    st.sampled_from(["", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]),
    st.sampled_from(["1985", "1985-04", "1985-04-23", "2000-12", "1990"]),
)
names = st.sampled_from(
    ["pe", "pet", "pete", "peter", "PETERS", "peterson", "pétr", "l", "li", "x", "berg van", "oneil", "marie", "p"]
)


def _several(values):
    return st.lists(values, min_size=1, max_size=2).map(",".join)


def _tokens(name, values):
    return st.tuples(st.sampled_from([name, name, f"{name}:not"]), _several(values))


OWNED = [st.tuples(st.just("patient"), _several(st.sampled_from(["ann", "Patient/bob", "nobody"])))]
SUBJECT = [st.tuples(st.just("subject"), _several(st.sampled_from(["Patient/ann", "Group/g1", "cy"])))]
MISSING = st.sampled_from(["true", "false"])
PARAMETERS = {
    "Observation": [
        _tokens("code", coding_values), _tokens("category", coding_values), _tokens("status", status_values),
        st.tuples(st.just("date"), _several(dates)), st.tuples(st.just("encounter"), _several(st.sampled_from(["e1", "Encounter/e2"]))),
        _tokens("identifier", st.sampled_from(["1", "|1", "urn:mrn|1", "urn:mrn|"])),
        st.tuples(st.sampled_from(["code:missing", "date:missing", "encounter:missing"]), MISSING), *OWNED, *SUBJECT,
    ],
    "Condition": [_tokens("code", coding_values), st.tuples(st.just("encounter"), st.just("e1")), *OWNED, *SUBJECT],
    "Patient": [
        st.tuples(st.sampled_from(["name", "family", "given", "family"]), _several(names)), st.tuples(st.just("birthdate"), _several(births)),
        st.tuples(st.sampled_from(["name:exact", "family:exact"]), _several(st.sampled_from(NAMES))),
        _tokens("gender", st.sampled_from(["female", "male"])), _tokens("identifier", st.sampled_from(["1", "urn:mrn|2"])),
        st.tuples(st.just("_id"), _several(st.sampled_from(["ann", "bob", "r1"]))), st.tuples(st.just("birthdate:missing"), MISSING),
    ],
    "Encounter": [_tokens("type", coding_values), _tokens("status", status_values), st.tuples(st.just("date"), _several(dates)), *OWNED],
    "Appointment": [_tokens("status", status_values), st.tuples(st.just("date"), dates)],
    "MedicationRequest": [_tokens("code", coding_values), st.tuples(st.just("date"), _several(dates)), *OWNED],
    "Organization": [st.tuples(st.just("name"), _several(names)), _tokens("type", coding_values), _tokens("identifier", st.just("1"))],
    "Provenance": [st.tuples(st.just("target"), _several(st.sampled_from(["Patient/ann", "Observation/r1"])))],
}  # fmt: skip
UPDATED = st.tuples(
    st.just("_lastUpdated"),
    st.sampled_from(["ge1970-01-01T00:00:05Z", "lt1970-01-01T00:00:08Z", "1970-01-01T00:00:03Z"]),
)
SORTS = {
    type_: ["_id", "-_id", "_lastUpdated", "-_lastUpdated", "date", "-date", "date,-_lastUpdated", "-date,_id"]
    for type_ in TYPES
}
SORTS["Patient"] = ["_id", "-_lastUpdated", "family", "-family", "birthdate", "-birthdate,family", "family,_id"]
SORTS["Organization"] = SORTS["Provenance"] = ["_id", "-_lastUpdated"]


@st.composite
def searches(draw):
    type_ = draw(st.sampled_from(TYPES))
    pairs = draw(st.lists(st.one_of(*PARAMETERS[type_], UPDATED), max_size=3))
    sort = draw(st.none() | st.sampled_from(SORTS[type_]))
    count = draw(st.sampled_from([1, 2, 3, 100]))
    return type_, [*pairs, ("_count", str(count)), *([("_sort", sort)] if sort else [])]


def _world(made) -> World:
    world = World(OWNERS)
    taken = set()
    for resource, owner, facts in made:
        key = (resource["resourceType"], resource["id"])
        if key not in taken:
            taken.add(key)
            resource["meta"] = {"lastUpdated": f"1970-01-01T00:00:{len(taken):02}.000000+00:00"}
            world.add(resource, owner, **facts)
    return world


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(records(), max_size=14), st.lists(st.tuples(searches(), visibles), min_size=1, max_size=6))
def test_sql_answers_what_reading_every_record_would(made, asked):
    world = _world(made)
    for (type_, pairs), visible in asked:
        query = parse(type_, pairs, lenient=False)
        expected = sorted(one.row.reference for one in world.brute(query, visible))
        found = world.search(type_, pairs, visible)
        assert len(found) == len(set(found)), (type_, pairs)
        assert sorted(found) == expected, (type_, pairs, visible)
        whole = world.page(
            parse(type_, [*(p for p in pairs if p[0] != "_count"), ("_count", "1000")], lenient=False), visible
        )
        assert found == [row.reference for row in whole.rows], "the pages joined are the answer in one page"
        assert whole.total == len(expected)
