"""What people are told of a contract: never less than it opens, and exactly that where pages made it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import Facts, decide
from carefolio.consent.policy import Chart, access
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.dates import interval
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.categories import CATEGORIES
from carefolio.workflows.sharing.describe import (
    Described,
    State,
    Version,
    by_party,
    contract_of,
    covers,
    human_name,
)
from carefolio.workflows.sharing.rules import Ask, Narrowing, Terms
from tests.workflows.sharing.test_categories import CODES, TYPES

CHART, DOCTOR, NORTH, SOUTH = 7, "Practitioner/ben", "Organization/north", "Organization/south"
BEN = Principal(account=3, role=Role.DOCTOR, person=DOCTOR, verified=True)
NUMBERS = {NORTH: 11, SOUTH: 12, DOCTOR: 3, "": 0}
TODAY = date(2026, 11, 22)
NOW = interval("2026-11-22")[0]
TERMS = "http://terminology.hl7.org/CodeSystem/"
ACTOR = {"reference": {"reference": DOCTOR, "display": "Dr Ben"}}
DAYS = [None, date(2019, 1, 1), date(2022, 6, 30), date(2025, 12, 31)]


def consent(provision, **more):
    scope = {"coding": [{"system": f"{TERMS}consentscope", "code": "patient-privacy"}]}
    patient = {"reference": "Patient/ada", "display": "Ada Quinn"}
    made = {"resourceType": "Consent", "id": "c", "status": "active", "scope": scope, "patient": patient}
    return made | {"provision": provision} | more


def described(made, **version):
    return contract_of(made, Version(2, 5, **version), NOW)


def permits(made, record):
    compiled = compile_contract(made, "Consent/c/_history/1", lambda reference: NUMBERS.get(reference, -1))
    windows = access(BEN, Chart(CHART, "Patient/ada", 1, (compiled,)), NOW).windows
    type_, _, id_ = record.reference.partition("/")
    facts = Facts(type_, id_, CHART, 0, NUMBERS[record.hospital], record.low, record.high, record.label, record.codes)
    return decide([window for window in windows if window.rule == "contract"], facts).permit


terms = st.builds(
    Terms,
    whole=st.booleans(),
    categories=st.frozensets(st.sampled_from(list(CATEGORIES)), max_size=4),
    records=st.frozensets(st.sampled_from(["Observation/1", "Condition/2"])),
    hospitals=st.frozensets(st.sampled_from([NORTH, SOUTH])),
    since=st.sampled_from(DAYS),
    until=st.sampled_from(DAYS),
    ends=st.sampled_from([None, TODAY, date(2027, 3, 1)]),
    correct=st.booleans(),
).map(lambda one: replace(one, categories=frozenset(), records=frozenset()) if one.whole else one)
records = st.builds(
    lambda type_, id_, codes, hospital, day, label: Described(
        type_, f"{type_}/{id_}", codes, hospital, *(interval(day) if day else (0, 0)), label
    ),
    st.sampled_from(["Observation", "Condition", "DiagnosticReport", *TYPES]),
    st.sampled_from("123"),
    st.frozensets(st.sampled_from(CODES), max_size=2),
    st.sampled_from(["", NORTH, SOUTH]),
    st.sampled_from(["", "2018", "2019-01-01", "2022", "2024-05-01"]),
    st.sampled_from([0, 0, 0, 1, 2]),
)
concept = st.sampled_from(CODES).map(
    lambda code: {"coding": [{"system": code.rpartition("|")[0], "code": code.rpartition("|")[2]}]}
)
bare = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["permit", "permit", "deny"]),
        "actor": st.just([ACTOR]),
        "period": st.sampled_from([{"end": "2027-01-01"}, {"start": "2026-11-01T08:00:00Z"}, {"start": "2027"}]),
        "dataPeriod": st.sampled_from([{"end": "2022"}, {"start": "2019-01-01"}, {"start": "2019", "end": "2025"}]),
        "class": st.lists(
            st.sampled_from(TYPES).map(lambda type_: {"system": "http://hl7.org/fhir/resource-types", "code": type_}),
            min_size=1,
            max_size=2,
        ),
        "code": st.lists(concept, min_size=1, max_size=2),
        "data": st.lists(
            st.builds(
                lambda meaning, one: {"meaning": meaning, "reference": {"reference": one}},
                st.sampled_from(["instance", "related", "authoredby"]),
                st.sampled_from(["Observation/1", DOCTOR, NORTH]),
            ),
            min_size=1,
            max_size=2,
        ),
        "action": st.just([{"coding": [{"system": f"{TERMS}consentaction", "code": "correct"}]}]),
        "securityLabel": st.just([{"system": f"{TERMS}v3-Confidentiality", "code": "R"}]),
        "purpose": st.just([{"system": f"{TERMS}v3-ActReason", "code": "TREAT"}]),
        "extension": st.just(
            [
                {
                    "url": "https://carefolio.org/fhir/StructureDefinition/source-hospital",
                    "valueReference": {"reference": NORTH},
                }
            ]
        ),
    },
)
trees = st.recursive(
    bare,
    lambda inner: st.builds(
        lambda one, inside: one | {"provision": inside}, bare, st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=4,
)


@given(terms, records)
def test_what_pages_make_is_described_exactly(wanted, record):
    made = consent(rules.provision_of([ACTOR], wanted))
    shown = described(made)
    assert shown.exact or not (wanted.whole or wanted.categories or wanted.records)
    if wanted.categories or wanted.whole:
        assert shown.terms == wanted
    assert covers(shown, record) == permits(made, record) or (record.type == "Consent" and wanted.whole)


@given(trees, records)
def test_nothing_that_a_contract_opens_is_left_out_of_what_people_are_told(provision, record):
    made = consent(provision)
    if permits(made, record):
        assert covers(described(made), record)


@given(terms, records, st.sampled_from(["class", "code", "data", "securityLabel", "extension"]), trees)
def test_nor_where_something_was_added_to_what_pages_make(wanted, record, name, tree):
    provision = rules.provision_of([ACTOR], wanted)
    place = provision["provision"][0] if provision.get("provision") else provision
    if name in tree:
        place[name] = tree[name]
    made = consent(provision)
    if permits(made, record):
        assert covers(described(made), record)


def test_the_rest_of_a_contract():
    wanted = Terms(categories=frozenset({"results"}), since=date(2020, 1, 1), ends=date(2027, 1, 31), correct=True)
    asked = rules.proposal({"reference": "Patient/ada"}, ACTOR["reference"], Ask("Patient/ada", wanted, " Why "), TODAY)
    shown = described(asked | {"id": "c"}, author=DOCTOR)
    assert (shown.state, shown.reason, shown.refusal, shown.version, shown.changed) == (State.PROPOSED, "Why", "", 2, 5)
    assert (shown.starts, shown.ends) == (None, interval("2027-01-31")[1])
    assert (shown.since, shown.until) == (interval("2020-01-01")[0], None)
    assert (shown.labels, shown.purposes, shown.denies) == (frozenset({0}), frozenset({"TREAT"}), False)
    assert (
        shown.named({DOCTOR: "Ben Osei"}).actors[0].name == shown.named({DOCTOR: "Ben Osei"}).asker.name == "Ben Osei"
    )
    assert shown.actors[0].name == "Dr Ben"


@pytest.mark.parametrize(
    ("status", "period", "force", "state"),
    [
        ("proposed", {}, True, State.PROPOSED),
        ("proposed", {"end": "2020"}, True, State.EXPIRED),
        ("active", {"end": "2026-11-22"}, True, State.ACTIVE),
        ("active", {"end": "2026-11-21"}, True, State.EXPIRED),
        ("active", {"start": "2026-12-01"}, True, State.UPCOMING),
        ("rejected", {}, True, State.REJECTED),
        ("inactive", {}, True, State.INACTIVE),
        ("entered-in-error", {}, True, State.INACTIVE),
        ("active", {}, False, State.POWERLESS),
    ],
)
def test_where_a_contract_stands(status, period, force, state):
    provision = {"type": "permit", "actor": [ACTOR]} | ({"period": period} if period else {})
    assert described(consent(provision, status=status), force=force).state is state


def test_a_denial_opens_nothing_and_says_so():
    shown = described(consent({"type": "deny", "actor": [ACTOR]}))
    assert (shown.denies, shown.exact, shown.terms) == (True, False, Terms())
    assert not covers(shown, Described("Goal", "Goal/1", frozenset(), "", 0, 0, 0))


def test_delegates_and_groups():
    role = {"coding": [{"system": f"{TERMS}v3-RoleCode", "code": "GUARD"}]}
    other = {"role": role, "reference": {"reference": "Patient/max"}}
    one = described(consent({"type": "permit", "actor": [ACTOR, other]}))
    two = described(consent({"provision": [{"type": "permit", "actor": [other]}]}))
    assert [party.delegate for party in one.actors] == [False, True]
    assert [(group.party.reference, len(group.contracts)) for group in by_party([one, two])] == [
        (DOCTOR, 1),
        ("Patient/max", 2),
    ]


def test_a_contract_without_a_provision_opens_nothing():
    made = consent({})
    del made["provision"]
    assert (described(made).terms, described(made).actors) == (Terms(), ())


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("North", "North"),
        (None, ""),
        (
            [{"use": "nickname", "text": "Al"}, {"use": "official", "prefix": ["Dr"], "given": ["A"], "family": "B"}],
            "Dr A B",
        ),
        ([{"use": "official"}, {"text": "Somebody"}], "Somebody"),
    ],
)
def test_what_somebody_is_called(name, called):
    assert human_name({"name": name} if name else {}) == called


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"whole": False}, "at least one kind"),
        ({"categories": frozenset({"bills"})}, "not both"),
        ({"whole": False, "records": frozenset(f"Goal/{n}" for n in range(201))}, "at the most"),
        ({"whole": False, "records": frozenset({"Goal?x=1"})}, "Type/id"),
        ({"hospitals": frozenset({"Patient/x"})}, "Organization/id"),
        ({"since": date(2025, 1, 2), "until": date(2025, 1, 1)}, "after their last"),
        ({"ends": None}, "on which the access ends"),
        ({"ends": date(2026, 11, 21)}, "today or later"),
        ({"ends": date(2029, 1, 1)}, "2 years"),
        ({"purpose": "SPAM"}, "no such purpose"),
    ],
)
def test_terms_that_cannot_be(change, sentence):
    with pytest.raises(Exception, match=sentence):
        rules.offer({}, {}, Narrowing(replace(Terms(whole=True, ends=TODAY), **change)), TODAY)


def test_a_reason_is_no_novel():
    with pytest.raises(Exception, match="1000 characters"):
        rules.refuse_reason("a" * 1001)


def test_an_answer_keeps_purpose_begin_and_all_actors():
    asked = consent(
        {
            "period": {"start": "2026-12-01", "end": "2028"},
            "purpose": [{"system": f"{TERMS}v3-ActReason", "code": "HRESCH"}],
            "provision": [{"type": "permit", "actor": [ACTOR]}, {"type": "permit", "actor": [ACTOR]}],
        }
    )
    given = rules.narrowed(asked, Narrowing(Terms(whole=True, ends=date(2027, 1, 1))), TODAY)["provision"]
    assert given["period"] == {"start": "2026-12-01", "end": "2027-01-01T23:59:59Z"}
    assert given["purpose"][0]["code"] == "HRESCH"
    assert given["actor"] == [ACTOR]


def test_a_refusal_without_a_word_leaves_no_trace_of_one():
    assert "extension" not in rules.refused(consent({}), " ")
    assert rules.refused(rules.refused(consent({}), "no"), "never")["extension"] == [
        {"url": rules.REFUSAL, "valueString": "never"}
    ]


def test_states_that_nobody_knows_get_a_sentence():
    assert rules.conflict_of("strange") == "This request cannot be answered any more."


@pytest.mark.parametrize(
    ("before", "after", "widened"),
    [
        (Terms(whole=True), Terms(categories=frozenset({"bills"})), False),
        (Terms(categories=frozenset({"bills"})), Terms(whole=True), True),
        (Terms(hospitals=frozenset({NORTH})), Terms(), True),
        (Terms(hospitals=frozenset({NORTH, SOUTH})), Terms(hospitals=frozenset({NORTH})), False),
        (Terms(since=DAYS[2]), Terms(since=DAYS[1]), True),
        (Terms(since=DAYS[1]), Terms(since=DAYS[2]), False),
        (Terms(until=DAYS[1]), Terms(), True),
        (Terms(ends=DAYS[2]), Terms(ends=DAYS[1]), False),
        (Terms(), Terms(correct=True), True),
    ],
)
def test_whether_an_answer_gives_more_than_was_asked_for(before, after, widened):
    assert rules.widened(before, after) is widened
