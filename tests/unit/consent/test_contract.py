"""What a Consent permits and denies, option by option (after IHE's Privacy Consent on FHIR), and how it fails closed."""

from dataclasses import replace

import pytest

from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import decide
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
    LOINC,
    MALLORY,
    NOW,
    REASON,
    SOURCE,
    TERMINOLOGY,
    TYPES,
    actor,
    at,
    chart,
    coding,
    compiled,
    concept,
    consent,
    deny,
    may,
    may_add,
    permit,
    record,
    ref,
)

TO_BYRNE = actor(BYRNE.person)
LAB = frozenset({"laboratory", f"{CATEGORY}|laboratory"})
HAEMOGLOBIN = frozenset({"718-7", f"{LOINC}|718-7"})
OLD, NEW = record(low=at("2015-01-01"), high=at("2015-01-02")), record(low=at("2026-01-01"), high=at("2026-01-01"))
UNDATED = record()


def opens(facts, **elements):
    return bool(may(BYRNE, facts, consent(permit(TO_BYRNE, **elements))))


def bars(facts, **elements):
    return not may(BYRNE, facts, consent(permit(TO_BYRNE, securityLabel=ALL)), consent(deny(**elements)))


def excepts(facts, **elements):
    """The same as an exception inside the contract."""
    return not may(BYRNE, facts, consent(permit(TO_BYRNE, securityLabel=ALL, provision=[deny(**elements)])))


TREATMENT = [coding(REASON, "TREAT")]
ALL = [coding(CONFIDENTIALITY, code) for code in "NRV"]


def data(reference, meaning="instance"):
    return {"meaning": meaning, "reference": ref(reference)}


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


# ── failing closed ──

NOT_UNDERSTOOD = [
    {"unheardOf": True},
    {"_period": {}},
    {"modifierExtension": []},
    {"extension": [{"url": "https://other.example/narrower", "valueBoolean": True}]},
    {"extension": [{"url": SOURCE, "valueReference": ref("Organization/unknown")}]},
    {"extension": [{"url": SOURCE, "valueReference": ref(BYRNE.person)}]},
    {"extension": 1},
    {"class_": []},
    {"class_": "Observation"},
    {"class_": [coding(TYPES, "Nonsense")]},
    {"class_": [coding(TYPES, "Resource")]},
    {"class_": [coding("", "laboratory")]},
    {"class_": [{"system": CATEGORY}]},
    {"class_": [{"system": 1, "code": "Nonsense"}], "code": []},
    {"code": [{"text": "blood"}]},
    {"code": [{"coding": 1}]},
    {"code": ["718-7"]},
    {"data": [data("Observation/o1", "unheard")]},
    {"data": [data("https://a.example/Observation/o1")]},
    {"data": [data("Observation/o1") | {"more": 1}]},
    {"data": [{"meaning": "instance", "reference": {"identifier": {"value": "1"}}}]},
    {"data": [data("Practitioner/unknown", "authoredby")]},
    {"data": [data("Device/d", "authoredby")]},
    {"dataPeriod": {}},
    {"dataPeriod": {"start": "yesterday"}},
    {"dataPeriod": {"start": 2020}},
    {"dataPeriod": {"start": "2020", "more": 1}},
    {"dataPeriod": "2020"},
    {"period": {"start": "soon"}},
    {"period": []},
    {"purpose": [coding("http://other", "TREAT")]},
    {"purpose": [{"system": REASON}]},
    {"action": [concept("http://other", "access")]},
    {"action": [{"text": "read"}]},
    {"securityLabel": [coding("http://other", "R")]},
    {"securityLabel": [coding(CONFIDENTIALITY, "X")]},
]


@pytest.mark.parametrize("elements", NOT_UNDERSTOOD)
def test_what_is_not_understood_permits_nothing_and_denies_all(elements):
    seen = record(hospital=ALDERS_SHELF, codes=LAB, low=NOW, high=NOW)
    assert not opens(seen, **elements)
    assert bars(seen, **elements)
    assert excepts(seen, **elements)
    (contract,) = compiled(consent(permit(TO_BYRNE, **elements)))
    assert contract.remarks


@pytest.mark.parametrize("elements", NOT_UNDERSTOOD)
def test_an_exception_that_is_not_understood_opens_nothing(elements):
    tree = consent(deny(provision=[permit(**elements)]))
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), tree)


@pytest.mark.parametrize(
    "somebody",
    [
        {},
        {"role": concept(TERMINOLOGY + "v3-RoleCode", "GUARD")},
        {"reference": {"display": "Dr Byrne"}},
        actor("RelatedPerson/r"),
        actor("Group/g"),
        actor("https://a.example/Practitioner/byrne"),
        TO_BYRNE | {"extension": []},
    ],
)
def test_an_actor_who_is_not_understood_is_nobody_in_a_permit_and_everybody_in_a_deny(somebody):
    assert not may(BYRNE, record(), consent(permit(somebody)))
    assert may(BYRNE, record(), consent(permit(somebody, TO_BYRNE)))
    assert not may(CHEN, record(), consent(permit(actor(CHEN.person))), consent(deny(somebody)))


@pytest.mark.parametrize("role", ["CONSENTER", "GRANTOR", "CST", "AUT", "WIT"])
def test_who_agrees_or_keeps_the_data_receives_none(role):
    assert not may(BYRNE, record(), consent(permit(actor(BYRNE.person, role))))
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), consent(deny(actor(BYRNE.person, role))))


@pytest.mark.parametrize("label", ["U", "L", "M"])
def test_labels_below_normal_cannot_be_told_apart(label):
    assert not opens(record(), securityLabel=[coding(CONFIDENTIALITY, label)])
    assert bars(record(), securityLabel=[coding(CONFIDENTIALITY, label)])


def test_alternatives_that_are_understood_still_count():
    some = {"class_": [coding(TYPES, "Nonsense"), coding(TYPES, "Observation")]}
    assert opens(record(), **some)
    assert not opens(record("Condition"), **some)
    assert bars(record("Condition"), **some)


@pytest.mark.parametrize("meaning", ["related", "dependents"])
def test_what_belongs_to_a_record_cannot_be_followed(meaning):
    whole = {"data": [data("Observation/o1", meaning)]}
    assert opens(record(), **whole)
    assert not opens(record(id="o2"), **whole)
    assert bars(record(id="o2"), **whole)


def test_a_record_without_a_time_is_in_no_permitted_and_every_denied_period():
    period = {"dataPeriod": {"start": "2020"}}
    assert not opens(UNDATED, **period)
    assert bars(UNDATED, **period)
    assert excepts(UNDATED, **period)


def test_a_code_without_a_system_permits_nothing_and_denies_it_everywhere():
    bare = {"code": [{"coding": [{"code": "718-7"}]}]}
    assert not opens(record(codes=HAEMOGLOBIN), **bare)
    assert bars(record(codes=HAEMOGLOBIN), **bare)
    assert not bars(record(codes=LAB), **bare)


@pytest.mark.parametrize("elements", [{"modifierExtension": []}, {"implicitRules": "https://other.example/rules"}])
def test_a_consent_with_modifiers_is_not_understood(elements):
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE), **elements))
    tree = consent(deny(actor(CHEN.person), provision=[permit(TO_BYRNE)]), **elements)
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), tree)


@pytest.mark.parametrize("nested", [1, {}, [1], [permit(), "x"]])
def test_exceptions_that_cannot_be_followed_deny_all(nested):
    assert not opens(record(), provision=nested)


@pytest.mark.parametrize("child", [{}, {"type": "perhaps"}, {"type": "permits"}])
def test_an_exception_without_a_type_denies(child):
    assert not opens(record(), provision=[child])


def test_a_root_of_another_type_denies():
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), consent({"type": "perhaps"}))


def test_a_tree_may_be_five_deep():
    tree = permit(TO_BYRNE)
    for _ in range(4):
        tree = permit(provision=[tree])
    assert may(BYRNE, record(), consent(tree))
    assert not may(BYRNE, record(), consent(permit(provision=[tree])))


def test_a_contract_of_very_many_alternatives_permits_nothing_and_its_denials_stay():
    many = {
        "class_": [coding(TYPES, "Observation"), coding(CATEGORY, "laboratory")],
        "data": [data("Observation/o1"), data(BYRNE.person, "authoredby"), data(ALDER, "authoredby")],
    }
    seen = record(codes=LAB)
    tree, bar = permit(TO_BYRNE, **many), deny(**many)
    assert may(BYRNE, seen, consent(tree))
    for _ in range(3):
        tree, bar = permit(**many, provision=[tree]), deny(**many, provision=[bar, permit()])
    assert not may(BYRNE, seen, consent(tree))
    assert bars(seen, **{**many, "provision": [bar]})
    assert any("alternatives" in remark for remark in compiled(consent(tree))[0].remarks)


@pytest.mark.parametrize("provision", [None, 1, [], "permit"])
def test_without_a_provision_nothing_is_permitted(provision):
    (contract,) = compiled(consent(provision))
    assert (contract.grants, contract.denials) == ((), ())
    assert contract.remarks


def test_naming_nobody_permits_nothing():
    (contract,) = compiled(consent(permit()))
    assert contract.grants == ()
    assert "names nobody" in contract.remarks[0]


def test_a_resolver_is_not_needed():
    contract = compile_contract(consent(permit(TO_BYRNE)), "Consent/1/_history/1")
    assert contract.grants
    assert not compile_contract(consent(permit(TO_BYRNE, data=[data(ALDER, "authoredby")])), "x").grants[0].reads


def test_a_contract_that_ends_before_it_begins_never_holds():
    term = consent(permit(TO_BYRNE, period={"start": "2027", "end": "2026"}))
    assert not decide(access(BYRNE, chart(term), NOW).windows, record()).permit
    assert access(BYRNE, chart(term), NOW).until > at("9999")
