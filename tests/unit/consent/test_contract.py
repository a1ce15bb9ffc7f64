"""What a Consent permits and denies, option by option (after IHE's Privacy Consent on FHIR)."""

from dataclasses import replace

import pytest

from carefolio.consent.policy import access
from tests.unit.consent.cast import (
    ACT_CODE,
    ACTION,
    ADA,
    ALDER,
    ALDERS_SHELF,
    BIRCH,
    BIRCHS_SHELF,
    BYRNE,
    CATEGORY,
    CHEN,
    CONFIDENTIALITY,
    HAEMOGLOBIN,
    LAB,
    LOINC,
    MALLORY,
    NOW,
    REASON,
    SOURCE,
    TERMINOLOGY,
    TO_BYRNE,
    TREATMENT,
    TYPES,
    actor,
    at,
    bars,
    chart,
    coding,
    compiled,
    concept,
    consent,
    data,
    deny,
    excepts,
    may,
    may_add,
    opens,
    permit,
    record,
    ref,
)

OLD, NEW = record(low=at("2015-01-01"), high=at("2015-01-02")), record(low=at("2026-01-01"), high=at("2026-01-01"))
UNDATED = record()


# element, what it is about, what it is not about
NARROWINGS = [
    ({"class_": [coding(TYPES, "Observation")]}, record(), record("Condition")),
    ({"class_": [coding("", "Observation")]}, record(), record("Condition")),
    ({"class_": [{"code": "Observation"}]}, record(), record("Condition")),
    ({"class_": [coding(CATEGORY, "laboratory")]}, record(codes=LAB), record()),
    ({"class_": [coding(TYPES, "Task"), coding(CATEGORY, "laboratory")]}, record(codes=LAB), record()),
    ({"code": [concept(LOINC, "718-7")]}, record(codes=HAEMOGLOBIN), record(codes=LAB)),
    ({"code": [concept(LOINC, "1-1", "718-7")]}, record(codes=HAEMOGLOBIN), record(codes=LAB)),
    (
        {"class_": [coding(CATEGORY, "laboratory")], "code": [concept(LOINC, "718-7")]},
        record(codes=LAB | HAEMOGLOBIN),
        record(codes=LAB),
    ),
    ({"data": [data("Observation/o1")]}, record(), record(id="o2")),
    ({"data": [data("Observation/o1/_history/3")]}, record(), record(id="o2")),
    ({"data": [data("Observation/o1"), data("Observation/o2")]}, record(id="o2"), record(id="o3")),
    ({"data": [data(BYRNE.person, "authoredby")]}, record(author=BYRNE.account), record(author=CHEN.account)),
    ({"data": [data(ADA.person, "authoredby")]}, record(author=ADA.account), record()),
    ({"data": [data(ALDER, "authoredby")]}, record(hospital=ALDERS_SHELF), record(hospital=BIRCHS_SHELF)),
    ({"dataPeriod": {"start": "2020"}}, NEW, OLD),
    ({"dataPeriod": {"end": "2020"}}, OLD, NEW),
    ({"dataPeriod": {"start": "2015-01-02", "end": "2015"}}, OLD, NEW),
    ({"securityLabel": [coding(CONFIDENTIALITY, "V")]}, record(label=2), record(label=1)),
    (
        {"extension": [{"url": SOURCE, "valueReference": ref(ALDER)}]},
        record(hospital=ALDERS_SHELF),
        record(hospital=BIRCHS_SHELF),
    ),
]


@pytest.mark.parametrize(("elements", "about", "other"), NARROWINGS)
def test_each_element_narrows_what_is_permitted_and_what_is_denied(elements, about, other):
    anonymous = {k: v for k, v in elements.items() if "authoredby" not in str(v)} == elements
    assert opens(about, **elements)
    if anonymous or not other.author:
        assert not opens(other, **elements)
    assert not may(BYRNE, other, consent(permit(TO_BYRNE, **elements)))
    if anonymous:
        assert bars(about, **elements)
        assert excepts(about, **elements)
    assert not bars(other, **elements)
    assert not excepts(other, **elements)


@pytest.mark.parametrize(
    ("elements", "purpose", "holds"),
    [
        ({}, "TREAT", True),
        ({}, "HRESCH", False),
        ({"purpose": [coding(REASON, "HRESCH")]}, "HRESCH", True),
        ({"purpose": [coding(REASON, "HRESCH")]}, "TREAT", False),
        ({"purpose": [coding(REASON, "HRESCH"), coding(REASON, "TREAT")]}, "TREAT", True),
    ],
)
def test_purpose(elements, purpose, holds):
    doctor = replace(BYRNE, purpose=purpose)
    assert bool(may(doctor, record(), consent(permit(TO_BYRNE, **elements)))) is holds


def test_a_deny_without_a_purpose_denies_all_of_them():
    research = [coding(REASON, "HRESCH")]
    doctor, both = replace(BYRNE, purpose="HRESCH"), consent(permit(TO_BYRNE, purpose=[*research, *TREATMENT]))
    assert may(doctor, record(), both)
    assert not may(doctor, record(), both, consent(deny()))
    assert not may(doctor, record(), both, consent(deny(purpose=research)))
    assert may(BYRNE, record(), both, consent(deny(purpose=research)))


@pytest.mark.parametrize(
    ("codes", "reads", "adds"),
    [
        (["access"], True, False),
        (["use"], True, False),
        (["correct"], True, True),
        (["collect"], False, False),
        (["disclose"], False, False),
        (["disclose", "access"], True, False),
        (["shred"], False, False),
    ],
)
def test_action(codes, reads, adds):
    contract = consent(permit(TO_BYRNE, action=[concept(ACTION, code) for code in codes]))
    assert bool(may(BYRNE, record(), contract)) is reads
    assert bool(may_add(BYRNE, record(), contract)) is adds


@pytest.mark.parametrize(("code", "reads", "adds"), [("access", False, True), ("correct", True, False)])
def test_denied_action(code, reads, adds):
    both = consent(permit(TO_BYRNE, action=[concept(ACTION, "correct")]))
    barred = consent(deny(action=[concept(ACTION, code)]))
    assert bool(may(BYRNE, record(), both, barred)) is reads
    assert bool(may_add(BYRNE, record(), both, barred)) is adds


# ── labels ──


def test_without_labels_only_what_is_normal_and_what_is_named_singly():
    assert opens(record())
    assert not opens(record(label=1))
    assert opens(record(label=2), data=[data("Observation/o1")])
    assert not opens(record(label=2), data=[data("Observation/o1")], securityLabel=[coding(CONFIDENTIALITY, "N")])


def test_denying_a_label_denies_the_stricter_ones():
    restricted = {"securityLabel": [coding(CONFIDENTIALITY, "R")]}
    assert [bars(record(label=n), **restricted) for n in (0, 1, 2)] == [False, True, True]


@pytest.mark.parametrize("code", ["HIV", "PSY", "anything"])
def test_a_sensitivity_is_denied_with_all_that_may_bear_it_and_never_permitted_alone(code):
    sensitive = {"securityLabel": [coding(ACT_CODE, code)]}
    assert [bars(record(label=n), **sensitive) for n in (0, 1, 2)] == [False, True, True]
    assert not any(opens(record(label=n), **sensitive) for n in (0, 1, 2))


# ── exceptions ──


def test_deny_all_but_one_doctor():
    tree = consent(deny(provision=[permit(TO_BYRNE)]))
    to_chen = consent(permit(actor(CHEN.person)))
    assert may(BYRNE, record(), tree)
    assert not may(CHEN, record(), tree, to_chen)
    assert not may(MALLORY, record(), tree)


def test_deny_all_but_observations_leaves_other_contracts_those():
    tree = consent(deny(provision=[permit(class_=[coding(TYPES, "Observation")])]))
    assert not may(BYRNE, record(), tree)
    assert may(BYRNE, record(), tree, consent(permit(TO_BYRNE)))
    assert not may(BYRNE, record("Condition"), tree, consent(permit(TO_BYRNE)))


def test_an_exception_has_exceptions():
    laboratory = permit(class_=[coding(CATEGORY, "laboratory")])
    tree = permit(TO_BYRNE, provision=[deny(class_=[coding(TYPES, "Observation")], provision=[laboratory])])
    assert may(BYRNE, record("Condition"), consent(tree))
    assert not may(BYRNE, record(), consent(tree))
    assert may(BYRNE, record(codes=LAB), consent(tree))


def test_a_deny_beside_a_permit_wins():
    inside = [permit(TO_BYRNE), deny(actor(ALDER))]
    assert not may(BYRNE, record(), consent(permit(provision=inside)))
    assert not may(BYRNE, record(), consent(deny(provision=inside)))
    assert not may(BYRNE, record(), consent({"provision": inside}))


def test_a_root_without_a_type_is_a_frame():
    frame = {"class": [coding(TYPES, "Observation")], "provision": [permit(TO_BYRNE)]}
    assert may(BYRNE, record(), consent(frame))
    assert not may(BYRNE, record("Condition"), consent(frame))
    barred = consent({"provision": [deny(TO_BYRNE)]})
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), barred)


def test_nested_permits_narrow_and_name_their_own():
    tree = permit(
        class_=[coding(TYPES, "Observation")],
        purpose=[coding(REASON, "TREAT")],
        provision=[permit(TO_BYRNE, securityLabel=[coding(CONFIDENTIALITY, "R")]), permit(actor(BIRCH))],
    )
    assert may(BYRNE, record(label=1), consent(tree))
    assert not may(BYRNE, record(), consent(tree))
    assert may(CHEN, record(), consent(tree))
    assert not may(CHEN, record("Condition"), consent(tree))


def test_a_deny_beside_a_permit_wins_inside_a_deny_too():
    laboratory, observations = permit(class_=[coding(CATEGORY, "laboratory")]), [coding(TYPES, "Observation")]
    tree = deny(provision=[laboratory, deny(class_=observations)])
    contract = consent(permit(TO_BYRNE))
    assert may(BYRNE, record("DiagnosticReport", codes=LAB), contract, consent(tree))
    assert not may(BYRNE, record(codes=LAB), contract, consent(tree))


def test_nested_permits_are_bound_by_those_around_them():
    future, past = {"start": "2027"}, {"start": "2020", "end": "2025"}
    inner, either = [permit(TO_BYRNE)], [coding(REASON, "HRESCH")]
    assert may(BYRNE, record(), consent(permit(provision=inner)))
    assert not may(BYRNE, record(), consent(permit(period=future, provision=inner)))
    assert not may(BYRNE, record(), consent(permit(period=past, provision=inner)))
    assert not may(BYRNE, record(), consent(permit(purpose=either, provision=[permit(TO_BYRNE, purpose=TREATMENT)])))
    adding = [permit(TO_BYRNE, action=[concept(ACTION, "correct")])]
    assert not may_add(BYRNE, record(), consent(permit(action=[concept(ACTION, "access")], provision=adding)))


def test_periods_of_the_data_meet():
    tree = permit(dataPeriod={"start": "2016"}, provision=[permit(TO_BYRNE, dataPeriod={"start": "2014"})])
    assert may(BYRNE, NEW, consent(tree))
    assert not may(BYRNE, OLD, consent(tree))
    tree = permit(dataPeriod={"end": "2020"}, provision=[permit(TO_BYRNE, dataPeriod={"end": "2030"})])
    assert may(BYRNE, OLD, consent(tree))
    assert not may(BYRNE, NEW, consent(tree))


def test_an_exception_for_a_time():
    tree = consent(permit(TO_BYRNE, provision=[deny(period={"start": "2026-12-01", "end": "2026-12-31"})]))
    december, january = at("2026-12-24"), at("2027-01-01")
    assert may(BYRNE, record(), tree)
    assert access(BYRNE, chart(tree), NOW).until == at("2026-12-01")
    assert not may(BYRNE, record(), tree, now=december)
    assert may(BYRNE, record(), tree, now=january)


# ── the Consent around it ──


def test_a_source_hospital_may_stand_on_the_consent():
    source = {"extension": [{"url": SOURCE, "valueReference": ref(ALDER)}, {"url": "https://other"}]}
    contract = consent(permit(TO_BYRNE), **source)
    assert may(BYRNE, record(hospital=ALDERS_SHELF), contract)
    assert not may(BYRNE, record(), contract)


@pytest.mark.parametrize("scope", ["research", "treatment", "adr"])
def test_other_scopes_are_not_about_access(scope):
    other = {"scope": concept(TERMINOLOGY + "consentscope", scope)}
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE), **other))
    assert may(BYRNE, record(), consent(permit(TO_BYRNE)), consent(deny(), **other))


@pytest.mark.parametrize("scope", [None, "x", {}, {"coding": 1}, {"coding": [1]}, concept("http://other", "adr")])
def test_without_a_scope_nothing_is_permitted_and_what_is_denied_stays_so(scope):
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE), scope=scope))
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), consent(deny(), scope=scope))


def test_the_contract_says_when_and_whether_it_is_in_force():
    (contract,) = compiled(consent(permit(TO_BYRNE, period={"start": "2026", "end": "2026-11-30"})))
    assert (contract.start, contract.end) == (at("2026"), at("2026-12-01") - 1)
    assert contract.moments == (at("2026"), at("2026-12-01"))
    assert contract.active
    assert not contract.remarks
